use formwork::prelude::*;

model! {
    struct Residual(image: [_, 32, 32, 3]) -> [_, 32, 32, 16] {
        let x = image.conv2d(16, 3);
        let x = x.batch_norm().relu();
        x + image.conv2d(16, 1)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Residual::build(&device);
    let image = device.zeros::<Rank4<1, 32, 32, 3>>();
    let scores: Tensor<Rank4<1, 32, 32, 16>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
