//! What differs between the calls of a block: its parameters, and what follows from its input.

use std::collections::HashMap;

use formwork_ir::{Dim, Graph, Spec, Value};

use super::block::Block;
use super::find::Found;
use super::layer;
use super::names::Names;
use super::piece::{Kind, Piece};
use super::program::Term;

/// A block's head, and its calls in terms of it.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    pub params: Vec<Param>,
    /// For each part, its arguments: a layer's, or one a parameter of the block that it calls.
    pub terms: Vec<Vec<Term>>,
    /// For each option, when it is there.
    pub conditions: Vec<Condition>,
    /// How many dimensions the first input has.
    pub rank: usize,
}

/// A parameter of a block.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub kind: &'static str,
    pub default: Option<Value>,
}

/// Comparisons, all of which must hold, or any.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    pub comparisons: Vec<Comparison>,
    any: bool,
}

/// `C != filters`
pub type Comparison = (Term, &'static str, Term);

impl Condition {
    pub fn text(&self) -> String {
        let text = |(a, sign, b): &(Term, &str, Term)| match (sign, b) {
            (&"==", Term::Value(Value::Bool(true))) => a.text(),
            _ => format!("{} {sign} {}", a.text(), b.text()),
        };
        let sign = if self.any { " || " } else { " && " };
        self.comparisons.iter().map(text).collect::<Vec<_>>().join(sign)
    }
}

/// The heads of all blocks, and the arguments of each call, by block and by the node that the call
/// makes.
pub struct Signatures {
    pub all: Vec<Signature>,
    pub args: HashMap<(usize, usize), Vec<Value>>,
}

impl Signatures {
    /// Decides what the parameters of all blocks are.
    pub fn new(graph: &Graph, found: &Found) -> Self {
        let mut signatures = Signatures { all: Vec::new(), args: HashMap::new() };
        for (index, block) in found.blocks.iter().enumerate() {
            let mut calls = Vec::new();
            found.pieces.iter().for_each(|piece| collect(piece, index, &mut calls));
            // Blocks call earlier ones only.
            let signature = Solver::new(graph, block, &calls, &mut signatures).run(index);
            signatures.all.push(signature);
        }
        signatures
    }

    /// The arguments of a piece.
    pub fn of(&self, piece: &Piece) -> Vec<Value> {
        match piece.kind {
            Kind::Block(block) => self.args.get(&(block, piece.value)).cloned().unwrap_or_default(),
            _ => piece.args.clone(),
        }
    }

    /// What the argument of a piece is called.
    pub fn name(&self, kind: &Kind, slot: usize) -> String {
        match kind {
            Kind::Block(block) => self.all[*block].params[slot].name.clone(),
            Kind::Layer(spec) => spec.args[slot].name.to_owned(),
            Kind::Fixed => String::new(),
        }
    }
}

fn collect<'a>(piece: &'a Piece, block: usize, calls: &mut Vec<&'a Piece>) {
    if matches!(piece.kind, Kind::Block(own) if own == block) {
        calls.push(piece);
    }
    piece.parts.iter().flatten().for_each(|part| collect(part, block, calls));
}

/// One value a call; `None` where the call has none.
type Column = Vec<Option<Value>>;

struct Open {
    name: String,
    values: Column,
    /// What it is where nothing says so.
    otherwise: Option<Value>,
}

struct Solver<'a> {
    block: &'a Block,
    calls: &'a [&'a Piece],
    signatures: &'a mut Signatures,
    rank: usize,
    /// The dimensions of the first input, with their names.
    dims: Vec<(&'static str, Column)>,
    params: Vec<Open>,
    names: Names,
    /// For each option, the parameter that is above 1 where it is there.
    widened: Vec<Option<usize>>,
}

impl<'a> Solver<'a> {
    fn new(
        graph: &Graph,
        block: &'a Block,
        calls: &'a [&'a Piece],
        signatures: &'a mut Signatures,
    ) -> Self {
        let nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
        let shapes: Vec<_> =
            calls.iter().filter_map(|call| Some(&nodes[*call.inputs.first()?].shape)).collect();
        let ranks = shapes.iter().map(|shape| shape.rank());
        let rank = ranks.clone().min().filter(|&rank| Some(rank) == ranks.max()).unwrap_or(0);
        let names: &[&str] = match rank {
            4 => &["H", "W", "C"],
            2 => &["C"],
            _ => &[],
        };
        let dim = |(axis, &name): (usize, &&'static str)| {
            let values = shapes.iter().map(|shape| Some(value(&shape.dims()[axis + 1])));
            (name, values.collect())
        };
        let dims = names.iter().enumerate().map(dim).collect();
        let widened = vec![None; block.choices.len()];
        let names = Names::new(graph);
        Solver { block, calls, signatures, rank, dims, params: Vec::new(), names, widened }
    }

    fn run(mut self, index: usize) -> Signature {
        let mut terms: Vec<Vec<Term>> = Vec::new();
        for place in 0..self.block.parts.len() {
            let kind = self.block.parts[place].kind.clone();
            let rows: Vec<Option<Vec<Value>>> = self
                .calls
                .iter()
                .map(|call| call.parts[place].as_ref().map(|part| self.signatures.of(part)))
                .collect();
            let slots = rows.iter().flatten().map(Vec::len).max().unwrap_or(0);
            let choice = self.block.parts[place].choice;
            let mut solve = |slot: usize| {
                let mut column: Column =
                    rows.iter().map(|row| row.as_ref()?.get(slot).cloned()).collect();
                if let Kind::Layer(spec) = &kind
                    && spec.args[slot].name == "padding"
                {
                    anything(spec, &rows, &mut column);
                }
                let name = self.signatures.name(&kind, slot);
                let default = match &kind {
                    Kind::Layer(spec) => layer::default(spec, slot),
                    Kind::Block(inner) => self.signatures.all[*inner].params[slot].default.clone(),
                    Kind::Fixed => None,
                };
                self.solve(&column, &name, default, choice)
            };
            // A padding depends on the rest.
            let is_padding = |&slot: &usize| match &kind {
                Kind::Layer(spec) => spec.args[slot].name == "padding",
                _ => false,
            };
            let mut order: Vec<usize> = (0..slots).collect();
            order.sort_by_key(is_padding);
            let mut solved: Vec<_> = order.into_iter().map(|slot| (slot, solve(slot))).collect();
            solved.sort_by_key(|(slot, _)| *slot);
            terms.push(solved.into_iter().map(|(_, term)| term).collect());
        }
        let conditions: Vec<_> =
            (0..self.block.choices.len()).map(|choice| self.condition(choice, &terms)).collect();
        self.finish(index, terms, conditions)
    }

    /// The term for a column of arguments, of that name and with that default.
    fn solve(
        &mut self,
        column: &Column,
        name: &str,
        default: Option<Value>,
        choice: Option<usize>,
    ) -> Term {
        let mut given = column.iter().flatten();
        let first = given.next();
        let same = given.all(|value| Some(value) == first);
        if let (Some(first), true) = (first, same && first.is_some_and(|v| v.symbols().is_empty()))
        {
            let is_default = default.as_ref() == Some(first);
            // What only some calls have, and have in common, may be what they are called with.
            let param = self.params.iter().find(|param| {
                choice.is_some()
                    && !is_default
                    && param.name == name
                    && agree(&param.values, column)
            });
            if let Some(param) = param {
                return Term::name(&param.name);
            }
            let widens = choice.and_then(|choice| self.widening(column, choice));
            return widens.unwrap_or_else(|| Term::Value(first.clone()));
        }
        if let Some((name, _)) = self.dims.iter().find(|(_, dim)| agree(dim, column)) {
            return Term::name(name);
        }
        if let Some(term) = self.known(column) {
            return term;
        }
        if let Some(choice) = choice
            && let Some(term) = self.widening(column, choice)
        {
            return term;
        }
        if let Some(term) = self.derived(column) {
            return term;
        }
        if let Some(items) = items(column) {
            let terms: Option<Vec<_>> = items.iter().map(|item| self.derived(item)).collect();
            if let Some(terms) = terms {
                return Term::Tuple(terms);
            }
        }
        self.param(name, column.clone(), None)
    }

    fn param(&mut self, name: &str, values: Column, otherwise: Option<Value>) -> Term {
        let name = self.names.fresh(name);
        self.params.push(Open { name: name.clone(), values, otherwise });
        Term::Name(name)
    }

    /// For what only some calls have: a multiple of the input's channels, by 1 where it is not
    /// there.
    fn widening(&mut self, column: &Column, choice: usize) -> Option<Term> {
        if column.iter().all(Option::is_some) {
            return None;
        }
        let (_, channels) = self.dims.last()?;
        let by = |(value, channels): (&Option<Value>, &Option<Value>)| match (value, channels) {
            (None, _) => Some(None),
            (Some(Value::Int(n)), Some(Value::Int(c))) if *c > 0 && n % c == 0 && n / c > 1 => {
                Some(Some(Value::Int(n / c)))
            }
            _ => None,
        };
        let values: Column = column.iter().zip(channels).map(by).collect::<Option<_>>()?;
        let mut distinct: Vec<_> = column.iter().flatten().collect();
        distinct.dedup();
        if distinct.len() < 2 {
            return None;
        }
        self.widened[choice] = Some(self.params.len());
        let factor = self.param("expand", values, Some(Value::Int(1)));
        Some(factor.times(Term::name("C")))
    }

    /// A parameter, or a multiple of one.
    fn known(&mut self, column: &Column) -> Option<Term> {
        for param in &mut self.params {
            if agree(&param.values, column) {
                for (own, value) in param.values.iter_mut().zip(column) {
                    *own = own.take().or_else(|| value.clone());
                }
                return Some(Term::name(&param.name));
            }
        }
        self.params.iter().find_map(|param| {
            let n = factor(&param.values, column, false)?;
            Some(Term::number(n).times(Term::name(&param.name)))
        })
    }

    /// In terms of what is known already: `C`, `filters`, `4 * filters`, `C / 4`, `kernel / 2`.
    fn derived(&mut self, column: &Column) -> Option<Term> {
        if let Some((name, _)) = self.dims.iter().find(|(_, dim)| agree(dim, column)) {
            return Some(Term::name(name));
        }
        let distinct = column.iter().flatten().collect::<Vec<_>>();
        if distinct.windows(2).all(|two| two[0] == two[1]) {
            return None;
        }
        let known = self.dims.iter().rev().map(|(name, values)| (*name, values));
        let own = self.params.iter().map(|param| (param.name.as_str(), &param.values));
        let known: Vec<_> = known.chain(own).collect();
        let ratio = |over: bool| {
            known.iter().find_map(|(name, values)| {
                let n = factor(values, column, over)?;
                let term = Term::name(name);
                Some(if over { term.over(n) } else { Term::number(n).times(term) })
            })
        };
        if let Some(term) = ratio(false).or_else(|| ratio(true)) {
            return Some(term);
        }
        // A convolution's padding: half the kernel, times the dilation.
        let number = |value: &Option<Value>| match value {
            Some(value) if *value == Value::word("valid") => Some(Value::Int(0)),
            value => value.clone(),
        };
        let column = &column.iter().map(number).collect();
        known.iter().find_map(|(a, halved)| {
            let half = |value: &Option<Value>| match value {
                Some(Value::Int(n)) => Some(Value::Int(n / 2)),
                _ => None,
            };
            let halved: Column = halved.iter().map(half).collect();
            if agree(&halved, column) {
                return Some(Term::name(a).over(2));
            }
            known.iter().find_map(|(b, values)| {
                let times = |(a, b): (&Option<Value>, &Option<Value>)| match (a, b) {
                    (Some(Value::Int(a)), Some(Value::Int(b))) => a.checked_mul(*b).map(Value::Int),
                    _ => None,
                };
                let product: Column = halved.iter().zip(*values).map(times).collect();
                let full = product.iter().zip(column).all(|(a, b)| a.is_some() || b.is_none());
                (full && agree(&product, column))
                    .then(|| Term::name(b).times(Term::name(a).over(2)))
            })
        })
    }

    /// When an option is there.
    fn condition(&mut self, choice: usize, terms: &[Vec<Term>]) -> Condition {
        let Some(&part) = self.block.option(choice).first() else {
            return Condition::default();
        };
        let there: Vec<bool> = self.calls.iter().map(|call| call.parts[part].is_some()).collect();
        if let Some(param) = self.widened[choice] {
            let name = Term::name(&self.params[param].name);
            return Condition { comparisons: vec![(name, ">", Term::number(1))], any: false };
        }
        let mut single = Vec::new();
        if !self.dims.is_empty() {
            let mut sizes: Vec<Term> = Vec::new();
            for term in terms.iter().flatten() {
                let size = matches!(term, Term::Name(_) | Term::Times(..));
                if size && !sizes.contains(term) {
                    sizes.push(term.clone());
                }
            }
            let channels = Term::name("C");
            for sign in ["!=", "=="] {
                for size in &sizes {
                    single.push((channels.clone(), sign, size.clone()));
                }
            }
        }
        for param in &self.params {
            let mut values: Vec<_> = param.values.iter().flatten().cloned().collect();
            values.sort_by_key(Value::to_string);
            values.dedup();
            values.retain(|value| matches!(value, Value::Int(_)));
            for value in values {
                for sign in ["==", "!="] {
                    single.push((Term::name(&param.name), sign, Term::Value(value.clone())));
                }
            }
        }
        let holds = |condition: &Condition| {
            (0..self.calls.len()).all(|call| {
                let each = condition.comparisons.iter().map(|(a, sign, b)| {
                    let [a, b] = [self.value(a, call)?, self.value(b, call)?];
                    Some((a == b) == (*sign == "=="))
                });
                let each: Option<Vec<bool>> = each.collect();
                let found = each.map(|each| match condition.any {
                    true => each.contains(&true),
                    false => !each.contains(&false),
                });
                found == Some(there[call])
            })
        };
        let one = single.iter().map(|one| Condition { comparisons: vec![one.clone()], any: false });
        let two = single.iter().flat_map(|a| {
            let others = single.iter().filter(move |b| a.0 != b.0 && a.1 == b.1);
            // Both are what they are to be, or one of them is not.
            others.map(move |b| match a.1 {
                "==" => Condition { comparisons: vec![b.clone(), a.clone()], any: false },
                _ => Condition { comparisons: vec![a.clone(), b.clone()], any: true },
            })
        });
        if let Some(found) = one.chain(two).find(holds) {
            return found;
        }
        let option = self.block.option(choice);
        let what = match (&self.block.parts[part].kind, self.block.choices[choice]) {
            (Kind::Layer(spec), _) if option.len() == 1 => format!("with_{}", spec.name),
            (_, super::block::Ref::Input(_)) => "project".to_owned(),
            _ => "extend".to_owned(),
        };
        let values = there.into_iter().map(|there| Some(Value::Bool(there))).collect();
        let name = self.param(&what, values, None);
        Condition { comparisons: vec![(name, "==", Term::Value(Value::Bool(true)))], any: false }
    }

    /// What a term is in one of the calls.
    fn value(&self, term: &Term, call: usize) -> Option<Value> {
        let number = |term: &Term| match self.value(term, call)? {
            Value::Int(n) => Some(n),
            _ => None,
        };
        match term {
            Term::Value(value) => Some(value.clone()),
            Term::Name(name) => {
                let dim = self.dims.iter().find(|(dim, _)| dim == name).map(|(_, values)| values);
                let param = self.params.iter().find(|param| param.name == *name);
                match (dim, param) {
                    (Some(values), _) => values[call].clone(),
                    (_, Some(param)) => {
                        param.values[call].clone().or_else(|| param.otherwise.clone())
                    }
                    _ => None,
                }
            }
            Term::Times(a, b) => number(a)?.checked_mul(number(b)?).map(Value::Int),
            Term::Over(a, n) => number(a)?.checked_div(*n).map(Value::Int),
            Term::Tuple(_) => None,
        }
    }

    fn finish(self, index: usize, terms: Vec<Vec<Term>>, conditions: Vec<Condition>) -> Signature {
        let mut params = Vec::new();
        let mut columns: Vec<Vec<Value>> = Vec::new();
        for Open { name, values, otherwise } in self.params {
            let common = commonest(&values);
            let values = progression(&values).unwrap_or(values);
            let filled = otherwise.or_else(|| common.as_ref().map(|(value, _)| value.clone()));
            let filled = filled.unwrap_or(Value::Int(1));
            let mut column: Vec<_> = values
                .iter()
                .map(|value| value.clone().unwrap_or_else(|| filled.clone()))
                .collect();
            let kind = kind(&mut column);
            let default = common.filter(|(_, count)| 2 * count > column.len() && column.len() > 2);
            let default = default.and_then(|(value, _)| {
                let at = values.iter().position(|other| other.as_ref() == Some(&value));
                at.map(|at| column[at].clone())
            });
            let sized = name.starts_with("filters") || name.starts_with("units");
            let default =
                default.filter(|value| !sized && name != "expand" && value.symbols().is_empty());
            params.push(Param { name, kind, default });
            columns.push(column);
        }
        // Those that must be given come first.
        let mut order: Vec<usize> = (0..params.len()).collect();
        order.sort_by_key(|&i| params[i].default.is_some());
        for (call, piece) in self.calls.iter().enumerate() {
            let row = order.iter().map(|&i| columns[i][call].clone()).collect();
            self.signatures.args.insert((index, piece.value), row);
        }
        let params = order.iter().map(|&i| params[i].clone()).collect();
        Signature { params, terms, conditions, rank: self.rank }
    }
}

/// Makes `same` of the paddings that make no difference, if all others are.
fn anything(spec: &Spec, rows: &[Option<Vec<Value>>], column: &mut Column) {
    let same = Value::word("same");
    let free = |row: &Option<Vec<Value>>| row.as_ref().is_none_or(|row| layer::is_point(spec, row));
    let mut others = column.iter().zip(rows).filter(|(_, row)| !free(row)).peekable();
    if others.peek().is_some() && others.all(|(value, _)| value.as_ref() == Some(&same)) {
        column.iter_mut().flatten().for_each(|value| *value = same.clone());
    }
}

fn value(dim: &Dim) -> Value {
    match dim {
        Dim::Known(n) => Value::Int(*n),
        size => Value::Size(size.clone()),
    }
}

/// Whether the second is the first wherever both are known, and that is often enough to tell.
fn agree(known: &Column, column: &Column) -> bool {
    let both = || known.iter().zip(column).filter(|(a, b)| a.is_some() && b.is_some());
    let needed = column.iter().flatten().count().min(2);
    both().count() >= needed && both().all(|(a, b)| a == b)
}

/// The number that makes the column of what is known: `n` times it, or it divided by `n`.
fn factor(known: &Column, column: &Column, over: bool) -> Option<i64> {
    let mut found = None;
    let (mut seen, mut first) = (0, None);
    for (known, value) in known.iter().zip(column) {
        let value = match value {
            None => continue,
            Some(Value::Int(n)) if *n > 0 => *n,
            _ => return None,
        };
        let known = match known {
            Some(Value::Int(n)) if *n > 0 => *n,
            _ => return None,
        };
        seen += usize::from(first.replace(known).is_some_and(|first| first != known));
        let (large, small) = if over { (known, value) } else { (value, known) };
        let n = large / small;
        let exact = large % small == 0 && (2..=64).contains(&n);
        if !exact || *found.get_or_insert(n) != n {
            return None;
        }
    }
    found.filter(|_| seen > 0)
}

/// The first items of a column of pairs, and the second.
fn items(column: &Column) -> Option<[Column; 2]> {
    let item = |i: usize| {
        let item = |value: &Option<Value>| match value {
            None => Some(None),
            Some(value) => {
                value.items().filter(|items| items.len() == 2).map(|p| Some(p[i].clone()))
            }
        };
        column.iter().map(item).collect::<Option<Column>>()
    };
    Some([item(0)?, item(1)?])
}

fn commonest(column: &Column) -> Option<(Value, usize)> {
    let mut counts: Vec<(&Value, usize)> = Vec::new();
    for value in column.iter().flatten() {
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    // The first of the most.
    let most = counts.iter().map(|(_, count)| *count).max()?;
    let found = counts.into_iter().find(|(_, count)| *count == most)?;
    Some((found.0.clone(), found.1))
}

/// Numbers that grow by the same step from call to call, with what is missing.
fn progression(column: &Column) -> Option<Column> {
    let number = |value: &Option<Value>| match value {
        Some(Value::Float(x)) => Some(*x),
        _ => None,
    };
    if column.iter().flatten().any(|value| !matches!(value, Value::Float(_))) {
        return None;
    }
    let known: Vec<_> =
        column.iter().enumerate().filter_map(|(i, v)| Some((i, number(v)?))).collect();
    let [(i, a), (j, b), ..] = known.as_slice() else { return None };
    let short = |x: f64| format!("{x:.9}").parse::<f64>().ok();
    let by = short((b - a) / (j - i) as f64)?;
    let start = short(a - by * *i as f64)?;
    let sums = std::iter::successors(Some(start), |sum| Some(sum + by));
    let all: Vec<f64> = sums.take(column.len()).collect();
    let exact = known.iter().all(|&(i, x)| all[i] == x);
    (exact && by != 0.0).then(|| all.into_iter().map(|x| Some(Value::Float(x))).collect())
}

/// The type that takes all values of a column, which are made to fit it.
fn kind(column: &mut [Value]) -> &'static str {
    let whole = |value: &Value| matches!(value, Value::Int(_) | Value::Size(_));
    let pair =
        |value: &Value| whole(value) || value.items().is_some_and(|items| items.iter().all(whole));
    if column.iter().all(|value| matches!(value, Value::Int(n) if *n < 0) || whole(value)) {
        return "usize";
    }
    if column.iter().all(|value| matches!(value, Value::Float(_))) {
        return "f64";
    }
    if column.iter().all(|value| matches!(value, Value::Bool(_))) {
        return "bool";
    }
    if column.iter().all(pair) {
        for value in column.iter_mut() {
            if whole(value) {
                *value = Value::Tuple(vec![value.clone(), value.clone()]);
            }
        }
        return "(usize, usize)";
    }
    "Padding"
}
