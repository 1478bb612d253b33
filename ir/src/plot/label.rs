//! A layer in a few words: its kind, and the arguments that matter.

use crate::{Dim, Group, Node, Shape, Source, Value};

/// Arguments that say nothing about what a network looks like.
const QUIET: &[&str] =
    &["activation", "bias", "center", "epsilon", "momentum", "padding", "scale", "unbiased"];

/// `conv2d 64, 3×3, stride 2`
pub(super) fn label(node: &Node) -> String {
    let op = match &node.source {
        Source::Input => {
            let scheme = node.scheme.map(|scheme| format!(" in {scheme}"));
            return format!("input{}", scheme.unwrap_or_default());
        }
        Source::Model(model) => return model.clone(),
        Source::Layer(op) => op,
    };
    let mut shown = Vec::new();
    for (arg, value) in op.spec().args.iter().zip(op.write()) {
        let quiet = QUIET.contains(&arg.name) || arg.name.ends_with("initializer");
        // What a layer cannot do without, and the padding of one that does nothing else.
        let bare =
            arg.default.is_none() || op.spec().group == Group::Shape && arg.name == "padding";
        match arg.default {
            _ if bare => shown.push(written(&value, matches!(arg.name, "kernel" | "size"))),
            Some(default) if quiet || default() == value => {}
            _ => shown.push(format!("{} {}", arg.name, written(&value, false))),
        }
    }
    let name = op.spec().name;
    if shown.is_empty() { name.to_owned() } else { format!("{name} {}", shown.join(", ")) }
}

/// A pair is one value where both are equal, unless it is an area.
fn written(value: &Value, area: bool) -> String {
    match value {
        Value::Tuple(items) => match items.as_slice() {
            [a, b] if area => format!("{a}×{b}"),
            [a, b] if a == b => written(a, false),
            _ => value.to_string(),
        },
        value => value.to_string(),
    }
}

/// `56×56×64`: a shape without its batch.
pub(super) fn shape(shape: &Shape) -> String {
    let is_floor = |text: &str| {
        let inside = text.strip_prefix('⌊').and_then(|rest| rest.strip_suffix('⌋'));
        inside.is_some_and(|inside| !inside.contains(['⌊', '⌋']))
    };
    let factor = |dim: &Dim| match dim.to_string() {
        sum if sum.contains(' ') && !is_floor(&sum) => format!("({sum})"),
        dim => dim,
    };
    let factors: Vec<_> = shape.sample().iter().map(factor).collect();
    if factors.is_empty() { "1".to_owned() } else { factors.join("×") }
}
