//! Ten steps of training, of whole networks with the weights of Keras': by plans as layer by layer.
//!
//! Of a golden's one picture the last norms of ResNet-50 and MobileNetV2 see four values a channel. They
//! make so much of roundings that inputs times 1 ± 2e-7 lead to other answers after one step, layer by
//! layer too, so those two are no measure of anything here; `tests/training.rs` trains layers of theirs.

use formwork::dfdx::optim::{Sgd, SgdConfig};
use formwork::dfdx::prelude::*;
use formwork::{Context, Statistics, Submodel};

use crate::models::{Unet, Vgg16, load};

/// Answers of ten steps, which come to differ as roundings do that each step makes larger.
const STEPS: f32 = 1e-3;

/// Trains a network on the inputs of its golden, of that type, by its plan and layer by layer.
macro_rules! check {
    ($name:literal, $Model:ident, $Picture:ty, |$n:ident| $shape:expr) => {
        let answers = [false, true].map(|portable| {
            let mut model: $Model<Cpu, f32> = $Model::build(&Cpu::default());
            let golden = load($name, $Model::GRAPH, &mut model);
            let sgd =
                SgdConfig { lr: 1e-3, momentum: Some(Momentum::Classic(0.9)), weight_decay: None };
            let mut sgd = Sgd::new(&model, sgd);
            let mut step = |seed: usize| {
                let input = &golden.cases[seed % golden.cases.len()].input;
                let $n = &input.shape;
                let x: Tensor<$Picture, f32, Cpu> =
                    Cpu::default().tensor_from_vec(input.values(), $shape);
                let cx = Context::training().seeded(seed as u64);
                let cx = &mut if portable { cx.portable() } else { cx };
                let x = x.traced(model.alloc_grads());
                let output = Submodel::run(&model, cx, x).unwrap();
                model.update(cx).unwrap();
                let answer = output.as_vec();
                let gradients = output.square().mean::<Rank0, _>().backward();
                sgd.update(&mut model, &gradients).unwrap();
                answer
            };
            let answers: Vec<_> = (0..10).map(&mut step).collect();
            let planned = !format!("{:?}", model.plans).contains("training: 0");
            assert_ne!(planned, portable, "{}: {:?}", $name, model.plans);
            answers
        });
        let [found, expect] = answers;
        assert_ne!(expect[0], expect[9], "{} learns", $name);
        for (step, (found, expect)) in found.iter().zip(&expect).enumerate() {
            let largest = expect.iter().fold(0f32, |most, x| most.max(x.abs()));
            for (found, expect) in found.iter().zip(expect) {
                let off = (found - expect).abs() / largest;
                assert!(off <= STEPS, "{} at step {step}: {found}, not {expect}", $name);
            }
        }
    };
}

#[test]
fn vgg16() {
    check!("vgg16", Vgg16, (usize, Const<32>, Const<32>, Const<3>), |n| (
        n[0], Const, Const, Const
    ));
}

#[test]
fn unet() {
    check!("unet", Unet, (usize, usize, usize, Const<1>), |n| (n[0], n[1], n[2], Const));
}
