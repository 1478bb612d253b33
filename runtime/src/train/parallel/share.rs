use std::ops::Range;

/// The part of a batch that a rank has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// How many of its samples. Where a batch has fewer samples than there are ranks, that is 0 for
    /// some: those run another's sample, which counts for nothing.
    pub samples: usize,
    /// Of how many.
    pub of: usize,
}

impl Share {
    /// The samples of a rank, of `count`: neighbours, as many as others have or one more.
    pub(crate) fn range(rank: usize, size: usize, count: usize) -> Range<usize> {
        let start = |rank: usize| rank * (count / size) + rank.min(count % size);
        start(rank)..start(rank + 1)
    }

    /// As a fraction.
    pub fn fraction(self) -> f64 {
        self.samples as f64 / self.of.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_have_every_sample_once() {
        for (count, size) in [(8, 2), (7, 3), (2, 4), (0, 3), (1, 1)] {
            let ranges = (0..size).map(|rank| Share::range(rank, size, count));
            assert_eq!(ranges.flatten().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }
}
