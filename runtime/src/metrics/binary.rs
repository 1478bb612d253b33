use std::marker::PhantomData;

use super::{ConfusionMatrix, Mean, metric};
use crate::head::{Logits, Sigmoids};

/// The share of values that are on the right side of a threshold, 0..=1: 1 above it, 0 otherwise.
#[derive(Clone, Debug)]
pub struct BinaryAccuracy<F = Logits> {
    form: PhantomData<F>,
    threshold: f32,
    mean: Mean,
}

/// The mean overlap of what should be 0 and of what should be 1 with what is found such: values at
/// a threshold or above are 1. See [`MeanIoU`](super::MeanIoU).
#[derive(Clone, Debug)]
pub struct BinaryIoU<F = Logits> {
    form: PhantomData<F>,
    threshold: f32,
    targets: Option<usize>,
    confusion: ConfusionMatrix,
}

macro_rules! forms {
    ($($Metric:ident { $($field:ident: $default:expr),* })*) => { $(
        impl $Metric<Logits> {
            /// Of a model that ends in a linear layer: the threshold is 0, a probability of ½.
            pub fn from_logits() -> Self {
                $Metric { form: PhantomData, threshold: 0.0, $($field: $default),* }
            }
        }

        impl $Metric<Sigmoids> {
            /// Of a model that ends in a sigmoid: the threshold is 0.5.
            pub fn from_probabilities() -> Self {
                $Metric { form: PhantomData, threshold: 0.5, $($field: $default),* }
            }
        }

        impl<F> $Metric<F> {
            /// Another threshold, of logits or of probabilities, whichever the metric is of.
            #[must_use]
            pub fn threshold(mut self, threshold: f32) -> Self {
                self.threshold = threshold;
                self
            }
        }
    )* };
}
forms! {
    BinaryAccuracy { mean: Mean::default() }
    BinaryIoU { targets: None, confusion: ConfusionMatrix::of_classes(2) }
}

impl<F> BinaryIoU<F> {
    /// Only the overlap of what should be `class`, 0 or 1, in place of the mean of both.
    #[must_use]
    pub fn target_class(mut self, class: bool) -> Self {
        self.targets = Some(usize::from(class));
        self
    }

    /// What was counted: row 1 is what should be 1.
    pub fn confusion(&self) -> &ConfusionMatrix {
        &self.confusion
    }
}

metric!(
    "binary_accuracy", BinaryAccuracy<F>, [F], Labels,
    counts: mean, value: |metric| metric.mean.value(),
    |metric, output, truth| {
        let found = output.iter().map(|x| f32::from(u8::from(*x > metric.threshold)));
        let labels = truth.to_vec();
        for (i, (found, label)) in found.zip(labels).enumerate() {
            let weight = f64::from(truth.weight(i / truth.channels()));
            metric.mean.add(f64::from(u8::from(found == label)), weight);
        }
        Ok(())
    }
);

metric!(
    "binary_io_u", BinaryIoU<F>, [F], Labels,
    counts: confusion, value: |metric| {
        let each = metric.confusion.iou();
        match metric.targets {
            Some(class) => each[class].unwrap_or(0.0),
            None => super::overlap::mean(&each),
        }
    },
    |metric, output, truth| {
        for (i, (x, label)) in output.iter().zip(truth.to_vec()).enumerate() {
            let (label, found) = (usize::from(label > 0.5), usize::from(*x >= metric.threshold));
            let weight = f64::from(truth.weight(i / truth.channels()));
            metric.confusion.add(label, found, weight);
        }
        Ok(())
    }
);
