use std::borrow::Cow;

use crate::gcd::gcd;

/// A set of sizes: those from some size on, perhaps up to another, that leave certain remainders,
/// with some left out.
///
/// Made in constants, too: what a generated model checks when it runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sizes {
    modulus: u64,
    /// In order, each once, below the modulus.
    remainders: Cow<'static, [u64]>,
    from: u64,
    to: Option<u64>,
    /// Left out, in order.
    except: Cow<'static, [u64]>,
}

impl Sizes {
    /// No dimension is as large; computing with it never overflows.
    const FAR: u64 = 1 << 32;

    /// Every size.
    pub const ALL: Sizes = Sizes::new(1, &[0], 1, None, &[]);

    /// The sizes from `from` up to `to` that leave one of `remainders` when divided by `modulus`,
    /// without `except`; both lists in order.
    pub const fn new(
        modulus: u64,
        remainders: &'static [u64],
        from: u64,
        to: Option<u64>,
        except: &'static [u64],
    ) -> Self {
        let (remainders, except) = (Cow::Borrowed(remainders), Cow::Borrowed(except));
        Sizes { modulus, remainders, from, to, except }
    }

    /// Of these the ones that leave one of `remainders` when divided by `modulus`; `None` where
    /// the numbers get too large.
    pub fn and_every(&self, modulus: u64, remainders: &[u64]) -> Option<Self> {
        let common = self.modulus.checked_mul(modulus / gcd(modulus, self.modulus).max(1))?;
        if modulus == 0 || common > 1 << 20 {
            return None;
        }
        let mut remainders = remainders.to_vec();
        remainders.sort_unstable();
        let both =
            |n: &u64| is_in(&self.remainders, n % self.modulus) && is_in(&remainders, n % modulus);
        let kept: Vec<_> = (0..common).filter(both).collect();
        Some(self.with_classes(common, &kept))
    }

    /// Of these the ones in a range, which ends far beyond the sizes of any machine.
    pub fn and_between(&self, from: u64, to: Option<u64>) -> Self {
        let (from, to) = (from.min(Self::FAR), to.map(|to| to.min(Self::FAR)));
        let to = self.to.map_or(to, |own| Some(to.map_or(own, |to| own.min(to))));
        Sizes { from: self.from.max(from), to, ..self.clone() }
    }

    /// Of these all but one.
    pub fn and_not(&self, n: u64) -> Self {
        let mut except = self.except.to_vec();
        except.push(n);
        except.sort_unstable();
        except.dedup();
        Sizes { except: except.into(), ..self.clone() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.smallest().is_none()
    }

    /// Whether `n` is one of them.
    pub const fn has(&self, n: u64) -> bool {
        let within = match self.to {
            Some(to) => n <= to,
            None => true,
        };
        n >= self.from
            && within
            && is_in(borrowed(&self.remainders), n % self.modulus)
            && !is_in(borrowed(&self.except), n)
    }

    /// The nearest below `n` and from `n` on.
    pub fn nearest(&self, n: u64) -> [Option<u64>; 2] {
        let reach = self.modulus + self.except.len() as u64 * self.modulus;
        let top = self.to.map_or(n, |to| n.min(to.saturating_add(1)));
        let below = (self.from.max(top.saturating_sub(reach))..top).rev().find(|&n| self.has(n));
        let bottom = n.max(self.from);
        let above = (bottom..bottom.saturating_add(reach)).find(|&n| self.has(n));
        [below, above]
    }

    /// The smallest.
    pub fn smallest(&self) -> Option<u64> {
        self.nearest(self.from)[1]
    }

    /// The modulus and the remainders.
    pub fn classes(&self) -> (u64, &[u64]) {
        (self.modulus, &self.remainders)
    }

    /// The first and last size of the range, whether or not they are in the set.
    pub fn range(&self) -> (u64, Option<u64>) {
        (self.from, self.to)
    }

    /// Those that are left out.
    pub fn exceptions(&self) -> &[u64] {
        &self.except
    }

    /// The set of those in `self` with these remainders, in the simplest terms.
    pub(crate) fn with_classes(&self, modulus: u64, remainders: &[u64]) -> Self {
        let (mut modulus, mut remainders) = (modulus, remainders.to_vec());
        // Halve, third … the modulus where the classes repeat.
        let mut divisor = 2;
        while divisor <= modulus {
            let smaller = modulus / divisor;
            let repeats = modulus % divisor == 0 && {
                let classes: Vec<_> =
                    (0..smaller).filter(|r| remainders.binary_search(r).is_ok()).collect();
                let again = (0..divisor).flat_map(|i| classes.iter().map(move |r| r + i * smaller));
                again.eq(remainders.iter().copied())
            };
            if repeats {
                (modulus, remainders) =
                    (smaller, remainders[..remainders.len() / divisor as usize].to_vec());
            } else {
                divisor += 1;
            }
        }
        Sizes { modulus, remainders: remainders.into(), ..self.clone() }
    }

    pub(crate) fn bounded(&self, from: u64, to: Option<u64>, except: Vec<u64>) -> Self {
        Sizes { from, to, except: except.into(), ..self.clone() }
    }

    /// `step` and `offset`, the largest step with which all of them are `step · k + offset`.
    pub fn progression(&self) -> (u64, u64) {
        let first = self.remainders.first().copied().unwrap_or(0);
        let step = self.remainders.iter().fold(self.modulus, |g, r| gcd(g, r - first));
        (step, first % step)
    }
}

#[expect(clippy::ptr_arg, reason = "a `Cow` is not dereferenced in a constant")]
const fn borrowed<'a>(numbers: &'a Cow<'static, [u64]>) -> &'a [u64] {
    match numbers {
        Cow::Borrowed(numbers) => numbers,
        Cow::Owned(numbers) => numbers.as_slice(),
    }
}

/// Whether `n` is one of `numbers`, which are in order.
const fn is_in(numbers: &[u64], n: u64) -> bool {
    let (mut from, mut to) = (0, numbers.len());
    while from < to {
        let middle = from + (to - from) / 2;
        if numbers[middle] == n {
            return true;
        }
        if numbers[middle] < n { from = middle + 1 } else { to = middle }
    }
    false
}
