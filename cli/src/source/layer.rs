//! A layer as a call of it is written: its arguments in their shortest form.

use formwork_ir::{Op, Spec, Value};

/// The layer without what does not change what it computes: the activation, which is a node of its
/// own; a pool's stride that says what its default means, the window's size; a padding by nothing.
pub fn normal(op: &Op) -> Op {
    let spec = op.spec();
    let mut values = op.write();
    let position = |name| spec.args.iter().position(|arg| arg.name == name);
    for (i, arg) in spec.args.iter().enumerate() {
        let Some(default) = arg.default.map(|default| default()) else { continue };
        let own_size = arg.name == "stride"
            && default == Value::word("none")
            && position("size").is_some_and(|size| values[size] == values[i]);
        let none = arg.name == "padding"
            && default == Value::word("valid")
            // Keras' `valid` appends to what a transposed convolution makes; no padding does not.
            && spec.name != "conv2d_transpose"
            && (is_point(spec, &values) || shorten(&values[i]).is_some_and(|v| zero(&v)));
        if arg.name == "activation" || own_size || none {
            values[i] = default;
        }
    }
    read(spec, &values).unwrap_or_else(|| op.clone())
}

/// The arguments of a normal layer, in the table's order: `3` for `(3, 3)` where it means that.
pub fn values(op: &Op) -> Vec<Value> {
    let spec = op.spec();
    let mut values = op.write();
    for i in 0..values.len() {
        let mut shorter = vec![values[i].clone()];
        while let Some(next) = shorter.last().and_then(shorten) {
            shorter.push(next);
        }
        for value in shorter.into_iter().rev() {
            let before = std::mem::replace(&mut values[i], value);
            if read(spec, &values).as_ref() == Some(op) {
                break;
            }
            values[i] = before;
        }
    }
    values
}

/// Whether it is a convolution that sees one pixel: it needs no padding, and gets none by `same`.
pub fn is_point(spec: &Spec, values: &[Value]) -> bool {
    let kernel = spec.args.iter().position(|arg| arg.name == "kernel");
    let one = |value: &Value| *value == Value::Int(1) || shorten(value) == Some(Value::Int(1));
    let explicit = |value: &Value| matches!(value, Value::Tuple(_) | Value::Int(1..));
    let padding = spec.args.iter().position(|arg| arg.name == "padding");
    ["conv2d", "depthwise_conv2d", "separable_conv2d"].contains(&spec.name)
        && kernel.is_some_and(|kernel| one(&values[kernel]))
        && padding.is_some_and(|padding| !explicit(&values[padding]))
}

fn zero(value: &Value) -> bool {
    *value == Value::Int(0) || shorten(value).is_some_and(|value| zero(&value))
}

fn read(spec: &Spec, values: &[Value]) -> Option<Op> {
    let values: Vec<_> = values.iter().cloned().map(Some).collect();
    (spec.read)(&values).ok()
}

/// `a` for `(a, a)`, `(a, b)` for `((a, a), (b, b))`.
fn shorten(value: &Value) -> Option<Value> {
    match value {
        Value::Tuple(items) => match items.as_slice() {
            [a, b] if a == b => Some(a.clone()),
            [a, b] => Some(Value::Tuple(vec![shorten(a)?, shorten(b)?])),
            _ => None,
        },
        _ => None,
    }
}

/// The default of an argument, in its shortest form.
pub fn default(spec: &Spec, arg: usize) -> Option<Value> {
    let mut value = spec.args[arg].default?();
    while let Some(next) = shorten(&value) {
        value = next;
    }
    Some(value)
}

/// A value as a model's source has it.
pub fn source(value: &Value) -> String {
    let list = |items: &[Value]| items.iter().map(source).collect::<Vec<_>>().join(", ");
    match value {
        Value::Size(size) => size.source(),
        Value::Span(start, end) => format!("{}..{}", start.source(), end.source()),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", source(&items[0])),
        Value::Tuple(items) => format!("({})", list(items)),
        Value::Array(items) => format!("[{}]", list(items)),
        other => other.to_string(),
    }
}
