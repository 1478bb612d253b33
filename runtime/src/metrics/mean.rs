use dfdx::prelude::{HasShape, NoneTape, Shape, Tensor};

use super::{Mean, Metric, metric};
use crate::losses::Loss;
use crate::{Backend, Error, Record};

/// The mean of a loss over the batches, each counted by its number of samples.
#[derive(Clone, Debug)]
pub struct MeanLoss<L> {
    loss: L,
    name: String,
    mean: Mean,
}

impl<L> MeanLoss<L> {
    /// Nothing counted yet, of this loss.
    pub fn new(loss: L) -> Self {
        MeanLoss { loss, name: "loss".to_owned(), mean: Mean::default() }
    }

    /// Calls it otherwise than `loss`.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// What was measured; 0 of nothing.
    pub fn value(&self) -> f64 {
        self.mean.value()
    }

    /// Begins anew.
    pub fn reset(&mut self) {
        self.mean.reset();
    }
}

impl<D, O, Y, L> Metric<D, O, Y> for MeanLoss<L>
where
    D: Backend,
    O: Shape,
    L: Loss<D, O, Y>,
    NoneTape: Record<D>,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn update(&mut self, output: &Tensor<O, f32, D>, labels: &Y) -> Result<(), Error> {
        let loss: f32 = self.loss.loss(output.clone(), labels)?.as_vec().into_iter().sum();
        let batch = output.shape().concrete().into_iter().next().unwrap_or(1);
        self.mean.add(f64::from(loss), batch as f64);
        Ok(())
    }

    fn value(&self) -> f64 {
        self.value()
    }

    fn reset(&mut self) {
        self.reset();
    }

    fn state(&self) -> Vec<f64> {
        self.mean.state()
    }

    fn restore(&mut self, state: &[f64]) -> bool {
        self.mean.restore(state)
    }
}

macro_rules! errors {
    ($($(#[$doc:meta])* $Metric:ident, $name:literal, |$error:ident| $value:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $Metric {
            mean: Mean,
        }

        impl $Metric {
            /// Nothing counted yet.
            pub fn new() -> Self {
                $Metric::default()
            }
        }

        metric!(
            $name, $Metric, [], DenseLabels,
            counts: mean, value: |metric| metric.mean.value(),
            |metric, output, truth| {
                for (i, (x, y)) in output.iter().zip(truth.to_vec()).enumerate() {
                    let $error = f64::from(*x) - f64::from(y);
                    metric.mean.add($value, f64::from(truth.weight(i / truth.channels())));
                }
                Ok(())
            }
        );
    )* };
}

errors! {
    /// The mean of `(x - y)²` over all values.
    MeanSquaredError, "mean_squared_error", |error| error * error;
    /// The mean of `|x - y|` over all values.
    MeanAbsoluteError, "mean_absolute_error", |error| error.abs();
}
