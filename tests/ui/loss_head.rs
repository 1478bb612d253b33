use formwork::head::Answers;
use formwork::losses::{Dice, Expects, SparseCategoricalCrossentropy};
use formwork::prelude::*;

model! {
    struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
        image.flatten().dense(10).softmax()
    }

    struct Unsure(image: [_, 28, 28, 1]) -> [_, 10] {
        image.flatten().dense(10)
    }
}

/// What a training loop asks for.
fn train<M: Answers, L: Expects<M::Head>>(_: &M, _: L) {}

fn main() {
    let device = Cpu::default();
    let (digits, unsure) = (Digits::build(&device), Unsure::build(&device));
    train(&digits, SparseCategoricalCrossentropy::from_probabilities());
    train(&unsure, SparseCategoricalCrossentropy::from_logits());

    train(&digits, SparseCategoricalCrossentropy::from_logits());
    train(&unsure, SparseCategoricalCrossentropy::from_probabilities());
    train(&unsure, SparseCategoricalCrossentropy::from_logits() + Dice::from_probabilities());
}
