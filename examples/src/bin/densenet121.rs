//! DenseNet-121: every layer of a block reads all layers before it.

use formwork::prelude::*;
use formwork_examples::report::{layers, timed, totals};

model! {
    /// DenseNet-121 (Huang et al., 2016) as Keras has it, without the final softmax.
    ///
    /// Its growth rate is 32: that many channels are appended by each layer, and each transition
    /// halves what came together.
    pub struct DenseNet121(image: [_, 224, 224, 3]) -> [_, 1000] {
        let mut x = image
            .zero_pad2d(3).conv2d(64, 7, stride = 2, bias = false).norm().relu()
            .zero_pad2d(1).max_pool2d(3, stride = 2);
        for layers in [6, 12, 24] {
            x = x.dense_block(layers).transition();
        }
        let features: [_, 7, 7, 1024] = x.dense_block(16);
        features.norm().relu().global_avg_pool2d().dense(1000)
    }

    fn dense_block(mut x, layers: usize) {
        for _ in 0..layers {
            let new = x
                .norm().relu().conv2d(128, 1, bias = false)
                .norm().relu().conv2d(32, 3, padding = same, bias = false);
            x = concat(x, new);
        }
        x
    }

    fn transition(x: [_, H, W, C]) {
        x.norm().relu().conv2d(C / 2, 1, bias = false).avg_pool2d(2)
    }

    fn norm(x) {
        x.batch_norm(epsilon = 1.001e-5)
    }
}

const _: () = assert!(DenseNet121::PARAMS == 8_062_504);

fn main() {
    let summary = DenseNet121::summary();
    println!("where blocks meet:\n{}", layers(&summary, "x.transition"));
    println!("{}", totals(&summary));
    let device = Cpu::seed_from_u64(0);
    let model = DenseNet121::build(&device);
    let images: Tensor<Rank4<2, 224, 224, 3>, f32, Cpu> = device.sample_normal();
    timed("two images", || model.forward(images));
}
