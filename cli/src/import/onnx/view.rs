//! How the axes of an ONNX value lie in the value of a node.

use formwork_ir::{Dim, NodeId, Shape};

/// A value of ONNX as a look at the value of a node.
///
/// Each axis of ONNX is some axes of the node, the first outermost: one, several that are merged,
/// or none where its size is 1. Axes of the node that are nowhere have size 1.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct View {
    pub node: NodeId,
    pub axes: Vec<Vec<usize>>,
}

/// What a reshape does to a view: see [`View::regroup`].
#[derive(Clone, PartialEq, Debug)]
pub struct Regrouped {
    /// The sizes that each axis of the node is taken apart into.
    pub parts: Vec<Vec<Dim>>,
    /// The axes of the new view, in terms of the axes that the parts are.
    pub axes: Vec<Vec<usize>>,
}

impl View {
    /// The axes of the node, as they are.
    pub fn whole(node: NodeId, rank: usize) -> Self {
        View { node, axes: (0..rank).map(|axis| vec![axis]).collect() }
    }

    /// The value of a node whose axes are ONNX's in that order.
    pub fn ordered(node: NodeId, order: &[usize]) -> Self {
        let mut axes = vec![Vec::new(); order.len()];
        order.iter().enumerate().for_each(|(at, &axis)| axes[axis] = vec![at]);
        View { node, axes }
    }

    /// The value of a node `[_, height, width, channels]`, or `[_, …, channels]`, as ONNX's
    /// `[_, channels, …]`.
    pub fn channels_first(node: NodeId, rank: usize) -> Self {
        View::ordered(node, &channels_last(rank))
    }

    pub fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The sizes in ONNX's order; `shape` is the node's.
    pub fn dims(&self, shape: &Shape) -> Vec<Dim> {
        let size =
            |axes: &Vec<usize>| axes.iter().fold(Dim::Known(1), |size, &axis| size * &shape[axis]);
        self.axes.iter().map(size).collect()
    }

    /// The axes of ONNX in the order in which the node has them; those that are none of the node's
    /// come right behind the batch.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<_> = (0..self.rank()).collect();
        order.sort_by_key(|&axis| match (axis, self.axes[axis].first()) {
            (0, _) => (0, 0),
            (_, None) => (1, 0),
            (_, Some(&at)) => (2, at),
        });
        order
    }

    /// The axis of the node that is this axis of ONNX, if it is one.
    pub fn axis(&self, axis: usize) -> Option<usize> {
        match self.axes[axis].as_slice() {
            &[one] => Some(one),
            _ => None,
        }
    }

    /// The axes of ONNX in another order.
    pub fn transposed(&self, order: &[usize]) -> Self {
        let axes = order.iter().map(|&axis| self.axes[axis].clone()).collect();
        View { node: self.node, axes }
    }

    /// The view with as many values in another shape, where the new axes are axes of the node
    /// that are merged or taken apart.
    pub fn regroup(&self, shape: &Shape, target: &[Dim]) -> Option<Regrouped> {
        let dims = self.dims(shape);
        let mut parts = vec![Vec::new(); shape.rank()];
        // For each new axis, the node's axes and which of their parts.
        let mut groups: Vec<Vec<(usize, usize)>> = Vec::new();
        for (from, to) in chunks(&dims, target)? {
            let mut pieces: Vec<(usize, Dim)> = self.axes[from]
                .iter()
                .flatten()
                .map(|&axis| (axis, shape[axis].clone()))
                .filter(|(_, size)| !size.is(1))
                .rev()
                .collect();
            for wanted in &target[to] {
                let (mut left, mut group) = (wanted.clone(), Vec::new());
                while !left.is(1) {
                    let (axis, size) = pieces.pop()?;
                    let mut take = |size: Dim| {
                        group.push((axis, parts[axis].len()));
                        parts[axis].push(size);
                    };
                    if let Some(rest) = left.exactly_over(&size) {
                        left = rest;
                        take(size);
                    } else {
                        let rest = size.exactly_over(&left)?;
                        take(left);
                        left = Dim::Known(1);
                        pieces.push((axis, rest));
                    }
                }
                groups.push(group);
            }
            if !pieces.is_empty() {
                return None;
            }
        }
        let first: Vec<_> = parts
            .iter()
            .scan(0, |next, parts: &Vec<Dim>| {
                let first = *next;
                *next += parts.len().max(1);
                Some(first)
            })
            .collect();
        for (axis, parts) in parts.iter_mut().enumerate().filter(|(_, parts)| parts.is_empty()) {
            parts.push(shape[axis].clone());
        }
        let place = |(axis, part): (usize, usize)| first[axis] + part;
        let axes = groups.into_iter().map(|group| group.into_iter().map(place).collect());
        Some(Regrouped { parts, axes: axes.collect() })
    }
}

/// ONNX's axes `[batch, channels, …]` in the order `[batch, …, channels]`.
pub fn channels_last(rank: usize) -> Vec<usize> {
    let inner = 2..rank.max(2);
    std::iter::once(0).chain(inner).chain([1]).take(rank).collect()
}

type Range = std::ops::Range<usize>;

/// The shortest runs of sizes on both sides whose products are equal.
fn chunks(from: &[Dim], to: &[Dim]) -> Option<Vec<(Range, Range)>> {
    let mut chunks: Vec<(Range, Range)> = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < from.len() && j < to.len() {
        let (start, begin) = (i, j);
        let (mut a, mut b) = (from[i].clone(), to[j].clone());
        (i, j) = (i + 1, j + 1);
        while a != b {
            let a_grows = match (&a, &b) {
                (Dim::Known(a), Dim::Known(b)) => a < b,
                _ => b.exactly_over(&a).is_some(),
            };
            if a_grows {
                a = a * from.get(i)?;
                i += 1;
            } else {
                b = b * to.get(j)?;
                j += 1;
            }
        }
        chunks.push((start..i, begin..j));
    }
    let ones = |dims: &[Dim]| dims.iter().all(|dim| dim.is(1));
    if !ones(&from[i..]) || !ones(&to[j..]) {
        return None;
    }
    let last = chunks.last_mut()?;
    (last.0.end, last.1.end) = (from.len(), to.len());
    Some(chunks)
}

#[cfg(test)]
mod tests {
    use formwork_ir::{Domain, Graph};

    use super::*;

    fn check(sample: &[usize], axes: &[&[usize]], target: &[usize], expect: Option<(&str, &str)>) {
        let shape = Shape::batched(sample.iter().copied());
        let node = Graph::new("Net", Domain::default()).input("x", shape.clone());
        let view = View { node, axes: axes.iter().map(|axes| axes.to_vec()).collect() };
        let target = Shape::batched(target.iter().copied());
        let found = view.regroup(&shape, target.dims()).map(|regrouped| {
            let parts: Vec<_> = regrouped.parts.concat().iter().map(Dim::to_string).collect();
            (parts.join(" "), format!("{:?}", regrouped.axes))
        });
        let expect = expect.map(|(parts, axes)| (parts.to_owned(), axes.to_owned()));
        assert_eq!(found, expect, "{axes:?} to {target}");
    }

    #[test]
    fn axes_are_merged_and_taken_apart() {
        let nchw: &[&[usize]] = &[&[0], &[3], &[1], &[2]];
        check(&[4, 5, 6], nchw, &[120], Some(("_ 4 5 6", "[[0], [3, 1, 2]]")));
        check(&[4, 5, 6], nchw, &[2, 3, 4, 5], Some(("_ 4 5 2 3", "[[0], [3], [4], [1], [2]]")));
        check(&[4, 5, 6], nchw, &[6, 20], Some(("_ 4 5 6", "[[0], [3], [1, 2]]")));
        check(&[4, 5, 6], nchw, &[12, 10], Some(("_ 2 2 5 6", "[[0], [4, 1], [2, 3]]")));
        check(&[4, 5, 6], nchw, &[24, 5], Some(("_ 4 5 6", "[[0], [3, 1], [2]]")));
        check(&[4, 5, 6], nchw, &[8, 15], None);
        check(&[1, 1, 6], nchw, &[6], Some(("_ 1 1 6", "[[0], [3]]")));
        check(&[6], &[&[0], &[1]], &[6, 1, 1], Some(("_ 6", "[[0], [1], [], []]")));
        check(&[4, 5, 6], nchw, &[121], None);
    }

    #[test]
    fn missing_axes_stand_behind_the_batch() {
        let node = Graph::new("Net", Domain::default()).input("x", Shape::batched([6_usize]));
        let view = View { node, axes: vec![vec![0], vec![1], vec![], vec![]] };
        assert_eq!(view.order(), [0, 2, 3, 1]);
        assert_eq!(channels_last(4), [0, 2, 3, 1]);
        assert_eq!(channels_last(2), [0, 1]);
        assert_eq!(channels_last(3), [0, 2, 1]);
    }
}
