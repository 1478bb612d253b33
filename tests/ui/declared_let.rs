use formwork::prelude::*;

model! {
    struct Declared(image: [_, 64, 64, 3]) -> [_, 10] {
        let e1: [_, 64, 64, 32] = image.conv2d(32, 3).relu();
        e1.flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Declared::build(&device);
    let image = device.zeros::<Rank4<1, 64, 64, 3>>();
    let scores: Tensor<Rank2<1, 10>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
