//! Dice and Tversky, for all axes.

use std::collections::BTreeMap;

use formwork::dfdx::prelude::Const;
use formwork::labels::Weighted;
use formwork::losses::{Dice, Reduction, Tversky};

use crate::support::{C, Picture, TRIES, check, sigmoid, softmax, tensor};

const CLASS_WEIGHT: [f32; C] = [0.5, 2.0, 1.0, 0.25];

/// Sums over a region.
#[derive(Default)]
struct Sums {
    both: f64,
    labels: f64,
    output: f64,
    missed: f64,
    wrong: f64,
    weight: f64,
    count: f64,
}

/// The mean over all regions of what `loss` makes of their sums.
fn definition(
    picture: &Picture,
    axes: &[usize],
    weights: &[f64],
    of_class: &[f32],
    squared: bool,
    p: &[f64],
    loss: impl Fn(&Sums) -> f64,
) -> f64 {
    let mut regions = BTreeMap::<Vec<usize>, Sums>::new();
    let (labels, valid) = (picture.one_hot(), picture.valid());
    for (i, (&y, &p)) in labels.iter().zip(p).enumerate() {
        let [_, h, w, _] = picture.dims;
        let index = [i / (h * w * C), i / (w * C) % h, i / C % w, i % C];
        let kept = (0..4).filter(|axis| !axes.contains(axis)).map(|axis| index[axis]);
        let sums = regions.entry(kept.collect()).or_default();
        if !valid[i / C] {
            continue;
        }
        let weight = weights[i / C];
        sums.both += weight * y * p;
        sums.labels += weight * if squared { y * y } else { y };
        sums.output += weight * if squared { p * p } else { p };
        sums.missed += weight * y * (1.0 - p);
        sums.wrong += weight * (1.0 - y) * p;
        sums.weight += weight;
        sums.count += 1.0;
    }
    let valid: Vec<_> = regions.iter().filter(|(_, sums)| sums.count > 0.0).collect();
    let of = |key: &[usize]| match axes.contains(&3) {
        true => 1.0,
        false => f64::from(of_class[key[key.len() - 1]]),
    };
    let weighted =
        |(key, sums): &(&Vec<usize>, &Sums)| loss(sums) * sums.weight / sums.count * of(key);
    valid.iter().map(weighted).sum::<f64>() / (valid.len().max(1) as f64)
}

fn rows(output: &[f64]) -> Vec<f64> {
    output.chunks(C).flat_map(softmax).collect()
}

const AXES: [&[isize]; 5] = [&[0, 1, 2, 3], &[1, 2], &[0, -2, -3], &[3], &[1, 2, 3]];

#[test]
fn dice() {
    for (seed, axes) in (0..TRIES).flat_map(|seed| AXES.map(|axes| (seed, axes))) {
        let picture = Picture::new(seed, -3.0, 3.0, seed % 2 == 1);
        let even = vec![1.0; picture.classes.len()];
        let own: Vec<_> = axes.iter().map(|axis| axis.rem_euclid(4) as usize).collect();
        let (output, sparse) = ((&*picture.output, picture.shape()), picture.sparse());
        let weighted = picture.weighted(sparse.clone());
        let axis = || axes.iter().copied();
        let case = format!("{axes:?} {seed}");
        for (smooth, squared) in [(0.0, false), (1.0, false), (0.5, true)] {
            let of = |sums: &Sums| {
                let below = sums.labels + sums.output + smooth + 1e-7;
                1.0 - (2.0 * sums.both + smooth) / below
            };
            let define = |weights: &Vec<f64>, of_class: [f32; C]| {
                let (picture, own, weights) = (&picture, own.clone(), weights.clone());
                move |x: &[f64]| {
                    definition(picture, &own, &weights, &of_class, squared, &rows(x), of)
                }
            };
            let loss = Dice::from_logits().axis(axis()).smooth(smooth as f32).squared(squared);
            check(&case, &loss, output, &sparse, define(&even, [1.0; C]));
            check(&case, &loss, output, &weighted, define(&picture.weights, [1.0; C]));
            if !own.contains(&3) {
                let loss = loss.class_weight(CLASS_WEIGHT);
                check(&case, &loss, output, &sparse, define(&even, CLASS_WEIGHT));
            }
        }
    }
}

#[test]
fn tversky() {
    for (seed, axes) in (0..TRIES).flat_map(|seed| AXES.map(|axes| (seed, axes))) {
        let picture = Picture::new(seed, 0.0, 1.0, seed % 2 == 1);
        let own: Vec<_> = axes.iter().map(|axis| axis.rem_euclid(4) as usize).collect();
        let weighted = picture.weighted(picture.sparse());
        let loss = Tversky::from_probabilities()
            .axis(axes.iter().copied())
            .alpha(0.3)
            .beta(0.8)
            .smooth(0.5);
        let of = |sums: &Sums| {
            let above = sums.both + 0.5;
            1.0 - above / (above + 0.3 * sums.missed + 0.8 * sums.wrong + 1e-7)
        };
        let output = (&*picture.output, picture.shape());
        check(&format!("{axes:?} {seed}"), &loss, output, &weighted, |p| {
            definition(&picture, &own, &picture.weights, &[1.0; C], false, p, of)
        });
    }
}

/// By hand, from Keras' documentation of its two losses: the label is `y`, the prediction `p`.
#[test]
fn keras_examples() {
    let y = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0];
    let p = [0.0, 1.0, 0.0, 1.0, 0.4, 0.0, 0.0, 0.9];
    let shape = (2, 2, 2, Const::<1>);
    // Σ y·p = 1.9, Σ y = 4, Σ p = 3.3; of the samples 1 and 0.9, 2 and 2, 2 and 1.3.
    let labels = tensor(&y, shape);
    let dice = Dice::from_probabilities();
    let value = crate::support::run(&dice, &p, shape, &labels).0;
    crate::support::close(value, 1.0 - 3.8 / 7.3, 1e-6, "dice");
    let value = crate::support::run(&dice.axis([1, 2, 3]), &p, shape, &labels).0;
    let expected = 1.0 - (2.0 / 4.0 + 1.8 / 3.3) / 2.0;
    crate::support::close(value, expected, 1e-6, "dice of samples");
}

#[test]
fn one_channel_of_logits() {
    let output = [-1.0, 0.5, 2.0];
    let labels = tensor(&[0.0, 1.0, 1.0], (3, Const::<1>));
    check("sigmoid", &Dice::from_logits(), (&output, (3, Const::<1>)), &labels, |x| {
        let p: Vec<_> = x.iter().map(|&x| sigmoid(x)).collect();
        1.0 - 2.0 * (p[1] + p[2]) / (2.0 + p.iter().sum::<f64>() + 1e-7)
    });
}

/// A sample without weight neither counts nor teaches.
#[test]
fn samples_have_weights() {
    let picture = Picture { dims: [2, 1, 2, C], ..Picture::new(4, 0.1, 1.0, false) };
    let (output, classes) = (&picture.output.repeat(16)[..16], [0u32, 1, 2, 3]);
    let labels: crate::support::Sparse =
        formwork::labels::Classes::new((2, 1, 2), classes).unwrap();
    let weighted = Weighted::new(labels, (2,), [1.0, 0.0]).unwrap();
    let loss =
        Dice::from_probabilities().axis([1, 2, 3]).reduction(Reduction::MeanWithSampleWeight);
    check("one sample", &loss, (output, (2, 1, 2, C)), &weighted, |p| {
        1.0 - 2.0 * (p[0] + p[5]) / (2.0 + p[..8].iter().sum::<f64>() + 1e-7)
    });
}
