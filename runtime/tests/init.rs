//! Initialisers: bounds, means and deviations, and what a seed decides.

use formwork::dfdx::prelude::{Const, Cpu, Tensor, ZerosTensor};
use formwork::init::initialize;
use formwork_ir::Initializer;

type Vector = Tensor<(Const<40000>,), f32, Cpu>;

fn fill(initializer: Initializer, fans: (usize, usize), seed: u64) -> Vec<f64> {
    let mut tensor: Vector = Cpu::seed_from_u64(seed).zeros();
    initialize(&mut tensor, initializer, fans).unwrap();
    tensor.as_vec().into_iter().map(f64::from).collect()
}

/// Checks the largest absolute value (within 1 % below), the mean and the standard deviation
/// (within 2 %).
fn check(initializer: Initializer, bound: f64, mean: f64, deviation: f64) {
    let values = fill(initializer.clone(), (200, 100), 1);
    let n = values.len() as f64;
    let largest = values.iter().map(|x| (x - mean).abs()).fold(0.0, f64::max);
    assert!(largest <= bound * 1.000_001, "{initializer:?}: {largest} is beyond {bound}");
    assert!(largest >= bound * 0.99 || bound.is_infinite(), "{initializer:?}: {largest}");
    let found = values.iter().sum::<f64>() / n;
    assert!((found - mean).abs() <= 0.02 * deviation, "{initializer:?}: mean {found}");
    let found = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    assert!((found - deviation).abs() <= 0.02 * deviation, "{initializer:?}: deviation {found}");
}

#[test]
fn values_lie_where_keras_puts_them() {
    use Initializer::*;
    for value in fill(Zeros, (1, 1), 0) {
        assert_eq!(value, 0.0);
    }
    assert!(fill(Ones, (1, 1), 0).iter().all(|&x| x == 1.0));
    assert!(fill(Constant(0.25), (1, 1), 0).iter().all(|&x| x == 0.25));
    let uniform = |initializer, limit: f64| check(initializer, limit, 0.0, limit / 3f64.sqrt());
    uniform(GlorotUniform, (6.0f64 / 300.0).sqrt());
    uniform(HeUniform, (6.0f64 / 200.0).sqrt());
    uniform(LecunUniform, (3.0f64 / 200.0).sqrt());
    check(RandomUniform(-1.0, 3.0), 2.0, 1.0, 4.0 / 12f64.sqrt());
    // Cut at two deviations, and widened so that the deviation is the one asked for.
    let normal = |initializer, variance: f64| {
        let deviation = variance.sqrt();
        check(initializer, 2.0 * deviation / 0.879_625_661_034_239_8, 0.0, deviation);
    };
    normal(GlorotNormal, 2.0 / 300.0);
    normal(HeNormal, 2.0 / 200.0);
    normal(LecunNormal, 1.0 / 200.0);
    check(TruncatedNormal(1.0, 0.5), 1.0, 1.0, 0.5 * 0.879_625_661_034_239_8);
    check(RandomNormal(-2.0, 0.5), f64::INFINITY, -2.0, 0.5);
}

#[test]
fn the_seed_of_the_device_decides_the_values() {
    let fill = |seed| fill(Initializer::GlorotUniform, (3, 3), seed);
    assert_eq!(fill(7), fill(7));
    assert_ne!(fill(7), fill(8));
    let device = Cpu::seed_from_u64(7);
    let [mut first, mut second]: [Vector; 2] = [device.zeros(), device.zeros()];
    initialize(&mut first, Initializer::HeNormal, (3, 3)).unwrap();
    initialize(&mut second, Initializer::HeNormal, (3, 3)).unwrap();
    assert_ne!(first.as_vec(), second.as_vec());
}
