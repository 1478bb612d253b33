use formwork::prelude::*;

model! {
    struct Residual(image: [_, 32, 32, 3]) -> [_, 16, 16, 24] {
        let shortcut = image.conv2d(16, 1, stride = 2);
        let x = image.conv2d(24, 3, stride = 2, padding = same).relu();
        add(x, shortcut)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Residual::build(&device);
    let image = device.zeros::<Rank4<1, 32, 32, 3>>();
    let scores: Tensor<Rank4<1, 16, 16, 24>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
