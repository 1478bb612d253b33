//! Real numbers that follow from sizes that are no numbers yet.

use formwork_ir::Dim;

use crate::import::onnx::tensor::Data;

/// A size over a whole number above 0, exactly.
#[derive(Clone, PartialEq, Debug)]
pub struct Quotient {
    over: Dim,
    by: i64,
}

impl Quotient {
    /// These numbers; floats, once they are known.
    pub fn data(values: Vec<Self>) -> Data {
        let float = |quotient: &Quotient| match quotient.over {
            Dim::Known(n) => Some((n as f64 / quotient.by as f64) as f32),
            Dim::Symbolic(_) => None,
        };
        match values.iter().map(float).collect::<Option<Vec<_>>>() {
            Some(floats) => Data::Floats(floats.into()),
            None => Data::Quotients(values.into()),
        }
    }

    pub fn of(size: Dim) -> Self {
        Quotient { over: size, by: 1 }
    }

    /// A number that is whole, or in halves, quarters and so on.
    pub fn exactly(x: f32) -> Option<Self> {
        let by = (0..16).map(|bits| 1_i64 << bits).find(|&by| (x * by as f32).fract() == 0.0)?;
        let over = x * by as f32;
        (over.abs() < 16_777_216.0).then_some(Quotient { over: Dim::Known(over as i64), by })
    }

    /// The largest whole number that is no larger.
    pub fn floor(&self) -> Dim {
        self.over.over(self.divisor())
    }

    /// Cut towards 0; `None` if it falls below that as sizes grow.
    pub fn truncated(&self) -> Option<Dim> {
        self.whole().or_else(|| grows(&self.over).then(|| self.floor()))
    }

    /// The smallest whole number that is no smaller.
    pub fn ceil(&self) -> Dim {
        (&self.over + Dim::Known(self.by - 1)).over(self.divisor())
    }

    /// Itself, if it is whole.
    pub fn whole(&self) -> Option<Dim> {
        (self.by == 1).then(|| self.over.clone())
    }

    /// Sums, differences, products, and quotients where they are exact.
    pub fn apply(&self, op: &str, other: &Self) -> Option<Self> {
        let (a, b) = (&self.over, &other.over);
        let by = self.by.checked_mul(other.by)?;
        let [to_a, to_b] = [other.by, self.by].map(Dim::Known);
        let (over, by) = match op {
            "Add" => (a * to_a + b * to_b, by),
            "Sub" => (a * to_a - b * to_b, by),
            "Mul" => (a * b, by),
            "Div" => match b {
                Dim::Known(n) if *n > 0 => (a * to_a, self.by.checked_mul(*n)?),
                b => ((a * to_a).exactly_over(&(b * to_b))?, 1),
            },
            _ => return None,
        };
        let reduced = over.exactly_over(&Dim::Known(by)).map(Quotient::of);
        let found = reduced.unwrap_or(Quotient { over, by });
        (!found.over.is_huge()).then_some(found)
    }

    fn divisor(&self) -> usize {
        usize::try_from(self.by).unwrap_or(usize::MAX)
    }
}

/// Whether it is not below 0 where sizes are large.
pub fn grows(size: &Dim) -> bool {
    size.eval(&|_| 1 << 12).is_some_and(|n| n >= 0)
}

#[cfg(test)]
mod tests {
    use formwork_ir::{Kind, Symbol};

    use super::*;

    #[test]
    fn quotients_are_exact() {
        let h = || Quotient::of(Dim::from(Symbol::new("H", Kind::Runtime)));
        let check = |op: &str, a: Quotient, b: f32, expect: Option<[&str; 2]>| {
            let found = a.apply(op, &Quotient::exactly(b).unwrap());
            let found = found.map(|found| [found.floor(), found.ceil()].map(|dim| dim.to_string()));
            assert_eq!(found, expect.map(|expect| expect.map(str::to_owned)), "{op} {b}");
        };
        check("Div", h(), 2.0, Some(["⌊H/2⌋", "⌈H/2⌉"]));
        check("Mul", h(), 0.5, Some(["⌊H/2⌋", "⌈H/2⌉"]));
        check("Div", h(), 0.5, Some(["2·H", "2·H"]));
        check(
            "Mul",
            h().apply("Div", &Quotient::exactly(2.0).unwrap()).unwrap(),
            2.0,
            Some(["H", "H"]),
        );
        check("Add", h(), 0.25, Some(["H", "H + 1"]));
        check("Div", h(), 0.0, None);
        check("Pow", h(), 2.0, None);
        assert_eq!(h().apply("Div", &h()), Quotient::exactly(1.0));
        let below = Quotient::exactly(1.0).unwrap().apply("Sub", &h()).unwrap();
        assert_eq!(below.truncated(), below.whole());
        let below = below.apply("Div", &Quotient::exactly(2.0).unwrap()).unwrap();
        assert_eq!(below.truncated(), None);
        assert_eq!(h().truncated(), Some(h().floor()));
        assert_eq!(Quotient::exactly(0.1), None);
        assert_eq!(Quotient::exactly(f32::NAN), None);
    }
}
