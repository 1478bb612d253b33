//! A layer's weights, with the batch norms behind it in them. Computed in f64 and rounded once.

use formwork_ir::Op;
use formwork_ir::layers::BatchNorm;

use super::fuse::Fused;
use super::net::Param;
use crate::CompileError;

/// Reads a parameter by its name and sizes.
pub(super) type Read<'a> = dyn FnMut(&str, &[usize]) -> Result<Vec<f32>, CompileError> + 'a;

/// The layer as it is prepared, and its parameters.
pub(super) fn load(fused: &Fused, read: &mut Read) -> Result<(Op, Vec<Vec<f32>>), CompileError> {
    let mut params: Vec<_> = each(&fused.layer.params, read)?;
    let Some(linear) = fused.layer.op.linear().filter(|_| !fused.norms.is_empty()) else {
        return Ok((fused.layer.op.clone(), params));
    };
    let kernels = linear.kernels.len();
    let sizes = &fused.layer.params[kernels - 1].sizes;
    let layout = linear.kernels[kernels - 1];
    if params.len() == kernels {
        params.push(vec![0.0; layout.outputs(sizes)]);
    }
    let mut factors = vec![1.0; params[kernels].len()];
    let mut terms: Vec<_> = params[kernels].iter().map(|&bias| f64::from(bias)).collect();
    for (norm, own) in &fused.norms {
        let norm = affine(norm, &each(own, read)?);
        for ((own, term), (factor, more)) in factors.iter_mut().zip(&mut terms).zip(norm) {
            *own *= factor;
            *term = *term * factor + more;
        }
    }
    for (index, value) in params[kernels - 1].iter_mut().enumerate() {
        let [_, output] = layout.channels(sizes, index);
        *value = (f64::from(*value) * factors[output]) as f32;
    }
    params[kernels] = terms.into_iter().map(|term| term as f32).collect();
    Ok((linear.biased, params))
}

fn each(params: &[Param], read: &mut Read) -> Result<Vec<Vec<f32>>, CompileError> {
    params.iter().map(|param| read(&param.name, &param.sizes)).collect()
}

/// What a batch norm does at inference, a channel: `γ/√(σ²+ε)` and `β - μ·γ/√(σ²+ε)`.
fn affine(norm: &BatchNorm, params: &[Vec<f32>]) -> Vec<(f64, f64)> {
    let mut params = params.iter();
    let gamma = norm.scale.then(|| params.next()).flatten();
    let beta = norm.center.then(|| params.next()).flatten();
    let (Some(mean), Some(variance)) = (params.next(), params.next()) else { return Vec::new() };
    let channel = |c: usize| {
        let factor = 1.0 / (f64::from(variance[c]) + norm.epsilon).sqrt();
        let factor = factor * gamma.map_or(1.0, |gamma| f64::from(gamma[c]));
        let term = beta.map_or(0.0, |beta| f64::from(beta[c])) - f64::from(mean[c]) * factor;
        (factor, term)
    };
    (0..mean.len()).map(channel).collect()
}
