//! How a set of sizes is said: as a `where`, which reads back, and in words.

use std::fmt;

use super::Sizes;

impl Sizes {
    /// The `where` that declares them of `name`, a clause each: `H % 16 == 0`, `H >= 32`.
    pub fn clauses(&self, name: &str) -> Vec<String> {
        let Said { lowest, bound, one, except } = match self.said() {
            Some(said) => said,
            None => return vec![format!("{name} <= 0")],
        };
        if one {
            return vec![format!("{name} == {lowest}")];
        }
        let mut clauses = Vec::new();
        match self.classes() {
            (1, _) => {}
            (modulus, &[one]) => clauses.push(format!("{name} % {modulus} == {one}")),
            (modulus, many) => {
                let range = |(first, last): (u64, u64)| match first == last {
                    true => first.to_string(),
                    false => format!("{first}..={last}"),
                };
                let runs: Vec<_> = runs(many).into_iter().map(range).collect();
                clauses.push(match runs.as_slice() {
                    [one] => format!("{name} % {modulus} in {one}"),
                    runs => format!("{name} % {modulus} in [{}]", runs.join(", ")),
                });
            }
        }
        match self.range().1 {
            Some(to) if bound => clauses.push(format!("{name} in {lowest}..={to}")),
            Some(to) => clauses.push(format!("{name} <= {to}")),
            None if bound => clauses.push(format!("{name} >= {lowest}")),
            None => {}
        }
        clauses.extend(except.iter().map(|n| format!("{name} != {n}")));
        clauses
    }

    /// Reads what [`Sizes::clauses`] wrote, joined by commas.
    pub(crate) fn parse(name: &str, text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Sizes::ALL);
        }
        // A list holds commas, too.
        let between = format!(", {name} ");
        let mut clauses = text.strip_prefix(name)?.strip_prefix(' ')?.split(&between);
        clauses.try_fold(Sizes::ALL, |sizes, clause| sizes.and(clause))
    }

    /// Of these the ones of which a clause holds, without the name that it begins with.
    fn and(&self, clause: &str) -> Option<Self> {
        let (sign, rest) = clause.split_once(' ')?;
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let range = |text: &str| {
            let (first, last) = text.split_once("..=")?;
            Some((number(first)?, number(last)?))
        };
        Some(match sign {
            "%" => {
                let (modulus, remainders) = rest.split_once(' ')?;
                let remainders = match remainders.split_once(' ')? {
                    ("==", one) => vec![number(one)?],
                    ("in", list) => {
                        let mut all = Vec::new();
                        for item in list.trim_matches(['[', ']']).split(',') {
                            let one = |n| (n, n);
                            let (first, last) = range(item).or(number(item).map(one))?;
                            all.extend(first..=last.min(first.saturating_add(1 << 20)));
                        }
                        all
                    }
                    _ => return None,
                };
                self.and_every(number(modulus)?, &remainders)?
            }
            ">=" => self.and_between(number(rest)?, None),
            "<=" => self.and_between(1, Some(number(rest)?)),
            "!=" => self.and_not(number(rest)?),
            "==" => self.and_between(number(rest)?, Some(number(rest)?)),
            "in" => {
                let (from, to) = range(rest)?;
                self.and_between(from, Some(to))
            }
            _ => return None,
        })
    }

    /// What is to be said of them besides their remainders; `None` if there are none.
    fn said(&self) -> Option<Said> {
        let (lowest, (_, to)) = (self.smallest()?, self.range());
        let classes = self.bounded(1, None, Vec::new());
        // A lower bound that the remainders imply says nothing, nor does leaving out what is not
        // in the classes, or below the lowest.
        let bound = classes.smallest() != Some(lowest);
        let left_out = |n: &&u64| classes.has(**n) && **n > lowest && to.is_none_or(|to| **n <= to);
        let except = self.exceptions().iter().filter(left_out).copied().collect();
        let one = self.nearest(lowest + 1)[1].is_none();
        Some(Said { lowest, bound, one, except })
    }
}

struct Said {
    lowest: u64,
    /// Whether the lowest is to be said.
    bound: bool,
    /// Whether it is the only one.
    one: bool,
    except: Vec<u64>,
}

/// The first and last of each run of at least three numbers that follow each other; the others by
/// themselves.
fn runs(numbers: &[u64]) -> Vec<(u64, u64)> {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    runs.flat_map(|run| match run {
        [first, _, .., last] => vec![(*first, *last)],
        few => few.iter().map(|&n| (n, n)).collect(),
    })
    .collect()
}

/// What must hold of a size: `a multiple of 16, at least 32`.
impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Said { lowest, bound, one, except } = match self.said() {
            Some(said) => said,
            None => return f.write_str("no size"),
        };
        if one {
            return write!(f, "{lowest}");
        }
        let mut parts = Vec::new();
        let or = |numbers: &[u64]| {
            let range = |(first, last): (u64, u64)| match first == last {
                true => first.to_string(),
                false => format!("{first} to {last}"),
            };
            let numbers: Vec<_> = runs(numbers).into_iter().map(range).collect();
            let (last, others) = numbers.split_last()?;
            Some(if others.is_empty() {
                last.clone()
            } else {
                format!("{} or {last}", others.join(", "))
            })
        };
        match self.classes() {
            (1, _) => {}
            (modulus, &[0]) => parts.push(format!("a multiple of {modulus}")),
            (modulus, many) => {
                let rest = or(many).unwrap_or_default();
                parts.push(format!("{rest} more than a multiple of {modulus}"));
            }
        }
        if bound {
            parts.push(format!("at least {lowest}"));
        }
        parts.extend(self.range().1.map(|to| format!("at most {to}")));
        match (parts.is_empty(), or(&except)) {
            (true, None) => f.write_str("any size"),
            (true, Some(except)) => write!(f, "any size but {except}"),
            (false, None) => f.write_str(&parts.join(", ")),
            (false, Some(except)) => write!(f, "{}, not {except}", parts.join(", ")),
        }
    }
}
