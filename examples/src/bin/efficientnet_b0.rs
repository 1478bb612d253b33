//! EfficientNet-B0: inverted residuals that weigh their channels by what they see.

use formwork::prelude::*;
use formwork_examples::report::{timed, totals};

model! {
    /// EfficientNet-B0 (Tan and Le, 2019) as Keras has it, without its preprocessing layers (whose
    /// statistics Keras counts as 7 parameters) and without the final softmax.
    pub struct EfficientNetB0(image: [_, 224, 224, 3]) -> [_, 1000] {
        let mut x = image.conv_bn(32, 3, 2).silu();
        let mut drop = 0.0;
        for (kernel, blocks, filters, expand, stride) in [
            (3, 1, 16, 1, 1),
            (3, 2, 24, 6, 2),
            (5, 2, 40, 6, 2),
            (3, 3, 80, 6, 2),
            (5, 3, 112, 6, 1),
            (5, 4, 192, 6, 2),
            (3, 1, 320, 6, 1),
        ] {
            for block in 0..blocks {
                let step = if block == 0 { stride } else { 1 };
                x = x.mb_conv(filters, kernel, step, expand, drop);
                drop = drop + 0.2 / 16.0;
            }
        }
        x.conv_bn(1280).silu().global_avg_pool2d().dropout(0.2).dense(1000)
    }

    fn mb_conv(
        x: [_, H, W, C],
        filters: usize,
        kernel: usize,
        stride: usize,
        expand: usize,
        drop: f64,
    ) {
        let mut y = x;
        if expand > 1 {
            y = y.conv_bn(expand * C).silu();
        }
        y = y.depthwise_conv2d(kernel, stride = stride, padding = same, bias = false);
        y = y.batch_norm().silu().squeeze_excite(C / 4).conv_bn(filters);
        if stride == 1 && C == filters {
            // Stochastic depth: the mask has one value a sample, which drops the block whole.
            y = x + y.dropout(drop, noise_shape = [_, 1, 1, 1]);
        }
        y
    }

    /// Each channel times a weight in 0..1 that the means of all channels decide.
    fn squeeze_excite(x: [_, H, W, C], squeezed: usize) {
        x * x
            .global_avg_pool2d(keepdims = true)
            .conv2d(squeezed, 1).silu()
            .conv2d(C, 1).sigmoid()
    }

    fn conv_bn(x, filters: usize, kernel: usize = 1, stride: usize = 1) {
        x.conv2d(filters, kernel, stride = stride, padding = same, bias = false).batch_norm()
    }
}

const _: () = assert!(EfficientNetB0::PARAMS == 5_330_571 - 7);
const _: () = assert!(EfficientNetB0::TRAINABLE_PARAMS == 5_288_548);

fn main() {
    println!("{}", totals(&EfficientNetB0::summary()));
    let device = Cpu::seed_from_u64(0);
    let mut model = EfficientNetB0::build(&device);
    let images: Tensor<Rank4<2, 224, 224, 3>, f32, Cpu> = device.sample_normal();

    let logits = timed("two images", || model.forward(images.clone()));
    assert_eq!(logits.as_vec(), model.forward(images.clone()).as_vec());
    let dropped = [(); 2].map(|()| model.forward_mut(images.clone()).as_vec());
    assert_ne!(dropped[0], dropped[1]);
    println!("inference answers the same every time; training, with its dropout, differently");
}
