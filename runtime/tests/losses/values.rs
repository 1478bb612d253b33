//! Losses that compare each value with its label.

use formwork::labels::Classes;
use formwork::losses::{
    BinaryCrossentropy, BinaryFocalCrossentropy, Huber, LogCosh, MeanAbsoluteError,
    MeanSquaredError, Poisson,
};

use crate::random::Random;
use crate::support::{C, Picture, REDUCTIONS, TRIES, VOID, check, reduce, sigmoid, tensor};

/// What becomes of a value and its label.
type Value = fn(f64, f64) -> f64;

/// A number for each place as one for each of its values.
fn repeated<T: Copy>(values: &[T]) -> Vec<T> {
    values.iter().flat_map(|&value| [value; C]).collect()
}

/// A loss of labels in `low..high`, with weights and without, and all reductions.
macro_rules! values {
    ($case:literal, $loss:expr, $range:expr, $labels:expr, $value:expr) => {
        for seed in 0..TRIES {
            let (range, labels) = ($range, $labels);
            let picture = Picture::new(seed, range.start, range.end, false);
            let labels: Vec<f64> = labels(&mut Random::new(seed), picture.output.len());
            let (output, truth) = ((&*picture.output, picture.shape()), &labels);
            let labels = tensor(truth, picture.shape());
            let weighted = picture.weighted(labels.clone());
            let valid = vec![true; truth.len()];
            for reduction in REDUCTIONS {
                let value: Value = $value;
                let define = |weights: Vec<f64>| {
                    let valid = &valid;
                    move |output: &[f64]| {
                        let losses: Vec<_> =
                            output.iter().zip(truth).map(|(x, y)| value(*x, *y)).collect();
                        reduce(&losses, &weights, valid, reduction)
                    }
                };
                let case = format!("{} {seed} {reduction:?}", $case);
                let loss = $loss.reduction(reduction);
                check(&case, &loss, output, &labels, define(vec![1.0; truth.len()]));
                check(&case, &loss, output, &weighted, define(repeated(&picture.weights)));
            }
        }
    };
}

fn soft(random: &mut Random, n: usize) -> Vec<f64> {
    random.floats(n, 0.0, 1.0)
}

fn hard(random: &mut Random, n: usize) -> Vec<f64> {
    (0..n).map(|_| random.size(0, 1) as f64).collect()
}

fn any(random: &mut Random, n: usize) -> Vec<f64> {
    random.floats(n, -2.0, 2.0)
}

fn counts(random: &mut Random, n: usize) -> Vec<f64> {
    (0..n).map(|_| random.size(0, 5) as f64).collect()
}

fn bce(p: f64, y: f64) -> f64 {
    let p = p.clamp(1e-7, 1.0 - 1e-7);
    -y * p.ln() - (1.0 - y) * (1.0 - p).ln()
}

fn focal(p: f64, y: f64, gamma: f64) -> f64 {
    (1.0 - (y * p + (1.0 - y) * (1.0 - p))).powf(gamma) * bce(p, y)
}

#[test]
fn binary_crossentropy() {
    values!("logits", BinaryCrossentropy::from_logits(), -4.0..4.0, soft, |x, y| bce(
        sigmoid(x),
        y
    ));
    values!("sigmoids", BinaryCrossentropy::from_probabilities(), 0.05..0.95, hard, bce);
    values!(
        "smooth",
        BinaryCrossentropy::from_logits().label_smoothing(0.2),
        -4.0..4.0,
        hard,
        |x, y| bce(sigmoid(x), 0.8 * y + 0.1)
    );
}

#[test]
fn binary_focal_crossentropy() {
    values!("logits", BinaryFocalCrossentropy::from_logits(), -4.0..4.0, hard, |x, y| {
        focal(sigmoid(x), y, 2.0)
    });
    values!(
        "balanced",
        BinaryFocalCrossentropy::from_probabilities()
            .apply_class_balancing(true)
            .alpha(0.3)
            .gamma(1.5)
            .label_smoothing(0.2),
        0.05..0.95,
        hard,
        |x, y| {
            let y = 0.8 * y + 0.1;
            (0.3 * y + 0.7 * (1.0 - y)) * focal(x, y, 1.5)
        }
    );
    values!("none", BinaryFocalCrossentropy::from_logits().gamma(0.0), -4.0..4.0, hard, |x, y| {
        bce(sigmoid(x), y)
    });
}

#[test]
fn regressions() {
    values!("mse", MeanSquaredError::new(), -2.0..2.0, any, |x, y| (x - y).powi(2));
    values!("mae", MeanAbsoluteError::new(), -2.0..2.0, any, |x, y| (x - y).abs());
    values!("log_cosh", LogCosh::new(), -2.0..2.0, any, |x, y| (x - y).cosh().ln());
    values!("huber", Huber::new().delta(0.7), -2.0..2.0, any, |x, y| {
        let distance = (x - y).abs();
        if distance <= 0.7 { 0.5 * distance * distance } else { 0.7 * distance - 0.245 }
    });
    values!("poisson", Poisson::new(), 0.1..3.0, counts, |x, y| x - y * (x + 1e-7).ln());
}

/// Two classes on one channel, of which some pixels are void, and weights for 0 and 1.
#[test]
fn masks() {
    for seed in 0..TRIES {
        let mut random = Random::new(seed);
        let (n, h, w) = (random.size(1, 2), random.size(1, 3), random.size(1, 3));
        let output = random.floats(n * h * w, -3.0, 3.0);
        let classes: Vec<_> = output.iter().map(|_| random.pick(&[0, 1, VOID])).collect();
        let labels: Classes<_, 2> =
            Classes::with_void((n, h, w), classes.iter().copied(), VOID).unwrap();
        let valid: Vec<_> = classes.iter().map(|&class| class != VOID).collect();
        for reduction in REDUCTIONS {
            let loss = BinaryCrossentropy::from_logits().reduction(reduction);
            let define = |zero: f64, one: f64| {
                let (classes, valid) = (&classes, &valid);
                move |output: &[f64]| {
                    let pairs = || output.iter().zip(classes);
                    let losses: Vec<_> =
                        pairs().map(|(x, &y)| bce(sigmoid(*x), f64::from(y))).collect();
                    let weight = |(_, &y): (&f64, &u32)| if y == 1 { one } else { zero };
                    let weights: Vec<_> = pairs().map(weight).collect();
                    reduce(&losses, &weights, valid, reduction)
                }
            };
            let output = (&*output, (n, h, w, 1));
            check("mask", &loss, output, &labels, define(1.0, 1.0));
            let loss = loss.class_weight([0.5, 3.0]);
            check("weights of 0 and 1", &loss, output, &labels, define(0.5, 3.0));
        }
    }
}
