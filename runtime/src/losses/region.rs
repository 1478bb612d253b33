//! Losses of regions: how much of what is there was found, in place of a loss for each place.

use std::marker::PhantomData;

use dfdx::prelude::{TryAdd, TryDiv, TryMul};

use super::crossentropy::forms;
use super::sums::{Regions, times};
use super::{EPSILON, Reduction, loss};
use crate::Var;
use crate::arguments::arguments;
use crate::head::{Logits, Probabilities};

/// One less the overlap: `1 - (2 · Σ y·p + smooth) / (Σ y + Σ p + smooth + 1e-7)`.
///
/// As it is, Keras' loss: one number over batch, places and channels. The common form for U-Nets
/// is `.smooth(1.0)`; `.axis([1, 2])` takes a dice for each sample and class and then their mean,
/// `.axis([0, 1, 2])` one for each class.
///
/// Of logits `p` is their softmax over the channels; of a single channel, their sigmoid. Labels are
/// one-hot or masks, a tensor of the output's shape, or [`Classes`](crate::labels::Classes).
/// Weights of labels count inside the sums, and the mean weight of a region for its loss; class
/// weights are for an `axis` that leaves the channels.
#[derive(Clone, Debug)]
pub struct Dice<F = Logits, W = ()> {
    form: PhantomData<F>,
    class_weight: W,
    axis: Option<Vec<isize>>,
    smooth: f32,
    squared: bool,
    ignore_class: Option<u32>,
    reduction: Reduction,
}

/// As [`Dice`], with a price for each kind of mistake: `1 - (Σ y·p + smooth) / (Σ y·p + alpha · Σ
/// y·(1-p) + beta · Σ (1-y)·p + smooth + 1e-7)`.
///
/// `alpha` is the price of what was missed and `beta` that of what was found wrongly, as Keras
/// computes it; Keras' documentation names them the other way round, after Salehi et al. (2017).
#[derive(Clone, Debug)]
pub struct Tversky<F = Logits, W = ()> {
    form: PhantomData<F>,
    class_weight: W,
    alpha: f32,
    beta: f32,
    axis: Option<Vec<isize>>,
    smooth: f32,
    ignore_class: Option<u32>,
    reduction: Reduction,
}

forms!(Dice {
    axis: None,
    smooth: 0.0,
    squared: false,
    ignore_class: None,
    reduction: Reduction::default()
});
forms!(Tversky {
    alpha: 0.5,
    beta: 0.5,
    axis: None,
    smooth: 0.0,
    ignore_class: None,
    reduction: Reduction::default()
});

macro_rules! region {
    ($($Loss:ident)*) => { $(
        impl<F, W> $Loss<F, W> {
            /// The axes that are summed, negative ones counted from the last (default all, 0 the
            /// batch). The losses of what is left become one as `reduction` says.
            #[must_use]
            pub fn axis(mut self, axes: impl IntoIterator<Item = isize>) -> Self {
                self.axis = Some(axes.into_iter().collect());
                self
            }

            arguments! {
                /// What is added above and below (default 0, often 1): less than this is not
                /// missed.
                smooth: f32;
                /// Leaves out the places whose label is this class, besides those that are void.
                ignore_class: u32 = |class| Some(class);
                /// How the losses of several regions become one.
                reduction: Reduction;
            }
        }
    )* };
}
region!(Dice Tversky);

impl<F, W> Dice<F, W> {
    arguments! {
        /// Whether labels and output are squared below (default `false`).
        squared: bool;
    }
}

impl<F, W> Tversky<F, W> {
    arguments! {
        /// The price of `y · (1 - p)` (default 0.5).
        alpha: f32;
        /// The price of `(1 - y) · p` (default 0.5).
        beta: f32;
    }
}

loss!("dice", Dice<F, W>, [F: CategoricalForm], Labels, W, |loss, output, truth| {
    let truth = truth.ignoring(loss.ignore_class)?;
    let regions = Regions::new(&truth, loss.axis.as_deref())?;
    let (labels, weights) = regions.labels(output.device())?;
    let p = F::probabilities(output)?;
    let square = |x: Var<D, T>| if loss.squared { x.map(|x| x.try_square()) } else { Ok(x) };
    let square_labels = |x: Var<D>| if loss.squared { x.map(|x| x.try_square()) } else { Ok(x) };

    let both = regions.sum(times(p.again(), labels.clone())?, &weights)?;
    let found = regions.sum(square(p)?, &weights)?;
    let there = regions.sum(square_labels(labels)?, &weights)?.into_values();
    let losses = found.map(|found| {
        let below = found.try_add(there)?.try_add(loss.smooth)?.try_add(EPSILON)?;
        let above = both.into_values().try_mul(2.0)?.try_add(loss.smooth)?;
        above.try_div(below)?.try_negate()?.try_add(1.0)
    })?;
    regions.reduce(losses, loss.class_weight.weights(), loss.reduction)
});

loss!("tversky", Tversky<F, W>, [F: CategoricalForm], Labels, W, |loss, output, truth| {
    let truth = truth.ignoring(loss.ignore_class)?;
    let regions = Regions::new(&truth, loss.axis.as_deref())?;
    let (labels, weights) = regions.labels(output.device())?;
    let p = F::probabilities(output)?;

    // y·(1-p) and (1-y)·p, term by term: as differences of sums they would lose their last digits.
    let others = labels.clone().map(|y| y.try_negate()?.try_add(1.0))?;
    let missing = p.again().map(|p| p.try_negate()?.try_add(1.0))?;
    let both = regions.sum(times(p.again(), labels.clone())?, &weights)?;
    let wrong = regions.sum(times(p, others)?, &weights)?.into_values();
    let missed = regions.sum(times(missing, labels)?, &weights)?.into_values();
    let losses = both.map(|both| {
        let above = both.try_add(loss.smooth)?;
        let price = missed.try_mul(loss.alpha)?.try_add(wrong.try_mul(loss.beta)?)?;
        let below = price.try_add(above.retaped::<T>())?.try_add(EPSILON)?;
        above.try_div(below)?.try_negate()?.try_add(1.0)
    })?;
    regions.reduce(losses, loss.class_weight.weights(), loss.reduction)
});
