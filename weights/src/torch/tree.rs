//! Finds the tensors that hang on a pickle's value, and names them as a state dict does.

use std::collections::HashSet;

use super::module::{Parts, dict, parts};
use super::tensor::{Tensor, tensor};
use crate::file::Problem;
use crate::pickle::{Heap, Id, Value};

/// Keys under which a training keeps its model's state dict.
const WRAPPERS: [&str; 16] = [
    "state_dict",
    "model_state_dict",
    "model_state",
    "model_dict",
    "model",
    "module",
    "net",
    "network",
    "weights",
    "params",
    "ema",
    "ema_state_dict",
    "model_ema",
    "model_ema_state_dict",
    "state_dict_ema",
    "params_ema",
];

/// The tensors of a pickle, with their names.
pub(super) struct Found {
    pub(super) tensors: Vec<(String, Tensor)>,
    /// What else there is, a line each.
    pub(super) left_out: Vec<String>,
}

/// Deeper than any model is nested.
const DEPTH: usize = 64;
/// Longer than any name is.
const NAME: usize = 4096;

/// All tensors under a value.
///
/// Names are paths with dots. A key that only says "this is the model" is left away with all that
/// stands beside it; and what an optimiser keeps is no weight.
pub(super) fn tensors(heap: &Heap, root: Id) -> Result<Found, Problem> {
    let mut search = Search {
        heap,
        found: Found { tensors: Vec::new(), left_out: Vec::new() },
        path: Vec::new(),
        taken: 0,
        visits: 0,
        seen: HashSet::new(),
    };
    let root = search.unwrapped(root);
    if search.take("tensor", root)? {
        return Ok(search.found);
    }
    search.walk(root, "", true)?;
    Ok(search.found)
}

struct Search<'a> {
    heap: &'a Heap,
    found: Found,
    /// What is being walked through: none of it again, within itself.
    path: Vec<Id>,
    /// How many bytes the table takes so far.
    taken: usize,
    visits: usize,
    /// What was searched for tensors that are left out.
    seen: HashSet<Id>,
}

impl Search<'_> {
    /// The value under the one key that names a model, and under the one in that.
    fn unwrapped(&mut self, root: Id) -> Id {
        let mut root = root;
        for _ in 0..4 {
            let Some(items) = dict(self.heap, root) else { break };
            let mut wrapped = items.iter().filter(|(name, id)| {
                WRAPPERS.contains(&name.as_ref()) && self.holds_tensors(*id, &mut HashSet::new())
            });
            let (Some((wrapper, id)), None) = (wrapped.next(), wrapped.next()) else { break };
            if items.iter().any(|(_, id)| tensor(self.heap, *id).is_some()) {
                break;
            }
            for (name, beside) in items.iter().filter(|(name, _)| name != wrapper) {
                self.leave_out(name, *beside, &format!("it stands beside `{wrapper}`"));
            }
            root = *id;
        }
        root
    }

    fn walk(&mut self, id: Id, prefix: &str, top: bool) -> Result<(), Problem> {
        if self.path.len() > DEPTH {
            return Err(
                format!("it is nested more than {DEPTH} deep at `{}`", start(prefix)).into()
            );
        }
        match parts(self.heap, id) {
            Parts::Leaf => {}
            Parts::Opaque => self.leave_out(prefix, id, &unknown(self.heap, id)),
            Parts::Named(parts) => {
                self.path.push(id);
                for (key, part) in parts {
                    self.visits += 1;
                    if self.visits > 16 * self.heap.len() {
                        return Err("its values refer to each other too often".into());
                    }
                    if self.path.contains(&part) {
                        continue;
                    }
                    let name = if top { key.to_string() } else { format!("{prefix}.{key}") };
                    if name.len() > NAME {
                        return Err(format!(
                            "`{}`: a name of more than {NAME} bytes",
                            start(&name)
                        )
                        .into());
                    }
                    if self.take(&name, part)? {
                        continue;
                    }
                    if top && key.contains("optim") {
                        self.leave_out(&key, part, "an optimiser's state is no weight");
                        continue;
                    }
                    self.walk(part, &name, false)?;
                }
                self.path.pop();
            }
        }
        Ok(())
    }

    /// Takes a value, if it is a tensor.
    fn take(&mut self, name: &str, id: Id) -> Result<bool, Problem> {
        match tensor(self.heap, id) {
            None => return Ok(false),
            Some(Err(why)) => self.found.left_out.push(format!("`{}`: {why}", start(name))),
            Some(Ok(tensor)) => {
                self.taken += name.len() + 16 * tensor.shape.len();
                self.found.tensors.push((name.into(), tensor));
            }
        }
        if self.taken > 64 * self.heap.len() + (1 << 20) {
            return Err("its tensors have too long names, or too many".into());
        }
        Ok(true)
    }

    /// Notes what is left out, if it holds tensors at all.
    fn leave_out(&mut self, name: &str, id: Id, why: &str) {
        let mut seen = std::mem::take(&mut self.seen);
        if self.holds_tensors(id, &mut seen) {
            self.found.left_out.push(format!("`{}`: {why}", start(name)));
        }
        self.seen = seen;
    }

    /// Whether a tensor hangs on a value, wherever; values that were seen are not looked at again.
    fn holds_tensors(&self, id: Id, seen: &mut HashSet<Id>) -> bool {
        let mut ahead = vec![id];
        let mut found = false;
        while let Some(id) = ahead.pop() {
            if seen.insert(id) {
                found |= tensor(self.heap, id).is_some();
                self.heap.children(id, &mut ahead);
            }
        }
        found
    }
}

/// As much of a name as a person wants to read.
fn start(name: &str) -> &str {
    &name[..name.floor_char_boundary(200)]
}

/// Why an object is left out.
fn unknown(heap: &Heap, id: Id) -> String {
    let class = match &heap[id] {
        Value::Call(call) => heap.global(call.function),
        _ => None,
    };
    let (module, name) = class.unwrap_or(("what", "is no class"));
    format!(
        "it is made by `{module}.{name}`, which only Python can run: \
         `torch.save(model.state_dict(), path)` writes a file without it"
    )
}
