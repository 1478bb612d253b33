//! MobileNetV2: bottlenecks the other way round, thin where blocks meet and wide inside.

use formwork::prelude::*;
use formwork_examples::report::{layers, timed, totals};

model! {
    /// MobileNetV2 (Sandler et al., 2018) as Keras has it, without the final softmax.
    pub struct MobileNetV2(image: [_, 224, 224, 3] in -1.0..=1.0) -> [_, 1000] {
        let mut x = image.conv2d(32, 3, stride = 2, padding = same, bias = false).norm().relu6();
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
        y = y.depthwise_conv2d(3, stride = stride, padding = same, bias = false).norm().relu6();
        // No activation here: it would lose what the thin tensor holds.
        y = y.pointwise(filters);
        if stride == 1 && C == filters {
            y = x + y;
        }
        y
    }

    fn pointwise(x, filters: usize) {
        x.conv2d(filters, 1, bias = false).norm()
    }

    fn norm(x) {
        x.batch_norm(momentum = 0.999, epsilon = 1e-3)
    }
}

const _: () = assert!(MobileNetV2::PARAMS == 3_538_984);
const _: () = assert!(MobileNetV2::TRAINABLE_PARAMS == 3_504_872);

fn main() {
    let summary = MobileNetV2::summary();
    println!("a block:\n{}", layers(&summary, "x.inverted_residual_2."));
    println!("{}", totals(&summary));
    let device = Cpu::seed_from_u64(0);
    let model = MobileNetV2::build(&device);
    let images: Tensor<Rank4<2, 224, 224, 3>, f32, Cpu> = device.sample_normal();
    timed("two images", || model.forward(Pixels::assume(images)));
}
