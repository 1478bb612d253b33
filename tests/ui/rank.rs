use formwork::prelude::*;

model! {
    struct Classifier(image: [_, 784]) -> [_, 10] {
        image.conv2d(32, 3).flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Classifier::build(&device);
    let image = device.zeros::<Rank2<1, 784>>();
    let scores: Tensor<Rank2<1, 10>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
