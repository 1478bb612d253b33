use std::sync::Arc;

/// A size that has a name instead of a number.
///
/// What a `where` says of its remainder is part of the symbol: with `where H % 16 == 4` it stands
/// for `16 · k + 4`, and expressions of it are in terms of `k`, so that `⌊H/2⌋` is `8 · k + 2`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol {
    name: Arc<str>,
    kind: Kind,
    step: i64,
    offset: i64,
}

/// When a [`Symbol`] gets its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// When the model runs: the sizes of its inputs.
    Runtime,
    /// When the model's type is named: `const CLASSES: usize`.
    Generic,
    /// When the crate is compiled, by rustc: `{SIZE}`.
    Outer,
}

impl Symbol {
    /// A symbol of which nothing is known.
    pub fn new(name: &str, kind: Kind) -> Self {
        Symbol { name: name.into(), kind, step: 1, offset: 0 }
    }

    /// The batch that is written `_`.
    pub fn batch() -> Self {
        Symbol::new("_", Kind::Runtime)
    }

    /// The same symbol, known to be `step · k + offset` for a whole `k`; the step is at least 1,
    /// the offset below it.
    pub fn every(mut self, step: usize, offset: usize) -> Self {
        (self.step, self.offset) = (step.max(1) as i64, (offset % step.max(1)) as i64);
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name in a sentence: `batch` for the one that is written `_`.
    pub fn spoken(&self) -> String {
        if self.is_batch() { "batch".to_owned() } else { self.name().to_owned() }
    }

    /// When it gets its number.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it is the batch that is written `_`.
    pub fn is_batch(&self) -> bool {
        &*self.name == "_"
    }

    /// `(step, offset)`: it is `step · k + offset`.
    pub(crate) fn class(&self) -> (i64, i64) {
        (self.step, self.offset)
    }
}
