//! The arguments in one block, from its calls.

use formwork_ir::{Graph, Value};

use super::column::{Column, agree, anything, commonest, items, kind, pairs, progression, value};
use super::{Condition, Measure, Param, Signature, Signatures};
use crate::source::block::Block;
use crate::source::names::Names;
use crate::source::piece::{Kind, Piece};
use crate::source::program::Term;

pub(super) struct Open {
    pub(super) name: String,
    pub(super) measure: Measure,
    pub(super) values: Column,
    /// What it is where nothing says so.
    pub(super) otherwise: Option<Value>,
}

pub(super) struct Solver<'a> {
    pub(super) blocks: &'a [Block],
    pub(super) block: &'a Block,
    pub(super) calls: &'a [&'a Piece],
    pub(super) signatures: &'a mut Signatures,
    pub(super) rank: usize,
    /// The dimensions of the first input, with their names.
    pub(super) dims: Vec<(&'static str, Column)>,
    pub(super) params: Vec<Open>,
    pub(super) names: Names,
    /// For each option, the parameter that is above 1 where it is there.
    pub(super) widened: Vec<Option<usize>>,
}

impl<'a> Solver<'a> {
    pub(super) fn new(
        graph: &Graph,
        blocks: &'a [Block],
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
        let params = Vec::new();
        Solver { blocks, block, calls, signatures, rank, dims, params, names, widened }
    }

    pub(super) fn run(mut self, index: usize) -> Signature {
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
                pairs(&mut column, false);
                let (name, measure, default) = self.signatures.arg(&kind, slot);
                self.solve(&column, &name, measure, default, choice)
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
        measure: Measure,
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
            return Term::Value(first.clone());
        }
        if let Some(term) = self.size(column).filter(|_| measure == Measure::Size) {
            return term;
        }
        if let Some((name, _)) = self.dims(measure).iter().find(|(_, dim)| agree(dim, column)) {
            return Term::name(name);
        }
        if let Some(term) = self.known(column, measure) {
            return term;
        }
        if let (Some(choice), Measure::Channels) = (choice, measure)
            && let Some(term) = self.widening(column, choice)
        {
            return term;
        }
        let dims = self.dims(measure);
        if let Some(term) = self.derived(column, dims, measure) {
            return term;
        }
        if let Some(items) = items(column) {
            let terms = items.iter().map(|item| self.derived(item, dims, measure));
            if let Some(terms) = terms.collect() {
                return Term::Tuple(terms);
            }
        }
        self.param(name, measure, column.clone(), None)
    }

    pub(super) fn param(
        &mut self,
        name: &str,
        measure: Measure,
        values: Column,
        otherwise: Option<Value>,
    ) -> Term {
        let name = self.names.fresh(name);
        self.params.push(Open { name: name.clone(), measure, values, otherwise });
        Term::Name(name)
    }

    fn finish(self, index: usize, terms: Vec<Vec<Term>>, conditions: Vec<Condition>) -> Signature {
        let mut params = Vec::new();
        let mut columns: Vec<Vec<Value>> = Vec::new();
        for Open { name, measure, values, otherwise } in self.params {
            let common = commonest(&values);
            let values = progression(&values).unwrap_or(values);
            let filled = otherwise.or_else(|| common.as_ref().map(|(value, _)| value.clone()));
            let filled = filled.unwrap_or(Value::Int(1));
            let value = |value: &Option<Value>| value.clone().unwrap_or_else(|| filled.clone());
            let column: Vec<_> = values.iter().map(value).collect();
            let kind = kind(&column);
            let default = common.filter(|(_, count)| 2 * count > column.len() && column.len() > 2);
            let default = default.map(|(value, _)| value);
            let sized = name.starts_with("filters") || name.starts_with("units");
            let default =
                default.filter(|value| !sized && name != "expand" && value.symbols().is_empty());
            params.push(Param { name, measure, kind, default });
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
