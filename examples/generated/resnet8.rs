use formwork::prelude::*;

model! {
    /// Imported from `resnet8.h5`.
    pub struct ResNet8(input_1: [_, 32, 32, 3] in -1.0..=0.9921875) -> [_, 10] {
        let mut x = input_1.conv_bn(16).relu();
        for (filters, stride) in [(16, 1), (32, 2), (64, 2)] {
            x = x.residual(filters, stride);
        }
        x.avg_pool2d(8).flatten().dense(10, kernel_initializer = he_normal).softmax()
    }

    fn residual(x: [_, H, W, C], filters: usize, stride: usize) {
        let mut y = x;
        if C != filters {
            y = y.conv2d(filters, 1, stride = stride, kernel_initializer = he_normal);
        }
        let y2 = x.conv_bn(filters, stride).relu().conv_bn(filters);
        #[allow(pixel_phase)]
        (y + y2).relu()
    }

    fn conv_bn(x, filters: usize, stride: usize = 1) {
        x
            .conv2d(filters, 3, stride = stride, padding = same, kernel_initializer = he_normal)
            .batch_norm()
    }
}
