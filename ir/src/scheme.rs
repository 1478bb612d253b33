use std::fmt;

use crate::gcd::gcd;
use crate::{Bounds, Ratio};

/// What becomes of the pixels of a picture before a model sees them: the scale of the values, and
/// the order of the channels.
///
/// Keras' `preprocess_input` modes are `-1..=1` ("tf"), `imagenet` ("torch") and `caffe`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// A linear function: of each channel alike, what 0 becomes, and what 255 does.
    Between(Ratio, Ratio),
    /// RGB, `x / 255`, less the mean of each channel over ImageNet's pictures, by its standard
    /// deviation: torchvision's weights and Keras' "torch".
    Imagenet,
    /// BGR, less the mean of each channel over ImageNet's pictures: Keras' "caffe".
    Caffe,
}

/// How one channel of an input is made: `source · scale + offset`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Channel {
    /// Which channel of the picture it is, in the order red, green, blue.
    pub source: usize,
    /// The factor.
    pub scale: f64,
    /// What is added.
    pub offset: f64,
}

/// Means and standard deviations of ImageNet's red, green and blue, of values from 0 to 1:
/// torchvision's, and Keras' "torch".
const IMAGENET: ([f64; 3], [f64; 3]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
/// Means of ImageNet's blue, green and red, of values from 0 to 255: Keras' "caffe".
const CAFFE: [f64; 3] = [103.939, 116.779, 123.68];
/// The value of a channel at its brightest.
const WHITE: f64 = 255.0;

impl Scheme {
    /// The schemes that have a name.
    pub const NAMED: [(&'static str, Scheme); 2] =
        [("imagenet", Scheme::Imagenet), ("caffe", Scheme::Caffe)];

    /// How channel `i` of the input is made.
    pub fn channel(self, i: usize) -> Channel {
        let own = i % 3;
        match self {
            Scheme::Between(low, high) => {
                let (low, high) = (low.value(), high.value());
                Channel { source: i, scale: (high - low) / WHITE, offset: low }
            }
            Scheme::Imagenet => {
                let (mean, deviation) = (IMAGENET.0[own], IMAGENET.1[own]);
                Channel { source: i, scale: 1.0 / (WHITE * deviation), offset: -mean / deviation }
            }
            Scheme::Caffe => Channel { source: 2 - own, scale: 1.0, offset: -CAFFE[own] },
        }
    }

    /// Between which numbers the values of channel `i` lie.
    pub fn range(self, i: usize) -> Bounds {
        let Channel { scale, offset, .. } = self.channel(i);
        Bounds::between(0.0, WHITE).map(|x| x * scale + offset, &[])
    }

    /// Between which numbers all values lie.
    pub fn bounds(self) -> Bounds {
        (1..3).fold(self.range(0), |bounds, i| bounds.or(self.range(i)))
    }

    /// How many channels the input must have, if it matters.
    pub fn channels(self) -> Option<usize> {
        match self {
            Scheme::Between(..) => None,
            Scheme::Imagenet | Scheme::Caffe => Some(3),
        }
    }

    /// What 0 and 255 become, over one denominator: `[low, high, denominator]`; `None` where that
    /// is no linear function, or does not fit.
    pub fn fractions(self) -> Option<[i64; 3]> {
        let Scheme::Between(low, high) = self else {
            return None;
        };
        let ((a, b), (c, d)) = (low.parts(), high.parts());
        let denominator = (b / gcd(b, d)).checked_mul(d)?;
        let over = |n: i64, own: i64| n.checked_mul(denominator / own);
        Some([over(a, b)?, over(c, d)?, denominator])
    }

    /// The scheme that [`Display`](fmt::Display) wrote.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((_, named)) = Scheme::NAMED.iter().find(|(name, _)| *name == text) {
            return Some(*named);
        }
        let (low, high) = text.split_once("..=")?;
        let (low, high) = (Ratio::parse(low)?, Ratio::parse(high)?);
        (low != high).then_some(Scheme::Between(low, high))
    }
}

/// As a model writes it: `-1..=1`, `imagenet`.
impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scheme::Between(low, high) => write!(f, "{low}..={high}"),
            Scheme::Imagenet => f.write_str("imagenet"),
            Scheme::Caffe => f.write_str("caffe"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(n: i64, d: i64) -> Ratio {
        Ratio::new(n, d).expect("a number")
    }

    #[test]
    fn what_is_written_reads_back() {
        let check = |scheme: Scheme, expect: &str| {
            assert_eq!(scheme.to_string(), expect);
            assert_eq!(Scheme::parse(expect), Some(scheme));
        };
        check(Scheme::Imagenet, "imagenet");
        check(Scheme::Caffe, "caffe");
        check(Scheme::Between(ratio(-1, 1), ratio(1, 1)), "-1..=1");
        check(Scheme::Between(ratio(-127, 128), ratio(1, 1)), "-0.9921875..=1");
        check(Scheme::Between(ratio(-1, 3), ratio(2, 3)), "-1/3..=2/3");
        for wrong in ["", "tf", "0..1", "1..=1", "1/0..=1", "a..=b", "1..=2..=3", "--1..=1"] {
            assert_eq!(Scheme::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn fractions_have_one_denominator() {
        let check = |low, high, expect| {
            assert_eq!(Scheme::Between(low, high).fractions(), expect);
        };
        check(ratio(-127, 128), ratio(1, 1), Some([-127, 128, 128]));
        check(ratio(0, 1), ratio(255, 1), Some([0, 255, 1]));
        check(ratio(1, 4), ratio(5, 6), Some([3, 10, 12]));
        check(ratio(1, i64::MAX), ratio(1, i64::MAX - 1), None);
        assert_eq!(Scheme::Caffe.fractions(), None);
    }

    /// Keras' `preprocess_input` of the colour (255, 0, 128).
    #[test]
    fn channels_are_as_keras_makes_them() {
        let colour = [255.0, 0.0, 128.0];
        let check = |scheme: Scheme, expect: [f64; 3]| {
            for (i, expect) in expect.into_iter().enumerate() {
                let Channel { source, scale, offset } = scheme.channel(i);
                let value = colour[source] * scale + offset;
                assert!((value - expect).abs() < 1e-6, "{scheme} {i}: {value} is not {expect}");
                let range = scheme.range(i);
                assert!(range.has(value), "{scheme} {i}: {value} is not in {range:?}");
            }
        };
        check(Scheme::Between(ratio(-1, 1), ratio(1, 1)), [1.0, -1.0, 128.0 / 127.5 - 1.0]);
        check(Scheme::Between(ratio(0, 1), ratio(255, 1)), colour);
        let imagenet = [(1.0 - 0.485) / 0.229, -0.456 / 0.224, (128.0 / 255.0 - 0.406) / 0.225];
        check(Scheme::Imagenet, imagenet);
        check(Scheme::Caffe, [128.0 - 103.939, -116.779, 255.0 - 123.68]);
    }
}
