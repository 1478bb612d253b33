use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::optim::Adam;
use formwork::prelude::*;
use formwork::train::{Fit, TrainError};

model! {
    struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
        image.flatten().dense(10).softmax()
    }
}

type Image = Tensor<(usize, Const<28>, Const<28>, Const<1>), f32, Cpu>;
type Labels = Classes<(usize,), 10>;

fn images(_epoch: usize) -> Vec<Result<(Image, Labels), TrainError>> {
    Vec::new()
}

fn main() {
    let mut digits = Digits::build(&Cpu::default());
    let fit = Fit::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits());
    let _ = fit.run(&mut digits, &images);
}
