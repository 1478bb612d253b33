//! The golden expansions of the compiler, compiled and run.

use formwork::dfdx::data::OneHotEncode;
use formwork::dfdx::optim::{Adam, Optimizer};
use formwork::prelude::*;

/// `golden!(file)`: the expansion in `compiler/tests/expansions/file.rs`.
macro_rules! golden {
    ($($name:ident),*) => { $(
        #[allow(dead_code, nonstandard_style, clippy::identity_op, clippy::type_complexity, reason = "goldens are written to be awkward")]
        mod $name {
            #[allow(unused_imports, reason = "only some are made of constants")]
            use super::{SIZE, limits};
            include!(concat!("../../compiler/tests/expansions/", stringify!($name), ".rs"));
        }
    )* };
}

golden!(deep, digits, folded, outer, pixels, residual, shared, squeeze, symbolic, two_by_two);

const SIZE: usize = 6;

mod limits {
    pub const WIDTH: usize = 3;
}

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

#[test]
fn constants_of_the_crate_are_sizes() {
    let device = Cpu::seed_from_u64(6);
    let model = outer::Outer::build(&device);
    let image: Tensor<Rank4<2, SIZE, SIZE, 3>, f32, Cpu> = device.sample_normal();
    let table = device.zeros_like(&(Const::<2>, 5_usize, Const::<1>, Const::<3>));
    let (scores, rows) = model.forward(image, table);
    let scores: Tensor<Rank2<2, 36>, f32, Cpu> = scores;
    assert!(scores.as_vec().iter().all(|score| score.is_finite()));
    assert_eq!(rows.shape(), &(Const::<2>, 15));
}

type Free = Tensor<(usize, usize, usize, Const<3>), f32, Cpu>;

fn inputs(device: &Cpu, [h, w]: [usize; 2], half: [usize; 2]) -> (Free, Half) {
    let [h2, w2] = half;
    let image = device.zeros_like(&(2, h, w, Const::<3>));
    (image, device.zeros_like(&(2, h2, w2, Const::<1>)))
}

type Half = Tensor<(usize, usize, usize, Const<1>), f32, Cpu>;

#[test]
fn a_symbolic_model_runs_at_every_size_that_it_is_declared_for() {
    let device = Cpu::seed_from_u64(7);
    let model: symbolic::Symbolic = symbolic::Symbolic::build(&device);
    let other: symbolic::Symbolic<5, 6> = symbolic::Symbolic::build(&device);
    assert_eq!(model.num_trainable_params(), symbolic::Symbolic::<3, 4>::TRAINABLE_PARAMS);
    assert_eq!(other.num_trainable_params(), symbolic::Symbolic::<5, 6>::TRAINABLE_PARAMS);
    for (h, w) in [(8, 2), (8, 6), (12, 30), (40, 4)] {
        let (image, half) = inputs(&device, [h, w], [h / 2, w / 2]);
        let (map, scores) = model.forward(image.clone(), half.clone());
        assert_eq!(map.shape(), &(2, h, w, Const::<3>));
        let scores = scores.realize::<(usize, Const<5>)>();
        assert_eq!(scores.shape(), &(2, Const::<5>));
        let (map, scores) = other.forward(image, half);
        assert_eq!((map.shape().3.size(), scores.shape().1.size()), (5, 7));
    }
    let typed: Tensor<Rank4<1, 16, 8, 3>, f32, Cpu> = device.zeros();
    let half = device.zeros_like(&(Const::<1>, 8, 4, Const::<1>));
    let (map, _) = model.forward(typed, half);
    let _: &Tensor<Rank4<1, 16, 8, 3>, f32, Cpu> = &map;
}

#[test]
fn other_sizes_are_refused_at_the_entry() {
    let device = Cpu::seed_from_u64(8);
    let model: symbolic::Symbolic = symbolic::Symbolic::build(&device);
    let check = |size, half, expect: &str| {
        let (image, half) = inputs(&device, size, half);
        let error = model.try_forward(image, half).unwrap_err();
        assert_eq!(error.to_string(), expect);
    };
    check(
        [10, 4],
        [5, 2],
        "`Symbolic`: the height of `image` is 10; `H` must be a multiple of 4, at least 8; \
         the nearest sizes that work are 8 and 12",
    );
    check(
        [4, 4],
        [2, 2],
        "`Symbolic`: the height of `image` is 4; `H` must be a multiple of 4, at least 8; \
         the nearest size that works is 8",
    );
    check(
        [12, 7],
        [6, 3],
        "`Symbolic`: the width of `image` is 7; `W` must be a multiple of 2; \
         the nearest sizes that work are 6 and 8",
    );
    check([12, 4], [5, 2], "`Symbolic`: the height of `half` is 5, not 6, which is H/2");
    let (image, _) = inputs(&device, [8, 4], [4, 2]);
    let half = device.zeros_like(&(3, 4, 2, Const::<1>));
    assert_eq!(
        model.try_forward(image, half).unwrap_err().to_string(),
        "`Symbolic`: the batch of `half` is 3, not 2, as the batch of `image` is",
    );
}

#[test]
fn a_layer_that_is_applied_twice_has_one_set_of_weights() {
    let device = Cpu::seed_from_u64(9);
    let mut model = shared::Shared::build(&device);
    // Two encoders of 3·3·3·4 + 4 and 4·4, a batch norm of 4·4, a head of 3·3·4·5 + 5.
    assert_eq!(shared::Shared::PARAMS, 2 * (108 + 4 + 16) + 16 + 185);
    assert_eq!(model.num_trainable_params(), shared::Shared::TRAINABLE_PARAMS);
    let (left, right): (Image<8, 3>, Image<8, 3>) =
        (device.sample_normal(), device.sample_normal());
    let loss = |model: &shared::Shared, gradients| {
        model.forward(left.trace(gradients), right.leaky_trace()).square().mean()
    };
    check_gradients!(model, loss, [head_conv2d_kernel, head_conv2d_bias, norm_batch_norm_beta]);
    let gradients = loss(&model, model.alloc_grads()).backward();
    let of_encoder = |encoder: &shared::Encoder| {
        gradients.get(&encoder.conv2d_kernel).as_vec().iter().any(|gradient| *gradient != 0.0)
    };
    assert!(of_encoder(&model.encoder_encoder) && of_encoder(&model.own_encoder));
}

#[test]
fn the_statistics_of_a_submodel_move_with_each_application() {
    let device = Cpu::seed_from_u64(10);
    let mut model = shared::Shared::build(&device);
    let (left, right): (Image<8, 3>, Image<8, 3>) =
        (device.sample_normal(), device.sample_normal());
    let statistics = |model: &shared::Shared| {
        [&model.encoder_encoder, &model.own_encoder]
            .map(|encoder| encoder.batch_norm_moving_mean.as_vec())
    };
    assert_eq!(statistics(&model), [[0.0; 4], [0.0; 4]]);
    model.forward_mut(left.clone(), right.clone());
    let [twice, once] = statistics(&model);
    assert!(twice.iter().chain(&once).all(|mean| *mean != 0.0));
    // The shared encoder saw both images, the other only the left one.
    let alone = |images: &Image<8, 3>| {
        let mut encoder = model.encoder_encoder.clone();
        encoder.batch_norm_moving_mean = device.zeros();
        encoder.forward_mut(images.clone());
        encoder.batch_norm_moving_mean.as_vec()
    };
    let (of_left, of_right) = (alone(&left), alone(&right));
    for (twice, (left, right)) in twice.iter().zip(of_left.iter().zip(&of_right)) {
        assert!((twice - (0.99 * left + right)).abs() < 1e-6);
    }
}

#[test]
fn a_model_with_submodels_is_saved_and_loaded_by_name() {
    let device = Cpu::seed_from_u64(11);
    let (model, mut other) = (shared::Shared::build(&device), shared::Shared::build(&device));
    let path = std::env::temp_dir().join(format!("formwork-shared-{}", std::process::id()));
    model.save(&path).unwrap();
    other.load(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let images: Image<8, 3> = device.sample_normal();
    let [a, b] = [&model, &other].map(|model| model.forward(images.clone(), images.clone()));
    assert_eq!(a.array(), b.array());
}
