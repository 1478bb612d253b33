//! Typed tensors to values and back.

use dfdx::prelude::{NoneTape, Shape, SplitTape, Tape, Tensor};
use dfdx::tensor::Merge as _;

use crate::range::Pixels;
use crate::{Backend, Error, Var};

/// Takes each tensor.
pub type Take<'a, D> = dyn FnMut(Var<D>) -> Result<(), Error> + 'a;

/// What a model is applied to: a tensor, pixels, or a tuple of several.
pub trait Feed<D: Backend> {
    /// Whether a tape comes with it.
    const TAPED: bool;
    /// The tape.
    type Tape: Tape<f32, D>;

    /// Hands over each tensor, in order.
    ///
    /// # Errors
    /// Those of `take`.
    fn feed(&self, take: &mut Take<D>) -> Result<(), Error>;

    /// The tapes of all tensors as one.
    fn into_tape(self) -> Self::Tape;
}

impl<S, D: Backend, T: Tape<f32, D>> Feed<D> for Tensor<S, f32, D, T>
where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
{
    const TAPED: bool = T::OWNS_TAPE;
    type Tape = T;

    fn feed(&self, take: &mut Take<D>) -> Result<(), Error> {
        take(Var::from_tensor(self.retaped::<NoneTape>())?)
    }

    fn into_tape(self) -> T {
        self.split_tape().1
    }
}

impl<R, S, D: Backend, T: Tape<f32, D>> Feed<D> for Pixels<R, S, D, T>
where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
{
    const TAPED: bool = T::OWNS_TAPE;
    type Tape = T;

    fn feed(&self, take: &mut Take<D>) -> Result<(), Error> {
        self.tensor().feed(take)
    }

    fn into_tape(self) -> T {
        self.into_tensor().into_tape()
    }
}

/// Hands out one output after the other.
pub type Next<'a, D> = dyn FnMut() -> Result<Var<D>, Error> + 'a;

/// What a model makes: a tensor, or a tuple of several.
pub trait Made<D: Backend>: Sized {
    /// The tape that comes with it.
    type Tape: Tape<f32, D>;

    /// Takes its tensors, in order.
    ///
    /// # Errors
    /// If one has another shape than its type.
    fn make(next: &mut Next<D>) -> Result<Self, Error> {
        Self::make_taped(next, Self::Tape::default())
    }

    /// The same with a tape, which goes with the first.
    ///
    /// # Errors
    /// As [`Made::make`].
    fn make_taped(next: &mut Next<D>, tape: Self::Tape) -> Result<Self, Error>;
}

impl<S, D: Backend, T: Tape<f32, D>> Made<D> for Tensor<S, f32, D, T>
where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
{
    type Tape = T;

    fn make_taped(next: &mut Next<D>, tape: T) -> Result<Self, Error> {
        next()?.with_tape(tape).into_tensor()
    }
}

macro_rules! tuples {
    ($First:ident $($T:ident)*) => {
        impl<D: Backend, $First: Feed<D>, $($T: Feed<D, Tape = $First::Tape>),*> Feed<D>
            for ($First, $($T,)*)
        {
            const TAPED: bool = $First::TAPED;
            type Tape = $First::Tape;

            #[allow(non_snake_case, reason = "a type names its tensor")]
            fn feed(&self, take: &mut Take<D>) -> Result<(), Error> {
                let ($First, $($T,)*) = self;
                $First.feed(take)?;
                $($T.feed(take)?;)*
                Ok(())
            }

            #[allow(non_snake_case, reason = "a type names its tensor")]
            fn into_tape(self) -> Self::Tape {
                let ($First, $($T,)*) = self;
                let tape = $First.into_tape();
                $(let tape = tape.merge($T.into_tape());)*
                tape
            }
        }

        impl<D: Backend, $First: Made<D>, $($T: Made<D>),*> Made<D> for ($First, $($T,)*) {
            type Tape = $First::Tape;

            fn make_taped(next: &mut Next<D>, tape: Self::Tape) -> Result<Self, Error> {
                Ok(($First::make_taped(next, tape)?, $($T::make(next)?,)*))
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
