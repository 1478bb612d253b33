//! A layer's weights, with the batch norms behind it in them. Computed in f64 and rounded once.

use formwork_ir::Op;

use super::fuse::Fused;
use super::net::Param;
use crate::CompileError;
use crate::kernels::norm::factors as batch_norm;

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
        let own = each(own, read)?;
        let [scale, shift] = batch_norm(norm, &own.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let norm = scale.into_iter().zip(shift);
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
