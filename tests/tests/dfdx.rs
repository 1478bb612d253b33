//! dfdx's own tools work on a model as on any of its modules.

use formwork::dfdx::optim::{RMSprop, Sgd};
use formwork::prelude::*;

model! {
    struct Small(image: [_, 6, 6, 2]) -> [_, 3] {
        image.conv2d(4, 3, bias = false).batch_norm(momentum = 0.5).relu().flatten().dense(3)
    }

    /// A batch that is written: no other fits.
    struct Fixed(image: [2, 6, 6, 2]) -> [2, 3] {
        let x = image.global_avg_pool2d();
        x.dense(3)
    }
}

type Images = Tensor<Rank4<2, 6, 6, 2>, f32, Cpu>;

fn loss(model: &mut Small, images: &Images, gradients: Gradients<f32, Cpu>) -> Gradients<f32, Cpu> {
    model.forward_mut(images.trace(gradients)).square().mean::<(), _>().backward()
}

fn squares(logits: Tensor<Rank2<2, 3>, f32, Cpu>) -> f32 {
    logits.as_vec().iter().map(|x| x * x).sum()
}

fn check(mut step: impl FnMut(&mut Small, &Gradients<f32, Cpu>)) {
    let device = Cpu::seed_from_u64(3);
    let images: Images = device.sample_normal();
    let mut model = Small::build(&device);
    let mut gradients = model.alloc_grads();
    let before = squares(model.forward(images.clone()));
    for _ in 0..20 {
        gradients = loss(&mut model, &images, gradients);
        step(&mut model, &gradients);
        model.zero_grads(&mut gradients);
    }
    let after = squares(model.forward(images));
    assert!(after < 0.5 * before, "{before} to {after}");
}

#[test]
fn optimisers_train() {
    let model = Small::build(&Cpu::default());
    let mut sgd = Sgd::new(&model, Default::default());
    check(|model, gradients| sgd.update(model, gradients).unwrap());
    let mut rmsprop = RMSprop::new(&model, Default::default());
    check(|model, gradients| rmsprop.update(model, gradients).unwrap());
}

#[test]
fn statistics_are_no_trainable_parameters() {
    let model = Small::build(&Cpu::default());
    assert_eq!(Small::PARAMS, 3 * 3 * 2 * 4 + 4 * 4 + (64 * 3 + 3));
    assert_eq!(model.num_trainable_params(), Small::TRAINABLE_PARAMS);
    assert_eq!(Small::PARAMS - Small::TRAINABLE_PARAMS, 2 * 4);
}

#[test]
fn a_moving_average_follows_and_a_copy_stays() {
    let device = Cpu::seed_from_u64(4);
    let (mut average, model) = (Small::build(&device), Small::build(&device));
    let start = average.dense_kernel.as_vec();
    average.ema(&model, 0.75);
    for ((moved, start), target) in
        average.dense_kernel.as_vec().iter().zip(start).zip(model.dense_kernel.as_vec())
    {
        assert!((moved - (0.75 * start + 0.25 * target)).abs() < 1e-6);
    }
    let copy: Small = average.to_device(&Cpu::default());
    assert_eq!(copy.conv2d_kernel.as_vec(), average.conv2d_kernel.as_vec());
}

#[test]
fn a_model_is_a_module() {
    let device = Cpu::seed_from_u64(5);
    let model = device.build_module::<Small, f32>();
    let images: Tensor<(usize, Const<6>, Const<6>, Const<2>), f32, Cpu> =
        device.ones_like(&(3, Const, Const, Const));
    let logits = Module::try_forward(&model, images.clone()).unwrap();
    assert_eq!(logits.as_vec(), model.forward(images).as_vec());
}

#[test]
fn a_written_batch_is_the_only_one() {
    let device = Cpu::seed_from_u64(6);
    let images: Images = device.sample_normal();
    let logits: Tensor<Rank2<2, 3>, f32, Cpu> = Fixed::build(&device).forward(images);
    assert_eq!(logits.as_vec().len(), 6);
}
