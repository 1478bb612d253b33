use formwork::prelude::*;

model! {
    struct Reversed(image: [_, 28, 28, 1] in 1.0..=0.0) -> [_, 10] {
        image.flatten().dense(10)
    }

    struct Slip(image: [_, 28, 28, 3] in imagnet) -> [_, 10] {
        image.flatten().dense(10)
    }

    struct Right(image: [_, 28, 28, 3] in caffe) -> [_, 10] {
        image.flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let pixels = Right::preprocess(&device, &[]).unwrap();
    let _ = Right::build(&device).forward(pixels.clone());
    let _ = Slip::build(&device).forward(pixels);
}
