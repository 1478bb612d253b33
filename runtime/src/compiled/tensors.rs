//! Typed tensors to values and back.

use dfdx::prelude::{NoneTape, Shape, Tape, Tensor};

use crate::range::Pixels;
use crate::{Backend, Error, Var};

/// Takes each tensor.
pub type Take<'a, D> = dyn FnMut(Var<D>) -> Result<(), Error> + 'a;

/// What a model is applied to: a tensor, pixels, or a tuple of several.
pub trait Feed<D: Backend> {
    /// Whether a tape comes with it.
    const TAPED: bool;

    /// Hands over each tensor, in order.
    ///
    /// # Errors
    /// Those of `take`.
    fn feed(&self, take: &mut Take<D>) -> Result<(), Error>;
}

impl<S, D: Backend, T: Tape<f32, D>> Feed<D> for Tensor<S, f32, D, T>
where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
{
    const TAPED: bool = T::OWNS_TAPE;

    fn feed(&self, take: &mut Take<D>) -> Result<(), Error> {
        take(Var::from_tensor(self.retaped::<NoneTape>())?)
    }
}

impl<R, S, D: Backend, T: Tape<f32, D>> Feed<D> for Pixels<R, S, D, T>
where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
{
    const TAPED: bool = T::OWNS_TAPE;

    fn feed(&self, take: &mut Take<D>) -> Result<(), Error> {
        self.tensor().feed(take)
    }
}

/// Hands out one output after the other.
pub type Next<'a, D> = dyn FnMut() -> Result<Var<D>, Error> + 'a;

/// What a model makes: a tensor, or a tuple of several.
pub trait Made<D: Backend>: Sized {
    /// Takes its tensors, in order.
    ///
    /// # Errors
    /// If one has another shape than its type.
    fn make(next: &mut Next<D>) -> Result<Self, Error>;
}

impl<S, D: Backend, T: Tape<f32, D>> Made<D> for Tensor<S, f32, D, T>
where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
{
    fn make(next: &mut Next<D>) -> Result<Self, Error> {
        next()?.taped::<T>().into_tensor()
    }
}

macro_rules! tuples {
    ($($T:ident)*) => {
        impl<D: Backend, $($T: Feed<D>),*> Feed<D> for ($($T,)*) {
            const TAPED: bool = $($T::TAPED)||*;

            #[allow(non_snake_case, reason = "a type names its tensor")]
            fn feed(&self, take: &mut Take<D>) -> Result<(), Error> {
                let ($($T,)*) = self;
                $($T.feed(take)?;)*
                Ok(())
            }
        }

        impl<D: Backend, $($T: Made<D>),*> Made<D> for ($($T,)*) {
            fn make(next: &mut Next<D>) -> Result<Self, Error> {
                Ok(($($T::make(next)?,)*))
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C E);
tuples!(A B C E F);
tuples!(A B C E F G);
tuples!(A B C E F G H);
tuples!(A B C E F G H I);
tuples!(A B C E F G H I J);
tuples!(A B C E F G H I J K);
tuples!(A B C E F G H I J K L);
tuples!(A B C E F G H I J K L M);
