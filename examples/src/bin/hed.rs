//! HED: edges of a picture, at five scales and all together.

use formwork::prelude::*;
use formwork_examples::report::{timed, totals};

model! {
    /// Holistically-nested edge detection (Xie and Tu, 2015): VGG-16, each of whose stages says where
    /// it sees edges; as logits, first the fused map, then the five that it is made of.
    ///
    /// A pool drops an odd row or column, and `resize2d` goes back to the picture's own size, so
    /// that the model needs no `where`. The one condition, that four pools leave something of the
    /// picture, is found by itself: 16 pixels each way.
    pub struct Hed<H, W>(image: [_, H, W, 3]) -> (
        [_, H, W, 1],
        [_, H, W, 1],
        [_, H, W, 1],
        [_, H, W, 1],
        [_, H, W, 1],
        [_, H, W, 1],
    ) {
        let x1 = image.stage(64, 2);
        let x2 = x1.max_pool2d(2).stage(128, 2);
        let x3 = x2.max_pool2d(2).stage(256, 3);
        let x4 = x3.max_pool2d(2).stage(512, 3);
        let x5 = x4.max_pool2d(2).stage(512, 3);

        let side1 = x1.conv2d(1, 1);
        let side2 = x2.conv2d(1, 1).resize2d((H, W));
        let side3 = x3.conv2d(1, 1).resize2d((H, W));
        let side4 = x4.conv2d(1, 1).resize2d((H, W));
        let side5 = x5.conv2d(1, 1).resize2d((H, W));
        let fused = concat(side1, side2, side3, side4, side5)
            .conv2d(1, 1, kernel_initializer = constant(0.2));
        (fused, side1, side2, side3, side4, side5)
    }

    fn stage(mut x, filters: usize, convolutions: usize) {
        for _ in 0..convolutions {
            x = x.conv2d(filters, 3, padding = same).relu();
        }
        x
    }
}

const TRUNK: usize = 14_714_688;
const SIDES: usize = (64 + 1) + (128 + 1) + (256 + 1) + (512 + 1) + (512 + 1);
const FUSE: usize = 5 + 1;
const _: () = assert!(Hed::PARAMS == TRUNK + SIDES + FUSE);

fn main() {
    println!("{}", totals(&Hed::summary()));
    let device = Cpu::seed_from_u64(0);
    let model = Hed::build(&device);

    for (height, width) in [(160, 240), (321, 207), (16, 99)] {
        let image = device.sample_normal_like(&(1, height, width, Const::<3>));
        let (fused, s1, s2, s3, s4, s5) =
            timed(&format!("six maps of {height}×{width}"), || model.forward(image));
        for map in [&fused, &s1, &s2, &s3, &s4, &s5] {
            assert_eq!(map.shape(), &(1, height, width, Const::<1>));
        }
    }

    let image = device.sample_normal_like(&(1, 15, 99, Const::<3>));
    let error = model.try_forward(image).expect_err("too small to be halved four times");
    println!("a picture of 15×99: {error}");
}
