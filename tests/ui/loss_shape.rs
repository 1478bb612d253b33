use formwork::labels::{Classes, Weighted};
use formwork::losses::{Dice, Loss, SparseCategoricalCrossentropy};
use formwork::prelude::*;

fn main() {
    let device = Cpu::default();
    let logits = || device.zeros::<Rank4<2, 28, 28, 3>>();

    let loss = SparseCategoricalCrossentropy::from_logits();
    let labels: Classes<_, 3> = Classes::new((2, Const::<32>, Const::<32>), [0; 2048]).unwrap();
    let _ = loss.loss(logits(), &labels);

    let labels: Classes<_, 3> = Classes::new((2,), [0; 2]).unwrap();
    let _ = loss.loss(logits(), &labels);

    let labels = device.zeros::<Rank4<2, 28, 28, 1>>();
    let _ = Dice::from_logits().loss(logits(), &labels);

    let labels: Classes<_, 3> = Classes::new((2, Const::<28>, Const::<28>), [0; 1568]).unwrap();
    let labels = Weighted::new(labels, (2, Const::<28>), [1.0; 56]).unwrap();
    let _ = loss.loss(logits(), &labels);
}
