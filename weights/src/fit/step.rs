//! What a layer makes of the order in which values lie.

use formwork_ir::{Axes, Dim, Node, Op, Shape};

use super::flow::State;
use super::order::{Factor, Order};

/// What keeps a vector from becoming a map.
const ANOTHER: &str = "makes a map of values that PyTorch has in an order of its own";

/// A layer and what it reads.
pub(super) struct Step<'a> {
    pub op: &'a Op,
    pub node: &'a Node,
    pub shapes: Vec<&'a Shape>,
    pub inputs: Vec<&'a State>,
}

impl Step<'_> {
    pub(super) fn output(&self, wanted: Option<&Order>) -> State {
        let (shape, first) = (&self.node.shape, self.inputs[0]);
        if let Some(lost) = self.inputs.iter().find(|state| matches!(state, State::Lost(_))) {
            return (*lost).clone();
        }
        match self.op {
            Op::Dense(_) => match (shape.sample(), wanted, first) {
                ([_], Some(order), _) => State::Flat(order.clone()),
                ([n], None, _) => State::flat(n),
                (_, _, State::Map(places)) => State::Map(places.clone()),
                _ => State::start(shape),
            },
            Op::Flatten(_) => self.flatten(),
            Op::Reshape(_) => self.reshape(),
            Op::Concat(concat) => self.concat(concat.axis.index(shape.rank())),
            Op::Slice(_) | Op::Split(_) => match first {
                State::Flat(order) if order.is_plain() => State::flat(&shape[1]),
                State::Flat(_) => self.lost("cuts a flattened map"),
                state => state.clone(),
            },
            Op::Permute(permute) => match first {
                State::Map(places) => permuted(places, &permute.dims),
                state => state.clone(),
            },
            Op::ReduceMean(reduce) => self.reduce(&reduce.axis, reduce.keepdims),
            Op::ReduceMax(reduce) => self.reduce(&reduce.axis, reduce.keepdims),
            Op::ReduceSum(reduce) => self.reduce(&reduce.axis, reduce.keepdims),
            Op::Conv2d(_)
            | Op::DepthwiseConv2d(_)
            | Op::SeparableConv2d(_)
            | Op::Conv2dTranspose(_)
            | Op::GlobalAvgPool2d(_)
            | Op::GlobalMaxPool2d(_) => State::start(shape),
            Op::BatchNorm(_)
            | Op::GroupNorm(_)
            | Op::Prelu(_)
            | Op::SpatialDropout2d(_)
            | Op::MaxPool2d(_)
            | Op::AvgPool2d(_)
            | Op::Upsample2d(_)
            | Op::Resize2d(_)
            | Op::ZeroPad2d(_)
            | Op::Crop2d(_) => self.channels_last(),
            _ => self.merge(),
        }
    }

    /// What of the layer PyTorch has otherwise.
    pub(super) fn obstacle(&self) -> Option<String> {
        let name = &self.node.name;
        let (here, there) = match (self.op, self.inputs[0]) {
            (Op::DepthToSpace(_), _) => ("depth_to_space", "PixelShuffle"),
            (Op::SpaceToDepth(_), _) => ("space_to_depth", "PixelUnshuffle"),
            (Op::Reshape(_), State::Flat(_)) => match self.reshape() {
                State::Lost(reason) => return Some(reason),
                _ => return None,
            },
            _ => return None,
        };
        Some(format!("`{name}` is a {here}, whose channels PyTorch's {there} has in another order"))
    }

    fn lost(&self, what: &str) -> State {
        State::Lost(format!("`{}` {what}", self.node.name))
    }

    fn flatten(&self) -> State {
        let (places, sizes) = match self.inputs[0] {
            State::Map(places) => (places, self.shapes[0].sample()),
            state => return state.clone(),
        };
        let sizes: Option<Vec<_>> = sizes.iter().map(Dim::known).collect();
        let Some(sizes) = sizes else { return self.lost("flattens a map of any size") };
        let factor =
            |(place, size): (&Option<usize>, usize)| Some(Factor { size, place: (*place)? });
        let factors: Option<Vec<_>> =
            places.iter().zip(sizes.iter().copied()).map(factor).collect();
        match factors {
            Some(factors) if once(places) => State::Flat(Order::of(factors)),
            _ if sizes.iter().filter(|&&size| size > 1).count() < 2 => {
                State::Flat(Order::plain(sizes.iter().product()))
            }
            _ => self.lost("flattens what is no (height, width, channels) map"),
        }
    }

    fn reshape(&self) -> State {
        let (old, new) = (self.shapes[0].sample(), self.node.shape.sample());
        match (self.inputs[0], new) {
            (state, _) if old == new => state.clone(),
            (_, [_]) => self.flatten(),
            (State::Flat(order), [h, w, c]) => {
                let sizes = [h, w, c].map(|size| size.known().unwrap_or(0));
                let alone = sizes[0] * sizes[1] == 1 && order.is_plain();
                match *order == Order::flattened(sizes) || alone {
                    true => State::start(&self.node.shape),
                    false => self.lost(ANOTHER),
                }
            }
            (State::Map(places), _) => match channels(places, old, new) {
                Some(places) => State::Map(places),
                None => self.lost("makes other axes of what it reads"),
            },
            _ => self.lost("makes other axes of what it reads"),
        }
    }

    fn concat(&self, axis: Option<usize>) -> State {
        let flat = |state: &&State| match state {
            State::Flat(order) => Some(order.clone()),
            _ => None,
        };
        let orders: Option<Vec<_>> = self.inputs.iter().map(flat).collect();
        match orders {
            Some(orders) if axis == Some(1) => State::Flat(Order::concat(orders)),
            _ => self.merge(),
        }
    }

    fn reduce(&self, axes: &Axes, keepdims: bool) -> State {
        let State::Map(places) = self.inputs[0] else { return State::start(&self.node.shape) };
        let rank = places.len() + 1;
        let gone: Vec<_> = axes.0.iter().filter_map(|axis| axis.index(rank)).collect();
        let mut left = places.clone();
        if !keepdims {
            let mut axis = 0;
            left.retain(|_| {
                axis += 1;
                !gone.contains(&axis)
            });
        }
        if left.len() > 1 { State::Map(left) } else { State::start(&self.node.shape) }
    }

    /// Of a layer that tells channels from pixels: PyTorch's runs on what is permuted as it is here.
    fn channels_last(&self) -> State {
        match self.inputs[0] {
            State::Map(places) if *self.inputs[0] != State::start(self.shapes[0]) => {
                State::Map(only_channels(places))
            }
            state => state.clone(),
        }
    }

    /// Values stay where they are; those of several tensors meet at the same places.
    fn merge(&self) -> State {
        let shape = &self.node.shape;
        let whole = self.inputs.iter().zip(&self.shapes).filter(|(_, own)| match shape.sample() {
            [n] => own.sample().first() == Some(n),
            _ => own.rank() == shape.rank(),
        });
        let mut states = whole.map(|(&state, _)| state.clone());
        let Some(first) = states.next() else { return State::start(shape) };
        states.fold(first, |known, other| match (known, other) {
            (known, other) if known == other => known,
            (State::Map(a), State::Map(b)) if a.len() == b.len() => {
                State::Map(a.into_iter().zip(b).map(|(a, b)| a.filter(|_| a == b)).collect())
            }
            _ => self.lost("merges values that lie in different orders"),
        })
    }
}

/// The axes of a map in another order. Where that is PyTorch's own, or is ours again, PyTorch has no
/// need to permute; elsewhere it may, or may not, so nothing is known but what the axes are.
fn permuted(places: &[Option<usize>], dims: &[usize]) -> State {
    let moved: Vec<_> = dims.iter().map(|&axis| *places.get(axis - 1)?).collect();
    let known: Vec<_> = moved.iter().flatten().copied().collect();
    let told = known.is_sorted() || known.is_sorted_by_key(|place| (place + 2) % 3);
    State::Map(if told { moved } else { only_channels(&moved) })
}

/// The places of channels alone.
fn only_channels(places: &[Option<usize>]) -> Vec<Option<usize>> {
    places.iter().map(|place| place.filter(|&place| place == 0)).collect()
}

/// Whether no axis was split into several.
pub(super) fn once(places: &[Option<usize>]) -> bool {
    places.iter().flatten().enumerate().all(|(i, place)| !places[..i].contains(&Some(*place)))
}

/// The axes of a map that is reshaped, where its channels stay apart from its pixels: there may be
/// several axes of either, which lie alike in every framework.
fn channels(places: &[Option<usize>], old: &[Dim], new: &[Dim]) -> Option<Vec<Option<usize>>> {
    let of_channels = |place: &&Option<usize>| **place == Some(0);
    let own = places.iter().rev().take_while(of_channels).count();
    let apart = own > 0 && own == places.iter().filter(of_channels).count();
    let product = |sizes: &[Dim]| sizes.iter().map(Dim::known).product::<Option<usize>>();
    let (pixels, channels) = old.split_at(old.len() - own);
    let ends = |&at: &usize| match channels {
        [one] if new[at..] == [one.clone()] => true,
        _ => product(channels).is_some_and(|n| product(&new[at..]) == Some(n)),
    };
    let mut ends: Vec<_> = (0..new.len()).filter(ends).collect();
    // Axes of size 1 may be either.
    ends.sort_by_key(|&at| new[..at] != *pixels);
    let &at = ends.first().filter(|_| apart)?;
    let kept = if new[..at] == *pixels { places[..at].to_vec() } else { vec![None; at] };
    Some(kept.into_iter().chain(vec![Some(0); new.len() - at]).collect())
}
