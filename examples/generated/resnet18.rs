use formwork::prelude::*;

model! {
    /// Imported from `resnet18.onnx`.
    pub struct ResNet18(image: [_, 224, 224, 3] in imagenet) -> [_, 1000] {
        let mut x = image
            .conv_bn(64, 7, stride = 2, padding = 3).relu()
            .max_pool2d(3, stride = 2, padding = 1);
        for (filters, stride, padding) in [(64, 1, same), (128, 2, 1), (256, 2, 1), (512, 2, 1)] {
            x = x.residual(filters, stride, padding).residual(filters);
        }
        x.global_avg_pool2d().dense(1000)
    }

    fn residual(x: [_, H, W, C], filters: usize, stride: usize = 1, padding: Padding = same) {
        let mut y = x;
        if C != filters {
            y = y.conv_bn(filters, 1, stride, padding = valid);
        }
        let y2 = x.conv_bn(filters, stride = stride, padding = padding).relu().conv_bn(filters);
        (y2 + y).relu()
    }

    fn conv_bn(x, filters: usize, kernel: usize = 3, stride: usize = 1, padding: Padding = same) {
        x
            .conv2d(filters, kernel, stride = stride, padding = padding, bias = false)
            .batch_norm(momentum = 0.9, epsilon = 1e-5, unbiased = true)
    }
}
