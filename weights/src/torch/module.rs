//! Dicts, and modules that were pickled whole: what hangs on them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::pickle::{Call, Heap, Id, Value};

/// What hangs on a value, under its names.
pub(super) type Named<'a> = Vec<(Cow<'a, str>, Id)>;

/// What a value is made of, for one who looks for tensors.
pub(super) enum Parts<'a> {
    Named(Named<'a>),
    /// An object whose class only Python knows.
    Opaque,
    /// A number, a text.
    Leaf,
}

/// What a value is made of; `looks` counts the values that are looked at for that.
pub(super) fn parts<'a>(heap: &'a Heap, id: Id, looks: &mut usize) -> Parts<'a> {
    if let Some(named) = dict(heap, id, looks) {
        return Parts::Named(named);
    }
    match &heap[id] {
        Value::List(items) | Value::Tuple(items) => {
            *looks += items.len();
            let named = items.iter().enumerate().map(|(i, &item)| (i.to_string().into(), item));
            Parts::Named(named.collect())
        }
        Value::Call(call) => object(heap, call, looks).map_or(Parts::Opaque, Parts::Named),
        _ => Parts::Leaf,
    }
}

/// The items of a dict or of an `OrderedDict`.
pub(super) fn dict<'a>(heap: &'a Heap, id: Id, looks: &mut usize) -> Option<Named<'a>> {
    let (given, pairs) = match &heap[id] {
        Value::Dict(pairs) => (None, pairs),
        Value::Call(call) => {
            let ("collections", "OrderedDict" | "defaultdict") = heap.global(call.function)? else {
                return None;
            };
            // Old Pythons gave the items as a list.
            let given = heap.elements(call.arguments)?.first();
            (given.and_then(|list| heap.elements(*list)), &call.pairs)
        }
        _ => return None,
    };
    let given = given.unwrap_or_default();
    *looks += given.len() + pairs.len();
    let given = given.iter().filter_map(|&pair| {
        let &[key, value] = heap.elements(pair)? else { return None };
        Some((key, value))
    });
    let named = given.chain(pairs.iter().copied()).filter_map(|(key, value)| match &heap[key] {
        Value::Text(text) => Some((Cow::Borrowed(text.as_str()), value)),
        Value::Int(number) => Some((Cow::Owned(number.to_string()), value)),
        _ => None,
    });
    Some(named.collect())
}

/// A module's parameters, buffers and modules, in the order of its state dict.
fn object<'a>(heap: &'a Heap, call: &'a Call, looks: &mut usize) -> Option<Named<'a>> {
    let attributes = dict(heap, call.state?, looks)?;
    let of = |name| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    let Some(modules) = of("_modules") else {
        // TorchScript has them among the attributes.
        let (module, _) = heap.global(call.function)?;
        return module.starts_with("__torch__").then_some(attributes);
    };
    let temporary = of("_non_persistent_buffers_set").map(|set| texts(heap, set, looks));
    let mut named =
        |group: Option<Id>| group.and_then(|id| dict(heap, id, looks)).unwrap_or_default();
    let mut buffers = named(of("_buffers"));
    buffers.retain(|(name, _)| !temporary.as_ref().is_some_and(|set| set.contains(name.as_ref())));
    Some([named(of("_parameters")), buffers, named(Some(modules))].concat())
}

/// The texts in a set, which is a call with a list in older pickles.
fn texts<'a>(heap: &'a Heap, set: Id, looks: &mut usize) -> BTreeSet<&'a str> {
    let elements = match &heap[set] {
        Value::Call(call) => heap.elements(call.arguments).and_then(|arguments| {
            let &[list] = arguments else { return None };
            heap.elements(list)
        }),
        _ => heap.elements(set),
    };
    let elements = elements.unwrap_or_default();
    *looks += elements.len();
    elements.iter().filter_map(|&id| heap.text(id)).collect()
}
