//! Frozen parameters stay as they are, whatever trains the model.

mod tensors;

use std::collections::BTreeMap;

use formwork::dfdx::optim::{Adam, Momentum, RMSprop, Sgd, WeightDecay};
use formwork::prelude::*;
use formwork::{Context, Statistics, Submodel};
use tensors::values;

model! {
    struct Net(image: [_, 6, 6, 2]) -> [_, 3] {
        let stem = image.conv2d(4, 3, bias = false).batch_norm(momentum = 0.5).relu();
        let body = stem.conv2d(5, 3).batch_norm(momentum = 0.5).relu();
        body.flatten().dense(3, name = "head")
    }

    /// A model twice, and a batch norm twice.
    struct Outer(left: [_, 6, 6, 2], right: [_, 6, 6, 2]) -> [_, 4] {
        let encoder = apply::<Net>();
        let norm = batch_norm(momentum = 0.5);
        let a: [_, 3] = encoder(left);
        let b: [_, 3] = encoder(right);
        concat(norm(a), norm(b)).dense(4)
    }
}

type Images = Tensor<Rank4<3, 6, 6, 2>, f32, Cpu>;

/// Names of the tensors that differ.
fn moved(before: &BTreeMap<String, Vec<f32>>, after: &BTreeMap<String, Vec<f32>>) -> Vec<String> {
    before.iter().filter(|(name, old)| after[*name] != **old).map(|(n, _)| n.clone()).collect()
}

/// Trains a net of which `patterns` are frozen, after two steps with nothing frozen: what moves.
fn train<O: Optimizer<Net<Cpu>, Cpu, f32>>(mut optimiser: O, patterns: &[&str]) -> Vec<String> {
    let device = Cpu::seed_from_u64(1);
    let mut net = Net::build(&device);
    let images: Images = device.sample_normal();
    let mut gradients = net.alloc_grads();
    let mut step = |net: &mut Net| {
        let all = std::mem::replace(&mut gradients, Gradients::leaky());
        gradients = net.forward_mut(images.trace(all)).square().mean().backward();
        optimiser.update(net, &gradients).unwrap();
        net.zero_grads(&mut gradients);
    };
    step(&mut net);
    step(&mut net);
    for pattern in patterns {
        net.freeze(pattern).unwrap();
    }
    let before = values(&net);
    step(&mut net);
    step(&mut net);
    moved(&before, &values(&net))
}

#[test]
fn no_optimiser_moves_what_is_frozen() {
    let check = |patterns: &[&str], expect: &[&str]| {
        let l2 = Some(WeightDecay::L2(0.1));
        let decoupled = Some(WeightDecay::Decoupled(0.1));
        let net = Net::build(&Cpu::default());
        for weight_decay in [None, l2, decoupled] {
            let momentum = Some(Momentum::Nesterov(0.9));
            let sgd = Sgd::new(&net, SgdConfig { lr: 1e-2, momentum, weight_decay });
            assert_eq!(train(sgd, patterns), expect, "SGD, {patterns:?}, {weight_decay:?}");
            let config = AdamConfig { weight_decay, ..AdamConfig::default() };
            let adam = Adam::new(&net, config);
            assert_eq!(train(adam, patterns), expect, "Adam, {patterns:?}, {weight_decay:?}");
            let config = RMSpropConfig { weight_decay, ..RMSpropConfig::default() };
            let rmsprop = RMSprop::new(&net, config);
            assert_eq!(train(rmsprop, patterns), expect, "RMSprop, {patterns:?}, {weight_decay:?}");
        }
    };
    let body = ["beta", "gamma", "moving_mean", "moving_variance"];
    let body = body.map(|kind| format!("body.batch_norm.{kind}"));
    let [beta, gamma, mean, variance] = body.each_ref().map(String::as_str);
    let (bias, kernel) = ("body.conv2d.bias", "body.conv2d.kernel");
    let head = ["head.bias", "head.kernel"];
    check(&["stem"], &[beta, gamma, mean, variance, bias, kernel, head[0], head[1]]);
    check(&["stem", "body.*"], &head);
    check(&["*.kernel", "stem.batch_norm", mean], &[beta, gamma, bias, head[0]]);
    check(&["stem", "*.gamma", "*.bias"], &[beta, mean, variance, kernel, head[1]]);
    check(&["*"], &[]);
}

#[test]
fn a_frozen_batch_norm_answers_as_at_inference() {
    let device = Cpu::seed_from_u64(2);
    let mut net = Net::build(&device);
    let images: Images = device.sample_normal();
    net.forward_mut(images.clone());
    let answer = net.forward(images.clone()).as_vec();
    // Other kernels make it in training, which add up in another order.
    let answers = |net: &mut Net<Cpu, f32>| {
        let found = net.forward_mut(images.clone()).as_vec();
        found.iter().zip(&answer).all(|(found, expect)| (found - expect).abs() <= 1e-5)
    };
    assert!(!answers(&mut net.clone()));
    net.freeze("*batch_norm").unwrap();
    assert!(answers(&mut net.clone()));
    // Its statistics decide: scale and shift may be trained.
    net.unfreeze("*.gamma").unwrap();
    net.unfreeze("*.beta").unwrap();
    assert!(answers(&mut net.clone()));
    net.unfreeze("*.moving_mean").unwrap();
    assert!(answers(&mut net.clone()));
    net.unfreeze("*").unwrap();
    assert!(!answers(&mut net));
}

#[test]
fn the_statistics_of_the_others_still_find_their_layers() {
    let device = Cpu::seed_from_u64(3);
    let (left, right): (Images, Images) = (device.sample_normal(), device.sample_normal());
    let net = |kind: &str| format!("encoder.net.{kind}");
    let statistics = |layer: &str| ["mean", "variance"].map(|s| format!("{layer}.moving_{s}"));
    let check = |pattern: &str, expect: &[String]| {
        let mut outer = Outer::build(&device);
        outer.freeze(pattern).unwrap();
        let before = values(&outer);
        let gradients = outer.alloc_grads();
        outer.forward_mut(left.trace(gradients), right.leaky_trace());
        let mut expect = expect.to_vec();
        expect.sort();
        assert_eq!(moved(&before, &values(&outer)), expect, "{pattern}");
    };
    let [stem, body] = ["stem", "body"].map(|part| statistics(&net(&format!("{part}.batch_norm"))));
    let norm = statistics("norm.batch_norm");
    check("encoder", &norm);
    check("encoder.net.stem", &[norm.clone(), body.clone()].concat());
    check("*body*", &[norm.clone(), stem.clone()].concat());
    check("norm", &[stem.clone(), body.clone()].concat());
    check("*.gamma", &[norm, stem, body].concat());
}

#[test]
fn what_is_not_frozen_gets_the_same_gradient() {
    let device = Cpu::seed_from_u64(4);
    let mut net = Net::build(&device);
    let images: Images = device.sample_normal();
    net.freeze("*batch_norm").unwrap();
    let gradient = |net: &mut Net| {
        let output = net.forward_mut(images.trace(net.alloc_grads()));
        let gradients = output.square().mean().backward();
        (gradients.get(&net.stem_conv2d_kernel).as_vec(), gradients.get(&net.head_bias).as_vec())
    };
    let before = gradient(&mut net);
    net.freeze("body").unwrap();
    net.freeze("head.kernel").unwrap();
    assert_eq!(gradient(&mut net), before);
}

#[test]
fn what_is_frozen_up_to_the_first_trained_layer_runs_without_a_tape() {
    let device = Cpu::seed_from_u64(7);
    let (left, right): (Images, Images) = (device.sample_normal(), device.sample_normal());
    // Whether the images get a gradient as they would otherwise.
    let check = |patterns: &[&str], images: bool| {
        let mut outer = Outer::build(&device);
        for pattern in patterns {
            outer.freeze(pattern).unwrap();
        }
        let run = |cx: &mut Context<Cpu>| {
            let mut outer = outer.clone();
            let inputs = (left.leaky_trace(), right.leaky_trace());
            let output = outer.run(cx, inputs).unwrap();
            outer.update(cx).unwrap();
            let (answer, statistics) = (output.as_vec(), values(&outer));
            let gradients = output.square().sum::<Rank0, _>().backward();
            let sgd = SgdConfig { lr: 0.01, ..Default::default() };
            // A tensor without a gradient is an error; what has one has moved by it.
            let _ = Sgd::new(&outer, sgd).update(&mut outer, &gradients);
            let mut pair = [left.clone(), right.clone()];
            let moved = pair.each_mut().map(|x| Sgd::new(x, sgd).update(x, &gradients).is_ok());
            (answer, statistics, values(&outer), moved)
        };
        let own = || Context::training().portable();
        let (whole, apart) = (run(&mut own()), run(&mut own().of_data()));
        assert_eq!((&whole.0, &whole.1), (&apart.0, &apart.1), "{patterns:?}");
        assert_eq!(whole.2, apart.2, "{patterns:?}");
        assert_eq!((whole.3, apart.3), ([true; 2], [images; 2]), "{patterns:?}");
        // By plans, which make no gradient of data, whatever is frozen.
        let (planned, of_data) =
            (run(&mut Context::training()), run(&mut Context::training().of_data()));
        assert_eq!((&planned.0, &planned.1), (&of_data.0, &of_data.1), "{patterns:?}");
        assert_eq!((&planned.2, planned.3), (&of_data.2, [true; 2]), "{patterns:?}");
        assert_eq!(moved(&planned.1, &planned.2), moved(&whole.1, &whole.2), "{patterns:?}");
        assert_ne!(moved(&apart.1, &apart.2), [""; 0], "{patterns:?}");
    };
    check(&["encoder"], false);
    check(&["encoder.net.stem", "encoder.net.body", "norm"], false);
    check(&["norm", "dense"], true);
    check(&["encoder.net.body", "norm"], true);
    check(&["encoder", "norm", "dense.kernel"], false);
    check(&["encoder.net.stem.batch_norm"], true);
}

#[test]
fn copies_are_frozen_too() -> Result<(), Box<dyn std::error::Error>> {
    let device = Cpu::seed_from_u64(5);
    let mut outer = Outer::build(&device);
    let count = outer.freeze("encoder.net.*")?;
    assert_eq!(count, Net::PARAMS);
    assert_eq!(outer.num_trainable_params(), Outer::TRAINABLE_PARAMS - Net::TRAINABLE_PARAMS);
    let names = outer.frozen();
    assert_eq!(names.len(), 13);
    assert!(names.iter().all(|name| outer.is_frozen(name)));
    assert!(!outer.is_frozen("dense.kernel") && !outer.is_frozen("encoder"));

    assert_eq!(outer.clone().frozen(), names);
    assert_eq!(outer.to_device(&Cpu::default()).frozen(), names);
    let file = std::env::temp_dir().join(format!("freeze-{}.safetensors", std::process::id()));
    outer.save(&file)?;
    outer.load(&file)?;
    assert_eq!(outer.frozen(), names);
    let mut new = Outer::build(&device);
    new.load(&file)?;
    std::fs::remove_file(file)?;
    assert_eq!(new.frozen(), [""; 0]);

    assert_eq!(outer.unfreeze("encoder.net.head")?, 20 * 3 + 3);
    assert_eq!(outer.frozen().len(), 11);
    outer.unfreeze("*")?;
    assert_eq!(outer.frozen(), [""; 0]);
    assert_eq!(outer.num_trainable_params(), Outer::TRAINABLE_PARAMS);
    Ok(())
}

#[test]
fn a_moving_average_leaves_its_frozen_part() {
    let device = Cpu::seed_from_u64(6);
    let (mut average, mut net) = (Net::build(&device), Net::build(&device));
    average.freeze("stem.*").unwrap();
    net.freeze("head").unwrap();
    let before = values(&average);
    average.ema(&net, 0.5);
    let moved = moved(&before, &values(&average));
    assert_eq!(moved, ["body.conv2d.kernel", "head.kernel"]);
}

#[test]
fn a_pattern_that_names_nothing_is_an_error() {
    let mut outer = Outer::build(&Cpu::default());
    let mut check = |pattern: &str, expect: &str| {
        let error = outer.freeze(pattern).unwrap_err();
        assert_eq!(error.to_string().lines().next(), Some(expect));
        assert_eq!(outer.unfreeze(pattern).unwrap_err(), error);
        assert_eq!(error.layers.len(), 7);
        assert_eq!(outer.frozen(), [""; 0]);
    };
    check("enconder.*", "nothing in the model is named `enconder.*`; did you mean `encoder`?");
    check(
        "dense.kernal",
        "nothing in the model is named `dense.kernal`; did you mean `dense.kernel`?",
    );
    check("backbone", "nothing in the model is named `backbone`");
    check("", "nothing in the model is named ``");
}
