//! The values of a pickle. They refer to each other by number, in circles too.

use std::ops::{Index, IndexMut};

/// A value in a heap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Id(u32);

/// A value of Python's.
#[derive(Debug)]
pub(crate) enum Value {
    None,
    Bool(bool),
    /// An integer, if it has no more than 128 bits.
    Int(i128),
    Text(String),
    Tuple(Vec<Id>),
    /// A list or a set.
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    /// Something of a module, a class or a function: the texts that name both.
    Global(Id, Id),
    /// What the pickle refers to but does not hold.
    Persistent(Id),
    /// What a call would make.
    Call(Box<Call>),
    /// Floats, bytes, numbers of more bits.
    Other,
}

/// A call that is not made.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) function: Id,
    pub(crate) arguments: Id,
    /// What would be put into the object's attributes.
    pub(crate) state: Option<Id>,
    /// What would be put into it as a list.
    pub(crate) items: Vec<Id>,
    /// What would be put into it as a dict.
    pub(crate) pairs: Vec<(Id, Id)>,
}

/// The values of a pickle.
pub(crate) struct Heap(Vec<Value>);

impl Heap {
    pub(super) const NONE: Id = Id(0);
    pub(super) const TRUE: Id = Id(1);
    pub(super) const FALSE: Id = Id(2);
    pub(super) const OTHER: Id = Id(3);

    pub(super) fn new() -> Self {
        Heap(vec![Value::None, Value::Bool(true), Value::Bool(false), Value::Other])
    }

    /// Adds a value; `None` if there are too many.
    pub(super) fn add(&mut self, value: Value) -> Option<Id> {
        let id = u32::try_from(self.0.len()).ok()?;
        self.0.push(value);
        Some(Id(id))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Its values, in the order in which they were made.
    pub(crate) fn ids(&self) -> impl Iterator<Item = Id> {
        (0..self.0.len()).filter_map(|id| u32::try_from(id).ok()).map(Id)
    }

    /// Each reference of a value to another: which is referred to, then by which, in that order.
    pub(crate) fn links(&self) -> Vec<(Id, Id)> {
        let (mut links, mut children) = (Vec::new(), Vec::new());
        for id in self.ids() {
            self.children(id, &mut children);
            links.extend(children.drain(..).map(|child| (child, id)));
        }
        links.sort_unstable();
        links
    }

    /// Adds the values that a value refers to.
    pub(crate) fn children(&self, id: Id, all: &mut Vec<Id>) {
        match &self[id] {
            Value::Tuple(items) | Value::List(items) => all.extend(items),
            Value::Dict(pairs) => all.extend(pairs.iter().flat_map(|&(key, value)| [key, value])),
            Value::Persistent(id) => all.push(*id),
            Value::Call(call) => {
                all.extend([call.function, call.arguments]);
                all.extend(call.state);
                all.extend(&call.items);
                all.extend(call.pairs.iter().flat_map(|&(key, value)| [key, value]));
            }
            _ => {}
        }
    }

    pub(crate) fn text(&self, id: Id) -> Option<&str> {
        match &self[id] {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A size or an offset.
    pub(crate) fn size(&self, id: Id) -> Option<usize> {
        match self[id] {
            Value::Int(size) => size.try_into().ok(),
            _ => None,
        }
    }

    /// The elements of a tuple or list.
    pub(crate) fn elements(&self, id: Id) -> Option<&[Id]> {
        match &self[id] {
            Value::Tuple(elements) | Value::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The module and the name of a global.
    pub(crate) fn global(&self, id: Id) -> Option<(&str, &str)> {
        match self[id] {
            Value::Global(module, name) => Some((self.text(module)?, self.text(name)?)),
            _ => None,
        }
    }
}

impl Index<Id> for Heap {
    type Output = Value;

    fn index(&self, id: Id) -> &Value {
        &self.0[id.0 as usize]
    }
}

impl IndexMut<Id> for Heap {
    fn index_mut(&mut self, id: Id) -> &mut Value {
        &mut self.0[id.0 as usize]
    }
}
