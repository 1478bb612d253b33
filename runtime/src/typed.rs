//! Tuples of typed tensors, as generated code hands them to a layer.

use dfdx::prelude::{Shape, Storage, Tape, Tensor};

use crate::{Backend, Error, Var};

/// The tensors that a layer is applied to: a tuple of one to twelve.
pub trait Inputs<D, T> {
    /// Their shapes, as a tuple.
    type Shapes;
    /// The tensors with their sizes known when they run.
    fn vars(self) -> Result<Vec<Var<D, T>>, Error>
    where
        D: Backend,
        T: Tape<f32, D>;
}

/// The parameters that a layer takes: a tuple of at most six.
pub trait Params<D> {
    /// Their shapes, as a tuple.
    type Shapes;
    /// The tensors with their sizes known when they run.
    fn vars(self) -> Result<Vec<Var<D>>, Error>
    where
        D: Backend;
}

macro_rules! inputs {
    ($($S:ident)*) => {
        impl<D: Storage<f32>, T, $($S),*> Inputs<D, T> for ($(Tensor<$S, f32, D, T>,)*)
        where $($S: Shape<Concrete: Shape<Concrete = $S::Concrete>>),*
        {
            type Shapes = ($($S,)*);
            #[allow(non_snake_case, reason = "a shape names its tensor")]
            fn vars(self) -> Result<Vec<Var<D, T>>, Error>
            where
                D: Backend,
                T: Tape<f32, D>,
            {
                let ($($S,)*) = self;
                Ok(vec![$(Var::from_tensor($S)?),*])
            }
        }
    };
}

macro_rules! params {
    ($($S:ident)*) => {
        impl<D: Storage<f32>, $($S),*> Params<D> for ($(&Tensor<$S, f32, D>,)*)
        where $($S: Shape<Concrete: Shape<Concrete = $S::Concrete>>),*
        {
            type Shapes = ($($S,)*);
            #[allow(non_snake_case, reason = "a shape names its tensor")]
            fn vars(self) -> Result<Vec<Var<D>>, Error>
            where
                D: Backend,
            {
                let ($($S,)*) = self;
                Ok(vec![$(Var::from_tensor($S.clone())?),*])
            }
        }
    };
}

inputs!(A);
inputs!(A B);
inputs!(A B C);
inputs!(A B C E);
inputs!(A B C E F);
inputs!(A B C E F G);
inputs!(A B C E F G H);
inputs!(A B C E F G H I);
inputs!(A B C E F G H I J);
inputs!(A B C E F G H I J K);
inputs!(A B C E F G H I J K L);
inputs!(A B C E F G H I J K L M);

params!();
params!(A);
params!(A B);
params!(A B C);
params!(A B C E);
params!(A B C E F);
params!(A B C E F G);
