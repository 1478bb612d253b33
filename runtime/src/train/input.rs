use dfdx::prelude::{Gradients, OwnedTape, PutTape, Shape, Tensor, Trace};

use crate::Backend;

/// What a model takes in training: a tensor, or a tuple of two to four.
pub trait Input<D: Backend>: Clone {
    /// The same on a tape.
    type Traced;

    /// Begins to record; gradients are added to `gradients`.
    fn traced(self, gradients: Gradients<f32, D>) -> Self::Traced;
}

impl<D: Backend, S: Shape> Input<D> for Tensor<S, f32, D> {
    type Traced = Tensor<S, f32, D, OwnedTape<f32, D>>;

    fn traced(self, gradients: Gradients<f32, D>) -> Self::Traced {
        Trace::traced(self, gradients)
    }
}

macro_rules! inputs {
    ($($S:ident $x:ident),*) => {
        impl<D: Backend, S0: Shape, $($S: Shape),*> Input<D>
            for (Tensor<S0, f32, D>, $(Tensor<$S, f32, D>),*)
        {
            type Traced = (
                Tensor<S0, f32, D, OwnedTape<f32, D>>,
                $(Tensor<$S, f32, D, OwnedTape<f32, D>>),*
            );

            fn traced(self, gradients: Gradients<f32, D>) -> Self::Traced {
                let (first, $($x),*) = self;
                (Trace::traced(first, gradients), $($x.put_tape(OwnedTape::default())),*)
            }
        }
    };
}

inputs!(S1 b);
inputs!(S1 b, S2 c);
inputs!(S1 b, S2 c, S3 d);
