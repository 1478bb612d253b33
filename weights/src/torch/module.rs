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

/// What a value is made of.
pub(super) fn parts(heap: &Heap, id: Id) -> Parts<'_> {
    if let Some(named) = dict(heap, id) {
        return Parts::Named(named);
    }
    match &heap[id] {
        Value::List(items) | Value::Tuple(items) => {
            let named = items.iter().enumerate().map(|(i, &item)| (i.to_string().into(), item));
            Parts::Named(named.collect())
        }
        Value::Call(call) => object(heap, call).map_or(Parts::Opaque, Parts::Named),
        _ => Parts::Leaf,
    }
}

/// The items of a dict or of an `OrderedDict`.
pub(super) fn dict(heap: &Heap, id: Id) -> Option<Named<'_>> {
    let pairs: Vec<_> = match &heap[id] {
        Value::Dict(pairs) => pairs.clone(),
        Value::Call(call) => {
            let ("collections", "OrderedDict" | "defaultdict") = heap.global(call.function)? else {
                return None;
            };
            // Old Pythons gave the items as a list.
            let given =
                heap.elements(call.arguments)?.first().and_then(|list| heap.elements(*list));
            let given = given.unwrap_or_default().iter().filter_map(|&pair| {
                let &[key, value] = heap.elements(pair)? else { return None };
                Some((key, value))
            });
            given.chain(call.pairs.iter().copied()).collect()
        }
        _ => return None,
    };
    let named = pairs.into_iter().filter_map(|(key, value)| match &heap[key] {
        Value::Text(text) => Some((Cow::Borrowed(text.as_str()), value)),
        Value::Int(number) => Some((Cow::Owned(number.to_string()), value)),
        _ => None,
    });
    Some(named.collect())
}

/// A module's parameters, buffers and modules, in the order of its state dict.
fn object<'a>(heap: &'a Heap, call: &'a Call) -> Option<Named<'a>> {
    let attributes = dict(heap, call.state?)?;
    let of = |name| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    let Some(modules) = of("_modules") else {
        // TorchScript has them among the attributes.
        let (module, _) = heap.global(call.function)?;
        return module.starts_with("__torch__").then_some(attributes);
    };
    let named = |group: Option<Id>| group.and_then(|id| dict(heap, id)).unwrap_or_default();
    let temporary = of("_non_persistent_buffers_set").map(|set| texts(heap, set));
    let mut buffers = named(of("_buffers"));
    buffers.retain(|(name, _)| !temporary.as_ref().is_some_and(|set| set.contains(name.as_ref())));
    Some([named(of("_parameters")), buffers, named(Some(modules))].concat())
}

/// The texts in a set, which is a call with a list in older pickles.
fn texts(heap: &Heap, set: Id) -> BTreeSet<&str> {
    let elements = match &heap[set] {
        Value::Call(call) => heap.elements(call.arguments).and_then(|arguments| {
            let &[list] = arguments else { return None };
            heap.elements(list)
        }),
        _ => heap.elements(set),
    };
    elements.unwrap_or_default().iter().filter_map(|&id| heap.text(id)).collect()
}
