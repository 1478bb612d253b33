use std::fmt;

use formwork_ir::{Bounds, Ratio, Scheme};

use crate::var::place;

/// Values that are no pixels in the range that was said.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PixelsError {
    /// A value is out of the range.
    #[error("pixels in {expected}: the value at {place} is {value}{}", Looks(looks, expected))]
    OutOfRange {
        /// The range.
        expected: Scheme,
        /// The first value that is out of it.
        value: f32,
        /// Where it stands.
        place: Place,
        /// The range that all values together look like.
        looks: Option<Scheme>,
    },
    /// All values are in the range, and in a much smaller one: they have been prepared already.
    #[error(
        "pixels in {expected}: all values lie in 0..=1, as if they had been divided by 255{}",
        Convert(expected)
    )]
    Prepared {
        /// The range.
        expected: Scheme,
    },
}

/// An index into a tensor: `[0, 3, 5, 1]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place(pub Vec<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// `; the values look like 0..=255`, and what to do where another range is expected.
struct Looks<'a>(&'a Option<Scheme>, &'a Scheme);

impl fmt::Display for Looks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(scheme @ Scheme::Between(..)) => {
                write!(f, "; the values look like {scheme}{}", Convert(self.1))
            }
            Some(scheme) => write!(f, "; the values look like {scheme}"),
            None => Ok(()),
        }
    }
}

/// What to do with values that are in a linear range and not in the one that is expected.
struct Convert<'a>(&'a Scheme);

impl fmt::Display for Convert<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Scheme::Between(..) => f.write_str(": take them as such, and `to()` converts them"),
            Scheme::Imagenet | Scheme::Caffe => Ok(()),
        }
    }
}

/// Looks at every value; `dims` are sizes, the channels last.
pub(super) fn check(expected: Scheme, dims: &[usize], values: &[f32]) -> Result<(), PixelsError> {
    let channels = dims.last().copied().unwrap_or(1).max(1);
    let ranges: Vec<_> = (0..channels).map(|i| widened(expected.range(i))).collect();
    let outside =
        values.iter().enumerate().find(|(i, x)| !ranges[i % channels].has(f64::from(**x)));
    if let Some((index, &value)) = outside {
        let (place, looks) = (Place(place(index, dims)), looks(values));
        return Err(PixelsError::OutOfRange { expected, value, place, looks });
    }
    let bounds = expected.bounds();
    let wide = bounds.most() - bounds.least() > 100.0;
    let fractions = values.iter().any(|x| x.fract() != 0.0);
    if wide && fractions && values.iter().all(|x| (0.0..=1.0).contains(x)) {
        return Err(PixelsError::Prepared { expected });
    }
    Ok(())
}

/// A range, with room for rounding.
fn widened(range: Bounds) -> Bounds {
    let slack = 1e-4 * (range.most() - range.least());
    Bounds::between(range.least() - slack, range.most() + slack)
}

/// The narrowest range of those in use that has all the values.
fn looks(values: &[f32]) -> Option<Scheme> {
    let between = |low, high| Scheme::Between(Ratio::whole(low), Ratio::whole(high));
    let known = [between(0, 1), between(-1, 1), Scheme::Imagenet, between(0, 255), Scheme::Caffe];
    known.into_iter().find(|scheme| {
        let range = widened(scheme.bounds());
        values.iter().all(|x| range.has(f64::from(*x)))
    })
}
