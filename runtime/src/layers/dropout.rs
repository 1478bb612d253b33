use dfdx::prelude::Tape;
use formwork_ir::NoiseShape;
use formwork_ir::layers::Dropout;

use super::{Kernel, one, same_shape};
use crate::random::Random;
use crate::{Backend, Context, Error, Merge, Var};

same_shape!(Dropout);

impl Kernel for Dropout {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        cx: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        if !cx.is_training() || self.rate == 0.0 {
            return Ok(x);
        }
        let dims: Vec<_> = match &self.noise_shape {
            None => x.dims().to_vec(),
            Some(NoiseShape(noise)) => {
                x.dims().iter().zip(noise).map(|(&n, noise)| noise.unwrap_or(n)).collect()
            }
        };
        let kept = (1.0 / (1.0 - self.rate)) as f32;
        let mask =
            noise(
                x.device(),
                &dims,
                |random| {
                    if random.uniform() >= self.rate { kept } else { 0.0 }
                },
            )?;
        x.merge(Merge::Multiply, mask.taped())
    }
}

/// A tensor of values drawn on the host, from a generator that the device seeds.
pub(super) fn noise<D: Backend>(
    device: &D,
    dims: &[usize],
    mut draw: impl FnMut(&mut Random) -> f32,
) -> Result<Var<D>, Error> {
    let mut random = Random::new(device.random_u64());
    let values = (0..dims.iter().product()).map(|_| draw(&mut random)).collect();
    Var::from_vec(device, values, dims)
}
