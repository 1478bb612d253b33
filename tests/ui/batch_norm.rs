use formwork::prelude::*;

model! {
    struct Squeezed(image: [1, 28, 28, 8]) -> [1, 10] {
        image.global_avg_pool2d(keepdims = true).batch_norm().flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Squeezed::build(&device);
    let image = device.zeros::<Rank4<1, 28, 28, 8>>();
    let scores: Tensor<Rank2<1, 10>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
