use formwork::prelude::*;

model! {
    struct Reshaped(image: [_, 28, 28, 1]) -> [_, 10] {
        let features = image.max_pool2d(2).conv2d(64, 3, stride = 2, padding = same);
        features.reshape([_, 3000]).dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Reshaped::build(&device);
    let image = device.zeros::<Rank4<1, 28, 28, 1>>();
    let scores: Tensor<Rank2<1, 10>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
