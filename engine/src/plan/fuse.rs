//! What is computed along with the layer before it: batch norms in its weights, sums and cuts on
//! its way to memory; and what is not computed at all.

use formwork_ir::layers::MaxPool2d;
use formwork_ir::{Group, Layout, Op, Padding};

use super::choice::Choice;
use super::inverted;
use super::net::{Layer, Net, Param, Value};
use crate::kernels::{Algorithm, Finish, Function, applies, finishes, pools};

/// A layer with what is done along with it.
#[derive(Clone, Debug)]
pub(super) struct Fused {
    pub layer: Layer,
    /// Batch norms behind it, in its weights: each its layer's settings and its parameters.
    pub norms: Vec<(formwork_ir::layers::BatchNorm, Vec<Param>)>,
    pub finish: Finish,
    /// The tensor that is added, if any.
    pub residual: Option<Value>,
    /// Products that are summed, as if each were computed.
    pub macs: u64,
    /// The layers before it that are done with it: none, or the two of an inverted residual.
    pub before: Vec<Fused>,
}

/// The layers that are left, in the order they run.
pub(super) fn fuse(net: &mut Net, choice: Choice) -> Vec<Fused> {
    skip_identities(net);
    skip_unread(net);
    let (net, mut fused) = (&*net, Vec::new());
    for layer in net.layers.iter().cloned() {
        let took = norm(net, &mut fused, &layer)
            || sum(net, &mut fused, &layer)
            || function(net, &mut fused, &layer, choice)
            || pool(net, &mut fused, &layer, choice);
        if !took {
            let macs = macs(net, &layer);
            let (norms, finish, residual) = (Vec::new(), Finish::NONE, None);
            let before = Vec::new();
            fused.push(Fused { layer, norms, finish, residual, macs, before });
        }
    }
    inverted::join(net, fused)
}

/// Leaves out layers that do nothing at inference.
fn skip_identities(net: &mut Net) {
    let mut instead: Vec<Value> = (0..net.values.len()).collect();
    net.layers.retain_mut(|layer| {
        layer.inputs.iter_mut().for_each(|input| *input = instead[*input]);
        let keeps = layer.op.spec().group != Group::Regularization;
        if !keeps {
            instead[layer.output] = layer.inputs[0];
        }
        keeps
    });
    net.outputs.iter_mut().for_each(|output| *output = instead[*output]);
}

/// Leaves out layers that no output is made of.
fn skip_unread(net: &mut Net) {
    let mut read = net.outputs.clone();
    for layer in net.layers.iter().rev() {
        if read.contains(&layer.output) {
            read.extend(&layer.inputs);
        }
    }
    net.layers.retain(|layer| read.contains(&layer.output));
}

/// The layer that makes a tensor, if one other reads it and nobody else.
fn maker<'a>(net: &Net, fused: &'a mut [Fused], value: Value) -> Option<&'a mut Fused> {
    let once = net.readers(value).count() == 1 && !net.outputs.contains(&value);
    fused.iter_mut().rev().find(|fused| once && fused.layer.output == value)
}

/// A batch norm behind a layer with a kernel.
fn norm(net: &Net, fused: &mut [Fused], layer: &Layer) -> bool {
    let Op::BatchNorm(norm) = &layer.op else { return false };
    let Some(maker) = maker(net, fused, layer.inputs[0]) else { return false };
    if maker.layer.op.linear().is_none() || maker.finish != Finish::NONE {
        return false;
    }
    maker.norms.push((norm.clone(), layer.params.clone()));
    maker.layer.output = layer.output;
    true
}

/// A sum of two tensors of one shape, the later of which can add the other.
fn sum(net: &Net, fused: &mut [Fused], layer: &Layer) -> bool {
    let (Op::Add(_), &[a, b]) = (&layer.op, &*layer.inputs) else { return false };
    if net.values[a] != net.values[b] || a == b {
        return false;
    }
    let position = |value| fused.iter().position(|fused: &Fused| fused.layer.output == value);
    let (later, other) = if position(a) >= position(b) { (a, b) } else { (b, a) };
    let Some(maker) = maker(net, fused, later) else { return false };
    if !finishes(&maker.layer.op) || maker.finish != Finish::NONE {
        return false;
    }
    maker.finish.residual = true;
    maker.residual = Some(other);
    maker.layer.output = layer.output;
    true
}

/// What a question about a layer's kernel is answered, where the layer stands.
fn asked(
    net: &Net,
    layer: &Layer,
    choice: Choice,
    question: impl Fn(&Op, &[usize], Algorithm) -> bool,
) -> bool {
    question(&layer.op, &net.values[layer.inputs[0]], choice.algorithm(&layer.name))
}

/// A function of each value.
fn function(net: &Net, fused: &mut [Fused], layer: &Layer, choice: Choice) -> bool {
    let Some(function) = Function::of(&layer.op) else { return false };
    let Some(maker) = maker(net, fused, layer.inputs[0]) else { return false };
    let finish = &mut maker.finish;
    let free = (finish.low, finish.high) == Finish::RANGE && finish.function.is_none();
    if !free || !finishes(&maker.layer.op) {
        return false;
    }
    match function.clamp() {
        Some((low, high)) => (finish.low, finish.high) = (low, high),
        None if asked(net, &maker.layer, choice, applies) => finish.function = Some(function),
        None => return false,
    }
    maker.layer.output = layer.output;
    true
}

/// A max pooling of 2×2 outputs behind a layer that can keep the largest alone.
fn pool(net: &Net, fused: &mut [Fused], layer: &Layer, choice: Choice) -> bool {
    let Op::MaxPool2d(layer_of) = &layer.op else { return false };
    let MaxPool2d { size, stride, padding, ceil_mode } = *layer_of;
    let windows = (size, stride.unwrap_or(size), padding, ceil_mode);
    if windows != ([2, 2], [2, 2], Padding::Valid, false) {
        return false;
    }
    let Some(maker) = maker(net, fused, layer.inputs[0]) else { return false };
    let Finish { pool, function, .. } = maker.finish;
    let free = maker.residual.is_none() && !pool && function.is_none();
    if !free || !asked(net, &maker.layer, choice, pools) {
        return false;
    }
    maker.finish.pool = true;
    maker.layer.output = layer.output;
    true
}

/// Multiplications with weights: each weight as often as there are outputs of its channel.
pub(super) fn macs(net: &Net, layer: &Layer) -> u64 {
    let Some(linear) = layer.op.linear() else { return 0 };
    let pixels = |value: Value| {
        let sizes = &net.values[value];
        sizes[..sizes.len() - 1].iter().product::<usize>()
    };
    let transposed = linear.kernels.contains(&Layout::Transposed);
    let pixels = pixels(if transposed { layer.inputs[0] } else { layer.output });
    let kernels = layer.params.iter().take(linear.kernels.len());
    let weights: usize = kernels.map(|kernel| kernel.sizes.iter().product::<usize>()).sum();
    (weights * pixels) as u64
}
