//! The normal form: a polynomial with whole coefficients over symbols and floors of such
//! polynomials.

use std::collections::BTreeMap;

use super::Symbol;
use crate::gcd::gcd;

/// A sum of products; terms in order, no coefficient 0.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Poly(Vec<(Monomial, i64)>);

/// What a product is made of, in order; a power is a repetition. Empty is 1.
pub(crate) type Monomial = Vec<Atom>;

/// What is not taken apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Atom {
    /// The `k` of a symbol `step · k + offset`.
    Symbol(Symbol),
    /// `⌊poly / divisor⌋`, with all coefficients from 0 up to the divisor.
    Floor(Poly, i64),
}

impl Poly {
    pub(crate) fn constant(n: i64) -> Self {
        Poly::collect([(Vec::new(), n)])
    }

    pub(crate) fn symbol(symbol: Symbol) -> Self {
        let (step, offset) = symbol.class();
        Poly::collect([(vec![Atom::Symbol(symbol)], step), (Vec::new(), offset)])
    }

    /// One term alone.
    pub(crate) fn term(term: &(Monomial, i64)) -> Self {
        Poly(vec![term.clone()])
    }

    fn atom(atom: Atom) -> Self {
        Poly(vec![(vec![atom], 1)])
    }

    fn collect(terms: impl IntoIterator<Item = (Monomial, i64)>) -> Self {
        let mut sum: BTreeMap<Monomial, i64> = BTreeMap::new();
        for (monomial, coefficient) in terms {
            let slot = sum.entry(monomial).or_default();
            *slot = slot.saturating_add(coefficient);
        }
        Poly(sum.into_iter().filter(|&(_, coefficient)| coefficient != 0).collect())
    }

    /// Its terms: what each is a product of, and its coefficient.
    pub(crate) fn terms(&self) -> &[(Monomial, i64)] {
        &self.0
    }

    pub(crate) fn as_constant(&self) -> Option<i64> {
        match self.0.as_slice() {
            [] => Some(0),
            [(monomial, n)] if monomial.is_empty() => Some(*n),
            _ => None,
        }
    }

    pub(super) fn constant_term(&self) -> i64 {
        // The empty monomial is the least.
        self.0.first().filter(|(monomial, _)| monomial.is_empty()).map_or(0, |&(_, n)| n)
    }

    /// The largest number in it, without its sign.
    pub(crate) fn largest(&self) -> i64 {
        let inside = |atom: &Atom| match atom {
            Atom::Symbol(_) => 0,
            Atom::Floor(poly, divisor) => poly.largest().max(*divisor),
        };
        let terms = self.0.iter().map(|(monomial, n)| {
            monomial.iter().map(inside).max().unwrap_or(0).max(n.saturating_abs())
        });
        terms.max().unwrap_or(0)
    }

    /// Of how many parts it is made, those in floors too.
    pub(crate) fn length(&self) -> usize {
        let inside = |atom: &Atom| match atom {
            Atom::Symbol(_) => 1,
            Atom::Floor(poly, _) => 1 + poly.length(),
        };
        self.0.len() + self.atoms().map(inside).sum::<usize>()
    }

    /// `self + factor · other`
    pub(crate) fn plus(&self, other: &Poly, factor: i64) -> Self {
        let scaled = other.0.iter().map(|(m, n)| (m.clone(), n.saturating_mul(factor)));
        Poly::collect(self.0.iter().cloned().chain(scaled))
    }

    pub(crate) fn times(&self, other: &Poly) -> Self {
        let product = |((a, x), (b, y)): (&(Monomial, i64), &(Monomial, i64))| {
            let mut monomial = [a.as_slice(), b.as_slice()].concat();
            monomial.sort_unstable();
            (monomial, x.saturating_mul(*y))
        };
        let pairs = self.0.iter().flat_map(|a| other.0.iter().map(move |b| (a, b)));
        Poly::collect(pairs.map(product))
    }

    /// `⌊self / divisor⌋`, by `⌊(d·q + r)/d⌋ = q + ⌊r/d⌋`, `⌊g·r/(g·d)⌋ = ⌊r/d⌋` and
    /// `⌊⌊x/a⌋/b⌋ = ⌊x/(a·b)⌋`.
    pub(crate) fn floor_div(&self, divisor: i64) -> Self {
        let part = |f: fn(i64, i64) -> i64| {
            Poly::collect(self.0.iter().map(|(m, n)| (m.clone(), f(*n, divisor))))
        };
        let (whole, mut rest) = (part(i64::div_euclid), part(i64::rem_euclid));
        let mut divisor = divisor;
        let varying = rest.0.iter().filter(|(monomial, _)| !monomial.is_empty());
        let common = varying.fold(divisor, |g, (_, n)| gcd(g, *n));
        if common > 1 {
            rest = Poly::collect(rest.0.into_iter().map(|(m, n)| (m, n.div_euclid(common))));
            divisor /= common;
        }
        if rest.as_constant().is_some() || divisor == 1 {
            // A constant remainder is below the divisor.
            return if divisor == 1 { whole.plus(&rest, 1) } else { whole };
        }
        let constant = rest.constant_term();
        let floor = match rest.0.iter().find(|(monomial, _)| !monomial.is_empty()) {
            Some((monomial, 1)) if rest.0.len() == 1 + usize::from(constant != 0) => {
                match monomial.as_slice() {
                    [Atom::Floor(inner, a)] if a.checked_mul(divisor).is_some() => {
                        let shift = Poly::constant(constant.saturating_mul(*a));
                        return whole.plus(&inner.plus(&shift, 1).floor_div(a * divisor), 1);
                    }
                    _ => Atom::Floor(rest, divisor),
                }
            }
            _ => Atom::Floor(rest, divisor),
        };
        whole.plus(&Poly::atom(floor), 1)
    }

    /// The quotient, if `divisor` is a factor of the normal form: found term by term, highest
    /// first.
    pub(crate) fn exact_div(&self, divisor: &Poly) -> Option<Self> {
        let (lead, factor) = divisor.highest()?;
        let (mut left, mut quotient) = (self.clone(), Poly::default());
        // Every round removes the highest term; a division that comes out takes few.
        for _ in 0..64 {
            let Some((highest, n)) = left.highest() else {
                return Some(quotient);
            };
            let term = Poly(vec![(without(highest, lead)?, exact(*n, *factor)?)]);
            left = left.plus(&term.times(divisor), -1);
            quotient = quotient.plus(&term, 1);
        }
        None
    }

    /// The term of the highest degree, and of those the last: a product's is the product of its
    /// factors'.
    fn highest(&self) -> Option<&(Monomial, i64)> {
        self.0.iter().max_by_key(|(monomial, _)| (monomial.len(), monomial))
    }

    /// The symbols in it, each once, in order.
    pub(crate) fn symbols(&self) -> Vec<Symbol> {
        let inside = |atom: &Atom| match atom {
            Atom::Symbol(symbol) => vec![symbol.clone()],
            Atom::Floor(poly, _) => poly.symbols(),
        };
        let mut symbols: Vec<_> = self.atoms().flat_map(inside).collect();
        symbols.sort_unstable();
        symbols.dedup();
        symbols
    }

    fn atoms(&self) -> impl Iterator<Item = &Atom> {
        self.0.iter().flat_map(|(monomial, _)| monomial)
    }

    /// The value where each symbol is the number that `size` says.
    pub(crate) fn eval(&self, size: &dyn Fn(&Symbol) -> i64) -> Option<i128> {
        let value = |atom: &Atom| match atom {
            Atom::Symbol(symbol) => {
                let (step, offset) = symbol.class();
                Some(i128::from((size(symbol) - offset).div_euclid(step)))
            }
            Atom::Floor(poly, divisor) => Some(poly.eval(size)?.div_euclid(i128::from(*divisor))),
        };
        self.0.iter().try_fold(0_i128, |sum, (monomial, n)| {
            let product = monomial
                .iter()
                .try_fold(i128::from(*n), |product, atom| product.checked_mul(value(atom)?))?;
            sum.checked_add(product)
        })
    }

    /// The highest power in which the symbol stands, in floors too.
    pub(crate) fn degree(&self, symbol: &Symbol) -> usize {
        let degree = |atom: &Atom| match atom {
            Atom::Symbol(other) => usize::from(other == symbol),
            Atom::Floor(poly, _) => poly.degree(symbol),
        };
        self.0.iter().map(|(monomial, _)| monomial.iter().map(degree).sum()).max().unwrap_or(0)
    }

    /// A number of which it is a polynomial on each class of remainders of the symbol; `None`
    /// where that overflows.
    pub(crate) fn period(&self, symbol: &Symbol) -> Option<i64> {
        self.atoms().try_fold(1, |period, atom| match atom {
            Atom::Symbol(other) if other == symbol => lcm(period, symbol.class().0),
            Atom::Symbol(_) => Some(period),
            Atom::Floor(poly, _) if poly.degree(symbol) == 0 => Some(period),
            Atom::Floor(poly, divisor) => {
                let inner = poly.period(symbol)?;
                let alone = poly.degree(symbol) == 1 && poly.symbols().len() == 1;
                // A slope that shares a factor with the divisor comes round sooner.
                let shared = if alone {
                    let at = |n| poly.eval(&|_| n);
                    let offset = symbol.class().1;
                    let slope = at(offset.checked_add(inner)?)? - at(offset)?;
                    gcd(*divisor, i64::try_from(slope).ok()?).abs()
                } else {
                    1
                };
                lcm(period, inner.checked_mul(divisor / shared)?)
            }
        })
    }

    /// Whether it plainly grows with every size in it.
    pub(crate) fn plainly_grows(&self) -> bool {
        self.0.iter().all(|(monomial, n)| *n > 0 || monomial.is_empty())
    }

    /// Whether it surely is at least 0, whatever the sizes.
    pub(crate) fn is_plainly_positive(&self) -> bool {
        self.0.iter().all(|&(_, n)| n > 0)
    }
}

/// What of a product is left without the factors of another; `None` if it lacks one.
fn without(product: &[Atom], factors: &[Atom]) -> Option<Monomial> {
    let mut left = product.to_vec();
    for factor in factors {
        let position = left.iter().position(|atom| atom == factor)?;
        left.remove(position);
    }
    Some(left)
}

fn exact(n: i64, divisor: i64) -> Option<i64> {
    (n.checked_rem(divisor)? == 0).then(|| n / divisor)
}

/// The least common multiple of two numbers from 1.
pub(crate) fn lcm(a: i64, b: i64) -> Option<i64> {
    (a / gcd(a, b)).checked_mul(b)
}
