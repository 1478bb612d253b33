//! Things that members take: each its share, and what others have not got to.

use std::iter::FusedIterator;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Line, Member, share};

/// What a member has yet to do: the number of the take, and the first unit and the end of what is
/// left, of 32, 16 and 16 bits. One word, so that it changes at once.
#[derive(Debug, Default)]
pub struct Pile(Line<AtomicU64>);

/// The most units that a pile can count.
const MOST: usize = u16::MAX as usize;

impl Pile {
    /// Forgets earlier runs. Takes are counted from 1.
    pub fn clear(&self) {
        self.0.0.store(0, Ordering::Relaxed);
    }

    /// Takes half of what is left and at least so many units, from the front or from behind. Whoever
    /// comes first to a take puts its units there.
    ///
    /// Which member gets what is all that is decided here: what they read and write is seen when they
    /// meet.
    fn take(
        &self,
        number: u32,
        units: &Range<usize>,
        least: usize,
        front: bool,
    ) -> Option<Range<usize>> {
        let mut word = self.0.0.load(Ordering::Relaxed);
        loop {
            let left = match number.wrapping_sub((word >> 32) as u32) as i32 {
                0 => (word >> 16) as usize & MOST..word as usize & MOST,
                1.. => units.clone(),
                // Its owner is at a later take: nothing of this one is left.
                _ => return None,
            };
            let half = left.len().div_ceil(2).max(least).min(left.len());
            let (taken, left) = match front {
                true => (left.start..left.start + half, left.start + half..left.end),
                false => (left.end - half..left.end, left.start..left.end - half),
            };
            // An empty pile is put there too: so its number never is far behind.
            let new = u64::from(number) << 32 | (left.start as u64) << 16 | left.end as u64;
            if new == word {
                return None;
            }
            match self.0.0.compare_exchange_weak(word, new, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(taken).filter(|taken| !taken.is_empty()),
                Err(found) => word = found,
            }
        }
    }
}

/// What a member takes; see [`Member::take`].
#[derive(Debug)]
pub struct Takes<'a> {
    member: &'a Member<'a>,
    number: u32,
    count: usize,
    /// How many things are a unit.
    unit: usize,
    /// How many units are taken at once at least.
    least: usize,
    /// Whose things are taken: counted from this member on.
    whose: usize,
}

impl<'a> Takes<'a> {
    pub(super) fn new(member: &'a Member, number: u32, count: usize, unit: usize) -> Self {
        let unit = unit * count.div_ceil(unit).div_ceil(MOST).max(1);
        Takes { member, number, count, unit, least: 1, whose: 0 }
    }

    /// Takes at least so many units at once, while there are.
    pub fn at_least(self, least: usize) -> Self {
        Takes { least, ..self }
    }
}

impl Iterator for Takes<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let Member { rank, size, piles, .. } = *self.member;
        if size == 1 {
            self.whose += 1;
            return Some(0..self.count).filter(|all| self.whose == 1 && !all.is_empty());
        }
        while self.whose < size {
            let owner = (rank + self.whose) % size;
            let units = share(owner, size, self.count.div_ceil(self.unit));
            if let Some(units) = piles[owner].take(self.number, &units, self.least, self.whose == 0)
            {
                return Some(units.start * self.unit..self.count.min(units.end * self.unit));
            }
            self.whose += 1;
        }
        None
    }
}

impl FusedIterator for Takes<'_> {}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::team::Team;

    /// Members that take things again and again, some of them slowly, get each once.
    fn check(size: usize, [count, unit, least]: [usize; 3]) {
        let team = Team::new(NonZeroUsize::new(size).unwrap());
        let rounds = if cfg!(miri) { 2 } else { 200 };
        let times: Vec<_> = (0..rounds * count).map(|_| AtomicUsize::new(0)).collect();
        for _ in 0..2 {
            team.run(&|member| {
                for round in 0..rounds {
                    for taken in member.take(count, unit).at_least(least) {
                        assert!(taken.start % unit == 0 && taken.end <= count);
                        assert!(taken.end == count || taken.end % unit == 0);
                        if round % size == member.rank {
                            std::thread::yield_now();
                        }
                        for thing in taken {
                            times[round * count + thing].fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
                member.meet();
            });
        }
        assert!(times.iter().all(|times| times.load(Ordering::Relaxed) == 2));
    }

    #[test]
    fn all_is_taken_once() {
        for size in [1, 2, 3, 5] {
            for of in [[0, 1, 1], [1, 1, 1], [7, 1, 1], [64, 3, 1], [100, 1, 8], [29, 10, 2]] {
                check(size, of);
            }
        }
    }

    #[test]
    fn units_grow_with_what_there_is() {
        let count = if cfg!(miri) { 70_000 } else { 300_000 };
        let (team, taken) = (Team::new(NonZeroUsize::MIN.saturating_add(1)), AtomicUsize::new(0));
        team.run(&|member| {
            let own: usize = member.take(count, 2).map(|taken| taken.len()).sum();
            taken.fetch_add(own, Ordering::Relaxed);
        });
        assert_eq!(taken.into_inner(), count);
    }
}
