//! How an expression is written: as mathematics, which [`parse`](super::parse) reads back, and as
//! Rust.

use std::collections::BTreeMap;
use std::fmt;

use super::poly::{Atom, Poly, lcm};
use super::{Dim, Symbol};
use crate::gcd::gcd;

struct Style<'a> {
    form: Form,
    name: &'a dyn Fn(&Symbol) -> String,
}

/// The ways to write.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `2·a`, `⌊a/2⌋`, `⌈a/2⌉`
    Math,
    /// `2 * a`, `a / 2`, `(a + 1) / 2`: what a model may say.
    Source,
    /// `2 * a`, `a / 2`, `a.div_ceil(2)`: what no lint has anything to say of.
    Rust,
}

/// As mathematics has it: `2·⌊H/2⌋ + 1`.
impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = Style { form: Form::Math, name: &|symbol| symbol.name().to_owned() };
        f.write_str(&style.dim(self))
    }
}

impl Dim {
    /// As mathematics has it, with each symbol as `name` writes it.
    pub fn math(&self, name: &dyn Fn(&Symbol) -> String) -> String {
        Style { form: Form::Math, name }.dim(self)
    }

    /// As Rust has it: `2 * (H / 2) + 1`, with each symbol as `name` writes it.
    ///
    /// No part of it is below 0, if the whole is not.
    pub fn rust(&self, name: &dyn Fn(&Symbol) -> String) -> String {
        Style { form: Form::Rust, name }.dim(self)
    }

    /// As it is written in a model.
    pub fn source(&self) -> String {
        Style { form: Form::Source, name: &|symbol| symbol.name().to_owned() }.dim(self)
    }
}

/// Terms of the sizes themselves instead of the `k` of `step · k + offset`, over one denominator.
struct Expanded {
    terms: BTreeMap<Vec<String>, i128>,
    denominator: i128,
}

impl Style<'_> {
    fn dim(&self, dim: &Dim) -> String {
        match dim {
            Dim::Known(n) => n.to_string(),
            Dim::Symbolic(poly) => self.sum(self.expand(poly)),
        }
    }

    fn expand(&self, poly: &Poly) -> Expanded {
        let steps = |monomial: &[Atom]| {
            monomial.iter().fold(1_i64, |product, atom| match atom {
                Atom::Symbol(symbol) => product.saturating_mul(symbol.class().0),
                Atom::Floor(..) => product,
            })
        };
        let all = poly.terms().iter().map(|(monomial, _)| steps(monomial));
        let denominator = all.fold(1, |d, step| lcm(d, step).unwrap_or(i64::MAX));
        let mut sum: BTreeMap<Vec<String>, i128> = BTreeMap::new();
        for (monomial, n) in poly.terms() {
            let scale = i128::from(denominator / steps(monomial));
            let mut terms = vec![(Vec::new(), i128::from(*n) * scale)];
            for atom in monomial {
                let (text, offset) = match atom {
                    Atom::Symbol(symbol) => ((self.name)(symbol), symbol.class().1),
                    Atom::Floor(inner, divisor) => (self.floor(inner, *divisor), 0),
                };
                let shifted = terms.clone().into_iter().map(|(m, n)| (m, -n * i128::from(offset)));
                let shifted: Vec<_> = if offset == 0 { Vec::new() } else { shifted.collect() };
                terms.iter_mut().for_each(|(monomial, _)| monomial.push(text.clone()));
                terms.extend(shifted);
            }
            for (monomial, n) in terms {
                *sum.entry(monomial).or_default() += n;
            }
        }
        sum.retain(|_, n| *n != 0);
        let denominator = i128::from(denominator);
        let common = sum.values().fold(denominator, |g, n| gcd(g, *n)).abs();
        sum.values_mut().for_each(|n| *n /= common);
        Expanded { terms: sum, denominator: denominator / common }
    }

    /// `a + 2·b - 3`; what the denominator divides stands beside the fraction.
    fn sum(&self, Expanded { terms, denominator }: Expanded) -> String {
        let (mut whole, mut broken): (BTreeMap<_, _>, BTreeMap<_, _>) =
            terms.into_iter().partition(|(_, n)| n % denominator == 0);
        let negative = broken.values().filter(|n| **n < 0).count();
        let subtracted = negative > 0 && negative == broken.len();
        if subtracted {
            broken.values_mut().for_each(|n| *n = -*n);
        } else if self.form != Form::Math && negative > 0 {
            // The fraction alone may be below 0.
            broken.append(&mut whole);
        }
        let mut parts: Vec<(bool, usize, String)> = Vec::new();
        if !broken.is_empty() {
            let text = self.numerator(&broken);
            let fraction = if self.form == Form::Math { "/" } else { " / " };
            parts.push((subtracted, usize::MAX, format!("{text}{fraction}{denominator}")));
        }
        for (monomial, n) in whole {
            let n = n / denominator;
            parts.push((n < 0, monomial.len(), self.product(&monomial, n.unsigned_abs())));
        }
        // What is added first, longest product first, so that Rust never goes below 0.
        parts.sort_by(|a, b| (a.0, b.1, &a.2).cmp(&(b.0, a.1, &b.2)));
        let mut text = String::new();
        for (i, (negative, _, part)) in parts.iter().enumerate() {
            text += match (i, negative) {
                (0, false) => "",
                (0, true) if self.form != Form::Math => "0 - ",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            text += part;
        }
        if text.is_empty() { "0".to_owned() } else { text }
    }

    fn numerator(&self, terms: &BTreeMap<Vec<String>, i128>) -> String {
        let plain = Expanded { terms: terms.clone(), denominator: 1 };
        let text = self.sum(plain);
        if terms.len() == 1 && !text.starts_with('-') { text } else { format!("({text})") }
    }

    fn product(&self, monomial: &[String], n: u128) -> String {
        let times = if self.form == Form::Math { "·" } else { " * " };
        let number = (n != 1 || monomial.is_empty()).then(|| n.to_string());
        // A division is no factor without parentheses.
        let alone = number.is_none() && monomial.len() == 1;
        let factors = monomial.iter().map(|factor| match factor.contains(" / ") && !alone {
            true => format!("({factor})"),
            false => factor.clone(),
        });
        number.into_iter().chain(factors).collect::<Vec<_>>().join(times)
    }

    fn floor(&self, inner: &Poly, divisor: i64) -> String {
        // ⌈x/d⌉ is ⌊(x + d - 1)/d⌋.
        let less = Poly::constant(divisor - 1);
        let constant = inner.constant_term();
        let up = self.form != Form::Source && divisor > 1 && constant == divisor - 1;
        let inner = if up { inner.plus(&less, -1) } else { inner.clone() };
        let Expanded { terms, denominator } = self.expand(&inner);
        let divisor = denominator * i128::from(divisor);
        let text = self.numerator(&terms);
        let one = |c: char| c.is_alphanumeric() || c == '_';
        match (self.form, up) {
            (Form::Math, false) => format!("⌊{text}/{divisor}⌋"),
            (Form::Math, true) => format!("⌈{text}/{divisor}⌉"),
            (_, false) => format!("{text} / {divisor}"),
            (_, true) if text.starts_with('(') || text.chars().all(one) => {
                format!("{text}.div_ceil({divisor})")
            }
            (_, true) => format!("({text}).div_ceil({divisor})"),
        }
    }
}
