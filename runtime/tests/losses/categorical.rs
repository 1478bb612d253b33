//! Losses that tell classes apart, in each pixel and of each picture.

use formwork::dfdx::prelude::Const;
use formwork::labels::{Classes, Weighted};
use formwork::losses::{
    CategoricalCrossentropy, CategoricalFocalCrossentropy, KLDivergence, Loss,
    SparseCategoricalCrossentropy,
};

use crate::random::Random;
use crate::support::{C, Map, Picture, REDUCTIONS, TRIES, check, reduce, softmax, tensor};

const CLASS_WEIGHT: [f32; C] = [0.5, 2.0, 1.0, 0.25];

/// What becomes of the channels of one place and their labels.
type Place = fn(&[f64], &[f64]) -> f64;

fn crossentropy(p: impl IntoIterator<Item = f64>, y: &[f64]) -> f64 {
    p.into_iter().zip(y).map(|(p, y)| -y * p.ln()).sum()
}

/// The shares of probabilities that may not add up to 1.
fn shares(row: &[f64]) -> impl Iterator<Item = f64> {
    let sum: f64 = row.iter().sum();
    row.iter().map(move |p| (p / sum).clamp(1e-7, 1.0 - 1e-7))
}

fn smooth(y: &[f64], smoothing: f64) -> Vec<f64> {
    y.iter().map(|y| y * (1.0 - smoothing) + smoothing / C as f64).collect()
}

fn focal(p: impl IntoIterator<Item = f64>, y: &[f64], alpha: f64, gamma: f64) -> f64 {
    let terms = p.into_iter().zip(y);
    terms.map(|(p, y)| alpha * (1.0 - p).powf(gamma) * -y * p.ln()).sum()
}

/// A definition for the whole output, from what becomes of each place.
fn definition<'a>(
    picture: &'a Picture,
    labels: &'a [f64],
    weights: &'a [f64],
    place: Place,
    reduction: formwork::losses::Reduction,
) -> impl Fn(&[f64]) -> f64 + 'a {
    move |output| {
        let rows = output.chunks(C).zip(labels.chunks(C));
        let losses: Vec<_> = rows.map(|(x, y)| place(x, y)).collect();
        reduce(&losses, weights, &picture.valid(), reduction)
    }
}

/// The weights of the pixels by their classes.
fn class_weights(picture: &Picture) -> Vec<f64> {
    let of = |&class: &u32| CLASS_WEIGHT.get(class as usize).copied().unwrap_or(0.0);
    picture.classes.iter().map(|class| f64::from(of(class))).collect()
}

/// A loss of sparse labels, with and without weights of any kind, void pixels and reductions.
macro_rules! sparse {
    ($case:literal, $loss:expr, $low:literal..$high:literal, $place:expr) => {
        for seed in 0..TRIES {
            let picture = Picture::new(seed, $low, $high, seed % 2 == 1);
            let (output, labels) = ((&*picture.output, picture.shape()), picture.one_hot());
            let (even, of_class) = (vec![1.0; picture.classes.len()], class_weights(&picture));
            let both: Vec<_> = of_class.iter().zip(&picture.weights).map(|(a, b)| a * b).collect();
            let sparse = picture.sparse();
            let weighted = picture.weighted(sparse.clone());
            for reduction in REDUCTIONS {
                let case = format!("{} {seed} {reduction:?}", $case);
                let define = |weights| definition(&picture, &labels, weights, $place, reduction);
                let plain = $loss.reduction(reduction);
                let classes = plain.clone().class_weight(CLASS_WEIGHT);
                check(&case, &plain, output, &sparse, define(&even));
                check(&case, &classes, output, &sparse, define(&of_class));
                check(&case, &plain, output, &weighted, define(&picture.weights));
                check(&case, &classes, output, &weighted, define(&both));
            }
        }
    };
}

/// A loss of one-hot labels, with class weights and weights.
macro_rules! dense {
    ($case:literal, $loss:expr, $low:literal..$high:literal, $place:expr) => {
        for seed in 0..TRIES {
            let picture = Picture::new(seed, $low, $high, false);
            let (output, one_hot) = ((&*picture.output, picture.shape()), picture.one_hot());
            let (even, of_class) = (vec![1.0; picture.classes.len()], class_weights(&picture));
            let labels = tensor(&one_hot, picture.shape());
            let weighted = picture.weighted(labels.clone());
            for reduction in REDUCTIONS {
                let case = format!("{} {seed} {reduction:?}", $case);
                let define = |weights| definition(&picture, &one_hot, weights, $place, reduction);
                let plain = $loss.reduction(reduction);
                let classes = plain.clone().class_weight(CLASS_WEIGHT);
                check(&case, &plain, output, &labels, define(&even));
                check(&case, &classes, output, &labels, define(&of_class));
                check(&case, &plain, output, &weighted, define(&picture.weights));
            }
        }
    };
}

#[test]
fn sparse_crossentropy() {
    sparse!("logits", SparseCategoricalCrossentropy::from_logits(), -4.0..4.0, |x, y| {
        crossentropy(softmax(x), y)
    });
    sparse!("shares", SparseCategoricalCrossentropy::from_probabilities(), 0.1..1.0, |x, y| {
        crossentropy(shares(x), y)
    });
}

#[test]
fn one_hot_crossentropy() {
    dense!("logits", CategoricalCrossentropy::from_logits(), -4.0..4.0, |x, y| {
        crossentropy(softmax(x), y)
    });
    dense!(
        "smooth",
        CategoricalCrossentropy::from_logits().label_smoothing(0.1),
        -4.0..4.0,
        |x, y| crossentropy(softmax(x), &smooth(y, 0.1))
    );
    dense!("shares", CategoricalCrossentropy::from_probabilities(), 0.1..1.0, |x, y| {
        crossentropy(shares(x), y)
    });
}

#[test]
fn focal_crossentropy() {
    sparse!("default", CategoricalFocalCrossentropy::from_logits(), -4.0..4.0, |x, y| {
        focal(softmax(x), y, 0.25, 2.0)
    });
    sparse!(
        "slow",
        CategoricalFocalCrossentropy::from_probabilities().alpha(1.5).gamma(0.5),
        0.1..1.0,
        |x, y| focal(shares(x), y, 1.5, 0.5)
    );
    dense!(
        "none",
        CategoricalFocalCrossentropy::from_logits().alpha(1.0).gamma(0.0).label_smoothing(0.2),
        -4.0..4.0,
        |x, y| crossentropy(softmax(x), &smooth(y, 0.2))
    );
}

#[test]
fn a_class_is_left_out() {
    for seed in 0..TRIES {
        let picture = Picture::new(seed, -4.0, 4.0, true);
        let labels = picture.one_hot();
        let valid: Vec<_> = picture.classes.iter().map(|&class| class < 3).collect();
        let expected = |output: &[f64]| {
            let rows = output.chunks(C).zip(labels.chunks(C));
            let losses: Vec<_> = rows.map(|(x, y)| crossentropy(softmax(x), y)).collect();
            reduce(&losses, &vec![1.0; valid.len()], &valid, REDUCTIONS[0])
        };
        let loss = SparseCategoricalCrossentropy::from_logits().ignore_class(3);
        let output = (&*picture.output, picture.shape());
        check("without 3", &loss, output, &picture.sparse(), expected);
        let loss = loss.ignore_class(255);
        check("void twice", &loss, output, &picture.sparse(), |output| {
            definition(&picture, &labels, &vec![1.0; valid.len()], PLAIN, REDUCTIONS[0])(output)
        });
    }
}

const PLAIN: Place = |x, y| crossentropy(softmax(x), y);

#[test]
fn classifiers() {
    let mut random = Random::new(1);
    let output = random.floats(15, -3.0, 3.0);
    let labels: Classes<_, 3> = Classes::new((5,), [0u8, 2, 1, 1, 0]).unwrap();
    let weights = [1.0, 0.0, 3.0, 0.5, 1.0];
    let expected = |output: &[f64]| {
        let losses = output.chunks(3).zip(labels.values()).zip(weights);
        losses.map(|((x, &y), w)| -w * softmax(x)[y as usize].ln()).sum::<f64>() / 5.0
    };
    let weighted = Weighted::new(labels.clone(), (5,), weights.map(|w| w as f32)).unwrap();
    let loss = SparseCategoricalCrossentropy::from_logits();
    check("classifier", &loss, (&output, (5, Const::<3>)), &weighted, expected);
}

#[test]
fn samples_have_weights() {
    let picture = Picture::new(2, -3.0, 3.0, true);
    let [n, h, w, _] = picture.dims;
    let weights: Vec<_> = (0..n).map(|i| i as f64 + 0.5).collect();
    let of_pixels: Vec<_> = (0..n * h * w).map(|i| weights[i / (h * w)]).collect();
    let labels = picture.one_hot();
    let sparse = Weighted::new(picture.sparse(), (n,), weights.iter().map(|&w| w as f32)).unwrap();
    let loss = SparseCategoricalCrossentropy::from_logits();
    let expected = definition(&picture, &labels, &of_pixels, PLAIN, REDUCTIONS[0]);
    check("samples", &loss, (&picture.output, picture.shape()), &sparse, expected);
}

#[test]
fn divergence() {
    for seed in 0..TRIES {
        let picture = Picture::new(seed, 0.05, 1.0, false);
        let mut random = Random::new(seed);
        let labels = random.floats(picture.output.len(), 0.05, 1.0);
        let expected = |output: &[f64]| {
            let terms = output.iter().zip(&labels).map(|(p, y)| y * (y / p).ln());
            terms.sum::<f64>() / picture.classes.len() as f64
        };
        let loss = KLDivergence::from_probabilities();
        let shape = picture.shape();
        check("kl", &loss, (&picture.output, shape), &tensor(&labels, shape), expected);
    }
}

/// What a function that is generic over losses asks for.
#[test]
fn a_sum_is_a_loss() {
    fn both<L: Loss<formwork::dfdx::prelude::AutoDevice, Map, crate::support::Sparse>>(
        loss: L,
    ) -> L {
        loss
    }
    let picture = Picture::new(3, -3.0, 3.0, true);
    let labels = picture.one_hot();
    let loss = both(
        SparseCategoricalCrossentropy::from_logits()
            + 0.5 * CategoricalFocalCrossentropy::from_logits() * 2.0,
    );
    check("sum", &loss, (&picture.output, picture.shape()), &picture.sparse(), |output| {
        let even = vec![1.0; picture.classes.len()];
        let of = |place| definition(&picture, &labels, &even, place, REDUCTIONS[0])(output);
        of(PLAIN) + of(|x, y| focal(softmax(x), y, 0.25, 2.0))
    });
}
