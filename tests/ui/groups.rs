use formwork::prelude::*;

model! {
    struct Grouped(image: [_, 28, 28, 32]) -> [_, 28, 28, 48] {
        image.conv2d(48, 1, groups = 3)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Grouped::build(&device);
    let image = device.zeros::<Rank4<1, 28, 28, 32>>();
    let scores: Tensor<Rank4<1, 28, 28, 48>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
