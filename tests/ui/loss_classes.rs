use formwork::labels::Classes;
use formwork::losses::{Dice, Loss, SparseCategoricalCrossentropy};
use formwork::metrics::{MeanIoU, Metric};
use formwork::prelude::*;

fn main() {
    let device = Cpu::default();
    let logits = || device.zeros::<Rank2<2, 10>>();
    let loss = SparseCategoricalCrossentropy::from_logits();

    let labels: Classes<_, 11> = Classes::new((2,), [0; 2]).unwrap();
    let _ = loss.loss(logits(), &labels);
    let _ = Dice::from_logits().loss(logits(), &labels);
    let _ = MeanIoU::new().update(&logits(), &labels);

    let labels: Classes<_, 10> = Classes::new((2,), [0; 2]).unwrap();
    let _ = loss.class_weight([1.0, 2.0]).loss(logits(), &labels);

    let masks: Classes<_, 2> = Classes::new((2,), [0; 2]).unwrap();
    let one = device.zeros::<Rank2<2, 1>>();
    let _ = SparseCategoricalCrossentropy::from_logits().loss(one, &masks);
}
