//! When an option of a block is there.

use formwork_ir::Value;

use super::Measure;
use super::solver::{Open, Solver};
use crate::source::block::Ref;
use crate::source::piece::Kind;
use crate::source::program::Term;

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

impl Solver<'_> {
    /// When an option is there.
    pub(super) fn condition(&mut self, choice: usize, terms: &[Vec<Term>]) -> Condition {
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
                if self.counts_channels(term) && !sizes.contains(term) {
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
        // A number of channels says nothing of what else is there.
        for param in self.params.iter().filter(|param| param.measure != Measure::Channels) {
            let mut values: Vec<_> = param.values.iter().flatten().cloned().collect();
            values.sort_by_key(Value::to_string);
            values.dedup();
            values.retain(|value| matches!(value, Value::Int(_) | Value::Tuple(_)));
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
        let kinds: Vec<_> = option.iter().map(|&part| &self.block.parts[part].kind).collect();
        let sum = |kind: &&Kind| matches!(kind, Kind::Layer(spec) if spec.name == "add");
        let gate = |kind: &&Kind| kind.contains("multiply", &|inner| &self.blocks[inner]);
        let what = match (kinds[0], self.block.choices[choice]) {
            _ if kinds.iter().any(sum) => "skip".to_owned(),
            _ if kinds.iter().any(gate) => "gate".to_owned(),
            (Kind::Layer(spec), _) if option.len() == 1 => format!("with_{}", spec.name),
            (_, Ref::Input(_)) => "project".to_owned(),
            _ => "extend".to_owned(),
        };
        let values = there.into_iter().map(|there| Some(Value::Bool(there))).collect();
        let name = self.param(&what, Measure::Other, values, None);
        Condition { comparisons: vec![(name, "==", Term::Value(Value::Bool(true)))], any: false }
    }

    /// Whether it is what a block's input has as channels, or some layer makes.
    fn counts_channels(&self, term: &Term) -> bool {
        match term {
            Term::Name(name) => {
                let own = |param: &Open| param.name == *name && param.measure == Measure::Channels;
                name == "C" || self.params.iter().any(own)
            }
            Term::Times(a, b) => self.counts_channels(a) || self.counts_channels(b),
            _ => false,
        }
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
}
