//! What layers do while a model trains.

use formwork::dfdx::prelude::{
    AsArray, AutoDevice, Backward, Const, OwnedTape, SumTo, Tensor, TensorFrom, TryMul,
};
use formwork::{Context, Var};
use formwork_ir::layers::{
    AlphaDropout, BatchNorm, Dropout, GaussianDropout, GaussianNoise, Relu, Rescaling,
    SpatialDropout2d,
};
use formwork_ir::oracle::Array;
use formwork_ir::{NoiseShape, Op};

use crate::random::Random;
use crate::support::{close, upload, values};

/// Batch normalisation of `[rows, channels]` by the batch's own mean and biased variance.
fn batch_norm(x: &Array, gamma: &Array, beta: &Array, epsilon: f64) -> Array {
    let channels = gamma.len();
    let column = |c: usize| x.data().iter().skip(c).step_by(channels);
    let n = (x.len() / channels) as f64;
    let statistics = |c: usize| {
        let mean = column(c).sum::<f64>() / n;
        (mean, column(c).map(|x| (x - mean).powi(2)).sum::<f64>() / n)
    };
    let statistics: Vec<_> = (0..channels).map(statistics).collect();
    x.map_channels(|x, c| {
        let (mean, variance) = statistics[c];
        (x - mean) / (variance + epsilon).sqrt() * gamma.at(&[c]) + beta.at(&[c])
    })
}

#[test]
fn batch_norm_learns_through_the_statistics_of_the_batch() {
    for seed in 0..10 {
        let random = &mut Random::new(seed);
        let dims = [random.size(2, 4), random.size(1, 4), random.size(1, 3), random.size(1, 4)];
        let mut array =
            |dims: &[usize]| Array::new(dims, random.floats(dims.iter().product(), -2.0, 2.0));
        let inputs = [array(&dims), array(&dims[3..]), array(&dims[3..])];
        let upstream = array(&dims);
        let layer = Op::from(BatchNorm::new().epsilon(0.01));
        let device = AutoDevice::default();
        let tensors = inputs.each_ref().map(|input| upload(&device, input));
        let [x, gamma, beta] = &tensors;
        let other = upload(&device, &Array::new(&[dims[3]], vec![7.0; dims[3]]));
        let params = [gamma.clone(), beta.clone(), other.clone(), other];
        let taped = vec![x.taped::<OwnedTape<f32, AutoDevice>>()];
        let y = Context::training().run(&layer, taped, &params).unwrap();
        let expected = batch_norm(&inputs[0], &inputs[1], &inputs[2], 0.01);
        close(&values(&y.untaped()), expected.data(), 1e-5, &format!("{dims:?}"));

        let loss = y.into_values().try_mul(upload(&device, &upstream).into_values()).unwrap();
        let gradients = loss.sum::<(), _>().backward();
        for (i, tensor) in tensors.iter().enumerate() {
            let found = gradients.get(&tensor.clone().into_values()).as_vec();
            let slope = |place: usize| {
                let moved = |step: f64| {
                    let mut inputs = inputs.clone();
                    inputs[i].data_mut()[place] += step;
                    let y = batch_norm(&inputs[0], &inputs[1], &inputs[2], 0.01);
                    y.data().iter().zip(upstream.data()).map(|(y, r)| y * r).sum::<f64>()
                };
                (moved(1e-5) - moved(-1e-5)) / 2e-5
            };
            let expected: Vec<_> = (0..found.len()).map(slope).collect();
            let found: Vec<_> = found.into_iter().map(f64::from).collect();
            close(&found, &expected, 1e-4, &format!("gradient {i}, {dims:?}"));
        }
    }
}

#[test]
fn running_statistics_move_by_keras_rule() {
    let device = AutoDevice::default();
    let x = Var::from_vec(&device, vec![1.0, 10.0, 3.0, 10.0, 5.0, 40.0], &[3, 2]).unwrap();
    // Means 3 and 20; biased variances 8/3 and 200, unbiased 4 and 300.
    for (unbiased, variances) in [(false, [8.0 / 3.0, 200.0]), (true, [4.0, 300.0])] {
        let layer = Op::from(BatchNorm::new().momentum(0.75).unbiased(unbiased));
        let one = Var::from_vec(&device, vec![1.0; 2], &[2]).unwrap();
        let params = [one.clone(), one.clone(), one.clone(), one];
        let mut cx = Context::training();
        cx.run(&layer, vec![x.clone()], &params).unwrap();
        let mut mean: Tensor<(Const<2>,), f32, _> = device.tensor([1.0, -1.0]);
        let mut variance: Tensor<(Const<2>,), f32, _> = device.tensor([1.0, 2.0]);
        cx.update(&mut mean).unwrap();
        cx.update(&mut variance).unwrap();
        let expected = [0.75 + 0.25 * 3.0, -0.75 + 0.25 * 20.0];
        close(&mean.array().map(f64::from), &expected, 1e-6, "mean");
        let expected = [0.75 + 0.25 * variances[0], 1.5 + 0.25 * variances[1]];
        close(&variance.array().map(f64::from), &expected, 1e-6, "variance");
        let nothing_left = cx.update(&mut mean).unwrap_err();
        assert!(nothing_left.to_string().contains("batch_norm"), "{nothing_left}");
    }
}

/// What a layer makes of `x` in training, on a device of that seed.
fn train(op: impl Into<Op>, x: &Array, seed: u64) -> Vec<f64> {
    let device = AutoDevice::seed_from_u64(seed);
    let x = upload(&device, x);
    values(&Context::training().run(&op.into(), vec![x], &[]).unwrap())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

/// Ones, so that what comes out is what the layer multiplied by.
fn ones() -> Array {
    Array::new(&[20, 10, 10, 10], vec![1.0; 20_000])
}

#[test]
fn dropout_drops_its_share_and_keeps_the_mean() {
    for rate in [0.1, 0.5, 0.8] {
        let y = train(Dropout::new(rate), &ones(), 3);
        let dropped = y.iter().filter(|&&y| y == 0.0).count() as f64 / y.len() as f64;
        assert!((dropped - rate).abs() < 0.02, "{dropped} of {rate}");
        let kept = 1.0 / (1.0 - rate);
        assert!(y.iter().all(|&y| y == 0.0 || (y - kept).abs() < 1e-5), "{rate}");
        assert!((mean(&y) - 1.0).abs() < 0.05, "{rate}");
    }
}

#[test]
fn a_seed_decides_what_is_dropped() {
    let drop = |seed| train(Dropout::new(0.5), &ones(), seed);
    assert_eq!(drop(1), drop(1));
    assert_ne!(drop(1), drop(2));
}

#[test]
fn shared_axes_share_their_decision() {
    let shape = |noise: [Option<usize>; 4]| Some(NoiseShape(noise.to_vec()));
    let by_map = Dropout::new(0.5).noise_shape(shape([None, Some(1), Some(1), None]));
    let of_all = Dropout::new(0.5).noise_shape(shape([Some(1), Some(1), Some(1), None]));
    let spatial = train(SpatialDropout2d::new(0.5), &ones(), 5);
    assert_eq!(train(by_map, &ones(), 5), spatial);
    for (i, y) in spatial.iter().enumerate() {
        let (sample, channel) = (i / 1000, i % 10);
        assert_eq!(*y, spatial[sample * 1000 + channel], "{i}");
    }
    let maps = (0..200).filter(|map| spatial[map / 10 * 1000 + map % 10] == 0.0).count();
    assert!((60..140).contains(&maps), "{maps} of 200");
    let y = train(of_all, &ones(), 5);
    assert!((0..y.len()).all(|i| y[i] == y[i % 10]));
}

#[test]
fn noise_has_its_mean_and_deviation() {
    let noise: Vec<_> =
        train(GaussianNoise::new(0.3), &ones(), 1).iter().map(|y| y - 1.0).collect();
    assert!(mean(&noise).abs() < 0.01 && (deviation(&noise) - 0.3).abs() < 0.01);
    let factors = train(GaussianDropout::new(0.2), &ones(), 1);
    assert!((mean(&factors) - 1.0).abs() < 0.01 && (deviation(&factors) - 0.5).abs() < 0.01);
}

#[test]
fn alpha_dropout_keeps_mean_and_variance() {
    let normal = train(GaussianNoise::new(1.0), &ones().map(|_| 0.0), 9);
    let x = Array::new(ones().dims(), normal);
    for rate in [0.1, 0.4] {
        let y = train(AlphaDropout::new(rate), &x, 4);
        assert!(mean(&y).abs() < 0.05, "{rate}: {}", mean(&y));
        assert!((deviation(&y) - 1.0).abs() < 0.05, "{rate}: {}", deviation(&y));
        let a = ((1.0 - rate) * (1.0 + rate * 1.758_099_340_847_376_6_f64.powi(2))).powf(-0.5);
        let low = a * (rate - 1.0) * 1.758_099_340_847_376_6;
        let dropped = y.iter().filter(|&&y| (y - low).abs() < 1e-5).count() as f64;
        assert!((dropped / y.len() as f64 - rate).abs() < 0.02, "{rate}");
    }
}

#[test]
fn what_is_dropped_has_no_gradient() {
    let device = AutoDevice::seed_from_u64(0);
    let x = upload(&device, &Array::new(&[2, 8], vec![3.0; 16]));
    let taped = vec![x.taped::<OwnedTape<f32, AutoDevice>>()];
    let y = Context::training().run(&Dropout::new(0.5).into(), taped, &[]).unwrap();
    let scale: Vec<_> = values(&y.untaped()).iter().map(|y| y / 3.0).collect();
    let gradients = y.into_values().sum::<(), _>().backward();
    let found: Vec<_> =
        gradients.get(&x.into_values()).as_vec().into_iter().map(f64::from).collect();
    close(&found, &scale, 1e-6, "gradient");
}

#[test]
fn relu_of_any_arguments_hands_its_gradient_on() {
    for layer in [Relu::new(), Relu::new().threshold(0.5), Relu::new().max_value(Some(2.0))] {
        let device = AutoDevice::default();
        let x = upload(&device, &Array::new(&[1, 4], vec![-1.0, 0.25, 1.0, 3.0]));
        let taped = vec![x.taped::<OwnedTape<f32, AutoDevice>>()];
        let mut cx = Context::inference();
        let twice = cx.run(&Rescaling::new(2.0).into(), taped, &[]).unwrap();
        let y = cx.run(&Op::from(layer.clone()), vec![twice], &[]).unwrap();
        let gradients = y.into_values().sum::<(), _>().backward();
        let found = gradients.get(&x.into_values()).as_vec();
        // Of -2, 0.5, 2 and 6.
        let cut = if layer.max_value.is_some() { 0.0 } else { 2.0 };
        assert_eq!(found, [0.0, 2.0, cut, cut], "{layer:?}");
    }
}
