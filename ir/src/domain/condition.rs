use std::fmt;

use crate::dim::Poly;
use crate::{Dim, Symbol};

/// Something that must hold of sizes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    pub(super) test: Test,
    /// The difference of both sides, which is compared with 0.
    pub(super) poly: Poly,
    sides: [Dim; 2],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Test {
    Zero,
    NotNegative,
}

impl Condition {
    /// `a == b`
    pub fn equal(a: &Dim, b: &Dim) -> Self {
        Condition::of(Test::Zero, a, b)
    }

    /// `a >= b`
    pub fn at_least(a: &Dim, b: &Dim) -> Self {
        Condition::of(Test::NotNegative, a, b)
    }

    /// `divisor` divides `a`.
    pub fn divides(divisor: usize, a: &Dim) -> Self {
        Condition::equal(a, &(a.over(divisor) * divisor))
    }

    fn of(test: Test, a: &Dim, b: &Dim) -> Self {
        Condition { test, poly: (a - b).poly(), sides: [a.clone(), b.clone()] }
    }

    /// Whether it holds, where it speaks of numbers alone.
    pub fn known(&self) -> Option<bool> {
        Some(self.accepts(self.poly.as_constant()?.into()))
    }

    /// Whether it is an equality, not a bound.
    pub fn is_equality(&self) -> bool {
        self.test == Test::Zero
    }

    /// Both sides.
    pub fn sides(&self) -> &[Dim; 2] {
        &self.sides
    }

    /// The symbols that it speaks of.
    pub fn symbols(&self) -> Vec<Symbol> {
        self.poly.symbols()
    }

    /// Whether it holds where each symbol is the number that `size` says; not where that
    /// overflows.
    pub fn holds(&self, size: &dyn Fn(&Symbol) -> i64) -> bool {
        self.poly.eval(size).is_some_and(|value| self.accepts(value))
    }

    pub(super) fn accepts(&self, difference: i128) -> bool {
        match self.test {
            Test::Zero => difference == 0,
            Test::NotNegative => difference >= 0,
        }
    }

    /// As a Rust expression, with each symbol as `name` writes it.
    pub fn rust(&self, name: &dyn Fn(&Symbol) -> String) -> String {
        let sign = if self.is_equality() { "==" } else { ">=" };
        // Both sides without a minus, so that no number goes below 0.
        let part = |keep: i64| {
            let terms = self.poly.terms().iter().filter(|(_, n)| n.signum() == keep);
            let sum = terms.fold(Poly::default(), |sum, term| sum.plus(&Poly::term(term), keep));
            Dim::from(sum).rust(name)
        };
        format!("{} {sign} {}", part(1), part(-1))
    }
}

/// Both sides; the batch that is written `_` is `batch`.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_equality() { "=" } else { "≥" };
        let [a, b] = self.sides.each_ref().map(|side| side.math(&Symbol::spoken));
        write!(f, "{a} {sign} {b}")
    }
}
