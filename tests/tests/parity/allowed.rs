//! How far training and whole networks may be from the goldens: all of it in one place.
//!
//! Both sides start from the same f32 and the goldens are computed in f64, so that what differs is
//! this project's f32, whose roundings are of 6e-8. What was found is said of each.

/// The output of a layer and its moved statistics, relative to their largest value. `docs/parity.md`
/// has what was found.
pub const OUTPUT: f64 = 1e-6;

/// The gradients of a layer, relative to the largest value of each. `docs/parity.md` has what was
/// found.
pub const GRADIENT: f64 = 1e-5;

/// The output of a whole network, relative to its largest value. Found: 2.2e-6, of MobileNetV2;
/// 7.3e-7 elsewhere.
pub const MODEL: f64 = 1e-4;

/// A loss, relative to the golden, or to 1 if that is more: sums, logarithms and exponentials of a
/// few roundings each. Found: 1.8e-7.
pub const LOSS: f64 = 5e-7;

/// The gradient of a loss, relative to its largest value. Found: 5.2e-7, of dice and of Tversky,
/// where a quotient's two slopes nearly cancel; 2.4e-7 elsewhere.
pub const SLOPE: f64 = 2e-6;

/// A metric. Counts are exact and errors are summed up in 64 bits; Keras adds 1e-7 to what it
/// divides by.
pub const METRIC: f64 = 1e-6;

/// Weights after each of ten steps, relative to the largest: ten times a few roundings. Found:
/// 6.3e-7, of PyTorch's RMSprop, whose gradients' squares begin small.
pub const WEIGHTS: f64 = 1e-6;

/// A rate of Keras, relative to the first: its cosines come out in f32. Found: 2.5e-7, of
/// a rate four times the first.
pub const KERAS_RATE: f64 = 1e-6;

/// A rate of PyTorch, relative to the first: both sides compute in f64.
pub const TORCH_RATE: f64 = 1e-12;

/// How many standard errors a mean or a deviation of many values may be from the golden's. Both
/// are of samples, of `n` and `m` values: the error of a difference of means is `d·√(1/n + 1/m)`,
/// and of deviations at most `d·√(1/2n + 1/2m)`, that of a normal distribution; the others have
/// lighter tails.
pub const ERRORS: f64 = 4.0;

/// The least and the greatest of bounded values, relative to their range: of 200 000, the chance
/// that none comes as near to its bound is below e^-100.
pub const BOUNDS: f64 = 0.01;

/// The least and the greatest of normal values, in deviations: of 200 000, they scatter by 0.25.
pub const TAILS: f64 = 2.0;
