//! Variables that change: where an option is there, and from round to round of a loop.

use std::collections::HashMap;

use super::Body;
use super::reads::{count, reads};
use crate::source::layout::Chain;
use crate::source::program::{Items, Loop, Step, Val};

impl Body<'_> {
    /// Before a variable changes: what was to read it later gets a name of its own.
    pub(super) fn settle(&mut self, name: &str, but: Val) {
        let mut stale: Vec<Val> = self
            .chains
            .iter()
            .filter(|(value, chain)| {
                let awaited = self.left.get(value).is_some_and(|&left| left > 0);
                **value != but && awaited && chain.reads.iter().any(|read| read == name)
            })
            .map(|(value, _)| *value)
            .collect();
        stale.sort_unstable();
        for value in stale {
            self.bind(value, None, false);
        }
    }

    /// Makes a variable that may change hold a value.
    pub(super) fn variable(&mut self, value: Val, reads: usize, wish: Option<&str>) -> String {
        let only_here = self.left.get(&value).is_none_or(|&left| left <= reads);
        let chain = self.chains.get(&value).cloned().unwrap_or_default();
        let own = self.mutable.iter().find(|name| chain.base == **name && !chain.binary).cloned();
        match own {
            Some(name) if only_here => {
                self.settle(&name, value);
                if !chain.is_name() {
                    self.lines.chain(&format!("{name} = "), &chain, ";");
                    self.chains.insert(value, Chain::name(&name));
                }
                name
            }
            _ if only_here && !chain.is_name() => self.bind(value, wish, true),
            _ => {
                if !chain.is_name() {
                    self.bind(value, None, false);
                }
                let from = self.chains[&value].text();
                let role = self.role(value);
                let name = self.names.fresh(wish.or(role).unwrap_or("y"));
                self.lines.push(&format!("let mut {name} = {from};"));
                self.mutable.push(name.clone());
                if only_here {
                    self.chains.insert(value, Chain::name(&name));
                }
                name
            }
        }
    }

    pub(super) fn optional(
        &mut self,
        condition: &str,
        steps: &[Step],
        made: Val,
        kept: Val,
        value: Val,
    ) {
        let mut inside = HashMap::new();
        count(steps, &mut inside);
        let reads = reads(steps, kept);
        let wish = self.role(value);
        // What the steps read besides must have a name before the variable changes.
        let mut read: Vec<Val> = inside.into_keys().collect();
        read.sort_unstable();
        for read in read {
            if read != kept && self.chains.get(&read).is_some_and(|chain| !chain.is_name()) {
                self.bind(read, None, false);
            }
        }
        let name = self.variable(kept, reads, wish);
        self.lines.push(&format!("if {condition} {{"));
        self.lines.depth += 1;
        self.steps(steps);
        let chain = self.take(made);
        self.lines.chain(&format!("{name} = "), &chain, ";");
        self.lines.depth -= 1;
        self.lines.push("}");
        self.take(kept);
        self.chains.insert(value, Chain::name(&name));
    }

    pub(super) fn run(&mut self, run: &Loop) {
        let name = self.variable(run.before, 1, Some("x"));
        self.take(run.before);
        if let Some((counter, start)) = &run.counter {
            self.lines.push(&format!("let mut {counter} = {start:?};"));
        }
        let pattern = &run.pattern;
        match &run.items {
            Items::Range(range) => self.lines.push(&format!("for {pattern} in {range} {{")),
            Items::Rows(rows) if rows.iter().any(|row| row.starts_with('(')) => {
                self.lines.items(&format!("for {pattern} in ["), rows, "] {");
            }
            Items::Rows(rows) => self.lines.list(&format!("for {pattern} in ["), rows, "] {"),
        }
        self.lines.depth += 1;
        self.chains.insert(run.inner, Chain::name(&name));
        self.steps(&run.steps);
        let chain = self.take(run.after);
        if !chain.is_name() {
            self.lines.chain(&format!("{name} = "), &chain, ";");
        }
        self.lines.depth -= 1;
        self.lines.push("}");
        self.chains.insert(run.value, Chain::name(&name));
        if self.left.get(&run.value).is_some_and(|&left| left > 1) {
            // Whoever reads it later must not see what becomes of the variable.
            self.mutable.retain(|own| *own != name);
        }
    }
}
