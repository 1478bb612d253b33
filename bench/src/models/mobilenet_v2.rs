use formwork::prelude::*;

model! {
    /// MobileNetV2 1.0 (Sandler et al., 2018), padded alike on all sides as in PyTorch: most
    /// frameworks have no other padding.
    #[fold_batch_norm(FoldedMobileNetV2)]
    pub struct MobileNetV2<const SIZE: usize = 224>(image: [_, SIZE, SIZE, 3]) -> [_, 1000] {
        let mut x = image.conv2d(32, 3, stride = 2, padding = 1, bias = false).batch_norm().relu6();
        for (expand, filters, blocks, stride) in [
            (1, 16, 1, 1),
            (6, 24, 2, 2),
            (6, 32, 3, 2),
            (6, 64, 4, 2),
            (6, 96, 3, 1),
            (6, 160, 3, 2),
            (6, 320, 1, 1),
        ] {
            x = x.inverted_residual(expand, filters, stride);
            for _ in 1..blocks {
                x = x.inverted_residual(expand, filters);
            }
        }
        x.pointwise(1280).relu6().global_avg_pool2d().dense(1000)
    }

    fn inverted_residual(x: [_, H, W, C], expand: usize, filters: usize, stride: usize = 1) {
        let mut y = x;
        if expand > 1 {
            y = y.pointwise(expand * C).relu6();
        }
        y = y.depthwise_conv2d(3, stride = stride, padding = 1, bias = false).batch_norm().relu6();
        y = y.pointwise(filters);
        if stride == 1 && C == filters {
            y = x + y;
        }
        y
    }

    fn pointwise(x, filters: usize) {
        x.conv2d(filters, 1, bias = false).batch_norm()
    }
}
