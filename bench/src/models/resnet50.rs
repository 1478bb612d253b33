use formwork::prelude::*;

model! {
    /// ResNet-50 (He et al., 2015) as PyTorch has it: the stride is on the 3×3 convolution.
    #[fold_batch_norm(FoldedResNet50)]
    pub struct ResNet50(image: [_, 224, 224, 3]) -> [_, 1000] {
        let mut x = image
            .conv2d(64, 7, stride = 2, padding = 3, bias = false).batch_norm().relu()
            .max_pool2d(3, stride = 2, padding = 1);
        for (filters, blocks, stride) in [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)] {
            x = x.bottleneck(filters, stride);
            for _ in 1..blocks {
                x = x.bottleneck(filters);
            }
        }
        x.global_avg_pool2d().dense(1000)
    }

    fn bottleneck(x: [_, H, W, C], filters: usize, stride: usize = 1) {
        let mut shortcut = x;
        if C != 4 * filters {
            shortcut = x.conv2d(4 * filters, 1, stride = stride, bias = false).batch_norm();
        }
        let y = x
            .conv2d(filters, 1, bias = false).batch_norm().relu()
            .conv2d(filters, 3, stride = stride, padding = 1, bias = false).batch_norm().relu()
            .conv2d(4 * filters, 1, bias = false).batch_norm();
        (shortcut + y).relu()
    }
}
