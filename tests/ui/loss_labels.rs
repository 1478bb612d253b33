use formwork::labels::Classes;
use formwork::losses::{CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy};
use formwork::prelude::*;

fn main() {
    let device = Cpu::default();
    let logits = || device.zeros::<Rank2<2, 10>>();

    let sparse: Classes<_, 10> = Classes::new((2,), [0; 2]).unwrap();
    let _ = CategoricalCrossentropy::from_logits().loss(logits(), &sparse);

    let one_hot = device.zeros::<Rank2<2, 10>>();
    let _ = SparseCategoricalCrossentropy::from_logits().loss(logits(), &one_hot);

    let _ = SparseCategoricalCrossentropy::from_logits().loss(logits(), &vec![1usize, 2]);
}
