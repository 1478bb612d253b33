use formwork::prelude::*;

model! {
    struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
        image.flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let model = Digits::build(&device);
    let image = device.zeros::<Rank4<1, 32, 32, 1>>();
    let _ = model.forward(image);
}
