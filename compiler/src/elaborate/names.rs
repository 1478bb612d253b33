use std::collections::{HashMap, HashSet};

/// Gives every layer its name: `scope.layer`, numbered within its scope as Keras does.
///
/// Scopes are the names of the bindings and blocks that lead to the layer, so a change in one
/// renames nothing in another.
#[derive(Default)]
pub(super) struct Names {
    scope: Vec<String>,
    counts: HashMap<String, usize>,
    taken: HashSet<String>,
}

impl Names {
    /// Enters the scope of a binding: entering it again goes on counting.
    pub(super) fn enter_binding(&mut self, name: &str) {
        self.scope.push(name.to_owned());
    }

    /// Enters the scope of a call of a block: each call has its own.
    pub(super) fn enter_block(&mut self, name: &str) {
        let name = self.numbered(name);
        self.scope.push(name);
    }

    /// Leaves the scope entered last.
    pub(super) fn leave(&mut self) {
        self.scope.pop();
    }

    /// The present scope.
    pub(super) fn scope(&self) -> String {
        self.scope.join(".")
    }

    /// Reserves a name as it is; `false` if it is taken.
    pub(super) fn reserve(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_owned())
    }

    /// A name for a layer in the present scope.
    pub(super) fn layer(&mut self, layer: &str) -> String {
        loop {
            let name = self.numbered(layer);
            let full = self.within(&name);
            if self.reserve(&full) {
                return full;
            }
        }
    }

    /// The name that `name = "…"` asks for, if it is free.
    pub(super) fn given(&mut self, name: &str) -> Option<String> {
        let full = self.within(name);
        self.reserve(&full).then_some(full)
    }

    fn within(&self, name: &str) -> String {
        let scope = self.scope.iter().map(String::as_str);
        scope.chain([name]).collect::<Vec<_>>().join(".")
    }

    fn numbered(&mut self, name: &str) -> String {
        let count = self.counts.entry(self.within(name)).or_default();
        *count += 1;
        match *count {
            1 => name.to_owned(),
            n => format!("{name}_{}", n - 1),
        }
    }
}
