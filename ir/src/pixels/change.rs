//! Other arguments of a layer that could move its pixels and leave its shape alone.

use super::Motion;
use super::places::with_call;
use crate::layer::Need;
use crate::window::Window;
use crate::{ArgType, Graph, NodeId, Op, Value, Verdict};

/// Arguments in the place of others.
pub(super) type Change = Vec<(&'static str, Value)>;

/// The argument of that name.
pub(super) fn argument(op: &Op, name: &str) -> Option<Value> {
    let index = op.spec().args.iter().position(|arg| arg.name == name)?;
    op.write().into_iter().nth(index)
}

/// Whether it puts the first and last pixels of both maps in one place.
pub(super) fn aligns_corners(op: &Op) -> bool {
    argument(op, "align_corners") == Some(Value::Bool(true))
}

/// Changes of a layer, the plainest first; not all of them keep its shape.
pub(super) fn changes(op: &Op) -> Vec<Change> {
    if aligns_corners(op) {
        return vec![vec![("align_corners", Value::Bool(false))]];
    }
    windows(op).or_else(|| borders(op)).unwrap_or_default()
}

/// Paddings of a layer that slides a window: Keras', then those that keep the middle of the
/// window at pixel 0, or as near to it as there is a pixel, on either side.
fn windows(op: &Op) -> Option<Vec<Change>> {
    let pair = |name| <[usize; 2]>::read(&argument(op, name)?).ok();
    let kernel = pair("kernel").or_else(|| pair("size"))?;
    // That of a pool is its size by default.
    argument(op, "stride")?;
    let stride = pair("stride").unwrap_or(kernel);
    let windows = Window::pair(kernel, stride, pair("dilation").unwrap_or([1, 1]));
    let around = windows.map(|window| [(window.extent() - 1) / 2, window.extent() / 2]);
    let swapped = around.map(|[before, after]| [after, before]);
    let both = around.map(|[before, _]| [before, before]);
    let (same, padding) = (Value::word("same"), |padding| ("padding", padding));
    let mut changes: Vec<_> = [same.clone(), plain(both), plain(around), plain(swapped)]
        .map(|value| vec![padding(value)])
        .into();
    if argument(op, "output_padding").is_some() {
        // As many as make the output `stride` times the input.
        let extra = |i: usize| (stride[i] + 2 * both[i][0]).saturating_sub(windows[i].extent());
        let extra = plain([0, 1].map(|i| [extra(i); 2]));
        changes.push(vec![padding(same), ("output_padding", Value::word("none"))]);
        changes.push(vec![padding(plain(both)), ("output_padding", extra)]);
    }
    Some(changes)
}

/// As many pixels cut off or added before and after, or more of them on the other side.
fn borders(op: &Op) -> Option<Vec<Change>> {
    let (name, given) = ["cropping", "padding"]
        .into_iter()
        .find_map(|name| Some((name, <[[usize; 2]; 2]>::read(&argument(op, name)?).ok()?)))?;
    let [heights, widths] = given.map(|[before, after]| {
        let (less, more) = ((before + after) / 2, (before + after).div_ceil(2));
        [[less, more], [more, less], [after, before], [before, after]]
    });
    let pairs = heights.into_iter().flat_map(|h| widths.map(|w| [h, w]));
    Some(pairs.map(|sides| vec![(name, plain(sides))]).collect())
}

/// `((top, bottom), (left, right))`, or less where that says the same.
fn plain(sides: [[usize; 2]; 2]) -> Value {
    match sides {
        [[a, b], [c, d]] if a != b || c != d => sides.write(),
        [[h, _], [w, _]] if h != w => [h, w].write(),
        [[n, _], _] => n.write(),
    }
}

/// What the layer of a node does to pixels with other arguments, if it takes them and keeps its
/// shape.
pub(super) fn changed(graph: &Graph, node: NodeId, op: &Op, change: &Change) -> Option<Motion> {
    let (spec, node) = (op.spec(), graph.node(node));
    let mut values: Vec<_> = op.write().into_iter().map(Some).collect();
    for (name, value) in change {
        let index = spec.args.iter().position(|arg| arg.name == *name)?;
        values[index] = Some(value.clone());
    }
    let op = (spec.read)(&values).ok()?;
    with_call(graph, node, &op, |call| {
        let (shape, motion) = (op.infer(&call).ok()?.shape, op.motion(&call));
        let holds = |need: &Need| {
            use Verdict::{Always, FromSomeSize};
            matches!(graph.domain().decide(&need.condition), Always | FromSomeSize)
        };
        (shape == node.shape && call.into_needs().iter().all(holds)).then_some(motion)
    })
}
