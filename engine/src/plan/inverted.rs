//! Inverted residuals as one step: what is between their layers stays in the cache.

use formwork_ir::Op;
use formwork_ir::layers::{Conv2d, DepthwiseConv2d};

use super::fuse::Fused;
use super::net::{Net, Value};
use super::weights::{Read, load};
use crate::CompileError;
use crate::kernels::fused::Inverted;
use crate::kernels::{Kernel, Site, Windows};

/// How many values of an image lie between the layers where one step is faster than three: more
/// than the cache next to a core holds.
const WORTHWHILE: usize = (512 << 10) / 4;

/// Takes the layers of each inverted residual together.
pub(super) fn join(net: &Net, fused: Vec<Fused>) -> Vec<Fused> {
    let mut joined: Vec<Fused> = Vec::new();
    for mut last in fused {
        if is_pointwise(&last) && last.before.is_empty() {
            // The two before it need not be its neighbours: only it reads what they make.
            let find = |value: Value| {
                let alone = reads(net, value) == 1 && !net.outputs.contains(&value);
                joined.iter().position(|fused| alone && fused.layer.output == value)
            };
            let middle = find(last.layer.inputs[0]).filter(|&at| is_depthwise(net, &joined[at]));
            let first = middle.and_then(|at| find(joined[at].layer.inputs[0]));
            let first = first.filter(|&at| is_pointwise(&joined[at]) && is_plain(&joined[at]));
            if let (Some(first), Some(middle)) = (first, middle)
                && net.values[joined[first].layer.output][1..].iter().product::<usize>()
                    >= WORTHWHILE
            {
                let middle = joined.remove(middle);
                let first = joined.remove(first);
                last.layer.inputs.clone_from(&first.layer.inputs);
                last.macs += first.macs + middle.macs;
                last.before = vec![first, middle];
            }
        }
        joined.push(last);
    }
    joined
}

/// How often layers read a tensor, before any were taken together.
fn reads(net: &Net, value: Value) -> usize {
    net.readers(value).count()
}

fn is_plain(fused: &Fused) -> bool {
    fused.residual.is_none() && fused.before.is_empty()
}

fn is_pointwise(fused: &Fused) -> bool {
    let Op::Conv2d(Conv2d { kernel, stride, padding, groups, .. }) = &fused.layer.op else {
        return false;
    };
    let unpadded = match padding {
        formwork_ir::Padding::Explicit(pads) => *pads == [[0; 2]; 2],
        formwork_ir::Padding::Valid | formwork_ir::Padding::Same => true,
    };
    (*kernel, *stride, *groups, unpadded) == ([1, 1], [1, 1], 1, true) && is_cut(fused)
}

/// Whether all that becomes of its sums is that they are cut to a range.
fn is_cut(fused: &Fused) -> bool {
    !fused.finish.pool && fused.finish.function.is_none()
}

fn is_depthwise(net: &Net, fused: &Fused) -> bool {
    let Op::DepthwiseConv2d(DepthwiseConv2d { dilation, .. }) = &fused.layer.op else {
        return false;
    };
    let channels = |value: Value| net.values[value].last();
    let alike = channels(fused.layer.inputs[0]) == channels(fused.layer.output);
    *dilation == [1, 1] && alike && is_plain(fused) && is_cut(fused)
}

/// The kernel of an inverted residual; `site` is where its last layer stands.
pub(super) fn lower(
    net: &Net,
    [first, middle]: [&Fused; 2],
    site: &Site,
    read: &mut Read,
) -> Result<Box<dyn Kernel>, CompileError> {
    let (_, mut expand) = load(first, read)?;
    let (op, mut depthwise) = load(middle, read)?;
    let Op::DepthwiseConv2d(layer) = op else { unreachable!("`join` saw that it is") };
    let size = &net.values[middle.layer.inputs[0]];
    let windows =
        Windows::new([size[1], size[2]], layer.kernel, layer.stride, layer.dilation, layer.padding);
    let channels = size[3];
    for params in [&mut expand, &mut depthwise] {
        params.resize(2, vec![0.0; channels]);
    }
    let zeros = vec![0.0; site.output[3]];
    let project = [site.params[0], site.params.get(1).copied().unwrap_or(&zeros)];
    let cut = |fused: &Fused| [fused.finish.low, fused.finish.high];
    let inverted = Inverted::new(
        site.isa,
        site.image(),
        ([&expand[0], &expand[1]], cut(first)),
        ([&depthwise[0], &depthwise[1]], cut(middle), windows),
        project,
        site.finish,
    );
    Ok(Box::new(inverted))
}
