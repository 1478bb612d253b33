//! Steps to statements: what is read once goes into the expression that reads it, what is read
//! more often is named by a `let`.

use std::collections::{HashMap, HashSet};

use super::heads::Heads;
use super::layout::{Chain, Lines};
use super::names::Names;
use super::program::{Call, Items, Loop, Step, Val, What};

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

    fn call(&mut self, call: &Call) {
        let Call { what, inputs, value, .. } = call;
        let args = self.heads.args(call);
        let operator = match (what, inputs.as_slice()) {
            (What::Layer(spec), [_, _]) if args.is_empty() => match spec.name {
                "add" => Some("+"),
                "subtract" => Some("-"),
                "multiply" => Some("*"),
                _ => None,
            },
            _ => None,
        };
        let merges = matches!(what, What::Layer(_)) && inputs.len() > 1;
        let chain = if let Some(operator) = operator {
            let parts: Vec<_> = inputs.iter().map(|&input| self.operand(input)).collect();
            let text = |chain: &Chain| match chain.binary {
                true => format!("({})", chain.text()),
                false => chain.text(),
            };
            Chain {
                base: format!("{} {operator} {}", text(&parts[0]), text(&parts[1])),
                binary: true,
                calls: Vec::new(),
                reads: parts.into_iter().flat_map(|part| part.reads).collect(),
            }
        } else if merges {
            let What::Layer(spec) = what else { return };
            let parts: Vec<_> = inputs.iter().map(|&input| self.operand(input)).collect();
            let texts: Vec<_> = parts.iter().map(Chain::text).chain(args).collect();
            Chain {
                base: format!("{}({})", spec.name, texts.join(", ")),
                binary: false,
                calls: Vec::new(),
                reads: parts.into_iter().flat_map(|part| part.reads).collect(),
            }
        } else {
            let others: Vec<_> = inputs[1..].iter().map(|&input| self.operand(input)).collect();
            let mut chain = self.take(inputs[0]);
            chain.reads.extend(others.iter().flat_map(|other| other.reads.clone()));
            let others: Vec<_> = others.iter().map(Chain::text).collect();
            self.heads.links(call, &others).into_iter().for_each(|link| chain.push(link));
            chain
        };
        self.chains.insert(*value, chain);
        if let Some(shape) = &call.asserted {
            let chain = self.chains.remove(value).unwrap_or_default();
            let name = self.names.fresh(call.hint.as_deref().unwrap_or(self.plain));
            self.lines.chain(&format!("let {name}: {shape} = "), &chain, ";");
            self.chains.insert(*value, Chain::name(&name));
        } else if self.each
            || self.left.get(value).is_some_and(|&left| left > 1) && !self.changing.contains(value)
        {
            self.bind(*value, call.hint.as_deref(), false);
        }
    }

    /// Before a variable changes: what was to read it later gets a name of its own.
    fn settle(&mut self, name: &str, but: Val) {
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
    fn variable(&mut self, value: Val, reads: usize, wish: Option<&str>) -> String {
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

    fn optional(&mut self, condition: &str, steps: &[Step], made: Val, kept: Val, value: Val) {
        let mut inside = HashMap::new();
        count(steps, &mut inside);
        let reads = reads(steps, kept);
        let wish = self.role(value);
        // What the steps read besides must have a name before the variable changes.
        for &read in inside.keys() {
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

    fn run(&mut self, run: &Loop) {
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

/// How often an option reads what it keeps.
fn reads(steps: &[Step], kept: Val) -> usize {
    let mut inside = HashMap::new();
    count(steps, &mut inside);
    1 + inside.get(&kept).copied().unwrap_or(0)
}

/// How often each value is read.
fn count(steps: &[Step], reads: &mut HashMap<Val, usize>) {
    for step in steps {
        let (read, inner): (&[Val], &[Step]) = match step {
            Step::Call(call) => (&call.inputs, &[]),
            Step::Optional { steps, made, kept, .. } => (&[*made, *kept], steps),
            Step::Loop(run) => (&[run.before, run.after], &run.steps),
            Step::Advance { .. } => (&[], &[]),
        };
        read.iter().for_each(|&value| *reads.entry(value).or_default() += 1);
        count(inner, reads);
    }
}

/// What values are called after the steps that read them; `many` are read more than once.
fn roles(steps: &[Step], many: &dyn Fn(Val) -> bool, found: &mut HashMap<Val, &'static str>) {
    for step in steps {
        let (call, merged) = match step {
            Step::Optional { steps, .. } => {
                roles(steps, many, found);
                continue;
            }
            Step::Call(call @ Call { what: What::Layer(spec), .. }) => (call, spec.name),
            Step::Call(call) => (call, ""),
            _ => continue,
        };
        for (i, &input) in call.inputs.iter().enumerate().filter(|_| call.inputs.len() > 1) {
            let role = match (merged, many(input)) {
                ("multiply", false) => "gate",
                ("concat", false) => "new",
                ("concat", true) => "skip",
                ("", true) if i > 0 => "skip",
                _ => continue,
            };
            found.entry(input).or_insert(role);
        }
    }
}
