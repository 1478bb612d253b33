//! Finds the tensors that hang on a pickle's value, and names them as a state dict does.

use std::collections::HashSet;

use super::module::{Parts, dict, parts};
use super::start;
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
    let links = heap.links();
    let is_tensor = |id| tensor(heap, id).is_some();
    let mut search = Search {
        heap,
        found: Found { tensors: Vec::new(), left_out: Vec::new() },
        path: Vec::new(),
        taken: 0,
        looks: 0,
        most_looks: 16 * (heap.len() + links.len()),
        with_tensors: holders(heap, &links, is_tensor),
        with_values: holders(heap, &links, |id| is_tensor(id) || is_array(heap, id)),
    };
    drop(links);
    let root = search.unwrapped(root)?;
    if search.take("tensor", root)? {
        return Ok(search.found);
    }
    search.walk(root, "", true)?;
    Ok(search.found)
}

/// What some values hang on, and they themselves; `links` are those of the heap.
fn holders(heap: &Heap, links: &[(Id, Id)], is: impl Fn(Id) -> bool) -> HashSet<Id> {
    let mut ahead: Vec<_> = heap.ids().filter(|id| is(*id)).collect();
    let mut holders: HashSet<_> = ahead.iter().copied().collect();
    while let Some(id) = ahead.pop() {
        let first = links.partition_point(|(child, _)| *child < id);
        let links = links[first..].iter().take_while(|(child, _)| *child == id);
        ahead.extend(links.map(|(_, parent)| *parent).filter(|parent| holders.insert(*parent)));
    }
    holders
}

struct Search<'a> {
    heap: &'a Heap,
    found: Found,
    /// What is being walked through: none of it again, within itself.
    path: Vec<Id>,
    /// How many bytes the table takes so far.
    taken: usize,
    /// How many values were looked at so far, and may be.
    looks: usize,
    most_looks: usize,
    /// What tensors hang on.
    with_tensors: HashSet<Id>,
    /// What tensors or NumPy's arrays hang on.
    with_values: HashSet<Id>,
}

impl Search<'_> {
    /// The value under the one key that names a model, and under the one in that.
    fn unwrapped(&mut self, root: Id) -> Result<Id, Problem> {
        let mut root = root;
        for _ in 0..4 {
            let Some(items) = dict(self.heap, root, &mut self.looks) else { break };
            let mut wrapped = items.iter().filter(|(name, id)| {
                WRAPPERS.contains(&name.as_ref()) && self.with_tensors.contains(id)
            });
            let (Some((wrapper, id)), None) = (wrapped.next(), wrapped.next()) else { break };
            if items.iter().any(|(_, id)| tensor(self.heap, *id).is_some()) {
                break;
            }
            for (name, beside) in items.iter().filter(|(name, _)| name != wrapper) {
                self.leave_out(name, *beside, &format!("it stands beside `{wrapper}`"))?;
            }
            root = *id;
        }
        Ok(root)
    }

    fn walk(&mut self, id: Id, prefix: &str, top: bool) -> Result<(), Problem> {
        if self.path.len() > DEPTH {
            return Err(
                format!("it is nested more than {DEPTH} deep at `{}`", start(prefix)).into()
            );
        }
        let parts = parts(self.heap, id, &mut self.looks);
        if self.looks > self.most_looks {
            return Err("its values refer to each other too often".into());
        }
        match parts {
            Parts::Leaf => {}
            Parts::Opaque => self.leave_out(prefix, id, &unknown(self.heap, id))?,
            Parts::Named(parts) => {
                self.path.push(id);
                for (key, part) in parts {
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
                        self.leave_out(&key, part, "an optimiser's state is no weight")?;
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
            Some(Err(why)) => self.note(name, &why)?,
            Some(Ok(tensor)) => {
                self.count(name.len() + 16 * tensor.shape.len())?;
                self.found.tensors.push((name.into(), tensor));
            }
        }
        Ok(true)
    }

    /// Notes what is left out, if it holds values at all.
    fn leave_out(&mut self, name: &str, id: Id, why: &str) -> Result<(), Problem> {
        if self.with_values.contains(&id) { self.note(name, why) } else { Ok(()) }
    }

    /// Notes why a value is left out.
    fn note(&mut self, name: &str, why: &str) -> Result<(), Problem> {
        let line = match name {
            "" => start(why).to_owned(),
            name => ["`", start(name), "`: ", start(why)].concat(),
        };
        self.count(line.len())?;
        self.found.left_out.push(line);
        Ok(())
    }

    /// Counts what the table takes.
    fn count(&mut self, bytes: usize) -> Result<(), Problem> {
        self.taken += bytes;
        if self.taken > 64 * self.heap.len() + (1 << 20) {
            return Err("its tensors have too long names, or too many".into());
        }
        Ok(())
    }
}

/// Whether a value is an array of NumPy's.
fn is_array(heap: &Heap, id: Id) -> bool {
    let Value::Call(call) = &heap[id] else { return false };
    let function = heap.global(call.function);
    function.is_some_and(|(module, name)| {
        module.starts_with("numpy.") && matches!(name, "_reconstruct" | "_frombuffer")
    })
}

/// Why an object is left out.
fn unknown(heap: &Heap, id: Id) -> String {
    if is_array(heap, id) {
        return "it is an array of NumPy's: save `torch.from_numpy(array)`".into();
    }
    let class = match &heap[id] {
        Value::Call(call) => heap.global(call.function),
        _ => None,
    };
    let (module, name) = class.unwrap_or(("what", "is no class"));
    format!(
        "it is made by `{}.{}`, which only Python can run: \
         `torch.save(model.state_dict(), path)` writes a file without it",
        start(module),
        start(name)
    )
}
