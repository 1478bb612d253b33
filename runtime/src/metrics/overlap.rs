//! How much of each class was found, over all places of all batches.

use super::ConfusionMatrix;
use crate::metrics::Metric;

/// A metric that is read from a confusion matrix.
macro_rules! overlaps {
    ($($(#[$doc:meta])* $Metric:ident, $name:literal, |$confusion:ident| $value:expr
       $(, $each:ident)?;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Default)]
        pub struct $Metric {
            confusion: ConfusionMatrix,
        }

        impl $Metric {
            /// Nothing counted yet; the first batch says how many classes there are.
            pub fn new() -> Self {
                $Metric::default()
            }

            /// Does not count the places whose label is this class, besides those that are void.
            #[must_use]
            pub fn ignore_class(self, class: u32) -> Self {
                $Metric { confusion: self.confusion.ignore_class(class) }
            }

            /// What was measured; 0 of nothing.
            pub fn value(&self) -> f64 {
                let $confusion = &self.confusion;
                $value
            }

            /// Begins anew.
            pub fn reset(&mut self) {
                self.confusion.reset();
            }

            /// What was counted.
            pub fn confusion(&self) -> &ConfusionMatrix {
                &self.confusion
            }

            $(
                /// The value of each class; `None` where it neither is nor was found.
                pub fn per_class(&self) -> Vec<Option<f64>> {
                    self.confusion.$each()
                }
            )?
        }

        impl<D, O, Y> Metric<D, O, Y> for $Metric
        where
            D: crate::Backend,
            O: dfdx::prelude::Shape,
            ConfusionMatrix: Metric<D, O, Y>,
        {
            fn name(&self) -> &str {
                $name
            }

            fn update(
                &mut self,
                output: &dfdx::prelude::Tensor<O, f32, D>,
                labels: &Y,
            ) -> Result<(), crate::Error> {
                self.confusion.update(output, labels).map_err(|error| error.within($name))
            }

            fn value(&self) -> f64 {
                self.value()
            }

            fn reset(&mut self) {
                self.reset();
            }

            fn state(&self) -> Vec<f64> {
                self.confusion.state()
            }

            fn restore(&mut self, state: &[f64]) -> bool {
                self.confusion.restore(state)
            }
        }
    )* };
}

overlaps! {
    /// The intersection over the union of what is of a class and what was found to be of it, 0..=1,
    /// the mean of the classes that are either: Keras' `MeanIoU` and `OneHotMeanIoU`.
    MeanIoU, "mean_io_u", |confusion| mean(&confusion.iou()), iou;
    /// Twice the intersection over the sum of what is of a class and what was found to be of it,
    /// 0..=1, the mean of the classes that are either.
    DiceScore, "dice_score", |confusion| mean(&confusion.dice()), dice;
    /// The share of places that were found to be what they are, 0..=1.
    PixelAccuracy, "pixel_accuracy", |confusion| confusion.accuracy();
}

/// The mean of what there is; 0 of nothing.
pub(super) fn mean(each: &[Option<f64>]) -> f64 {
    let count = each.iter().flatten().count();
    each.iter().flatten().sum::<f64>() / count.max(1) as f64
}
