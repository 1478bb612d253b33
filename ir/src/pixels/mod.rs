//! Where the pixels of feature maps lie, and which merges put pixels together that lie apart.
//!
//! A strided convolution that pads after, not before, and a shortcut that does not pad make maps
//! of the same shape whose pixels are those of different places. Along each axis a layer maps
//! `x_in = scale · x_out + offset`; the maps that are merged are compared by what these make of
//! each other since the node that both come from.

mod change;
mod places;
mod ratio;
mod remedy;
mod shift;

pub use ratio::Ratio;
pub use shift::{Shift, shifts};

/// Where the pixels of a map lie along one axis, in the pixels of the map it is made from: pixel
/// `i` at `scale · i + offset`. What is not one number for all sizes is `None`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pixels {
    /// From one pixel to the next.
    pub scale: Option<Ratio>,
    /// Where pixel 0 lies.
    pub offset: Option<Ratio>,
}

impl Pixels {
    /// Pixels that stay where they are.
    pub const KEPT: Self = Pixels { scale: Some(Ratio::ONE), offset: Some(Ratio::ZERO) };
    /// Pixels that lie nobody knows where.
    pub const UNKNOWN: Self = Pixels { scale: None, offset: None };

    /// Pixel 0 is what was pixel `start`: a crop, or a padding where that is negative.
    pub fn starting(start: Option<i64>) -> Self {
        Pixels { offset: start.map(Ratio::whole), ..Pixels::KEPT }
    }

    /// Pixels at the centres of `scale` input pixels each, with the outer borders of both maps in
    /// one place.
    pub fn centred(scale: Option<Ratio>) -> Self {
        let half = |x: Ratio| Ratio::new(1, 2)?.times(x);
        let offset = scale.and_then(|scale| half(scale.minus(Ratio::ONE)?));
        Pixels { scale, offset }
    }

    /// The first and the last pixels of both maps in one place.
    pub fn aligned(scale: Option<Ratio>) -> Self {
        Pixels { scale, offset: Some(Ratio::ZERO) }
    }

    /// Where the pixels of `next`, a map made from this one, lie in what this one is made from.
    pub fn then(self, next: Pixels) -> Self {
        let product = |a: Option<Ratio>, b: Option<Ratio>| match (a, b) {
            (_, Some(Ratio::ZERO)) => b,
            (a, b) => a?.times(b?),
        };
        let moved = product(self.scale, next.offset);
        Pixels {
            scale: product(self.scale, next.scale),
            offset: self.offset.zip(moved).and_then(|(offset, moved)| offset.plus(moved)),
        }
    }

    /// Whether the scales are the same, as far as they are known.
    fn scale_fits(self, other: Pixels) -> bool {
        self.scale == other.scale || self.scale.is_none() || other.scale.is_none()
    }
}

/// What a layer does to the pixels of its first input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Motion {
    /// They stay where they are.
    Kept,
    /// They move along height and width.
    Moved([Pixels; 2]),
    /// Height and width change places.
    Swapped,
    /// No pixel of the output is any place of the input.
    Lost,
}

impl Motion {
    /// Along which axis of the input the output's `axis` runs (0 height, 1 width), and where its
    /// pixels lie there.
    pub fn along(self, axis: usize) -> Option<(usize, Pixels)> {
        match self {
            Motion::Kept => Some((axis, Pixels::KEPT)),
            Motion::Moved(pixels) => Some((axis, pixels[axis])),
            Motion::Swapped => Some((1 - axis, Pixels::KEPT)),
            Motion::Lost => None,
        }
    }
}
