//! ResNet-18, as torchvision has it.

use formwork::prelude::*;
use formwork_examples::report::{difference, timed, totals};

model! {
    /// ResNet-18 (He et al., 2015).
    ///
    /// Padding is symmetric, as PyTorch's is: with a stride of 2, `same` would have the shapes of
    /// `padding = 1` but look one pixel further to the right, and torchvision's weights would not
    /// fit. Normalisation has PyTorch's constants, and its unbiased running variance.
    pub struct ResNet18(image: [_, 224, 224, 3]) -> [_, 1000] {
        let mut x = image
            .conv2d(64, 7, stride = 2, padding = 3, bias = false).norm().relu()
            .max_pool2d(3, stride = 2, padding = 1);
        for (filters, stride) in [(64, 1), (128, 2), (256, 2), (512, 2)] {
            x = x.residual(filters, stride).residual(filters);
        }
        x.global_avg_pool2d().dense(1000)
    }

    fn residual(x: [_, H, W, C], filters: usize, stride: usize = 1) {
        let mut shortcut = x;
        if C != filters {
            shortcut = x.conv2d(filters, 1, stride = stride, bias = false).norm();
        }
        let y = x
            .conv2d(filters, 3, stride = stride, padding = 1, bias = false).norm().relu()
            .conv2d(filters, 3, padding = 1, bias = false).norm();
        (y + shortcut).relu()
    }

    fn norm(x) {
        x.batch_norm(momentum = 0.9, epsilon = 1e-5, unbiased = true)
    }
}

const _: () = assert!(ResNet18::TRAINABLE_PARAMS == 11_689_512);

fn main() {
    println!("{}", totals(&ResNet18::summary()));
    let device = Cpu::seed_from_u64(0);
    let model = ResNet18::build(&device);
    let images: Tensor<Rank4<2, 224, 224, 3>, f32, Cpu> = device.sample_normal();
    let both = timed("two images at once", || model.forward(images.clone()));

    // Normalisation uses what was learned, not the batch: an image's answer is its own.
    let second: Tensor<Rank4<1, 224, 224, 3>, f32, Cpu> = images.slice((1.., .., .., ..)).realize();
    let alone = timed("the second alone", || model.forward(second));
    let difference = difference(&both.as_vec()[1000..], &alone.as_vec());
    println!("the second image's logits, alone and in a batch, differ by at most {difference:.1e}");
    assert!(difference < 1e-4);
}
