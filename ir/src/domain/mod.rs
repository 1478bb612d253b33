//! Which sizes a model is declared for, and what holds of all of them at once.

mod classes;
mod clauses;
mod condition;
mod decide;
mod sizes;

use std::borrow::Cow;

pub use condition::Condition;
pub use decide::Verdict;
pub use sizes::Sizes;

use crate::{Dim, Symbol};
use classes::Classes;

/// The symbols of a model, with the sizes that each may have.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Domain {
    symbols: Vec<Ranged>,
    /// What the model needs beyond the declared sizes, and its entry checks.
    guards: Vec<Condition>,
    /// Below these sizes of a symbol some guard fails.
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

    /// The sizes of a symbol at which no guard fails because they are too small. A symbol that was
    /// not declared may have any size.
    fn declared(&self, symbol: &Symbol) -> Cow<'_, Ranged> {
        let declared = self.symbols.iter().find(|declared| declared.symbol == *symbol);
        let lowest = self.lowest.iter().filter(|(own, _)| own == symbol).map(|(_, n)| *n).max();
        match (declared, lowest) {
            (Some(declared), None) => Cow::Borrowed(declared),
            (declared, lowest) => {
                let sizes = declared.map_or(Sizes::ALL, |declared| declared.sizes.clone());
                let sizes = sizes.and_between(lowest.unwrap_or(1), None);
                Cow::Owned(Ranged { symbol: symbol.clone(), sizes })
            }
        }
    }

    /// Adds a condition that is checked at the entry.
    fn guard(&mut self, condition: &Condition) {
        if let ([symbol], true) = (condition.symbols().as_slice(), condition.grows())
            && let Some(lowest) = condition.threshold()
        {
            self.lowest.push((symbol.clone(), lowest as u64));
        }
        self.guards.push(condition.clone());
    }

    /// Whether a condition holds at every size.
    pub fn always(&self, condition: &Condition) -> bool {
        self.decide(condition) == Verdict::Always
    }

    /// The `where` of one symbol at which a condition holds, perhaps but for the smallest sizes, if
    /// there is one: `H % 16 == 0`.
    pub fn clauses(&self, condition: &Condition) -> Option<String> {
        let Verdict::OnClasses(symbol, modulus, remainders) = self.decide(condition) else {
            return None;
        };
        let sizes = Sizes::ALL.and_every(modulus, &remainders)?;
        Some(sizes.clauses(symbol.name()).join(", "))
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
        if guards.iter().all(|guard| guard.grows()) {
            let thresholds = guards.iter().map(|guard| guard.threshold());
            let from = thresholds.chain([Some(from as i64)]).collect::<Option<Vec<_>>>()?;
            let from = from.into_iter().max()? as u64;
            let kept = sizes.exceptions().iter().copied().filter(|&n| n > from).collect();
            return Some(sizes.bounded(from, to, kept));
        }
        // From here on all guards hold.
        let mut settled = from as i64;
        for guard in guards.iter().filter(|_| to.is_none()) {
            let classes = Classes::of(guard, declared)?;
            for first in classes.firsts() {
                settled = settled.max(guard.on_class(symbol, first, classes.modulus)??);
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
