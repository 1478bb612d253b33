use formwork::prelude::*;

model! {
    /// Imported from `resnet18.onnx`.
    pub struct ResNet18(image: [_, 224, 224, 3] in imagenet) -> [_, 1000] {
        let mut x = image.conv_bn(64, 7, stride = 2).relu().max_pool2d(3, stride = 2, padding = 1);
        for (filters, stride) in [(64, 1), (128, 2), (256, 2), (512, 2)] {
            x = x.residual(filters, stride).residual(filters);
        }
        x.global_avg_pool2d().dense(1000)
    }

    fn residual(x: [_, H, W, C], filters: usize, stride: usize = 1) {
        let mut y = x;
        if C != filters {
            y = y.conv_bn(filters, 1, stride);
        }
        let y2 = x.conv_bn(filters, stride = stride).relu().conv_bn(filters);
        (y2 + y).relu()
    }

    fn conv_bn(x, filters: usize, kernel: usize = 3, stride: usize = 1) {
        x
            .conv2d(filters, kernel, stride = stride, padding = kernel / 2, bias = false)
            .batch_norm(momentum = 0.9, epsilon = 1e-5, unbiased = true)
    }
}
