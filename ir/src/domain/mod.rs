//! Which sizes a model is declared for, and what holds of all of them at once.

mod clauses;
mod condition;
mod decide;
mod sizes;

use std::borrow::Cow;

pub use condition::Condition;
pub use decide::Verdict;
pub use sizes::Sizes;

use crate::{Dim, Symbol};
use decide::Classes;

/// The symbols of a model, with the sizes that each may have.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Domain {
    symbols: Vec<Ranged>,
    /// What the model needs beyond the declared sizes, and its entry checks.
    guards: Vec<Condition>,
    /// Below this a guard fails of the symbol.
    lowest: Vec<(Symbol, u64)>,
}

/// A symbol, and the sizes it may have.
#[derive(Clone, PartialEq, Debug)]
pub struct Ranged {
    /// The symbol.
    pub symbol: Symbol,
    /// Its sizes.
    pub sizes: Sizes,
}

impl Domain {
    /// Adds a symbol: the one returned knows what its sizes have in common.
    pub fn declare(&mut self, symbol: Symbol, sizes: Sizes) -> Symbol {
        let (step, offset) = sizes.progression();
        let symbol = symbol.every(step as usize, offset as usize);
        self.symbols.push(Ranged { symbol: symbol.clone(), sizes });
        symbol
    }

    /// The symbols, in the order of their declaration.
    pub fn symbols(&self) -> &[Ranged] {
        &self.symbols
    }

    /// What the model needs beyond the declared sizes.
    pub fn guards(&self) -> &[Condition] {
        &self.guards
    }

    /// A symbol that was not declared may have any size.
    fn declared(&self, symbol: &Symbol) -> Cow<'_, Ranged> {
        match self.symbols.iter().find(|declared| declared.symbol == *symbol) {
            Some(declared) => Cow::Borrowed(declared),
            None => Cow::Owned(Ranged { symbol: symbol.clone(), sizes: Sizes::ALL }),
        }
    }

    /// Whether a condition holds at every size.
    pub fn always(&self, condition: &Condition) -> bool {
        self.decide(condition) == Verdict::Always
    }

    /// Takes a condition for granted from here on, which something else checks.
    pub fn assume(&mut self, condition: &Condition) {
        match self.decide(condition) {
            Verdict::Always => {}
            Verdict::OnClasses(symbol, modulus, remainders) => {
                self.restrict(&symbol, modulus, &remainders);
                // Of those classes the smallest sizes may still fail.
                if self.decide(condition) != Verdict::Always {
                    self.guard(condition);
                }
            }
            _ => self.guard(condition),
        }
    }

    fn guard(&mut self, condition: &Condition) {
        const FARTHEST: u64 = 4096;
        self.guards.push(condition.clone());
        if let [symbol] = condition.symbols().as_slice() {
            let from = self.lowest(symbol);
            let holds = |n: &u64| condition.holds(&|_| *n as i64);
            let lowest = (from..from + FARTHEST).find(holds).unwrap_or(from);
            self.lowest.retain(|(other, _)| other != symbol);
            self.lowest.push((symbol.clone(), lowest));
        }
    }

    /// No size of the symbol below this is declared, or all guards hold of it.
    fn lowest(&self, symbol: &Symbol) -> u64 {
        let declared = self.declared(symbol).sizes.range().0;
        let guarded = self.lowest.iter().find(|(other, _)| other == symbol);
        guarded.map_or(declared, |(_, lowest)| declared.max(*lowest))
    }

    fn restrict(&mut self, symbol: &Symbol, modulus: u64, remainders: &[u64]) {
        if let Some(declared) = self.symbols.iter_mut().find(|d| d.symbol == *symbol) {
            declared.sizes = declared.sizes.with_classes(modulus, remainders);
        }
    }

    /// The sizes of each symbol at which the model runs, and what must hold besides: conditions
    /// between symbols, or too intricate for a set.
    pub fn contract(&self) -> (Vec<Ranged>, Vec<&Condition>) {
        let mut left: Vec<_> = self.guards.iter().collect();
        let mut symbols = self.symbols.clone();
        for declared in &mut symbols {
            let symbol = declared.symbol.clone();
            let (alone, others): (Vec<_>, Vec<_>) = left
                .into_iter()
                .partition(|guard| matches!(guard.symbols().as_slice(), [s] if *s == symbol));
            left = others;
            match self.works(declared, &alone) {
                Some(sizes) => declared.sizes = sizes,
                None => left.extend(alone),
            }
        }
        (symbols, left)
    }

    /// The sizes of a symbol at which all `guards`, which speak of it alone, hold.
    fn works(&self, declared: &Ranged, guards: &[&Condition]) -> Option<Sizes> {
        const MOST_EXCEPTIONS: usize = 32;
        let Ranged { symbol, sizes } = declared;
        let (from, to) = sizes.range();
        // From here on all guards hold.
        let mut settled = from as i64;
        for guard in guards.iter().filter(|_| to.is_none()) {
            let classes = Classes::of(guard, declared)?;
            for first in classes.firsts() {
                settled = settled.max(guard.settles(symbol, first, classes.modulus)?);
            }
        }
        let end = to.unwrap_or(settled as u64 + sizes.classes().0);
        if end.saturating_sub(from) > 1 << 20 {
            return None;
        }
        let fails = |n: &u64| guards.iter().any(|guard| !guard.holds(&|_| *n as i64));
        let members = (from..=end).filter(|&n| sizes.has(n));
        let first = members.clone().find(|n| !fails(n))?;
        let failures = members.filter(|n| *n > first && fails(n)).take(MOST_EXCEPTIONS + 1);
        let mut except: Vec<_> = failures.collect();
        except.extend(sizes.exceptions().iter().filter(|&&n| n > first));
        except.sort_unstable();
        (except.len() <= MOST_EXCEPTIONS).then(|| sizes.bounded(first, to, except))
    }

    /// What a shape's symbols are declared as, for a name.
    pub fn lookup(&self, name: &str) -> Option<Dim> {
        let declared = self.symbols.iter().find(|declared| declared.symbol.name() == name)?;
        Some(declared.symbol.clone().into())
    }
}
