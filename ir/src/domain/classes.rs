//! What holds of the sizes that leave one remainder: there an expression is a polynomial.

use std::collections::VecDeque;

use super::condition::Test;
use super::{Condition, Ranged, Verdict};
use crate::Symbol;
use crate::dim::{Poly, lcm};

/// No more classes of remainders are looked at than this.
pub(super) const MOST_CLASSES: i64 = 1 << 14;

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

/// The classes of one of several symbols: the first size of each, from one size to the next, and
/// how many of them say all.
pub(super) struct Axis {
    pub(super) firsts: Vec<i64>,
    pub(super) step: i64,
    pub(super) points: i64,
}

impl Condition {
    /// From which size of `first, first + step …` on it holds; `Some(None)` if from none.
    pub(super) fn on_class(&self, symbol: &Symbol, first: i64, step: i64) -> Option<Option<i64>> {
        let value = |i: i64| self.poly.eval(&|_| first + i * step);
        let degree = self.poly.degree(symbol) as i64;
        let values = (0..=degree).map(value).collect::<Option<Vec<_>>>()?;
        if self.test == Test::Zero {
            return Some(values.iter().all(|&value| value == 0).then_some(first));
        }
        let slope = values[1].checked_sub(values[0])?;
        Some(match (degree, values[0] >= 0) {
            (1, true) if slope >= 0 => Some(first),
            (1, false) if slope > 0 => {
                let steps = (slope - 1).checked_sub(values[0])?.div_euclid(slope);
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

    /// Decides it on one class of each symbol: `at` counts the classes.
    pub(super) fn on_classes(
        &self,
        symbols: &[Symbol],
        axes: &[Axis],
        at: &[usize],
    ) -> Option<Verdict> {
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
                        values[i] = values[i].checked_sub(values[i - stride])?;
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

/// From which size on a polynomial of a higher degree is not negative, because it grows; `None` where
/// the numbers get too large.
fn grows_from(poly: &Poly, first: i64, step: i64, degree: i64) -> Option<Option<i64>> {
    const LONGEST: i64 = 4096;
    // The sign of the highest difference is that of the leading coefficient.
    let mut values =
        (0..=degree).map(|i| poly.eval(&|_| first + i * step)).collect::<Option<VecDeque<_>>>()?;
    let differences = |values: &VecDeque<i128>| {
        let mut values: Vec<_> = values.iter().copied().collect();
        let mut differences = vec![values[0]];
        while values.len() > 1 {
            let next = values.windows(2).map(|pair| pair[1].checked_sub(pair[0]));
            values = next.collect::<Option<_>>()?;
            differences.push(values[0]);
        }
        Some(differences)
    };
    if differences(&values)?.last().is_some_and(|&highest| highest < 0) {
        return Some(None);
    }
    let mut last_failure = None;
    for i in 0..LONGEST {
        let size = first + i * step;
        if values[0] < 0 {
            last_failure = Some(size);
        } else if differences(&values)?.iter().all(|&difference| difference >= 0) {
            return Some(Some(last_failure.map_or(first, |failure| failure + step)));
        }
        values.pop_front();
        values.push_back(poly.eval(&|_| first + (i + degree + 1) * step)?);
    }
    None
}
