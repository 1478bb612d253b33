//! The rules, step by step.

use formwork::dfdx::nn::modules::Linear;
use formwork::dfdx::optim::{
    Adam as DfdxAdam, AdamConfig, Momentum, Optimizer as _, Sgd as DfdxSgd, SgdConfig,
};
use formwork::dfdx::prelude::ZerosTensor as _;
use formwork::optim::{
    Adam, Clip, CosineDecay, CosineDecayRestarts, Moments, OneCycle, Optimizer,
    PiecewiseConstantDecay, PolynomialDecay, RmsProp, Schedule, Sgd, gradients,
};
use formwork::prelude::*;

use crate::support::Image;

model! {
    struct Plain(image: [_, 6, 6, 1]) -> [_, 3] {
        image.conv2d(4, 3).tanh().flatten().dense(3)
    }
}

fn plain() -> Plain {
    Plain::build(&Cpu::seed_from_u64(1))
}

/// What three gradients make of 1.0, at changing rates.
fn check(optimizer: impl Optimizer, expect: [f64; 3]) {
    let mut moments = vec![[0.0; 1]; optimizer.moments()];
    let mut moments: Vec<&mut [f32]> = moments.iter_mut().map(|own| &mut own[..]).collect();
    let mut w = [1.0f32];
    for (i, (g, expect)) in [0.5, -0.25, 0.125].into_iter().zip(expect).enumerate() {
        let rate = [0.1, 0.1, 0.05][i];
        optimizer.step(i as u64 + 1, rate, &mut w, &[g], &mut moments);
        assert!(
            (f64::from(w[0]) - expect).abs() < 2e-6,
            "{}: {} {}",
            optimizer.name(),
            w[0],
            expect
        );
    }
}

#[test]
fn parts_of_a_parameter_move_as_the_whole() {
    let rules: [&dyn Optimizer; 3] =
        [&Sgd::new(0.1).momentum(0.9), &Adam::decayed(0.1), &RmsProp::new(0.1)];
    for optimizer in rules {
        let values = |seed: usize| -> Vec<f32> {
            (0..140_001).map(|i| ((i * 31 + seed) % 101) as f32 / 50.0 - 1.0).collect()
        };
        let mut moments = vec![vec![0.0; 140_001]; optimizer.moments()];
        let mut own: Vec<&mut [f32]> = moments.iter_mut().map(|own| &mut own[..]).collect();
        let mut expect = values(1);
        let device = Cpu::default();
        let bias = device.tensor_from_vec(expect.clone(), Default::default());
        let mut model: Linear<1, 140_001, f32, Cpu> = Linear { weight: device.zeros(), bias };
        let mut together = Moments::default();
        for step in 1..=3 {
            let gradient = values(7 * step);
            optimizer.step(step as u64, 0.1, &mut expect, &gradient, &mut own);
            together.update(optimizer, 0.1, &mut model, &[("bias".to_owned(), gradient)]);
        }
        assert!(model.bias.as_vec() == expect, "{}", optimizer.name());
        assert!(together.values["bias"] == moments, "{}", optimizer.name());
    }
}

#[test]
fn rules_step_by_step() {
    // Worked out in f64 from the formulas of Keras 3 and PyTorch.
    let keras = || Sgd::new(0.1).momentum(0.5);
    check(Sgd::new(0.1), [0.95, 0.975, 0.96875]);
    check(Sgd::new(0.1).weight_decay(0.1), [0.94, 0.9556, 0.944572]);
    check(keras(), [0.95, 0.95, 0.94375]);
    check(keras().nesterov(true), [0.925, 0.95, 0.940625]);
    check(Sgd::torch(0.1).momentum(0.5), [0.95, 0.95, 0.94375]);
    check(Sgd::torch(0.1).momentum(0.5).nesterov(true), [0.925, 0.95, 0.940625]);
    check(Adam::new(0.1).epsilon(0.01), [0.93874259, 0.92173416, 0.91077044]);
    check(Adam::torch(0.1).epsilon(0.01), [0.90196078, 0.87598434, 0.85946263]);
    check(Adam::decayed(0.1), [0.89960063, 0.87260724, 0.85541135]);
    check(RmsProp::new(0.1), [0.68377287, 0.83121457, 0.79348282]);
    check(RmsProp::new(0.1).momentum(0.5).centered(true), [0.66666741, 0.64847932, 0.60099715]);
    check(RmsProp::torch(0.1).epsilon(0.01).momentum(0.5), [0.16666667, 0.13064703, 0.02806704]);
}

#[test]
fn pytorchs_rules_are_those_of_dfdx() {
    type Update<'a> = Box<dyn FnMut(&mut Plain, &Gradients<f32, Cpu>) + 'a>;
    let run = |mut update: Update| {
        let mut model = plain();
        let image: Image = Cpu::seed_from_u64(3).sample_normal_like(&(4, Const, Const, Const));
        for _ in 0..5 {
            let output = model.forward_mut(image.trace(model.alloc_grads()));
            update(&mut model, &output.square().mean::<(), _>().backward());
        }
        [model.conv2d_kernel.as_vec(), model.dense_kernel.as_vec()].concat()
    };
    let ours = |optimizer: &dyn Optimizer| {
        let mut moments = Moments::default();
        run(Box::new(|model, grads| {
            let grads = gradients(model, grads);
            moments.update(optimizer, 0.01, model, &grads);
        }))
    };
    let near = |a: Vec<f32>, b: Vec<f32>| {
        a.iter().zip(&b).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{a} {b}"));
        assert_eq!(a.len(), b.len());
    };
    let config = AdamConfig { lr: 0.01, ..Default::default() };
    let mut adam = DfdxAdam::new(&plain(), config);
    near(ours(&Adam::torch(0.01)), run(Box::new(|m, g| adam.update(m, g).unwrap())));
    let momentum = Some(Momentum::Classic(0.9));
    let mut sgd = DfdxSgd::new(&plain(), SgdConfig { lr: 0.01, momentum, weight_decay: None });
    let own = ours(&Sgd::torch(0.01).momentum(0.9));
    near(own, run(Box::new(|m, g| sgd.update(m, g).unwrap())));
}

#[test]
fn gradients_are_cut() {
    let check = |clip: Clip, expect: [&[f32]; 2]| {
        let mut gradients = [("a".to_owned(), vec![3.0, -4.0]), ("b".to_owned(), vec![12.0])];
        clip.apply(&mut gradients);
        for ((_, found), expect) in gradients.iter().zip(expect) {
            assert!(found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-6), "{clip:?}");
        }
    };
    check(Clip::Value(3.5), [&[3.0, -3.5], &[3.5]]);
    check(Clip::Norm(10.0), [&[3.0, -4.0], &[10.0]]);
    check(Clip::GlobalNorm(6.5), [&[1.5, -2.0], &[6.0]]);
    check(Clip::GlobalNorm(20.0), [&[3.0, -4.0], &[12.0]]);
}

#[test]
fn schedules() {
    let check = |schedule: &dyn Schedule, expect: &[(u64, f64)]| {
        for &(step, expect) in expect {
            let rate = schedule.rate(step);
            assert!((rate - expect).abs() < 1e-9, "{rate} at {step}, not {expect}");
        }
    };
    let cosine = CosineDecay {
        initial_learning_rate: 0.0,
        decay_steps: 10,
        alpha: 0.1,
        warmup_target: Some(1.0),
        warmup_steps: 4,
    };
    check(&cosine, &[(0, 0.0), (2, 0.5), (4, 1.0), (9, 0.55), (14, 0.1), (99, 0.1)]);
    let restarts = CosineDecayRestarts {
        initial_learning_rate: 1.0,
        first_decay_steps: 10,
        t_mul: 2.0,
        m_mul: 0.5,
        alpha: 0.0,
    };
    check(
        &restarts,
        &[
            (0, 1.0),
            (5, 0.5),
            (11, 0.25 * (1.0 + (0.05f64 * std::f64::consts::PI).cos())),
            (20, 0.25),
        ],
    );
    let pieces = PiecewiseConstantDecay { boundaries: vec![2, 5], values: vec![3.0, 2.0, 1.0] };
    check(&pieces, &[(2, 3.0), (3, 2.0), (5, 2.0), (6, 1.0)]);
    let polynomial = PolynomialDecay {
        initial_learning_rate: 1.0,
        decay_steps: 10,
        end_learning_rate: 0.2,
        power: 2.0,
    };
    check(&polynomial, &[(0, 1.0), (5, 0.4), (10, 0.2), (50, 0.2)]);
    let cycle = OneCycle {
        max_learning_rate: 1.0,
        total_steps: 100,
        pct_start: 0.3,
        div_factor: 25.0,
        final_div_factor: 1e4,
    };
    check(&cycle, &[(0, 0.04), (29, 1.0), (64, 0.500002), (99, 4e-6)]);
}
