use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::optim::Adam;
use formwork::prelude::*;
use formwork::train::{Fit, TrainError};

model! {
    struct Digits(image: [_, 28, 28, 1] in 0.0..=1.0) -> [_, 10] {
        image.flatten().dense(10)
    }
}

type Shape = (usize, Const<28>, Const<28>, Const<1>);
type Other = Pixels<Between<-1, 1>, Shape, Cpu>;
type Labels = Classes<(usize,), 10>;

fn other(_epoch: usize) -> Vec<Result<(Other, Labels), TrainError>> {
    Vec::new()
}

fn main() {
    let mut digits = Digits::build(&Cpu::default());
    let fit = Fit::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits());
    let _ = fit.run(&mut digits, &other);
}
