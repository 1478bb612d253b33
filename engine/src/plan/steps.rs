//! The steps of a plan, and where what they read and write lies.

use std::cmp::Reverse;
use std::sync::Arc;

use super::choice::Choice;
use super::fuse::{Fused, fuse};
use super::inverted;
use super::layout::{Buffer, Home, Layout, Work, channels};
use super::memory::{Need, place};
use super::net::{Net, Value};
use super::weights::{Read, load};
use crate::CompileError;
use crate::kernels::copy::Copy;
use crate::kernels::{Kernel, Scratch, Site, lower};

/// Whose memory something lies in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Base {
    /// The plan's.
    Arena,
    /// That of an input.
    Input(usize),
    /// That of an output.
    Output(usize),
}

/// Where a tensor lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Spot {
    pub base: Base,
    /// Its first value.
    pub offset: usize,
    /// From one row to the next.
    pub stride: usize,
}

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    /// The layer whose weights it has, or that it does.
    pub name: String,
    /// Sizes of its output.
    pub sizes: Vec<usize>,
    /// Products that are summed, as if each were computed.
    pub macs: u64,
    pub kernel: Arc<dyn Kernel>,
    pub inputs: Vec<Spot>,
    pub output: Spot,
    /// Where its scratch memory begins.
    pub scratch: usize,
}

/// What a network does for inputs of some sizes.
#[derive(Debug)]
pub(crate) struct Plan {
    pub steps: Vec<Step>,
    /// Number of values of its own memory.
    pub arena: usize,
    pub inputs: Vec<Vec<usize>>,
    pub outputs: Vec<Vec<usize>>,
}

/// A step whose tensors have buffers, which have no place yet.
#[derive(Clone)]
pub(super) struct Draft {
    pub name: String,
    pub sizes: Vec<usize>,
    pub macs: u64,
    /// Steps that do the same share it.
    pub kernel: Arc<dyn Kernel>,
    /// The last is what is added, if `residual`.
    pub inputs: Vec<super::layout::Spot>,
    pub output: super::layout::Spot,
    pub residual: bool,
}

impl Plan {
    /// The plan of a network.
    pub(super) fn new(mut net: Net, choice: Choice, read: &mut Read) -> Result<Self, CompileError> {
        let layers = fuse(&mut net, choice);
        let (layout, work) = Layout::new(&net, &layers);
        // The largest weights first: while they are prepared they are there twice.
        let weights = |fused: &Fused| {
            let params = fused.layer.params.iter();
            params.map(|param| param.sizes.iter().product::<usize>()).sum::<usize>()
        };
        let mut order: Vec<_> = (0..layers.len()).collect();
        order.sort_by_key(|&index| Reverse(weights(&layers[index])));
        let mut kernels: Vec<Option<Draft>> = layers.iter().map(|_| None).collect();
        for index in order.into_iter().filter(|&index| work[index] == Work::Kernel) {
            kernels[index] = Some(kernel(&net, &layout, &layers[index], choice, read)?);
        }
        let mut drafts = Vec::new();
        for ((fused, work), kernel) in layers.iter().zip(work).zip(kernels) {
            if let Work::Copies(copies) = work {
                for (value, channel) in copies {
                    let mut output = layout.spot(fused.layer.output);
                    output.offset += channel;
                    drafts.push(copy(&net, &layout, &fused.layer.name, value, output));
                }
            }
            drafts.extend(kernel);
        }
        for (index, &output) in net.outputs.iter().enumerate() {
            let spot = layout.spot(output);
            if layout.buffers[spot.buffer].home != Home::Output(index) {
                drafts.push(last_copy(&net, &layout, output, index));
            }
        }
        let sizes = |values: &[Value]| -> Vec<Vec<usize>> {
            values.iter().map(|&value| net.values[value].clone()).collect()
        };
        let (inputs, outputs) = (sizes(&net.inputs), sizes(&net.outputs));
        let mut buffers = layout.buffers;
        buffers.extend(outputs.iter().enumerate().map(|(index, sizes)| Buffer {
            home: Home::Output(index),
            size: sizes.iter().product(),
        }));
        let (steps, arena) = settle(drafts, buffers, choice.members);
        Ok(Plan { steps, arena, inputs, outputs })
    }
}

/// The step of a layer.
fn kernel(
    net: &Net,
    layout: &Layout,
    fused: &Fused,
    choice: Choice,
    read: &mut Read,
) -> Result<Draft, CompileError> {
    let (op, params) = load(fused, read)?;
    let Fused { layer, finish, residual, macs, .. } = fused;
    let site = Site {
        isa: choice.isa,
        algorithm: choice.algorithm(&layer.name),
        inputs: layer.inputs.iter().map(|&input| &*net.values[input]).collect(),
        output: &net.values[layer.output],
        params: Vec::new(),
        finish: *finish,
    };
    let kernel = match &*fused.before {
        [first, middle] => {
            let params = params.iter().map(Vec::as_slice).collect();
            let site = Site { params, ..site.clone() };
            inverted::lower(net, [first, middle], &site, read)?
        }
        _ => lower(&op, &site, params),
    };
    let inputs = layer.inputs.iter().chain(residual).map(|&input| layout.spot(input)).collect();
    Ok(Draft {
        name: layer.name.clone(),
        sizes: site.output.to_vec(),
        macs: *macs,
        kernel: kernel.into(),
        inputs,
        output: layout.spot(layer.output),
        residual: residual.is_some(),
    })
}

fn copy(
    net: &Net,
    layout: &Layout,
    name: &str,
    value: Value,
    output: super::layout::Spot,
) -> Draft {
    let sizes = net.values[value].clone();
    let channels = channels(&sizes);
    let rows = sizes.iter().product::<usize>() / channels;
    Draft {
        name: name.to_owned(),
        sizes,
        macs: 0,
        kernel: Arc::new(Copy { rows, channels }),
        inputs: vec![layout.spot(value)],
        output,
        residual: false,
    }
}

/// Hands an output to the caller that does not lie in its memory: in a buffer that is added behind
/// the layout's.
fn last_copy(net: &Net, layout: &Layout, value: Value, index: usize) -> Draft {
    let buffer = layout.buffers.len() + index;
    let stride = channels(&net.values[value]);
    copy(net, layout, "output", value, super::layout::Spot { buffer, offset: 0, stride })
}

/// Gives buffers their places.
pub(super) fn settle(
    drafts: Vec<Draft>,
    mut buffers: Vec<Buffer>,
    members: usize,
) -> (Vec<Step>, usize) {
    let mut same: Vec<usize> = (0..buffers.len()).collect();
    share(&drafts, &mut buffers, &mut same);
    let mut needs: Vec<Option<Need>> = vec![None; buffers.len()];
    for (step, draft) in drafts.iter().enumerate() {
        for spot in draft.inputs.iter().chain([&draft.output]) {
            let buffer = same[spot.buffer];
            let size = buffers[buffer].size;
            let need = needs[buffer].get_or_insert(Need { size, from: step, to: step });
            need.to = step;
        }
    }
    let own: Vec<_> = (0..buffers.len())
        .filter(|&buffer| buffers[buffer].home == Home::Arena && needs[buffer].is_some())
        .collect();
    let scratch = drafts.iter().enumerate().map(|(step, draft)| {
        let size = Scratch::total(draft.kernel.scratch(), members);
        Need { size, from: step, to: step }
    });
    let tensors = own.iter().filter_map(|&buffer| needs[buffer]);
    let (places, arena) = place(&tensors.chain(scratch).collect::<Vec<_>>());
    let spot = |spot: super::layout::Spot| {
        let buffer = same[spot.buffer];
        let (base, start) = match buffers[buffer].home {
            Home::Input(index) => (Base::Input(index), 0),
            Home::Output(index) => (Base::Output(index), 0),
            Home::Arena => {
                let index = own.iter().position(|&own| own == buffer).expect("it has a place");
                (Base::Arena, places[index])
            }
        };
        Spot { base, offset: start + spot.offset, stride: spot.stride }
    };
    let steps = drafts.into_iter().enumerate().map(|(step, draft)| Step {
        name: draft.name,
        sizes: draft.sizes,
        macs: draft.macs,
        inputs: draft.inputs.iter().map(|&own| spot(own)).collect(),
        output: spot(draft.output),
        scratch: places[own.len() + step],
        kernel: draft.kernel,
    });
    (steps.collect(), arena)
}

/// Lets outputs lie where an input lay that nobody reads any more: the first, of a kernel that may
/// run in place, or what is added to the output.
fn share(drafts: &[Draft], buffers: &mut [Buffer], same: &mut [usize]) {
    let mut last = vec![0; buffers.len()];
    let mut first = vec![usize::MAX; buffers.len()];
    for (step, draft) in drafts.iter().enumerate() {
        draft.inputs.iter().for_each(|spot| last[spot.buffer] = step);
        first[draft.output.buffer] = first[draft.output.buffer].min(step);
    }
    for (step, draft) in drafts.iter().enumerate() {
        let candidate = match (draft.residual, draft.kernel.in_place()) {
            (true, _) => draft.inputs.last(),
            (false, true) => draft.inputs.first(),
            (false, false) => None,
        };
        let (Some(&from), to) = (candidate, draft.output) else { continue };
        let (old, new) = (same[from.buffer], to.buffer);
        let alone = draft.inputs.iter().filter(|spot| same[spot.buffer] == old).count() == 1;
        let alike = from.offset == to.offset
            && from.stride == to.stride
            && buffers[old].size == buffers[new].size;
        let free = last[from.buffer] <= step && first[new] == step && same[new] == new;
        let ours = buffers[old].home == Home::Arena
            && matches!(buffers[new].home, Home::Arena | Home::Output(_));
        if alone && alike && free && ours && old != new {
            same[new] = old;
            buffers[old].home = buffers[new].home;
            last[old] = last[new];
            let moved = last[new];
            same.iter().enumerate().filter(|(_, own)| **own == old).for_each(|(b, _)| {
                last[b] = last[b].max(moved);
            });
        }
    }
}
