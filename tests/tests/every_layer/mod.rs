//! Generated: see `layer_table.rs`.

use formwork::prelude::*;

model! {
    struct Conv2d(image: [_, 28, 28, 1]) -> [_, 28, 28, 32] {
        image.conv2d(32, 3, padding = same, activation = relu)
    }
}

model! {
    struct DepthwiseConv2d(x: [_, 28, 28, 32]) -> [_, 14, 14, 32] {
        x.depthwise_conv2d(3, stride = 2, padding = same)
    }
}

model! {
    struct SeparableConv2d(x: [_, 28, 28, 32]) -> [_, 28, 28, 64] {
        x.separable_conv2d(64, 3, padding = same)
    }
}

model! {
    struct Conv2dTranspose(x: [_, 14, 14, 64]) -> [_, 28, 28, 32] {
        x.conv2d_transpose(32, 2, stride = 2, padding = same)
    }
}

model! {
    struct Dense(features: [_, 128]) -> [_, 10] {
        features.dense(10)
    }
}

model! {
    struct MaxPool2d(image: [_, 28, 28, 32]) -> [_, 14, 14, 32] {
        image.max_pool2d(2)
    }
}

model! {
    struct AvgPool2d(image: [_, 28, 28, 32]) -> [_, 14, 14, 32] {
        image.avg_pool2d(3, stride = 2, padding = same)
    }
}

model! {
    struct GlobalAvgPool2d(x: [_, 7, 7, 64]) -> [_, 64] {
        x.global_avg_pool2d()
    }
}

model! {
    struct GlobalMaxPool2d(x: [_, 7, 7, 64]) -> [_, 64] {
        x.global_max_pool2d()
    }
}

model! {
    struct BatchNorm(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.batch_norm(momentum = 0.9)
    }
}

model! {
    struct LayerNorm(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.layer_norm(epsilon = 1e-6)
    }
}

model! {
    struct GroupNorm(x: [_, 8, 8, 64]) -> [_, 8, 8, 64] {
        x.group_norm(groups = 16)
    }
}

model! {
    struct Relu(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.relu()
    }
}

model! {
    struct Relu6(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.relu6()
    }
}

model! {
    struct LeakyRelu(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.leaky_relu(0.1)
    }
}

model! {
    struct Prelu(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.prelu(shared_axes = (1, 2))
    }
}

model! {
    struct Elu(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.elu()
    }
}

model! {
    struct Selu(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.selu()
    }
}

model! {
    struct Gelu(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.gelu()
    }
}

model! {
    struct Silu(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.silu()
    }
}

model! {
    struct Sigmoid(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.sigmoid()
    }
}

model! {
    struct Tanh(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.tanh()
    }
}

model! {
    struct Softmax(x: [_, 10]) -> [_, 10] {
        x.softmax()
    }
}

model! {
    struct LogSoftmax(x: [_, 10]) -> [_, 10] {
        x.log_softmax()
    }
}

model! {
    struct Softplus(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.softplus()
    }
}

model! {
    struct HardSigmoid(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.hard_sigmoid()
    }
}

model! {
    struct HardSwish(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.hard_swish()
    }
}

model! {
    struct Mish(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.mish()
    }
}

model! {
    struct Dropout(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.dropout(0.25, noise_shape = [_, 1, 1, _])
    }
}

model! {
    struct SpatialDropout2d(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.spatial_dropout2d(0.25)
    }
}

model! {
    struct AlphaDropout(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.alpha_dropout(0.25)
    }
}

model! {
    struct GaussianNoise(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.gaussian_noise(0.1)
    }
}

model! {
    struct GaussianDropout(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.gaussian_dropout(0.25)
    }
}

model! {
    struct Flatten(x: [_, 7, 7, 64]) -> [_, 3136] {
        x.flatten()
    }
}

model! {
    struct Reshape(x: [_, 3136]) -> [_, 7, 7, 64] {
        x.reshape([_, 7, 7, 64])
    }
}

model! {
    struct Permute(x: [_, 8, 16, 3]) -> [_, 16, 8, 3] {
        x.permute((2, 1, 3))
    }
}

model! {
    struct Slice(x: [_, 32, 32, 3]) -> [_, 16, 32, 3] {
        x.slice(1, 0..16)
    }
}

model! {
    struct Split(x: [_, 8, 8, 4]) -> [_, 8, 8, 2] {
        let (a, b) = x.split(2); a * b
    }
}

model! {
    struct ZeroPad2d(x: [_, 28, 28, 3]) -> [_, 29, 29, 3] {
        x.zero_pad2d(((0, 1), (0, 1)))
    }
}

model! {
    struct Crop2d(x: [_, 28, 28, 3]) -> [_, 27, 27, 3] {
        x.crop2d(((0, 1), (0, 1)))
    }
}

model! {
    struct DepthToSpace(x: [_, 16, 16, 12]) -> [_, 32, 32, 3] {
        x.depth_to_space(2)
    }
}

model! {
    struct SpaceToDepth(x: [_, 32, 32, 3]) -> [_, 16, 16, 12] {
        x.space_to_depth(2)
    }
}

model! {
    struct Upsample2d(x: [_, 14, 14, 64]) -> [_, 28, 28, 64] {
        x.upsample2d(2)
    }
}

model! {
    struct Resize2d(x: [_, 30, 30, 3]) -> [_, 64, 48, 3] {
        x.resize2d((64, 48))
    }
}

model! {
    struct ReduceMean(x: [_, 8, 8, 4]) -> [_, 8, 8, 1] {
        x.reduce_mean(-1, keepdims = true)
    }
}

model! {
    struct ReduceMax(x: [_, 8, 8, 4]) -> [_, 8, 8, 1] {
        x.reduce_max(-1, keepdims = true)
    }
}

model! {
    struct ReduceSum(x: [_, 8, 8, 4]) -> [_, 8, 8, 1] {
        x.reduce_sum(-1, keepdims = true)
    }
}

model! {
    struct Clip(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.clip(0.0, 6.0)
    }
}

model! {
    struct Rescaling(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.rescaling(2.0, offset = -1.0)
    }
}

model! {
    struct Concat(x: [_, 8, 8, 4], skip: [_, 8, 8, 2]) -> [_, 8, 8, 6] {
        concat(x, skip)
    }
}

model! {
    struct Add(x: [_, 8, 8, 4], y: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x + y
    }
}

model! {
    struct Subtract(x: [_, 8, 8, 4], y: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x - y
    }
}

model! {
    struct Multiply(x: [_, 8, 8, 4], y: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x * y
    }
}

model! {
    struct Average(x: [_, 8, 8, 4], y: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        average(x, y)
    }
}

model! {
    struct Maximum(x: [_, 8, 8, 4], y: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        maximum(x, y)
    }
}

model! {
    struct Minimum(x: [_, 8, 8, 4], y: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        minimum(x, y)
    }
}

model! {
    struct More0(x: [_, 8, 8, 4]) -> [_, 6, 7, 6] {
        x.conv2d(6, (3, 2), groups = 2, bias = false)
    }
}

model! {
    struct More1(x: [_, 8, 8, 4]) -> [_, 6, 6, 8] {
        x.depthwise_conv2d(3, depth_multiplier = 2, bias = false)
    }
}

model! {
    struct More2(x: [_, 8, 8, 4]) -> [_, 6, 6, 6] {
        x.separable_conv2d(6, 3, bias = false)
    }
}

model! {
    struct More3(x: [_, 8, 8, 4]) -> [_, 16, 16, 6] {
        x.conv2d_transpose(6, 2, stride = 2, bias = false)
    }
}

model! {
    struct More4(x: [_, 8, 8, 4]) -> [_, 8, 8, 6] {
        x.dense(6)
    }
}

model! {
    struct More5(x: [_, 32]) -> [_, 8, 6] {
        x.reshape([_, 8, 4]).dense(6, bias = false)
    }
}

model! {
    struct More6(x: [_, 4]) -> [_, 4] {
        x.batch_norm(center = false)
    }
}

model! {
    struct More7(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.batch_norm(scale = false)
    }
}

model! {
    struct More8(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.batch_norm(scale = false, center = false)
    }
}

model! {
    struct More9(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.layer_norm(axis = (1, 2, 3))
    }
}

model! {
    struct More10(x: [_, 4]) -> [_, 4] {
        x.layer_norm(scale = false)
    }
}

model! {
    struct More11(x: [_, 4]) -> [_, 4] {
        x.layer_norm(center = false)
    }
}

model! {
    struct More12(x: [_, 4]) -> [_, 4] {
        x.layer_norm(scale = false, center = false)
    }
}

model! {
    struct More13(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.group_norm(2, scale = false)
    }
}

model! {
    struct More14(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.group_norm(2, center = false)
    }
}

model! {
    struct More15(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.group_norm(2, scale = false, center = false)
    }
}

model! {
    struct More16(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.prelu()
    }
}

model! {
    struct More17(x: [_, 4]) -> [_, 4] {
        x.prelu()
    }
}

model! {
    struct More18(x: [_, 8, 8, 4]) -> [_, 1, 1, 4] {
        x.global_avg_pool2d(keepdims = true)
    }
}

model! {
    struct More19(x: [_, 8, 8, 4]) -> [_, 1, 1, 4] {
        x.global_max_pool2d(keepdims = true)
    }
}

model! {
    struct More20(x: [_, 8, 8, 4]) -> [_, 8] {
        x.reduce_max(axis = (1, -1))
    }
}

model! {
    struct More21(x: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
        x.reduce_sum(axis = -1, keepdims = true) * x
    }
}

model! {
    struct More22(x: [_, 8, 8, 4]) -> [_, 16, 16] {
        x.permute((3, 1, 2)).reshape([_, 16, 16])
    }
}

model! {
    struct More23(x: [_, 4]) -> [_, 2, 2, 1] {
        x.reshape([_, 2, 2, 1])
    }
}

model! {
    struct More24(x: [_, 8, 8, 4], gate: [_, 1, 1, 4]) -> [_, 8, 8, 4] {
        x * gate
    }
}

model! {
    struct More25(x: [_, 4], y: [_, 4], z: [_, 1]) -> [_, 4] {
        maximum(x, y, z)
    }
}

model! {
    struct More26(x: [_, 8, 8, 4], y: [_, 8, 8, 2], z: [_, 8, 8, 1]) -> [_, 8, 8, 7] {
        concat(x, y, z)
    }
}

model! {
    struct More27(x: [_, 32]) -> [_, 16, 4] {
        concat(x.reshape([_, 8, 4]), x.reshape([_, 8, 4]), axis = 1)
    }
}

model! {
    struct More28(x: [_, 4]) -> [_, 4] {
        1.0 - x / 2.0
    }
}

model! {
    struct More29(x: [2, 8, 8, 4]) -> [2, 108] {
        x.conv2d(3, 3).batch_norm().flatten()
    }
}
