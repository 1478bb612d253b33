//! Sizes: numbers, and exact expressions of sizes that have a name instead of a number.

mod parse;
mod poly;
mod symbol;
mod text;

use std::ops::{Add, Mul, Sub};
use std::sync::Arc;

pub(crate) use poly::{Poly, lcm};
pub use symbol::{Kind, Symbol};

/// One dimension of a [`Shape`](crate::Shape), or a length on the way to one.
///
/// Sums, products and floor-divisions of sizes are brought into a normal form at once: what is
/// equal by arithmetic mostly is equal by `==`; [`Domain::decide`](crate::Domain::decide) settles
/// the rest. Displayed as mathematics has it, `2·⌊H/2⌋`; [`Dim::rust`] writes it as Rust.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dim {
    /// A number; negative only in the middle of a computation.
    Known(i64),
    /// An expression of symbols. Never a constant.
    Symbolic(Arc<Poly>),
}

impl Dim {
    /// The largest size a dimension may have; products of two never overflow.
    pub const MAX: usize = (1 << 31) - 1;

    /// Any batch size: `_`, what Keras prints as `None`.
    pub fn batch() -> Self {
        Symbol::batch().into()
    }

    /// The size, where it is known.
    pub fn known(&self) -> Option<usize> {
        match *self {
            Dim::Known(n) => usize::try_from(n).ok(),
            Dim::Symbolic(_) => None,
        }
    }

    /// Whether it is the number `n`.
    pub fn is(&self, n: usize) -> bool {
        self.known() == Some(n)
    }

    /// `⌊self / divisor⌋`; the divisor is at least 1.
    pub fn over(&self, divisor: usize) -> Self {
        let divisor = i64::try_from(divisor).unwrap_or(i64::MAX).max(1);
        match self {
            Dim::Known(n) => Dim::Known(n.div_euclid(divisor)),
            Dim::Symbolic(poly) => poly.floor_div(divisor).into(),
        }
    }

    /// `self / divisor` where that leaves nothing over whatever the symbols are; `None` where it
    /// does, or where this is not known.
    pub fn exactly_over(&self, divisor: &Dim) -> Option<Self> {
        match (self, divisor) {
            (_, Dim::Known(0)) => None,
            (Dim::Known(a), Dim::Known(b)) => (a % b == 0).then(|| Dim::Known(a / b)),
            _ => self.poly().exact_div(&divisor.poly()).map(Dim::from),
        }
    }

    /// The symbols in it, each once, in order of their names.
    pub fn symbols(&self) -> Vec<Symbol> {
        match self {
            Dim::Known(_) => Vec::new(),
            Dim::Symbolic(poly) => poly.symbols(),
        }
    }

    /// The symbol, if it is nothing else.
    pub fn symbol(&self) -> Option<Symbol> {
        self.symbols().into_iter().find(|symbol| *self == Dim::from(symbol.clone()))
    }

    /// The value, where each symbol is the number that `size` says; `None` if that overflows.
    pub fn eval(&self, size: &dyn Fn(&Symbol) -> i64) -> Option<i64> {
        let value = match self {
            Dim::Known(n) => return Some(*n),
            Dim::Symbolic(poly) => poly.eval(size)?,
        };
        i64::try_from(value).ok()
    }

    /// Whether a number in it is too large for any machine, or the whole for any use.
    pub fn is_huge(&self) -> bool {
        const MOST: i64 = 1 << 40;
        const LONGEST: usize = 512;
        match self {
            Dim::Known(n) => n.saturating_abs() > MOST,
            Dim::Symbolic(poly) => poly.largest() > MOST || poly.length() > LONGEST,
        }
    }

    /// The coefficient of its highest term; that of a multiple is the same multiple.
    pub(crate) fn leading(&self) -> i64 {
        match self {
            Dim::Known(n) => *n,
            Dim::Symbolic(poly) => poly.terms().last().map_or(0, |&(_, n)| n),
        }
    }

    pub(crate) fn poly(&self) -> Poly {
        match self {
            Dim::Known(n) => Poly::constant(*n),
            Dim::Symbolic(poly) => Poly::clone(poly),
        }
    }
}

impl From<usize> for Dim {
    fn from(n: usize) -> Self {
        Dim::Known(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

impl From<&Dim> for Dim {
    fn from(dim: &Dim) -> Self {
        dim.clone()
    }
}

impl From<Symbol> for Dim {
    fn from(symbol: Symbol) -> Self {
        Poly::symbol(symbol).into()
    }
}

impl From<Poly> for Dim {
    fn from(poly: Poly) -> Self {
        match poly.as_constant() {
            Some(n) => Dim::Known(n),
            None => Dim::Symbolic(Arc::new(poly)),
        }
    }
}

macro_rules! operator {
    ($Trait:ident, $name:ident, |$a:ident, $b:ident| $known:expr, $poly:expr) => {
        impl<T: Into<Dim>> $Trait<T> for &Dim {
            type Output = Dim;

            fn $name(self, other: T) -> Dim {
                match (self, other.into()) {
                    (&Dim::Known($a), Dim::Known($b)) => Dim::Known($known),
                    (a, b) => {
                        let ($a, $b) = (a.poly(), b.poly());
                        $poly.into()
                    }
                }
            }
        }

        impl<T: Into<Dim>> $Trait<T> for Dim {
            type Output = Dim;

            fn $name(self, other: T) -> Dim {
                (&self).$name(other)
            }
        }
    };
}

operator!(Add, add, |a, b| a.saturating_add(b), a.plus(&b, 1));
operator!(Sub, sub, |a, b| a.saturating_sub(b), a.plus(&b, -1));
operator!(Mul, mul, |a, b| a.saturating_mul(b), a.times(&b));
