//! DeepLabV3: one of 21 classes for each pixel of a picture of any size.

use formwork::prelude::*;
use formwork_examples::report::{timed, totals};

model! {
    /// DeepLabV3 (Chen et al., 2017) on a ResNet-50: torchvision's without its auxiliary
    /// classifier, at the output stride of 16 that the paper trains with.
    ///
    /// The trunk's last stage is dilated instead of strided, so that it sees as far and loses no
    /// more pixels. An odd size is rounded up by every stride, and `resize2d` goes back to the
    /// picture's own: there is no size that the model does not take, and no `where`.
    pub struct DeepLab<H, W, const CLASSES: usize = 21>(image: [_, H, W, 3]) -> [_, H, W, CLASSES] {
        image
            .trunk()
            .pyramid()
            .conv_norm(256, 3)
            .conv2d(CLASSES, 1)
            .resize2d((H, W))
    }

    fn trunk(image) {
        let mut x = image.conv_norm(64, 7, stride = 2).max_pool2d(3, stride = 2, padding = 1);
        for (filters, blocks, stride, dilation) in
            [(64, 3, 1, 1), (128, 4, 2, 1), (256, 6, 2, 1), (512, 3, 1, 2)]
        {
            x = x.bottleneck(filters, stride = stride);
            for _ in 1..blocks {
                x = x.bottleneck(filters, dilation = dilation);
            }
        }
        x
    }

    fn bottleneck(x: [_, H, W, C], filters: usize, stride: usize = 1, dilation: usize = 1) {
        let mut shortcut = x;
        if C != 4 * filters {
            shortcut = x.conv2d(4 * filters, 1, stride = stride, bias = false).norm();
        }
        let y = x
            .conv_norm(filters, 1)
            .conv_norm(filters, 3, stride, dilation)
            .conv2d(4 * filters, 1, bias = false).norm();
        (y + shortcut).relu()
    }

    /// Atrous spatial pyramid pooling: each pixel, its surroundings in three widths, and the mean
    /// of the whole picture, side by side.
    fn pyramid(x: [_, H, W, C]) {
        let mut seen = x.conv_norm(256, 1);
        for rate in [6, 12, 18] {
            seen = concat(seen, x.conv_norm(256, 3, dilation = rate));
        }
        let mean = x.global_avg_pool2d(keepdims = true).conv_norm(256, 1);
        concat(seen, mean.resize2d((H, W))).conv_norm(256, 1).dropout(0.5)
    }

    fn conv_norm(x, filters: usize, kernel: usize, stride: usize = 1, dilation: usize = 1) {
        let reach = dilation * (kernel / 2);
        x.conv2d(
            filters, kernel,
            stride = stride, padding = reach, dilation = dilation, bias = false,
        ).norm().relu()
    }

    fn norm(x) {
        x.batch_norm(momentum = 0.9, epsilon = 1e-5, unbiased = true)
    }
}

// torchvision's 42,004,074, less those of its auxiliary classifier.
const _: () = assert!(DeepLab::<21>::TRAINABLE_PARAMS == 42_004_074 - 2_365_205);

fn main() {
    println!("{}", totals(&DeepLab::<21>::summary()));
    let device = Cpu::seed_from_u64(0);
    let model: DeepLab = DeepLab::build(&device);

    for (height, width) in [(375, 500), (240, 135), (1, 1)] {
        let image = device.sample_normal_like(&(1, height, width, Const::<3>));
        let scores = timed(&format!("a picture of {height}×{width}"), || model.forward(image));
        assert_eq!(scores.shape(), &(1, height, width, Const::<21>));
    }

    // Sizes that the input's type knows, the output's type knows too.
    let image: Tensor<Rank4<2, 128, 128, 3>, f32, Cpu> = device.sample_normal();
    let scores = timed("two pictures of 128×128", || model.forward(image));
    let _: Tensor<Rank4<2, 128, 128, 21>, f32, Cpu> = scores;
}
