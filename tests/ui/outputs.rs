use formwork::prelude::*;

model! {
    struct TwoHeads(image: [_, 28, 28, 1]) -> ([_, 10], [_, 4]) {
        let features = image.flatten().dense(64, activation = relu);
        (features.dense(4), features.dense(10))
    }
}

fn main() {
    let device = Cpu::default();
    let model = TwoHeads::build(&device);
    let (label, place) = model.forward(device.zeros::<Rank4<1, 28, 28, 1>>());
    let _ = (label, place);
}
