use std::f32::consts::LN_2;

use dfdx::prelude::{TryAdd, TryMul, TrySub};

use super::{Reduction, loss};
use crate::arguments::arguments;

/// A loss that compares each value with its label, the mean over all values.
macro_rules! regression {
    ($($(#[$doc:meta])* $Loss:ident, $name:literal $(, $field:ident = $default:literal)?:
       |$loss:pat_param, $x:ident, $y:ident| $value:expr;)*) => { $(
        $(#[$doc])*
        ///
        /// Labels are a tensor of the output's shape.
        #[derive(Clone, Debug)]
        pub struct $Loss {
            $($field: f32,)?
            reduction: Reduction,
        }

        impl $Loss {
            /// The loss with Keras' defaults.
            pub fn new() -> Self {
                $Loss { $($field: $default,)? reduction: Reduction::default() }
            }

            arguments! {
                $(
                    /// Where the loss goes over from squares to absolute values (default 1).
                    $field: f32;
                )?
                /// How the losses of all values become one.
                reduction: Reduction;
            }
        }

        impl Default for $Loss {
            fn default() -> Self {
                Self::new()
            }
        }

        loss!($name, $Loss, [], DenseLabels, |loss, output, truth| {
            let $y = truth.to_var(output.device())?.into_values();
            let $loss = loss;
            let losses = output.map(|$x| $value)?;
            loss.reduction.reduce_values(losses, truth.weights_of_values(), truth.valid())
        });
    )* };
}

regression! {
    /// `(x - y)²`
    MeanSquaredError, "mean_squared_error": |_, x, y| x.try_sub(y)?.try_square();
    /// `|x - y|`
    MeanAbsoluteError, "mean_absolute_error": |_, x, y| x.try_sub(y)?.try_abs();
    /// `½ · (x - y)²` up to a distance of `delta`, `delta · |x - y| - ½ · delta²` beyond.
    Huber, "huber", delta = 1.0: |loss, x, y| x.try_huber_error(y, loss.delta);
    /// `log(cosh(x - y))`, as `|d| + log(1 + e^(-2|d|)) - log 2`, which never overflows.
    LogCosh, "log_cosh": |_, x, y| {
        let distance = x.try_sub(y)?.try_abs()?;
        let near = distance.retaped::<T>().try_mul(-2.0)?.try_exp()?.try_add(1.0)?.try_ln()?;
        near.try_add(distance)?.try_sub(LN_2)
    };
}
