//! Whether a condition holds of all sizes in a domain.
//!
//! On each class of remainders of a symbol, modulo its period, an expression is a polynomial, so
//! few of its values say all of it: one of degree `d` that vanishes at `d + 1` sizes is 0, and one
//! whose differences are not negative grows from there on.

use super::condition::Test;
use super::{Condition, Domain, Ranged};
use crate::Symbol;
use crate::dim::{Poly, lcm};

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
/// No more classes of remainders are looked at than this.
const MOST_CLASSES: i64 = 1 << 14;

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

/// The classes of remainders on which a condition is a polynomial of one symbol.
pub(super) struct Classes<'a> {
    pub(super) modulus: i64,
    declared: &'a Ranged,
}

impl<'a> Classes<'a> {
    pub(super) fn of(condition: &Condition, declared: &'a Ranged) -> Option<Self> {
        let period = condition.poly.period(&declared.symbol)?;
        let (own, remainders) = declared.sizes.classes();
        let modulus = lcm(period, own as i64)?;
        let count = (modulus / own as i64).checked_mul(remainders.len() as i64)?;
        (count <= MOST_CLASSES).then_some(Classes { modulus, declared })
    }

    /// The first size of each class.
    pub(super) fn firsts(&self) -> impl Iterator<Item = i64> + use<'_> {
        let (own, remainders) = self.declared.sizes.classes();
        let ((from, to), modulus) = (self.declared.sizes.range(), self.modulus as u64);
        let classes = (0..modulus / own)
            .flat_map(move |i| remainders.iter().map(move |remainder| i * own + remainder));
        let first =
            move |class: u64| class + from.saturating_sub(class).div_ceil(modulus) * modulus;
        let firsts = classes.map(first).filter(move |n| to.is_none_or(|to| *n <= to));
        firsts.map(|n| n as i64)
    }
}

struct Axis {
    firsts: Vec<i64>,
    step: i64,
    points: i64,
}

impl Condition {
    /// From which size of `first, first + step …` on it holds; `Some(None)` if from none.
    fn on_class(&self, symbol: &Symbol, first: i64, step: i64) -> Option<Option<i64>> {
        let value = |i: i64| self.poly.eval(&|_| first + i * step);
        let degree = self.poly.degree(symbol) as i64;
        let values = (0..=degree).map(value).collect::<Option<Vec<_>>>()?;
        if self.test == Test::Zero {
            return Some(values.iter().all(|&value| value == 0).then_some(first));
        }
        let slope = values[1] - values[0];
        Some(match (degree, values[0] >= 0) {
            (1, true) if slope >= 0 => Some(first),
            (1, false) if slope > 0 => {
                let steps = (-values[0] + slope - 1).div_euclid(slope);
                Some(first.checked_add(step.checked_mul(i64::try_from(steps).ok()?)?)?)
            }
            (1, _) => None,
            _ => return grows_from(&self.poly, first, step, degree),
        })
    }

    /// Whether it plainly is a bound on what grows with every size.
    pub(super) fn grows(&self) -> bool {
        self.test == Test::NotNegative && self.poly.plainly_grows()
    }

    /// The first size at which a bound on what grows holds.
    pub(super) fn threshold(&self) -> Option<i64> {
        const MOST: i64 = 1 << 40;
        let sizes = (0..41).map(|power| 1 << power).find(|&n| self.holds(&|_| n));
        let (mut fails, mut holds) = (0, sizes.unwrap_or(MOST));
        while holds - fails > 1 {
            let middle = fails + (holds - fails) / 2;
            if self.holds(&|_| middle) { holds = middle } else { fails = middle }
        }
        sizes.map(|_| holds)
    }

    /// From which size of a class on it holds.
    pub(super) fn settles(&self, symbol: &Symbol, first: i64, step: i64) -> Option<i64> {
        self.on_class(symbol, first, step)?
    }

    /// Decides it on one class of each symbol: `at` counts the classes.
    fn on_classes(&self, symbols: &[Symbol], axes: &[Axis], at: &[usize]) -> Option<Verdict> {
        let sizes: Vec<usize> = axes.iter().map(|axis| axis.points as usize).collect();
        let count = sizes.iter().product();
        let mut values: Vec<i128> = Vec::with_capacity(count);
        for flat in 0..count {
            let mut rest = flat;
            let mut point = Vec::new();
            for ((axis, &size), &class) in axes.iter().zip(&sizes).zip(at) {
                point.push(axis.firsts[class] + (rest % size) as i64 * axis.step);
                rest /= size;
            }
            let size =
                |symbol: &Symbol| symbols.iter().position(|s| s == symbol).map_or(1, |i| point[i]);
            values.push(self.poly.eval(&size)?);
        }
        if self.test == Test::Zero {
            let zero = values.iter().all(|&value| value == 0);
            return Some(if zero { Verdict::Always } else { Verdict::NotAlways });
        }
        // Differences along each symbol in turn: those of a growing polynomial are not negative.
        let mut stride = 1;
        for &size in &sizes {
            for level in 1..size {
                for i in (0..count).rev() {
                    if i / stride % size >= level {
                        values[i] -= values[i - stride];
                    }
                }
            }
            stride *= size;
        }
        let (corner, differences) = (values[0], &values[1..]);
        let grows = differences.iter().all(|&difference| difference >= 0);
        let strictly = differences.iter().any(|&difference| difference > 0);
        Some(match (corner >= 0, grows, strictly) {
            (true, true, _) => Verdict::Always,
            (false, true, true) => Verdict::FromSomeSize,
            // Of other classes it may hold.
            (_, true, false) => Verdict::NotAlways,
            _ => Verdict::Undecided,
        })
    }
}

/// From which size on a polynomial of a higher degree is not negative, because it grows.
fn grows_from(poly: &Poly, first: i64, step: i64, degree: i64) -> Option<Option<i64>> {
    const LONGEST: i64 = 4096;
    // The sign of the highest difference is that of the leading coefficient.
    let mut values = (0..=degree)
        .map(|i| poly.eval(&|_| first + i * step))
        .collect::<Option<std::collections::VecDeque<_>>>()?;
    let differences = |values: &std::collections::VecDeque<i128>| {
        let mut values: Vec<_> = values.iter().copied().collect();
        let mut differences = vec![values[0]];
        while values.len() > 1 {
            values = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
            differences.push(values[0]);
        }
        differences
    };
    if differences(&values).last().is_some_and(|&highest| highest < 0) {
        return Some(None);
    }
    let mut last_failure = None;
    for i in 0..LONGEST {
        let size = first + i * step;
        if values[0] < 0 {
            last_failure = Some(size);
        } else if differences(&values).iter().all(|&difference| difference >= 0) {
            return Some(Some(last_failure.map_or(first, |failure| failure + step)));
        }
        values.pop_front();
        values.push_back(poly.eval(&|_| first + (i + degree + 1) * step)?);
    }
    None
}
