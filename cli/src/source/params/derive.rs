//! Arguments in terms of what is known already.

use formwork_ir::Value;

use super::Measure;
use super::column::{Column, agree, factor, items, pairs};
use super::solver::Solver;
use crate::source::program::Term;

impl Solver<'_> {
    /// For what only some calls have: a multiple of the input's channels, by 1 where it is not
    /// there.
    pub(super) fn widening(&mut self, column: &Column, choice: usize) -> Option<Term> {
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
        let factor = self.param("expand", Measure::Other, values, Some(Value::Int(1)));
        Some(factor.times(Term::name("C")))
    }

    /// A parameter, or a multiple of one.
    pub(super) fn known(&mut self, column: &Column, measure: Measure) -> Option<Term> {
        for param in self.params.iter_mut().filter(|param| param.measure == measure) {
            if agree(&param.values, column) {
                for (own, value) in param.values.iter_mut().zip(column) {
                    *own = own.take().or_else(|| value.clone());
                }
                return Some(Term::name(&param.name));
            }
        }
        self.params.iter().filter(|param| param.measure == measure).find_map(|param| {
            let n = factor(&param.values, column, false)?;
            Some(Term::number(n).times(Term::name(&param.name)))
        })
    }

    /// The dimensions of the first input that an argument may be.
    pub(super) fn dims(&self, measure: Measure) -> &[(&'static str, Column)] {
        match measure {
            Measure::Channels => &self.dims[self.dims.len().saturating_sub(1)..],
            Measure::Size | Measure::Other => &[],
        }
    }

    /// A size in terms of the first input's: `(H, W)`, `(2 * H, 2 * W)`.
    pub(super) fn size(&self, column: &Column) -> Option<Term> {
        let mut column = column.clone();
        pairs(&mut column, true);
        let sides = items(&column)?.into_iter().zip(self.dims.get(..2)?.chunks(1));
        let terms = sides.map(|(side, dim)| self.derived(&side, dim, Measure::Size));
        Some(Term::Tuple(terms.collect::<Option<_>>()?))
    }

    /// In terms of what is known already: `C`, `filters`, `4 * filters`, `C / 4`, `kernel / 2`.
    pub(super) fn derived(
        &self,
        column: &Column,
        dims: &[(&'static str, Column)],
        measure: Measure,
    ) -> Option<Term> {
        if let Some((name, _)) = dims.iter().find(|(_, dim)| agree(dim, column)) {
            return Some(Term::name(name));
        }
        let distinct = column.iter().flatten().collect::<Vec<_>>();
        if distinct.windows(2).all(|two| two[0] == two[1]) {
            return None;
        }
        let known = dims.iter().map(|(name, values)| (*name, values));
        let own = self.params.iter().filter(|param| param.measure == measure);
        let own = own.map(|param| (param.name.as_str(), &param.values));
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
        let column: &Column = &column.iter().map(number).collect();
        known.iter().find_map(|(a, halved)| {
            let half = |value: &Option<Value>| match value {
                Some(Value::Int(n)) => Some(Value::Int(n / 2)),
                _ => None,
            };
            let halved: Column = halved.iter().map(half).collect();
            let full = |known: &Column| {
                known.iter().zip(column).all(|(known, value)| known.is_some() || value.is_none())
            };
            if full(&halved) && agree(&halved, column) {
                return Some(Term::name(a).over(2));
            }
            known.iter().find_map(|(b, values)| {
                let times = |(a, b): (&Option<Value>, &Option<Value>)| match (a, b) {
                    (Some(Value::Int(a)), Some(Value::Int(b))) => a.checked_mul(*b).map(Value::Int),
                    _ => None,
                };
                let product: Column = halved.iter().zip(*values).map(times).collect();
                (full(&product) && agree(&product, column))
                    .then(|| Term::name(b).times(Term::name(a).over(2)))
            })
        })
    }
}
