//! ResNet-50, as Keras has it.

use formwork::dfdx::data::OneHotEncode;
use formwork::dfdx::optim::Sgd;
use formwork::prelude::*;
use formwork_examples::report::{timed, totals};

model! {
    /// ResNet-50 (He et al., 2015), without the final softmax.
    ///
    /// Keras' first version of it: the stride is on a bottleneck's first convolution, convolutions
    /// keep a bias that the normalisation behind them cancels, and the first two paddings are
    /// layers of their own, symmetric as in the original and unlike `same`.
    pub struct ResNet50(image: [_, 224, 224, 3] in caffe) -> [_, 1000] {
        let mut x = image
            .zero_pad2d(3).conv2d(64, 7, stride = 2).norm().relu()
            .zero_pad2d(1).max_pool2d(3, stride = 2);
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
            shortcut = x.conv2d(4 * filters, 1, stride = stride).norm();
        }
        let y = x
            .conv2d(filters, 1, stride = stride).norm().relu()
            .conv2d(filters, 3, padding = same).norm().relu()
            .conv2d(4 * filters, 1).norm();
        (shortcut + y).relu()
    }

    fn norm(x) {
        x.batch_norm(epsilon = 1.001e-5)
    }
}

const _: () = assert!(ResNet50::PARAMS == 25_636_712);

fn main() {
    println!("{}", totals(&ResNet50::summary()));
    let device = Cpu::seed_from_u64(0);
    let mut model = ResNet50::build(&device);
    let mut sgd = Sgd::new(&model, Default::default());
    let images: Tensor<Rank4<2, 224, 224, 3>, f32, Cpu> = device.sample_normal();
    let images = Pixels::assume(images);
    let labels = device.one_hot_encode(Const::<1000>, [281, 340]);

    for step in 1..=2 {
        let gradients = model.alloc_grads();
        let logits = timed("forward", || model.forward_mut(images.trace(gradients)));
        let loss = cross_entropy_with_logits_loss(logits, labels.clone());
        println!("loss of two images before training step {step}: {:.3}", loss.array());
        let gradients = timed("backward", || loss.backward());
        sgd.update(&mut model, &gradients).expect("every parameter has a gradient");
    }
}
