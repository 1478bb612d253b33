/// How the values along an axis lie: parts, one behind the other, each made of axes of a map.
///
/// A `flatten` of a [h, w, c] map counts the channels fastest; PyTorch's counts them slowest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order(Vec<Vec<Factor>>);

/// An axis that went into another, slowest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Factor {
    /// Its size.
    pub size: usize,
    /// Which of them PyTorch counts slowest, second and so on.
    pub place: usize,
}

impl Order {
    /// `n` values that lie alike in every framework.
    pub fn plain(n: usize) -> Self {
        Order(vec![vec![Factor { size: n, place: 0 }]])
    }

    /// A map that was flattened, from its height, width and channels.
    pub fn flattened([h, w, c]: [usize; 3]) -> Self {
        Order::of([(h, 1), (w, 2), (c, 0)].map(|(size, place)| Factor { size, place }).into())
    }

    pub(super) fn of(part: Vec<Factor>) -> Self {
        Order(vec![part])
    }

    /// One behind the other.
    pub(super) fn concat(orders: impl IntoIterator<Item = Order>) -> Self {
        Order(orders.into_iter().flat_map(|order| order.0).collect())
    }

    /// Number of values.
    pub fn values(&self) -> usize {
        self.0.iter().map(|part| product(part)).sum()
    }

    /// Whether all frameworks have the values in the same order.
    pub fn is_plain(&self) -> bool {
        self.0.iter().all(|part| {
            let places = part.iter().filter(|factor| factor.size > 1).map(|factor| factor.place);
            places.is_sorted()
        })
    }

    /// Height, width and channels, where it is one flattened map.
    pub fn map(&self) -> Option<[usize; 3]> {
        match self.0.as_slice() {
            [part] => match part.as_slice() {
                [h, w, c] if [h.place, w.place, c.place] == [1, 2, 0] => {
                    Some([h.size, w.size, c.size])
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Where each of PyTorch's values lies in our order.
    pub(super) fn ours(&self) -> Vec<usize> {
        let mut ours = Vec::with_capacity(self.values());
        for part in &self.0 {
            let start = ours.len();
            let mut stride = product(part);
            let mut strided: Vec<_> = part
                .iter()
                .map(|factor| {
                    stride /= factor.size.max(1);
                    (factor.place, factor.size, stride)
                })
                .collect();
            strided.sort_unstable();
            let mut part = vec![start];
            for (_, size, stride) in strided {
                let next = |base: usize| (0..size).map(move |i| base + i * stride);
                part = part.into_iter().flat_map(next).collect();
            }
            ours.extend(part);
        }
        ours
    }
}

fn product(part: &[Factor]) -> usize {
    part.iter().map(|factor| factor.size).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pytorch_counts_channels_slowest() {
        let check = |order: Order, expect: &[usize]| {
            assert_eq!(order.ours(), expect);
            assert_eq!(order.is_plain(), expect.iter().copied().eq(0..expect.len()));
        };
        check(Order::plain(3), &[0, 1, 2]);
        check(Order::flattened([1, 2, 3]), &[0, 3, 1, 4, 2, 5]);
        check(Order::flattened([2, 1, 2]), &[0, 2, 1, 3]);
        check(Order::flattened([1, 1, 4]), &[0, 1, 2, 3]);
        check(Order::flattened([2, 2, 1]), &[0, 1, 2, 3]);
        let joined = Order::concat([Order::plain(2), Order::flattened([2, 1, 2])]);
        check(joined, &[0, 1, 2, 4, 3, 5]);
    }
}
