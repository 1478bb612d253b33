//! Models without their batch normalisation.

use formwork::prelude::*;

model! {
    /// Every layer that takes a batch norm, before it and after it.
    #[fold_batch_norm(Folded)]
    #[remove_batch_norm(Plain)]
    pub struct Every<H, W, const F: usize = 4>(image: [_, H, W, 3]) -> ([_, F + 1], [_, F, F])
    where H >= 12, W >= 12
    {
        let stem = image.conv2d(F, 3, padding = same, bias = false).batch_norm().relu();
        let own: [_, H, W, 4] = image.apply::<Inner>();
        let deep = own.depthwise_conv2d(3, depth_multiplier = 2).batch_norm(epsilon = 1e-5, scale = false).relu();
        let wide = deep.separable_conv2d(6, 3, stride = 2).batch_norm(center = false).batch_norm();
        let up = wide.conv2d_transpose(8, 3, stride = 2).batch_norm().relu();
        let groups = up.batch_norm().conv2d(6, 3, groups = 2).batch_norm().silu();
        let apart = groups.batch_norm();
        let one = apart.separable_conv2d(5, 3);
        let two = apart.depthwise_conv2d(3, bias = false).dense(5);
        let flat = concat(one, two).batch_norm().dense(F + 1).batch_norm().global_avg_pool2d();
        let rows = stem.global_avg_pool2d().dense(F * F, bias = false).batch_norm(center = false, scale = false);
        (flat, rows.reshape([_, F, F]))
    }

    struct Inner<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
        image.conv2d(4, 1, bias = false).batch_norm().relu()
    }
}

type Images = Tensor<(usize, usize, usize, Const<3>), f32, Cpu>;

/// A model whose every value, statistics included, is drawn.
fn drawn<const F: usize>(device: &Cpu) -> Every<F> {
    let mut model: Every<F> = Every::build(device);
    // A few steps move the statistics, and one of the optimiser all else.
    for _ in 0..3 {
        let mut images: Images = device.sample_normal_like(&(4, 14, 13, Const));
        images = images * 2.0 + 0.5;
        let gradients = model.alloc_grads();
        let (a, b) = model.forward_mut(images.trace(gradients));
        let gradients = (a.square().sum::<Rank0, _>() + b.square().sum::<Rank0, _>()).backward();
        let config = SgdConfig { lr: 1e-3, ..Default::default() };
        formwork::dfdx::optim::Sgd::new(&model, config).update(&mut model, &gradients).unwrap();
    }
    model
}

fn check<const F: usize>(seed: u64) {
    let device = Cpu::seed_from_u64(seed);
    let model = drawn::<F>(&device);
    let folded: Folded<F> = model.fold_batch_norm();
    let images: Images = device.sample_normal_like(&(2, 15, 12, Const));
    let outputs = |(a, b): (Vec<f32>, Vec<f32>)| [a, b].concat();
    let (a, b) = model.forward(images.clone());
    let expected = outputs((a.as_vec(), b.as_vec()));
    let (a, b) = folded.forward(images.clone());
    let found = outputs((a.as_vec(), b.as_vec()));
    let largest = expected.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
    for (expected, found) in expected.iter().zip(&found) {
        assert!((expected - found).abs() <= 1e-5 * largest, "{expected}, folded {found}");
    }

    let plain: Plain<F> = model.remove_batch_norm();
    let (a, b) = plain.forward(images);
    assert_ne!(outputs((a.as_vec(), b.as_vec())), expected);
    assert_eq!(plain.stem_conv2d_kernel.as_vec(), model.stem_conv2d_kernel.as_vec());
    assert_eq!(plain.stem_conv2d_bias.as_vec(), vec![0.0; F]);
    assert_eq!(plain.up_conv2d_transpose_bias.as_vec(), model.up_conv2d_transpose_bias.as_vec());
}

#[test]
fn folding_keeps_the_answers() {
    (0..4).for_each(check::<4>);
    check::<6>(9);
}

#[test]
fn twins_are_models_of_their_own() -> Result<(), Box<dyn std::error::Error>> {
    let device = Cpu::seed_from_u64(1);
    let mut model: Every = Every::build(&device);
    model.freeze("stem")?;
    let mut folded = model.fold_batch_norm();
    assert_eq!(folded.frozen(), [""; 0]);
    // What stands behind a batch norm gets a bias, too.
    assert_eq!(Folded::<4>::PARAMS, Plain::<4>::PARAMS + 6);
    assert!(!Folded::<4>::GRAPH.contains("batch_norm("), "{}", Folded::<4>::GRAPH);
    assert!(Folded::<4>::summary().starts_with("model Folded"), "{}", Folded::<4>::summary());
    // The applied model keeps its own.
    assert_eq!(folded.freeze("*batch_norm*")?, 4 * 4);
    let count = folded.freeze("stem.conv2d.bias")?;
    assert_eq!(count, 4);

    // No tensor is shared.
    let images: Images = device.sample_normal_like(&(2, 12, 12, Const));
    let (a, _) = model.forward(images.clone());
    let (b, _) = folded.forward(images.leaky_trace());
    let gradients = (b - a).square().sum::<Rank0, _>().backward();
    let mut unread = |gradients| {
        let mut sgd = formwork::dfdx::optim::Sgd::new(&model, Default::default());
        match sgd.update(&mut model, gradients) {
            Err(OptimizerUpdateError::UnusedParams(unread)) => unread.ids.len(),
            _ => 0,
        }
    };
    assert_eq!(unread(&gradients), unread(&Gradients::leaky()));
    Ok(())
}
