use formwork::prelude::*;

model! {
    struct Digits(image: [_, 28, 28, 1] in 0.0..=1.0) -> [_, 10] {
        image.flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let image = device.zeros::<Rank4<1, 28, 28, 1>>();
    let _ = Digits::build(&device).forward(image);
}
