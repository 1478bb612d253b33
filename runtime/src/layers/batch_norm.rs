use dfdx::prelude::{Tape, TryAdd, TryDiv, TryMul};
use formwork_ir::layers::BatchNorm;

use super::accepts::channels_last;
use super::{Kernel, one};
use crate::{Backend, Context, Error, Var};

channels_last!(BatchNorm: ((C,), (C,)), ((C,), (C,), (C,)), ((C,), (C,), (C,), (C,)));

impl Kernel for BatchNorm {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        cx: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let mut params = params.iter();
        let mut next = || params.next().ok_or_else(|| Error::shape("more parameters", "none"));
        let gamma = if self.scale { Some(next()?) } else { None };
        let beta = if self.center { Some(next()?) } else { None };
        let (mean, variance) = (next()?, next()?);
        if cx.is_training() {
            let channels = x.channels();
            let n = x.len() / channels;
            let (y, mean, variance) = x.normalize([1, n, channels, 1], self.epsilon)?;
            let unbiased = if self.unbiased && n > 1 { n as f32 / (n - 1) as f32 } else { 1.0 };
            cx.collect(mean, self.momentum);
            cx.collect(variance.map(|v| v.try_mul(unbiased))?, self.momentum);
            return y.affine(gamma.map(Var::taped), beta.map(Var::taped));
        }
        let deviation =
            variance.taped::<T>().map(|v| v.try_add(self.epsilon as f32)?.try_sqrt())?;
        let one = Var::from_vec(x.device(), vec![1.0; x.channels()], &[x.channels()])?;
        let gamma = gamma.unwrap_or(&one).taped::<T>();
        let scale = gamma.map(|g| g.try_div(deviation.into_values()))?;
        let shift = scale.again().map(|s| s.try_mul(mean.clone().into_values())?.try_negate())?;
        let shift = match beta {
            Some(beta) => shift.map(|s| s.try_add(beta.clone().into_values()))?,
            None => shift,
        };
        x.affine(Some(scale), Some(shift))
    }
}
