//! Whether a condition holds of all sizes in a domain.
//!
//! On each class of remainders of a symbol, modulo its period, an expression is a polynomial, so
//! few of its values say all of it: one of degree `d` that vanishes at `d + 1` sizes is 0, and one
//! whose differences are not negative grows from there on.

use super::classes::{Axis, Classes, MOST_CLASSES};
use super::condition::Test;
use super::{Condition, Domain};
use crate::Symbol;

/// What is known of a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It holds at every size.
    Always,
    /// It fails at the smallest sizes only.
    FromSomeSize,
    /// It holds of the symbol's sizes that leave these remainders, but perhaps for the smallest
    /// of them, and at no more than single sizes of the others.
    OnClasses(Symbol, u64, Vec<u64>),
    /// It holds at single sizes at most, or not at all.
    Hardly,
    /// It fails somewhere; this is all that is known.
    NotAlways,
    /// It is not known.
    Undecided,
}

/// No more values are looked at than this.
const MOST_VALUES: i64 = 1 << 18;

impl Domain {
    /// Decides a condition for all sizes of the domain at once.
    pub fn decide(&self, condition: &Condition) -> Verdict {
        let poly = &condition.poly;
        if let Some(n) = poly.as_constant() {
            return if condition.accepts(i128::from(n)) {
                Verdict::Always
            } else {
                Verdict::Hardly
            };
        }
        if condition.test == Test::NotNegative && poly.is_plainly_positive() {
            return Verdict::Always;
        }
        let symbols = poly.symbols();
        if let Some(verdict) = self.decide_growing(condition, &symbols) {
            return verdict;
        }
        match symbols.as_slice() {
            [symbol] => self.decide_one(condition, symbol),
            symbols => self.decide_many(condition, symbols),
        }
        .unwrap_or(Verdict::Undecided)
    }

    /// Decides a bound on what grows with every size: the smallest sizes decide. `None` where it
    /// is something else.
    fn decide_growing(&self, condition: &Condition, symbols: &[Symbol]) -> Option<Verdict> {
        if !condition.grows() {
            return None;
        }
        let sizes = |symbol: &Symbol| self.declared(symbol);
        let smallest = |symbol: &Symbol| sizes(symbol).sizes.smallest().map_or(1, |n| n as i64);
        if condition.holds(&smallest) {
            return Some(Verdict::Always);
        }
        let endless = symbols.iter().all(|symbol| sizes(symbol).sizes.range().1.is_none());
        endless.then_some(Verdict::FromSomeSize)
    }

    /// Decides a condition on one symbol. `None` where the numbers get too large.
    fn decide_one(&self, condition: &Condition, symbol: &Symbol) -> Option<Verdict> {
        let bounded = match self.declared(symbol).sizes.range() {
            (from, Some(to)) => self.decide_each(condition, symbol, from..=to),
            (_, None) => None,
        };
        match bounded {
            None => self.decide_classes(condition, symbol),
            // Single sizes apart, it may hold of some classes.
            Some(Verdict::NotAlways) if condition.is_equality() => {
                let classes = self.decide_classes(condition, symbol);
                let of_some = |verdict: &Verdict| matches!(verdict, Verdict::OnClasses(..));
                classes.filter(of_some).or(Some(Verdict::NotAlways))
            }
            settled => settled,
        }
    }

    /// Decides a condition on one symbol by the classes of its sizes.
    fn decide_classes(&self, condition: &Condition, symbol: &Symbol) -> Option<Verdict> {
        let declared = self.declared(symbol);
        let classes = Classes::of(condition, &declared)?;
        let (mut good, mut early, mut all) = (Vec::new(), true, true);
        for first in classes.firsts() {
            match condition.on_class(symbol, first, classes.modulus)? {
                Some(from) => {
                    good.push((first % classes.modulus) as u64);
                    early &= from == first;
                }
                None => all = false,
            }
        }
        good.sort_unstable();
        Some(match (all, good.is_empty()) {
            (true, _) if early => Verdict::Always,
            (true, _) => Verdict::FromSomeSize,
            (false, false) => Verdict::OnClasses(symbol.clone(), classes.modulus as u64, good),
            (false, true) => Verdict::Hardly,
        })
    }

    /// Decides a condition on a symbol with an upper bound: looks at every size. `None` where there
    /// are too many.
    fn decide_each(
        &self,
        condition: &Condition,
        symbol: &Symbol,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<Verdict> {
        if range.end().saturating_sub(*range.start()) > MOST_VALUES as u64 {
            return None;
        }
        let sizes = self.working(symbol, range);
        let holds: Vec<_> = sizes.map(|n| condition.holds(&|_| n)).collect();
        let from_some_size = condition.test == Test::NotNegative && holds.is_sorted();
        Some(match (holds.contains(&false), holds.contains(&true)) {
            (false, _) => Verdict::Always,
            (true, true) if from_some_size => Verdict::FromSomeSize,
            (true, true) => Verdict::NotAlways,
            (true, false) => Verdict::Hardly,
        })
    }

    /// Decides a condition on several symbols.
    fn decide_many(&self, condition: &Condition, symbols: &[Symbol]) -> Option<Verdict> {
        let mut axes = Vec::new();
        let mut values = 1_i64;
        for symbol in symbols {
            let declared = self.declared(symbol);
            let (from, to) = declared.sizes.range();
            let axis = match to {
                // Few sizes: each is a class.
                Some(to) if to.saturating_sub(from) > MOST_CLASSES as u64 => return None,
                Some(to) => {
                    Axis { firsts: self.working(symbol, from..=to).collect(), step: 0, points: 1 }
                }
                None => {
                    let classes = Classes::of(condition, &declared)?;
                    let points = condition.poly.degree(symbol) as i64 + 1;
                    Axis { firsts: classes.firsts().collect(), step: classes.modulus, points }
                }
            };
            if axis.firsts.is_empty() {
                return Some(Verdict::Always);
            }
            values = values.checked_mul(axis.points.checked_mul(axis.firsts.len() as i64)?)?;
            axes.push(axis);
        }
        if values > MOST_VALUES {
            return None;
        }
        let mut verdict = Verdict::Always;
        // Every combination of classes.
        let mut at = vec![0; axes.len()];
        loop {
            match condition.on_classes(symbols, &axes, &at)? {
                Verdict::Always => {}
                worse @ Verdict::FromSomeSize => verdict = worse,
                worse => return Some(worse),
            }
            let Some(axis) = (0..axes.len()).find(|&i| at[i] + 1 < axes[i].firsts.len()) else {
                return Some(verdict);
            };
            at[axis] += 1;
            at[..axis].fill(0);
        }
    }

    /// The sizes of a symbol in a range at which all guards hold that speak of it alone.
    pub(super) fn working<'a>(
        &'a self,
        symbol: &'a Symbol,
        range: std::ops::RangeInclusive<u64>,
    ) -> impl DoubleEndedIterator<Item = i64> + 'a {
        let alone = |guard: &&Condition| matches!(guard.symbols().as_slice(), [s] if s == symbol);
        let guards: Vec<_> = self.guards.iter().filter(alone).collect();
        let declared = self.declared(symbol);
        let sizes = range.filter(move |&n| declared.sizes.has(n)).map(|n| n as i64);
        sizes.filter(move |&n| guards.iter().all(|guard| guard.holds(&|_| n)))
    }
}
