use formwork::prelude::*;

model! {
    struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
        image.flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let model = Digits::build(&device);
    let scores: Tensor<Rank2<1, 12>, f32, Cpu> = model.forward(device.zeros::<Rank4<1, 28, 28, 1>>());
    let _ = scores;
}
