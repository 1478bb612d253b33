//! Python's pickles, without Python: what would be called is noted, never called.
//!
//! A [`Heap`] takes memory in proportion to the bytes read; nothing here is recursive.

mod atoms;
mod heap;
mod machine;
mod op;

pub(crate) use heap::{Call, Heap, Id, Value};
pub(crate) use machine::load;

#[cfg(test)]
mod tests;
