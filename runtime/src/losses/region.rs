//! Losses of regions: how much of what is there was found, in place of a loss for each place.

use std::marker::PhantomData;

use dfdx::prelude::{Rank0, Tape, Tensor, TryAdd, TryDiv, TryMul};

use super::crossentropy::forms;
use super::reduction::sum;
use super::{EPSILON, Reduction, arguments, loss};
use crate::head::{Logits, Probabilities};
use crate::labels::Truth;
use crate::{Backend, Error, Var};

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
                smooth: f32 = |smooth| smooth;
                /// Leaves out the places whose label is this class, besides those that are void.
                ignore_class: u32 = |class| Some(class);
                /// How the losses of several regions become one.
                reduction: Reduction = |reduction| reduction;
            }
        }
    )* };
}
region!(Dice Tversky);

impl<F, W> Dice<F, W> {
    arguments! {
        /// Whether labels and output are squared below (default `false`).
        squared: bool = |squared| squared;
    }
}

impl<F, W> Tversky<F, W> {
    arguments! {
        /// The price of `y · (1 - p)` (default 0.5).
        alpha: f32 = |alpha| alpha;
        /// The price of `(1 - y) · p` (default 0.5).
        beta: f32 = |beta| beta;
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

/// What is summed: all values that differ only along some axes are a region.
struct Regions<'a, D: Backend> {
    truth: &'a Truth<D>,
    axes: Vec<usize>,
}

impl<'a, D: Backend> Regions<'a, D> {
    fn new(truth: &'a Truth<D>, axes: Option<&[isize]>) -> Result<Self, Error> {
        let rank = truth.dims().len();
        let Some(axes) = axes else {
            return Ok(Regions { truth, axes: (0..rank).collect() });
        };
        let index = |&axis: &isize| {
            let index = if axis < 0 { axis.checked_add_unsigned(rank) } else { Some(axis) };
            let index = index.and_then(|index| usize::try_from(index).ok());
            let index = index.filter(|&index| index < rank);
            index.ok_or_else(|| Error::shape(format!("an axis below {rank}"), axis))
        };
        Ok(Regions { truth, axes: axes.iter().map(index).collect::<Result<_, _>>()? })
    }

    /// The labels, and the weight of each value if any counts less than another.
    fn labels(&self, device: &D) -> Result<(Var<D>, Option<Var<D>>), Error> {
        let labels = self.truth.to_var(device)?;
        let weights = self.truth.weights_of_values();
        let weights = weights.map(|weights| Var::from_vec(device, weights, labels.dims()));
        Ok((labels, weights.transpose()?))
    }

    /// The weighted sum over each region.
    fn sum<T: Tape<f32, D>>(
        &self,
        x: Var<D, T>,
        weights: &Option<Var<D>>,
    ) -> Result<Var<D, T>, Error> {
        let x = match weights {
            Some(weights) => times(x, weights.clone())?,
            None => x,
        };
        sum(x, &self.axes)
    }

    /// The losses of all regions as one number. Regions in which no place counts are left out.
    fn reduce<T: Tape<f32, D>>(
        &self,
        losses: Var<D, T>,
        class_weights: Option<&[f32]>,
        reduction: Reduction,
    ) -> Result<Tensor<Rank0, f32, D, T>, Error> {
        let class_weights = self.truth.class_weights(class_weights)?;
        let channels_left = !self.axes.contains(&(self.truth.dims().len() - 1));
        if class_weights.is_some() && !channels_left {
            let expected = "an `axis` that leaves the channels, since classes have weights";
            return Err(Error::shape(expected, format!("the axes {:?}", self.axes)));
        }
        let total = |values: Vec<f32>| {
            let values = Var::from_vec(losses.device(), values, self.truth.dims())?;
            Ok::<_, Error>(sum(values, &self.axes)?.into_values().as_vec())
        };
        let mut valid = losses.len();
        let mut weights = match self.truth.weights_of_values() {
            None => class_weights.map(|_| vec![1.0; losses.len()]),
            Some(weights) => {
                let counts = total(self.truth.validity_of_values())?;
                valid = counts.iter().filter(|count| **count > 0.0).count();
                let mean = |(weight, count): (f32, &f32)| weight / count.max(1.0);
                Some(total(weights)?.into_iter().zip(&counts).map(mean).collect())
            }
        };
        if let (Some(weights), Some(of_class)) = (&mut weights, class_weights) {
            for (weight, of_class) in weights.iter_mut().zip(of_class.iter().cycle()) {
                *weight *= of_class;
            }
        }
        reduction.reduce(losses, weights, valid)
    }
}

/// Value by value.
fn times<D: Backend, T: Tape<f32, D>>(x: Var<D, T>, y: Var<D>) -> Result<Var<D, T>, Error> {
    x.map(|x| x.try_mul(y.into_values()))
}
