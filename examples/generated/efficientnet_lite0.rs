use formwork::prelude::*;

model! {
    /// Imported from `efficientnet_lite0.onnx`.
    pub struct EfficientNetLite0(image: [_, 224, 224, 3] in -0.9921875..=1.0) -> [_, 1000] {
        let mut x = image.conv_bn(32, 3, stride = 2).relu6();
        for (expand, filters, kernel, stride, blocks) in [
            (1, 16, 3, 1, 1),
            (6, 24, 3, 2, 2),
            (6, 40, 5, 2, 2),
            (6, 80, 3, 2, 3),
            (6, 112, 5, 1, 3),
            (6, 192, 5, 2, 4),
            (6, 320, 3, 1, 1),
        ] {
            x = x.inverted_residual(expand, filters, kernel, stride);
            for _ in 1..blocks {
                x = x.inverted_residual(expand, filters, kernel);
            }
        }
        x.conv_bn(1280).relu6().global_avg_pool2d().dense(1000)
    }

    fn inverted_residual(
        x: [_, H, W, C],
        expand: usize,
        filters: usize,
        kernel: usize,
        stride: usize = 1,
    ) {
        let mut y = x;
        if expand > 1 {
            y = x.conv_bn(expand * C).relu6();
        }
        y = y
            .depthwise_conv2d(kernel, stride = stride, padding = same, bias = false)
            .batch_norm(unbiased = true).relu6()
            .conv_bn(filters);
        if C == filters {
            y = y + x;
        }
        y
    }

    fn conv_bn(x, filters: usize, kernel: usize = 1, stride: usize = 1) {
        x
            .conv2d(filters, kernel, stride = stride, padding = same, bias = false)
            .batch_norm(unbiased = true)
    }
}
