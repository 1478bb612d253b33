use dfdx::prelude::{Axis, ReshapeTo, Tape, Tensor};
use formwork_ir::layers::{LogSoftmax, Softmax};

use super::accepts::same_shape;
use super::{Kernel, axis, one};
use crate::{Backend, Context, Error, Var};

same_shape!(Softmax, LogSoftmax);

/// Values seen along one axis: what comes before, the axis, what comes after.
type Along<D, T> = Tensor<(usize, usize, usize), f32, D, T>;

impl Kernel for Softmax {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        along(inputs, self.axis, |x| x.try_softmax::<Axis<1>>())
    }
}

impl Kernel for LogSoftmax {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        along(inputs, self.axis, |x| x.try_log_softmax::<Axis<1>>())
    }
}

fn along<D: Backend, T: Tape<f32, D>>(
    inputs: Vec<Var<D, T>>,
    along: formwork_ir::Axis,
    f: impl FnOnce(Along<D, T>) -> Result<Along<D, T>, D::Err>,
) -> Result<Var<D, T>, Error> {
    let x = one(inputs)?;
    let axis = axis(along, &x)?;
    let (before, rest) = x.dims().split_at(axis);
    let view = (before.iter().product(), rest[0], rest[1..].iter().product());
    x.map(|x| {
        let len = view.0 * view.1 * view.2;
        f(x.try_reshape_like(&view)?)?.try_reshape_like(&(len,))
    })
}
