//! Models trained by plans: what their layers do one by one.

mod tensors;

use std::collections::BTreeMap;

use formwork::dfdx::optim::{Adam, AdamConfig, Sgd, SgdConfig};
use formwork::prelude::*;
use formwork::{Context, Statistics, Submodel};
use tensors::values;

model! {
    /// Convolutions, pools and dense layers, and a dropout.
    struct Digits(image: [_, 12, 10, 1]) -> [_, 10] {
        let features = image.conv2d(8, 3).relu().conv2d(20, 3, padding = same).relu();
        let pooled = features.max_pool2d(2).dropout(0.3);
        pooled.flatten().dense(24).relu().dropout(0.5).dense(10)
    }

    /// Skips, joined channels, and images that shrink and grow.
    struct Unet(image: [_, 8, 12, 3]) -> [_, 8, 12, 2] {
        let first = image.conv2d(8, 3, padding = same, bias = false).batch_norm().relu();
        let inner = first.max_pool2d(2).conv2d(16, 3, padding = same).batch_norm().relu();
        let up = inner.conv2d_transpose(8, 2, stride = 2);
        let joined = concat(first, up).conv2d(8, 3, padding = same).batch_norm().relu();
        joined.conv2d(2, 1)
    }

    /// Depthwise convolutions, residuals, strides, and a mean of what is left.
    struct Mobile(image: [_, 9, 11, 3]) -> [_, 4] {
        let stem = image.conv2d(8, 3, stride = 2, padding = same, bias = false).batch_norm().relu6();
        let wide = stem.conv2d(24, 1, bias = false).batch_norm().relu6();
        let deep = wide.depthwise_conv2d(3, padding = same, bias = false).batch_norm().relu6();
        let sum = stem + deep.conv2d(8, 1, bias = false).batch_norm();
        let down = sum.depthwise_conv2d(3, stride = 2, padding = same).silu();
        down.global_avg_pool2d().dense(4)
    }

    /// Gates, norms of samples, groups, learned slopes, and images that are cut, padded and resized.
    struct Gated(image: [_, 9, 8, 6]) -> [_, 5] {
        let stem = image.separable_conv2d(16, 3, padding = same).layer_norm().gelu();
        let squeezed = stem.global_avg_pool2d(keepdims = true).conv2d(6, 1).silu();
        let gated = stem * squeezed.conv2d(16, 1).sigmoid();
        let place = gated.reduce_max(axis = -1, keepdims = true).conv2d(1, 3, padding = same);
        let placed = place.sigmoid() * gated - gated.reduce_mean(axis = 1, keepdims = true);
        let wide = placed.depthwise_conv2d(3, depth_multiplier = 2).group_norm(groups = 4);
        let slopes = wide.prelu(shared_axes = (1, 2), alpha_initializer = constant(0.25));
        let (a, b) = slopes.conv2d(12, 3, groups = 2, stride = 2, padding = same).split(2);
        let larger = maximum(a, b).zero_pad2d(1).upsample2d(2, interpolation = bilinear);
        let turned = larger.crop2d(2).permute((2, 1, 3)).space_to_depth(2).softmax(axis = 1);
        concat(turned, turned.softmax(), axis = 1).reduce_sum(axis = (1, 2)).dense(5).log_softmax()
    }

    /// All that is drawn, between dense layers.
    struct Noisy(x: [_, 12]) -> [_, 5] {
        let kept = x.dense(20, kernel_initializer = lecun_normal).selu().alpha_dropout(0.2);
        let noise = kept.gaussian_noise(0.1).dense(16).gaussian_dropout(0.2);
        noise.layer_norm().dropout(0.3).dense(5)
    }

    /// A model twice, whose weights are trained by both.
    struct Outer(left: [_, 9, 11, 3], right: [_, 9, 11, 3]) -> [_, 3] {
        let mobile = apply::<Mobile>();
        let a: [_, 4] = mobile(left);
        let b: [_, 4] = mobile(right);
        concat(a, b).dense(3)
    }
}

/// By how much each value changed.
fn changes(
    before: &BTreeMap<String, Vec<f32>>,
    after: &BTreeMap<String, Vec<f32>>,
) -> BTreeMap<String, Vec<f32>> {
    let change = |(name, old): (&String, &Vec<f32>)| {
        let change = after[name].iter().zip(old).map(|(new, old)| new - old).collect();
        (name.clone(), change)
    };
    before.iter().map(change).collect()
}

/// Compares values, relative to the largest.
fn assert_close(found: &[f32], expect: &[f32], tolerance: f32, what: &str) {
    assert_within(found, expect, (tolerance, 1e-3), what);
}

/// The same of gradients; to no less than 0.01, since they are told by how much they move weights.
fn assert_gradient(found: &[f32], expect: &[f32], name: &str) {
    assert_within(found, expect, (1e-4, 1e-2), name);
}

fn assert_within(found: &[f32], expect: &[f32], (tolerance, least): (f32, f32), what: &str) {
    let largest = expect.iter().fold(least, |most, x| most.max(x.abs()));
    for (found, expect) in found.iter().zip(expect) {
        let off = (found - expect).abs();
        assert!(off <= tolerance * largest, "{what}: {found}, not {expect} (of {largest})");
    }
}

/// Trains copies of a model by its plan and layer by layer: one step, whose changes are the
/// gradients, and then ten of another optimiser. What a pattern names is frozen.
macro_rules! check {
    ($Model:ident, $inputs:expr, |$given:ident| $traced:expr $(, frozen: $pattern:literal)?) => {{
        let device = Cpu::seed_from_u64(7);
        #[allow(unused_mut, reason = "most models have nothing frozen")]
        let mut model: $Model<Cpu, f32> = $Model::build(&device);
        $(model.freeze($pattern).unwrap();)?
        let $given = $inputs(&device);
        let step = |model: &mut $Model<Cpu, f32>, cx: &mut Context<Cpu>| {
            let output = Submodel::run(&*model, cx, $traced).unwrap();
            model.update(cx).unwrap();
            let answer = output.as_vec();
            (answer, output.square().mean::<Rank0, _>().backward())
        };
        let contexts = |seed| {
            let own = || Context::training().seeded(seed);
            [own(), own().portable(), own().of_data(), own().of_data().portable()]
        };
        let before = values(&model);
        let trained = contexts(1).map(|mut cx| {
            let mut model = model.clone();
            let (answer, gradients) = step(&mut model, &mut cx);
            let sgd = SgdConfig { lr: 1.0, momentum: None, weight_decay: None };
            Sgd::new(&model, sgd).update(&mut model, &gradients).unwrap();
            let planned = format!("{:?}", model.plans).contains("training: 1");
            (answer, changes(&before, &values(&model)), planned)
        });
        let planned = [&trained[0], &trained[1], &trained[2], &trained[3]].map(|run| run.2);
        assert_eq!(planned, [true, false, true, false]);
        for [found, expect] in [[&trained[0], &trained[1]], [&trained[2], &trained[3]]] {
            assert_close(&found.0, &expect.0, 1e-4, "an answer");
            for (name, expect) in &expect.1 {
                let moves = expect.iter().any(|x| *x != 0.0);
                assert_eq!(moves, !model.is_frozen(name), "{name} is trained");
                assert_gradient(&found.1[name], expect, name);
            }
        }
        let steps = [false, true].map(|portable| {
            let mut model = model.clone();
            let config = AdamConfig { lr: 1e-3, ..Default::default() };
            let mut adam = Adam::new(&model, config);
            let mut answers = Vec::new();
            for seed in 0..10 {
                let [planned, own, ..] = contexts(seed);
                let (answer, gradients) =
                    step(&mut model, &mut if portable { own } else { planned });
                adam.update(&mut model, &gradients).unwrap();
                answers.extend(answer);
            }
            answers
        });
        assert_close(&steps[0], &steps[1], 1e-3, "answers of ten steps");
    }};
}

/// Two runs, both of which go back at last, onto gradients that are there; and one that never does.
#[test]
fn runs_on_the_way_at_once() {
    type Image = Tensor<Rank4<6, 12, 10, 1>, f32, Cpu>;
    let device = Cpu::seed_from_u64(3);
    let model: Digits<Cpu, f32> = Digits::build(&device);
    let images: [Image; 3] = std::array::from_fn(|_| device.sample_normal());
    let before = values(&model);
    let changes = [false, true].map(|portable| {
        let mut model = model.clone();
        let run = |model: &Digits<Cpu, f32>, image: &Image, gradients| {
            let cx = Context::training().seeded(5);
            let cx = &mut if portable { cx.portable() } else { cx };
            Submodel::run(model, cx, image.clone().traced(gradients)).unwrap()
        };
        let first = run(&model, &images[0], model.alloc_grads()).square().mean::<Rank0, _>();
        let gradients = first.backward();
        let [a, b] = [1, 2].map(|i| run(&model, &images[i], Gradients::leaky()));
        drop(run(&model, &images[0], Gradients::leaky()));
        let second = a.square().mean::<Rank0, _>() + b.square().sum::<Rank0, _>();
        let mut gradients = vec![gradients, second.backward()];
        if !portable {
            assert!(format!("{:?}", model.plans).contains("training: 3"), "{:?}", model.plans);
        }
        let third = run(&model, &images[0], gradients.remove(0)).square().sum::<Rank0, _>();
        gradients.push(third.backward());
        let sgd = SgdConfig { lr: 1e-2, momentum: None, weight_decay: None };
        for gradients in &gradients {
            Sgd::new(&model, sgd).update(&mut model, gradients).unwrap();
        }
        changes(&before, &values(&model))
    });
    for (name, expect) in &changes[1] {
        assert!(expect.iter().any(|x| *x != 0.0), "{name} is trained");
        assert_gradient(&changes[0][name], expect, name);
    }
}

#[test]
fn digits() {
    type Image = Tensor<Rank4<6, 12, 10, 1>, f32, Cpu>;
    check!(Digits, |device: &Cpu| -> Image { device.sample_normal() }, |image| image.leaky_trace());
}

#[test]
fn unet() {
    type Image = Tensor<Rank4<3, 8, 12, 3>, f32, Cpu>;
    check!(Unet, |device: &Cpu| -> Image { device.sample_normal() }, |image| image.leaky_trace());
}

#[test]
fn mobile() {
    type Image = Tensor<Rank4<5, 9, 11, 3>, f32, Cpu>;
    check!(Mobile, |device: &Cpu| -> Image { device.sample_normal() }, |image| image.leaky_trace());
}

#[test]
fn gated() {
    type Image = Tensor<Rank4<4, 9, 8, 6>, f32, Cpu>;
    check!(Gated, |device: &Cpu| -> Image { device.sample_normal() }, |image| image.leaky_trace());
}

#[test]
fn noisy() {
    type Rows = Tensor<Rank2<6, 12>, f32, Cpu>;
    check!(Noisy, |device: &Cpu| -> Rows { device.sample_normal() }, |rows| rows.leaky_trace());
}

#[test]
fn frozen_statistics() {
    type Image = Tensor<Rank4<5, 9, 11, 3>, f32, Cpu>;
    let images = |device: &Cpu| -> Image { device.sample_normal() };
    check!(Mobile, images, |image| image.leaky_trace(), frozen: "*.moving_*");
    check!(Mobile, images, |image| image.leaky_trace(), frozen: "stem*.batch_norm");
}

#[test]
fn one_tensor_as_two_inputs() {
    type Image = Tensor<Rank4<5, 9, 11, 3>, f32, Cpu>;
    let device = Cpu::seed_from_u64(2);
    let model: Outer<Cpu, f32> = Outer::build(&device);
    let image: Image = device.sample_normal();
    let gradients = [Context::training(), Context::training().portable()].map(|mut cx| {
        let inputs = (image.clone().leaky_trace(), image.clone().leaky_trace());
        let output = Submodel::run(&model, &mut cx, inputs).unwrap();
        output.square().sum::<Rank0, _>().backward().get(&image).as_vec()
    });
    assert!(gradients[1].iter().any(|x| *x != 0.0));
    assert_gradient(&gradients[0], &gradients[1], "the image");
}

#[test]
fn models_in_models() {
    type Image = Tensor<Rank4<5, 9, 11, 3>, f32, Cpu>;
    let images = |device: &Cpu| -> [Image; 2] { [device.sample_normal(), device.sample_normal()] };
    check!(Outer, images, |images| (images[0].leaky_trace(), images[1].leaky_trace()));
}
