use formwork::prelude::*;

model! {
    #[budget(params <= 5_000, macs <= 10_000)]
    struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
        image.flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Digits::build(&device);
    let image = device.zeros::<Rank4<1, 28, 28, 1>>();
    let scores: Tensor<Rank2<1, 10>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
