//! A feature pyramid: the same picture at four scales, each with all that the deepest has seen.

use formwork::prelude::*;
use formwork_examples::report::{timed, totals};

model! {
    /// Feature pyramid network (Lin et al., 2016) on torchvision's ResNet-18.
    ///
    /// Every map is enlarged twofold and added to the one before it. Sizes that are no multiples
    /// of 32 would be rounded on the way down and not meet on the way up: without the `where` the
    /// crate does not build, and the error says which `where` to write.
    pub struct Fpn<H, W>(image: [_, H, W, 3]) -> (
        [_, H / 4, W / 4, 256],
        [_, H / 8, W / 8, 256],
        [_, H / 16, W / 16, 256],
        [_, H / 32, W / 32, 256],
    )
    where
        H % 32 == 0,
        W % 32 == 0,
    {
        let stem = image
            .conv2d(64, 7, stride = 2, padding = 3, bias = false).norm().relu()
            .max_pool2d(3, stride = 2, padding = 1);
        let c2 = stem.stage(64);
        let c3 = c2.stage(128, stride = 2);
        let c4 = c3.stage(256, stride = 2);
        let c5 = c4.stage(512, stride = 2);

        let p5 = c5.conv2d(256, 1);
        let p4 = c4.merge(p5);
        let p3 = c3.merge(p4);
        let p2 = c2.merge(p3);
        (p2.smooth(), p3.smooth(), p4.smooth(), p5.smooth())
    }

    fn merge(fine, coarse: [_, H, W, C]) {
        // As the paper has it; the nearest neighbour of a strided pixel lies half a pixel beside it.
        #[allow(pixel_phase)]
        fine.conv2d(C, 1) + coarse.upsample2d(2)
    }

    fn smooth(x: [_, H, W, C]) {
        x.conv2d(C, 3, padding = same)
    }

    fn stage(x, filters: usize, stride: usize = 1) {
        x.residual(filters, stride).residual(filters)
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

// torchvision's ResNet-18 without its classifier, and its feature pyramid.
const _: () = assert!(Fpn::TRAINABLE_PARAMS == (11_689_512 - 513_000) + 2_607_104);

fn main() {
    println!("{}", totals(&Fpn::summary()));
    let device = Cpu::seed_from_u64(0);
    let model = Fpn::build(&device);

    for (height, width) in [(224, 224), (320, 480), (64, 640)] {
        let image = device.sample_normal_like(&(1, height, width, Const::<3>));
        let (p2, p3, p4, p5) =
            timed(&format!("a picture of {height}×{width}"), || model.forward(image));
        let shapes = [p2.shape(), p3.shape(), p4.shape(), p5.shape()];
        for (shape, scale) in shapes.into_iter().zip([4, 8, 16, 32]) {
            println!("    1/{scale}: {:?}", shape.concrete());
            assert_eq!(shape, &(1, height / scale, width / scale, Const));
        }
    }

    let image = device.sample_normal_like(&(1, 600, 800, Const::<3>));
    let error = model.try_forward(image).expect_err("600 is no multiple of 32");
    println!("a picture of 600×800: {error}");
}
