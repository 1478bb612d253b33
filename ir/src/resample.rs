//! Interpolation along one axis: from which inputs an output is made.
//!
//! Pixel centres are at halves, without antialiasing, as in Keras' `Resizing` and
//! `UpSampling2D` and in PyTorch's `interpolate` (its `nearest-exact`); with `align_corners`,
//! the first and last pixels of input and output coincide, as in PyTorch.

use crate::Interpolation;

/// One output: `(1 - weight) · input[low] + weight · input[high]`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Source {
    /// Index of the nearer-to-0 input.
    pub low: usize,
    /// Index of the other input; `low` itself where one is enough.
    pub high: usize,
    /// Share of the other input, in 0..1.
    pub weight: f64,
}

/// From which of `inputs` values output `position` of `outputs` is made.
///
/// Bilinear reads at `(position + ½) · inputs / outputs - ½`, clamped to the input; with
/// `align_corners` at `position · (inputs - 1) / (outputs - 1)`. Nearest reads at
/// `⌊(position + ½) · inputs / outputs⌋`, which is `position // factor` for a whole factor.
pub fn source(
    position: usize,
    inputs: usize,
    outputs: usize,
    interpolation: Interpolation,
    align_corners: bool,
) -> Source {
    let last = inputs - 1;
    if interpolation == Interpolation::Nearest {
        let low = ((2 * position + 1) * inputs / (2 * outputs)).min(last);
        return Source { low, high: low, weight: 0.0 };
    }
    let at = if !align_corners {
        (position as f64 + 0.5) * inputs as f64 / outputs as f64 - 0.5
    } else if outputs == 1 {
        0.0
    } else {
        (position * last) as f64 / (outputs - 1) as f64
    };
    let at = at.clamp(0.0, last as f64);
    let low = at as usize;
    Source { low, high: (low + 1).min(last), weight: at - low as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Interpolation::{Bilinear, Nearest};

    fn check(inputs: usize, outputs: usize, how: Interpolation, align: bool, expect: &[f64]) {
        let at = |position| {
            let Source { low, weight, .. } = source(position, inputs, outputs, how, align);
            low as f64 + weight
        };
        let found: Vec<_> = (0..outputs).map(at).collect();
        assert_eq!(found, expect, "{inputs} to {outputs}, {how:?}, {align}");
    }

    #[test]
    fn outputs_read_where_the_frameworks_do() {
        check(2, 4, Nearest, false, &[0.0, 0.0, 1.0, 1.0]);
        check(4, 2, Nearest, false, &[1.0, 3.0]);
        check(3, 2, Nearest, false, &[0.0, 2.0]);
        check(2, 4, Bilinear, false, &[0.0, 0.25, 0.75, 1.0]);
        check(4, 2, Bilinear, false, &[0.5, 2.5]);
        check(3, 5, Bilinear, true, &[0.0, 0.5, 1.0, 1.5, 2.0]);
        check(3, 1, Bilinear, true, &[0.0]);
        check(1, 3, Bilinear, false, &[0.0, 0.0, 0.0]);
    }
}
