//! The golden expansions of the compiler, compiled and run.

use formwork::dfdx::data::OneHotEncode;
use formwork::dfdx::optim::{Adam, Optimizer};
use formwork::prelude::*;

/// `golden!(file)`: the expansion in `compiler/tests/expansions/file.rs`.
macro_rules! golden {
    ($($name:ident),*) => { $(
        #[allow(dead_code, nonstandard_style, clippy::type_complexity, reason = "goldens are written to be awkward")]
        mod $name {
            include!(concat!("../../compiler/tests/expansions/", stringify!($name), ".rs"));
        }
    )* };
}

golden!(deep, digits, residual, squeeze, two_by_two);

type Image<const SIZE: usize, const CHANNELS: usize> =
    Tensor<Rank4<2, SIZE, SIZE, CHANNELS>, f32, Cpu>;

#[test]
fn digits_learns() {
    let device = Cpu::seed_from_u64(0);
    let mut model = device.build_module::<digits::Digits, f32>();
    assert_eq!(model.num_trainable_params(), digits::Digits::TRAINABLE_PARAMS);
    let mut adam = Adam::new(&model, Default::default());
    let images: Image<28, 1> = device.sample_normal();
    let labels = device.one_hot_encode(Const::<10>, [3, 7]);
    let loss = |model: &digits::Digits| {
        cross_entropy_with_logits_loss(model.forward(images.clone()), labels.clone()).array()
    };
    let before = loss(&model);
    for _ in 0..3 {
        let logits = model.forward_mut(images.trace(model.alloc_grads()));
        let gradients = cross_entropy_with_logits_loss(logits, labels.clone()).backward();
        adam.update(&mut model, &gradients).unwrap();
    }
    assert!(loss(&model) < before);
}

/// Compares the gradients of some parameters with how the loss changes.
macro_rules! check_gradients {
    ($model:ident, $loss:expr, [$($field:ident),*]) => {{
        let loss = $loss;
        let gradients = loss(&$model, $model.alloc_grads()).backward();
        $({
            let gradient = gradients.get(&$model.$field).as_vec();
            let start = $model.$field.as_vec();
            for i in 0..start.len().min(8) {
                let mut at = |value: f32| {
                    let mut moved = start.clone();
                    moved[i] = value;
                    $model.$field.copy_from(&moved);
                    loss(&$model, Gradients::leaky()).array()
                };
                let step = 2e-3;
                let slope = (at(start[i] + step) - at(start[i] - step)) / (2.0 * step);
                let close = (slope - gradient[i]).abs() <= 0.02 * slope.abs().max(0.05);
                assert!(close, "{} {i}: {slope} is not {}", stringify!($field), gradient[i]);
            }
            $model.$field.copy_from(&start);
        })*
    }};
}

#[test]
fn a_value_read_twice_gets_both_gradients() {
    let device = Cpu::seed_from_u64(1);
    let mut model = residual::Residual::build(&device);
    let images: Image<8, 3> = device.sample_normal();
    let loss = |model: &residual::Residual, gradients| {
        model.forward(images.trace(gradients)).square().mean()
    };
    check_gradients!(model, loss, [x_conv2d_bias, x_conv2d_kernel, block_y_batch_norm_beta]);
}

#[test]
fn a_broadcast_value_gets_both_gradients() {
    let device = Cpu::seed_from_u64(2);
    let mut model = squeeze::Squeeze::build(&device);
    let images: Image<8, 16> = device.sample_normal();
    let loss = |model: &squeeze::Squeeze, gradients| {
        model.forward(images.trace(gradients)).square().mean()
    };
    check_gradients!(
        model,
        loss,
        [squeeze_excite_scale_conv2d_bias, squeeze_excite_scale_conv2d_1_bias]
    );
}

#[test]
fn the_first_output_carries_every_tape() {
    let device = Cpu::seed_from_u64(3);
    let mut model = two_by_two::TwoByTwo::build(&device);
    let (image, mask): (Image<8, 3>, Image<8, 1>) =
        (device.sample_normal(), device.sample_normal());
    let both = |model: &two_by_two::TwoByTwo, gradients| {
        let (scores, product) = model.forward(image.trace(gradients), mask.leaky_trace());
        scores.square().mean() + product.square().mean()
    };
    check_gradients!(model, both, [tensor_conv2d_bias, tensor_conv2d_kernel, d_dense_bias]);
    let first = |model: &two_by_two::TwoByTwo, gradients| {
        let (scores, _) = model.forward(image.trace(gradients), mask.leaky_trace());
        scores.square().mean()
    };
    check_gradients!(model, first, [tensor_conv2d_bias, tensor_conv2d_kernel, d_dense_bias]);
}

#[test]
fn training_moves_the_statistics_and_inference_does_not() {
    let device = Cpu::seed_from_u64(4);
    let mut model = residual::Residual::build(&device);
    let images: Image<8, 3> = device.sample_normal();
    let statistics = |model: &residual::Residual| {
        [&model.block_y_batch_norm_moving_mean, &model.x_block_y_batch_norm_1_moving_variance]
            .map(|statistic| statistic.as_vec())
    };
    let before = statistics(&model);
    model.forward(images.clone());
    assert_eq!(statistics(&model), before);
    model.forward_mut(images);
    let after = statistics(&model);
    assert!((0..2).all(|i| before[i].iter().zip(&after[i]).all(|(a, b)| a != b)));
}

#[test]
fn a_model_of_many_parameters_is_whole() {
    let device = Cpu::seed_from_u64(5);
    let model = deep::Tensor::build(&device);
    assert_eq!(model.num_trainable_params(), deep::Tensor::PARAMS);
    let images: Image<4, 2> = device.sample_normal();
    assert_eq!(model.forward(images).shape().num_elements(), 2 * 4 * 4 * 2);
}
