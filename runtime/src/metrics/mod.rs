//! How good a model is, measured batch by batch: counts and sums in 64 bits, read at any time.
//!
//! Names and numbers are Keras'. Whether outputs are logits or probabilities does not matter where
//! the highest channel is the answer; where a threshold decides, the metric says which. Places
//! that labels declare void are not counted, and weights of labels count.
//!
//! ```
//! use formwork::labels::Classes;
//! use formwork::metrics::{Metric, MeanIoU};
//! use formwork::prelude::*;
//!
//! let device = Cpu::default();
//! let logits = device.tensor([[2.0, 1.0], [0.0, 3.0], [1.0, 4.0]]);
//! let labels: Classes<_, 2> = Classes::new((3,), [0, 0, 1])?;
//!
//! let mut iou = MeanIoU::new();
//! iou.update(&logits, &labels)?;
//! assert_eq!(iou.per_class(), [Some(0.5), Some(0.5)]);
//! assert_eq!(iou.confusion().to_string(), "
//! true │  0  1  predicted
//! ─────┼───────────────
//!    0 │  1  1   50.0 %
//!    1 │  ·  1  100.0 %
//! "[1..]);
//! assert_eq!(iou.value(), 0.5);
//! # Ok::<(), formwork::Error>(())
//! ```

mod accuracy;
mod binary;
mod confusion;
mod mean;
mod overlap;

pub use accuracy::{Accuracy, TopKAccuracy};
pub use binary::{BinaryAccuracy, BinaryIoU};
pub use confusion::ConfusionMatrix;
pub use mean::{MeanAbsoluteError, MeanLoss, MeanSquaredError};
pub use overlap::{DiceScore, MeanIoU, PixelAccuracy};

use dfdx::prelude::{Shape, Tensor};

use crate::{Backend, Error};

/// Something measured of outputs of shape `O` and labels `Y`, batch by batch.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not measure an output {O} with labels `{Y}`",
    label = "not a metric of that output and these labels",
    note = "a metric is one of `formwork::metrics`, or a type that implements `Metric`"
)]
pub trait Metric<D: Backend, O: Shape, Y> {
    /// What it is called, `mean_io_u` and the like.
    fn name(&self) -> &str;

    /// Counts a batch.
    ///
    /// # Errors
    /// If sizes that only run time knows differ between output and labels, or the batch is empty.
    fn update(&mut self, output: &Tensor<O, f32, D>, labels: &Y) -> Result<(), Error>;

    /// What was measured since the beginning or the last [`reset`](Self::reset); 0 of nothing.
    fn value(&self) -> f64;

    /// Begins anew.
    fn reset(&mut self);

    /// All that was counted, for [`restore`](Self::restore). Of several ranks that train a model
    /// together, what they counted is the sum of their states, value by value.
    fn state(&self) -> Vec<f64>;

    /// Goes on from what a metric of the same arguments had counted. `false`, and nothing changes,
    /// if that is no state of such a metric.
    fn restore(&mut self, state: &[f64]) -> bool;
}

/// The index of the first of the highest values.
pub(crate) fn argmax(row: &[f32]) -> usize {
    let higher = |best, i| if row[i] > row[best] { i } else { best };
    (0..row.len()).fold(0, higher)
}

/// A weighted mean.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    total: f64,
    weight: f64,
}

impl Mean {
    fn add(&mut self, value: f64, weight: f64) {
        self.total += value * weight;
        self.weight += weight;
    }

    fn value(&self) -> f64 {
        share(self.total, self.weight).unwrap_or(0.0)
    }

    fn reset(&mut self) {
        *self = Mean::default();
    }

    fn state(&self) -> Vec<f64> {
        vec![self.total, self.weight]
    }

    fn restore(&mut self, state: &[f64]) -> bool {
        let &[total, weight] = state else { return false };
        *self = Mean { total, weight };
        true
    }
}

/// A part of a whole, of which there may be nothing.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Implements [`Metric`] by what a batch adds: `|metric, output, truth|`, where the output is
/// its values on the host and the truth a [`Truth`](crate::labels::Truth). `counts` is the field
/// that batches are counted in.
macro_rules! metric {
    ($name:literal, $Metric:ty, [$($P:ident $(: $Bound:ident)?),*], $Labels:ident,
     counts: $counts:ident, value: |$read:ident| $value:expr,
     |$metric:ident, $output:ident, $truth:ident| $update:expr) => {
        impl<$($P $(: super::$Bound)?),*> $Metric {
            /// What was measured; 0 of nothing.
            pub fn value(&self) -> f64 {
                let $read = self;
                $value
            }

            /// Begins anew.
            pub fn reset(&mut self) {
                self.$counts.reset();
            }

            pub(super) fn state(&self) -> Vec<f64> {
                self.$counts.state()
            }

            pub(super) fn restore(&mut self, state: &[f64]) -> bool {
                self.$counts.restore(state)
            }
        }

        impl<D, O, Y, $($P $(: super::$Bound)?),*> super::Metric<D, O, Y> for $Metric
        where
            D: $crate::Backend,
            O: $crate::labels::Output,
            Y: $crate::labels::$Labels<D, O>,
        {
            fn name(&self) -> &str {
                $name
            }

            fn update(
                &mut self,
                output: &dfdx::prelude::Tensor<O, f32, D>,
                labels: &Y,
            ) -> Result<(), $crate::Error> {
                let dims: Vec<usize> = dfdx::prelude::Shape::concrete(
                    dfdx::prelude::HasShape::shape(output)
                ).into();
                let run = || {
                    let $truth = labels.truth(&dims)?;
                    let $output = output.as_vec();
                    let $metric = self;
                    $update
                };
                run().map_err(|error: $crate::Error| error.within($name))
            }

            fn value(&self) -> f64 {
                self.value()
            }

            fn reset(&mut self) {
                self.reset();
            }

            fn state(&self) -> Vec<f64> {
                self.state()
            }

            fn restore(&mut self, state: &[f64]) -> bool {
                self.restore(state)
            }
        }
    };
}
use metric;
