//! Steps to statements: what is read once goes into the expression that reads it, what is read
//! more often is named by a `let`.

mod call;
mod change;
mod reads;

use std::collections::{HashMap, HashSet};

use reads::{count, reads, roles};

use super::heads::Heads;
use super::layout::{Chain, Lines};
use super::names::Names;
use super::program::{Step, Val};

/// Writes a body: its steps, and what it returns.
pub struct Body<'a> {
    lines: &'a mut Lines,
    heads: &'a Heads,
    names: Names,
    /// What the inputs, and all else that has a name, is called.
    chains: HashMap<Val, Chain>,
    /// How often each value is still to be read.
    left: HashMap<Val, usize>,
    /// What a value would be called after the step that reads it.
    roles: HashMap<Val, &'static str>,
    /// The variables that are declared `mut`, and belong to the value they hold.
    mutable: Vec<String>,
    /// What values are called that no step gives a role.
    plain: &'static str,
    /// Whether each value gets its own `let`.
    each: bool,
    /// The values that are read by one `if` alone: it makes variables of them.
    changing: HashSet<Val>,
}

impl<'a> Body<'a> {
    pub fn new(
        lines: &'a mut Lines,
        heads: &'a Heads,
        names: Names,
        plain: &'static str,
        each: bool,
    ) -> Self {
        let (chains, left, roles) = (HashMap::new(), HashMap::new(), HashMap::new());
        let (mutable, changing) = (Vec::new(), HashSet::new());
        Body { lines, heads, names, chains, left, roles, mutable, plain, each, changing }
    }

    /// Says what an input is called.
    pub fn input(&mut self, value: Val, name: &str) {
        self.chains.insert(value, Chain::name(name));
    }

    /// Writes statements, and the body's value behind them.
    pub fn write(&mut self, steps: &[Step], outputs: &[Val]) {
        count(steps, &mut self.left);
        outputs.iter().for_each(|&value| *self.left.entry(value).or_default() += 1);
        let mut read = HashMap::new();
        count(steps, &mut read);
        let many = |value: Val| read.get(&value).is_some_and(|&read| read > 1);
        roles(steps, &many, &mut self.roles);
        for step in steps {
            if let Step::Optional { steps, kept, .. } = step
                && self.left.get(kept) == Some(&reads(steps, *kept))
            {
                self.changing.insert(*kept);
            }
        }
        self.steps(steps);
        match outputs {
            [one] => {
                let chain = self.take(*one);
                self.lines.chain("", &chain, "");
            }
            many => {
                let parts: Vec<_> = many.iter().map(|&value| self.operand(value)).collect();
                let parts: Vec<_> = parts.iter().map(Chain::text).collect();
                self.lines.items("(", &parts, ")");
            }
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Call(call) => self.call(call),
                Step::Optional { condition, steps, made, kept, value } => {
                    self.optional(condition, steps, *made, *kept, *value);
                }
                Step::Loop(inner) => self.run(inner),
                Step::Advance { value, counter, by } => {
                    self.variable(*value, usize::MAX, Some("x"));
                    self.lines.push(&format!("{counter} = {counter} + {by:?};"));
                }
            }
        }
    }

    /// The expression for a value, for one of those who read it.
    fn take(&mut self, value: Val) -> Chain {
        if let Some(left) = self.left.get_mut(&value) {
            *left = left.saturating_sub(1);
        }
        self.chains.get(&value).cloned().unwrap_or_default()
    }

    /// The same inside another expression: with a name, if it is long.
    fn operand(&mut self, value: Val) -> Chain {
        if self.chains.get(&value).is_some_and(|chain| !chain.is_short()) {
            self.bind(value, None, false);
        }
        self.take(value)
    }

    /// Names a value that is read more than once, or long.
    fn bind(&mut self, value: Val, hint: Option<&str>, mutable: bool) -> String {
        let chain = self.chains.remove(&value).unwrap_or_default();
        let role = self.role(value);
        let name = self.names.fresh(hint.or(role).unwrap_or(self.plain));
        let keyword = if mutable { "let mut" } else { "let" };
        self.lines.chain(&format!("{keyword} {name} = "), &chain, ";");
        if mutable {
            self.mutable.push(name.clone());
        }
        self.chains.insert(value, Chain::name(&name));
        name
    }

    /// What the steps that read a value make of it; in a model's body, `new` says nothing.
    fn role(&self, value: Val) -> Option<&'static str> {
        let role = self.roles.get(&value).copied();
        role.filter(|role| *role != "new" || self.plain == "y")
    }
}
