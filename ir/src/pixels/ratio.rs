use std::fmt;

use crate::gcd::gcd;

/// An exact fraction, reduced. What does not fit it is `None`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ratio {
    numerator: i64,
    /// At least 1.
    denominator: i64,
}

impl Ratio {
    /// 0.
    pub const ZERO: Self = Ratio::whole(0);
    /// 1.
    pub const ONE: Self = Ratio::whole(1);

    /// A whole number.
    pub const fn whole(n: i64) -> Self {
        Ratio { numerator: n, denominator: 1 }
    }

    /// `numerator / denominator`; `None` if that is no number or does not fit.
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        Ratio::reduce(numerator.into(), denominator.into())
    }

    /// `(numerator, denominator)`, without a common factor; the denominator is at least 1.
    pub fn parts(self) -> (i64, i64) {
        (self.numerator, self.denominator)
    }

    /// `self + other`
    pub fn plus(self, other: Self) -> Option<Self> {
        let ((a, b), (c, d)) = (self.wide(), other.wide());
        Ratio::reduce(a * d + c * b, b * d)
    }

    /// `self - other`
    pub fn minus(self, other: Self) -> Option<Self> {
        let ((a, b), (c, d)) = (self.wide(), other.wide());
        Ratio::reduce(a * d - c * b, b * d)
    }

    /// `self · other`
    pub fn times(self, other: Self) -> Option<Self> {
        let ((a, b), (c, d)) = (self.wide(), other.wide());
        Ratio::reduce(a * c, b * d)
    }

    /// `self / other`
    pub fn over(self, other: Self) -> Option<Self> {
        let ((a, b), (c, d)) = (self.wide(), other.wide());
        Ratio::reduce(a * d, b * c)
    }

    /// The nearest f64.
    pub fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// The fraction that a text says: `-1`, `0.25`, `2/3`, and exactly that. `None` if it says
    /// none, or one that does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((a, b)) = text.split_once('/') {
            return Ratio::decimal(a)?.over(Ratio::decimal(b)?);
        }
        Ratio::decimal(text)
    }

    fn decimal(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let rest = rest.trim_end_matches('0');
        if whole.is_empty() || !is_number(whole) || !is_number(rest) {
            return None;
        }
        let scale = 10_i64.checked_pow(rest.len().try_into().ok()?)?;
        let digits: i64 = format!("{whole}{rest}").parse().ok()?;
        Ratio::new(sign * digits, scale)
    }

    /// Products and sums of two products of 64 bits fit.
    fn wide(self) -> (i128, i128) {
        (self.numerator.into(), self.denominator.into())
    }

    fn reduce(numerator: i128, denominator: i128) -> Option<Self> {
        let common = gcd(numerator, denominator).abs();
        if denominator == 0 {
            return None;
        }
        let common = common * denominator.signum();
        let part = |n: i128| i64::try_from(n / common).ok();
        Some(Ratio { numerator: part(numerator)?, denominator: part(denominator)? })
    }
}

/// As a decimal where that is exact and short (`0.5`, `-1`), else as a fraction: `1/3`.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST_DIGITS: u32 = 9;
        let (numerator, denominator) = self.wide();
        let scaled = |digits: u32| numerator * 10_i128.pow(digits);
        let Some(digits) = (0..=MOST_DIGITS).find(|&n| scaled(n) % denominator == 0) else {
            return write!(f, "{numerator}/{denominator}");
        };
        let (sign, value) = (if numerator < 0 { "-" } else { "" }, scaled(digits) / denominator);
        let (whole, rest) = (value.abs() / 10_i128.pow(digits), value.abs() % 10_i128.pow(digits));
        match digits as usize {
            0 => write!(f, "{sign}{whole}"),
            digits => write!(f, "{sign}{whole}.{rest:0digits$}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(n: i64, d: i64) -> Ratio {
        Ratio::new(n, d).expect("a number")
    }

    #[test]
    fn fractions_are_reduced_and_exact() {
        assert_eq!(ratio(4, -6).parts(), (-2, 3));
        assert_eq!(ratio(0, -6), Ratio::ZERO);
        assert_eq!(ratio(1, 2).plus(ratio(1, 3)), Some(ratio(5, 6)));
        assert_eq!(ratio(1, 2).minus(ratio(1, 2)), Some(Ratio::ZERO));
        assert_eq!(ratio(2, 3).times(ratio(-3, 2)), Some(Ratio::whole(-1)));
        assert_eq!(ratio(2, 3).over(ratio(-4, 3)), Some(ratio(-1, 2)));
        assert_eq!(ratio(2, 3).over(Ratio::ZERO), None);
    }

    #[test]
    fn what_does_not_fit_is_none() {
        let (most, least) = (Ratio::whole(i64::MAX), Ratio::whole(i64::MIN));
        assert_eq!(Ratio::new(1, 0), None);
        assert_eq!(Ratio::new(0, 0), None);
        assert_eq!(Ratio::new(i64::MIN, -1), None);
        assert_eq!(most.plus(Ratio::ONE), None);
        assert_eq!(least.minus(Ratio::ONE), None);
        assert_eq!(least.times(least), None);
        assert_eq!(ratio(1, i64::MAX).times(ratio(1, 2)), None);
        assert_eq!(ratio(i64::MIN, i64::MAX).plus(ratio(i64::MIN, i64::MAX - 1)), None);
    }

    #[test]
    fn decimals_and_fractions_are_read_exactly() {
        let check = |text, expect| assert_eq!(Ratio::parse(text), expect, "{text}");
        check("0", Some(Ratio::ZERO));
        check("-0.0", Some(Ratio::ZERO));
        check("127.5", Some(ratio(255, 2)));
        check("-1.00", Some(Ratio::whole(-1)));
        check("2/3", Some(ratio(2, 3)));
        check("-1/0.5", Some(Ratio::whole(-2)));
        check("9223372036854775807", Some(Ratio::whole(i64::MAX)));
        for wrong in ["", "-", ".", ".5", "1e3", "1/0", "1/2/3", "+1", "9223372036854775808"] {
            check(wrong, None);
        }
        check("0.1234567890123456789", None);
    }

    #[test]
    fn decimals_where_they_are_exact() {
        let check = |n, d, expect: &str| assert_eq!(ratio(n, d).to_string(), expect);
        check(1, 2, "0.5");
        check(-1, 2, "-0.5");
        check(-1, 1, "-1");
        check(-33, 16, "-2.0625");
        check(1, 40, "0.025");
        check(1, 3, "1/3");
        check(-4, 6, "-2/3");
        check(1, 1 << 40, "1/1099511627776");
        check(i64::MIN, 1, "-9223372036854775808");
    }
}
