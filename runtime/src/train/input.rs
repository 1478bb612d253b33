use dfdx::nn::Module;
use dfdx::prelude::{Gradients, OwnedTape, Shape, Tensor, Trace};

use crate::Backend;
use crate::range::Pixels;

/// What a model takes in training: a tensor, pixels, or a tuple of two to four of them.
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

impl<D: Backend, S: Shape, R> Input<D> for Pixels<R, S, D>
where
    Self: Clone,
{
    type Traced = Pixels<R, S, D, OwnedTape<f32, D>>;

    fn traced(self, gradients: Gradients<f32, D>) -> Self::Traced {
        Pixels::assume(Trace::traced(self.into_tensor(), gradients))
    }
}

macro_rules! inputs {
    ($($S:ident $x:ident),*) => {
        impl<D: Backend, A: Input<D>, $($S: Input<D>),*> Input<D> for (A, $($S),*) {
            type Traced = (A::Traced, $($S::Traced),*);

            fn traced(self, gradients: Gradients<f32, D>) -> Self::Traced {
                let (first, $($x),*) = self;
                (first.traced(gradients), $($x.traced(Gradients::leaky())),*)
            }
        }
    };
}

inputs!(B b);
inputs!(B b, C c);
inputs!(B b, C c, E d);

/// Says of a model that its inputs, as they are declared, are `X`. Within another model a tensor
/// does for pixels; a batch has to be in the range that the input declares.
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` is not declared to take {X}",
    label = "no model of such inputs",
    note = "an input that declares a range, `in 0.0..=1.0`, takes `Pixels` in that very range: \
            `preprocess` of the model makes them of pictures, `Pixels::new` of a tensor"
)]
pub trait Takes<X> {}

#[diagnostic::do_not_recommend]
impl<M: Module<X>, X> Takes<X> for M {}
