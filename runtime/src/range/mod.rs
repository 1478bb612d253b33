//! Pixels whose range of values is a part of their type, so that what was prepared for one model
//! is not handed to another.
//!
//! An input `image: [_, 28, 28, 1] in 0.0..=1.0` takes `Pixels<Between<0, 1>, …>`. They come from
//! pictures by the model's `preprocess`, from tensors by [`Pixels::new`], which looks at every
//! value, or [`Pixels::assume`], which trusts you.

mod check;

pub use check::{PixelsError, Place};

use std::fmt;
use std::marker::PhantomData;

use dfdx::prelude::{HasShape, NoneTape, Shape, Storage, Tape, Tensor, TryAdd, TryMul};
use dfdx::tensor::{Gradients, OwnedTape, Trace};
use formwork_ir::{Ratio, Scheme};

use crate::{Backend, Error};

/// What becomes of the pixels of a picture: [`Between`], [`Imagenet`] or [`Caffe`].
pub trait Range {
    /// The scheme, with its numbers.
    fn scheme() -> Scheme;
}

/// Values that are a linear function of the picture's: 0 becomes `LO / DEN`, and 255 `HI / DEN`.
///
/// `Between<-1, 1>` is Keras' "tf", `Between<0, 255>` a picture as it is.
#[derive(Clone, Copy, Debug)]
pub struct Between<const LO: i64, const HI: i64, const DEN: i64 = 1>;

/// RGB, each channel from 0 to 1, less ImageNet's mean, by its standard deviation: what
/// torchvision's weights expect, and Keras' "torch".
#[derive(Clone, Copy, Debug)]
pub struct Imagenet;

/// BGR, each channel from 0 to 255, less ImageNet's mean: Keras' "caffe".
#[derive(Clone, Copy, Debug)]
pub struct Caffe;

impl<const LO: i64, const HI: i64, const DEN: i64> Range for Between<LO, HI, DEN> {
    fn scheme() -> Scheme {
        const {
            assert!(DEN > 0, "the denominator is at least 1");
            assert!(LO != HI, "the range is empty");
        }
        let end = |n| Ratio::new(n, DEN).unwrap_or(Ratio::ZERO);
        Scheme::Between(end(LO), end(HI))
    }
}

impl Range for Imagenet {
    fn scheme() -> Scheme {
        Scheme::Imagenet
    }
}

impl Range for Caffe {
    fn scheme() -> Scheme {
        Scheme::Caffe
    }
}

/// A tensor of pixels, `(batch, height, width, channels)`, with values in the range `R`.
pub struct Pixels<R, S: Shape, D: Storage<f32>, T = NoneTape> {
    tensor: Tensor<S, f32, D, T>,
    range: PhantomData<R>,
}

impl<R, S: Shape, D: Storage<f32>, T> Pixels<R, S, D, T> {
    /// Takes a tensor as pixels in that range, without a look at its values.
    pub fn assume(tensor: Tensor<S, f32, D, T>) -> Self {
        Pixels { tensor, range: PhantomData }
    }

    /// The values.
    pub fn tensor(&self) -> &Tensor<S, f32, D, T> {
        &self.tensor
    }

    /// The values alone.
    pub fn into_tensor(self) -> Tensor<S, f32, D, T> {
        self.tensor
    }

    /// The shape.
    pub fn shape(&self) -> &S {
        self.tensor.shape()
    }
}

impl<R: Range, S: Shape, D: Storage<f32>, T: Tape<f32, D>> Pixels<R, S, D, T> {
    /// Takes a tensor as pixels in that range, if they are.
    ///
    /// # Errors
    /// If a value is out of the range, or all look as if they had been prepared for another.
    pub fn new(tensor: Tensor<S, f32, D, T>) -> Result<Self, PixelsError> {
        let dims: Vec<usize> = tensor.shape().concrete().into();
        check::check(R::scheme(), &dims, &tensor.as_vec())?;
        Ok(Pixels::assume(tensor))
    }
}

impl<const LO: i64, const HI: i64, const DEN: i64, S: Shape, D: Backend, T: Tape<f32, D>>
    Pixels<Between<LO, HI, DEN>, S, D, T>
{
    /// The same pixels in another linear range: `pixels.to::<Between<-1, 1>>()`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn try_to<R: Linear>(self) -> Result<Pixels<R, S, D, T>, Error> {
        let [from, to] = [Between::<LO, HI, DEN>::scheme(), R::scheme()].map(|s| s.channel(0));
        let scale = to.scale / from.scale;
        let offset = to.offset - from.offset * scale;
        let scaled = self.tensor.try_mul(scale as f32).map_err(device)?;
        Ok(Pixels::assume(scaled.try_add(offset as f32).map_err(device)?))
    }

    /// The same pixels in another linear range: `pixels.to::<Between<-1, 1>>()`.
    ///
    /// # Panics
    /// If the device fails.
    #[track_caller]
    pub fn to<R: Linear>(self) -> Pixels<R, S, D, T> {
        match self.try_to() {
            Ok(pixels) => pixels,
            Err(error) => panic!("{error}"),
        }
    }
}

fn device(error: impl fmt::Debug) -> Error {
    Error::device(format!("{error:?}")).within("Pixels::to")
}

/// A range that is a linear function of the picture's values, the same for every channel.
pub trait Linear: Range {}

impl<const LO: i64, const HI: i64, const DEN: i64> Linear for Between<LO, HI, DEN> {}

impl<R, S: Shape, D: Storage<f32>, T: Clone> Clone for Pixels<R, S, D, T> {
    fn clone(&self) -> Self {
        Pixels::assume(self.tensor.clone())
    }
}

impl<R: Range, S: Shape, D: Storage<f32>, T> fmt::Debug for Pixels<R, S, D, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pixels {:?} in {}", self.tensor.shape(), R::scheme())
    }
}

/// As tensors are traced: `pixels.traced(gradients)`.
impl<R, S: Shape, D: Storage<f32>> Trace<f32, D> for Pixels<R, S, D> {
    type Traced = Pixels<R, S, D, OwnedTape<f32, D>>;

    fn leaky_traced(self) -> Self::Traced {
        Pixels::assume(self.tensor.leaky_traced())
    }

    fn traced(self, gradients: Gradients<f32, D>) -> Self::Traced {
        Pixels::assume(self.tensor.traced(gradients))
    }
}
