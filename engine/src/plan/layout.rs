//! In which buffer each tensor lies: slices of channels lie in what they are slices of, joined
//! channels where they are joined, reshaped tensors where they were.

use formwork_ir::{Axis, Op};

use super::fuse::Fused;
use super::net::{Net, Value};

/// A piece of memory that tensors lie in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Home {
    /// Within the plan's own memory.
    Arena,
    /// The caller's: an input, by its index.
    Input(usize),
    /// The caller's: an output, by its index.
    Output(usize),
}

/// A buffer: where, and how many values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Buffer {
    pub home: Home,
    pub size: usize,
}

/// Where a tensor lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Spot {
    pub buffer: usize,
    /// Its first value, from the buffer's first.
    pub offset: usize,
    /// From one row to the next.
    pub stride: usize,
}

/// The buffers, and where each tensor lies in them.
#[derive(Debug)]
pub(super) struct Layout {
    pub buffers: Vec<Buffer>,
    spots: Vec<Option<Spot>>,
}

/// Values in a row of a tensor.
pub(super) fn channels(sizes: &[usize]) -> usize {
    sizes.last().copied().unwrap_or(1)
}

/// What a layer leaves where it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum View {
    /// Rows of another length: of a tensor without gaps.
    Reshaped,
    /// Some of the channels, from one on.
    Channels(usize),
}

/// How a layer's output is there already, if it is.
fn view(net: &Net, fused: &Fused) -> Option<View> {
    let sizes = &net.values[fused.layer.inputs[0]];
    match &fused.layer.op {
        Op::Flatten(_) | Op::Reshape(_) => Some(View::Reshaped),
        Op::Slice(slice) if is_last(slice.axis, sizes) => {
            let start = i64::try_from(slice.range.0[0].known()?).ok()?;
            Some(View::Channels(usize::try_from(start).ok()?))
        }
        _ => None,
    }
}

/// The tensors that a layer joins by their channels.
fn joined<'a>(net: &Net, fused: &'a Fused) -> Option<&'a [Value]> {
    match &fused.layer.op {
        Op::Concat(concat) if is_last(concat.axis, &net.values[fused.layer.output]) => {
            Some(&fused.layer.inputs)
        }
        _ => None,
    }
}

fn is_last(axis: Axis, sizes: &[usize]) -> bool {
    axis.index(sizes.len()) == Some(sizes.len() - 1) && sizes.len() > 1
}

/// What becomes of a layer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Work {
    /// A kernel runs.
    Kernel,
    /// Nothing: its output is there.
    Nothing,
    /// These of its inputs are copied to their place, each to begin at a channel.
    Copies(Vec<(Value, usize)>),
}

impl Layout {
    /// Finds a place for every tensor, and says what is left to do of each layer.
    pub fn new(net: &Net, layers: &[Fused]) -> (Self, Vec<Work>) {
        let mut layout = Layout { buffers: Vec::new(), spots: vec![None; net.values.len()] };
        for (index, &input) in net.inputs.iter().enumerate() {
            layout.own(net, input, Home::Input(index));
        }
        // From the last on, so that what joins joined tensors is known before them.
        for fused in layers.iter().rev() {
            if let Some(inputs) = joined(net, fused) {
                layout.join(net, layers, fused.layer.output, inputs);
            }
        }
        let work = layers.iter().map(|fused| layout.settle(net, fused)).collect();
        for (index, &output) in net.outputs.iter().enumerate() {
            layout.hand_over(net, output, index);
        }
        (layout, work)
    }

    /// Where a tensor lies.
    pub fn spot(&self, value: Value) -> Spot {
        self.spots[value].expect("every tensor is an input or made by a layer")
    }

    fn own(&mut self, net: &Net, value: Value, home: Home) {
        let sizes = &net.values[value];
        let size = sizes.iter().product();
        self.buffers.push(Buffer { home, size });
        let buffer = self.buffers.len() - 1;
        self.spots[value] = Some(Spot { buffer, offset: 0, stride: channels(sizes) });
    }

    /// Lets what makes the inputs of a join write them to their place in it.
    fn join(&mut self, net: &Net, layers: &[Fused], output: Value, inputs: &[Value]) {
        if self.spots[output].is_none() {
            self.own(net, output, Home::Arena);
        }
        let whole = self.spot(output);
        let mut offset = whole.offset;
        for &input in inputs {
            let made = layers.iter().find(|fused| fused.layer.output == input);
            // A view lies elsewhere; and what is reshaped later must have no gaps.
            let movable = made.is_some_and(|made| view(net, made).is_none());
            let reshaped = net.readers(input).any(|reader| {
                let op = &net.layers[reader].op;
                matches!(op, Op::Flatten(_) | Op::Reshape(_))
            });
            if movable && !reshaped && self.spots[input].is_none() && !net.outputs.contains(&input)
            {
                self.spots[input] = Some(Spot { offset, ..whole });
            }
            offset += channels(&net.values[input]);
        }
    }

    fn settle(&mut self, net: &Net, fused: &Fused) -> Work {
        let output = fused.layer.output;
        if let Some(inputs) = joined(net, fused) {
            let whole = self.spot(output);
            let mut offset = 0;
            let mut copies = Vec::new();
            for &input in inputs {
                let place = Spot { offset: whole.offset + offset, ..whole };
                if self.spots[input] != Some(place) {
                    copies.push((input, offset));
                }
                offset += channels(&net.values[input]);
            }
            return if copies.is_empty() { Work::Nothing } else { Work::Copies(copies) };
        }
        let seen = view(net, fused).filter(|_| self.spots[output].is_none());
        if let Some(view) = seen {
            let from = self.spot(fused.layer.inputs[0]);
            let dense = from.stride == channels(&net.values[fused.layer.inputs[0]]);
            match view {
                View::Channels(start) => {
                    self.spots[output] = Some(Spot { offset: from.offset + start, ..from });
                    return Work::Nothing;
                }
                View::Reshaped if dense => {
                    let stride = channels(&net.values[output]);
                    self.spots[output] = Some(Spot { stride, ..from });
                    return Work::Nothing;
                }
                View::Reshaped => {}
            }
        }
        if self.spots[output].is_none() {
            self.own(net, output, Home::Arena);
        }
        Work::Kernel
    }

    /// Lets an output be written to the caller's memory, where it is a buffer of its own.
    fn hand_over(&mut self, net: &Net, output: Value, index: usize) {
        let spot = self.spot(output);
        let buffer = &mut self.buffers[spot.buffer];
        let size = net.values[output].iter().product::<usize>();
        let whole = spot.offset == 0 && spot.stride == channels(&net.values[output]);
        if buffer.home == Home::Arena && whole && buffer.size == size {
            buffer.home = Home::Output(index);
        }
    }
}
