//! Where tensors lie: one block of memory, in which those share a place that are never needed at
//! the same time.

/// What needs memory, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Need {
    /// Number of values.
    pub size: usize,
    /// The step that writes it first.
    pub from: usize,
    /// The last step that reads it.
    pub to: usize,
}

/// Values in a cache line: where everything begins.
const LINE: usize = 16;

/// A place for each need, and how many values there are in all. Largest first, each at the lowest
/// place that is free while it is needed: within a few per cent of the least for networks.
pub(super) fn place(needs: &[Need]) -> (Vec<usize>, usize) {
    let mut order: Vec<_> = (0..needs.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(needs[i].size), i));
    let mut places = vec![0; needs.len()];
    let mut placed: Vec<usize> = Vec::new();
    let mut total = 0;
    for i in order {
        let need = needs[i];
        let size = need.size.next_multiple_of(LINE);
        let mut taken: Vec<_> = placed
            .iter()
            .map(|&other| (places[other], needs[other]))
            .filter(|(_, other)| other.from <= need.to && need.from <= other.to)
            .map(|(at, other)| (at, at + other.size.next_multiple_of(LINE)))
            .collect();
        taken.sort_unstable();
        let mut at = 0;
        for (from, to) in taken {
            if at + size <= from {
                break;
            }
            at = at.max(to);
        }
        places[i] = at;
        total = total.max(at + size);
        placed.push(i);
    }
    (places, total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::cases;

    #[test]
    fn a_chain_takes_turns() {
        let need = |size, from| Need { size, from, to: from + 1 };
        let (places, total) = place(&[need(160, 0), need(80, 1), need(160, 2), need(16, 3)]);
        assert_eq!((places, total), (vec![0, 160, 0, 160], 240));
    }

    proptest! {
        #![proptest_config(cases(256))]
        #[test]
        fn nothing_overlaps_while_it_is_needed(
            needs in prop::collection::vec((1..500usize, 0..20usize, 0..6usize), 0..30),
        ) {
            let needs: Vec<_> =
                needs.into_iter().map(|(size, from, more)| Need { size, from, to: from + more }).collect();
            let (places, total) = place(&needs);
            for (i, (a, at)) in needs.iter().zip(&places).enumerate() {
                prop_assert!(at % LINE == 0 && at + a.size <= total);
                for (b, other) in needs.iter().zip(&places).skip(i + 1) {
                    let together = a.from <= b.to && b.from <= a.to;
                    let apart = at + a.size <= *other || other + b.size <= *at;
                    prop_assert!(!together || apart);
                }
            }
            // Never worse than one after the other.
            let sum: usize = needs.iter().map(|need| need.size.next_multiple_of(LINE)).sum();
            prop_assert!(total <= sum);
        }
    }
}
