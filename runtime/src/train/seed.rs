use crate::random::Random;

/// A seed that follows from another and from what it is for.
pub(super) fn derive(seed: u64, path: &[u64]) -> u64 {
    path.iter().fold(Random::new(seed).next(), |seed, &part| {
        Random::new(seed ^ Random::new(part).next()).next()
    })
}

/// The numbers below `n` in an order that the seed decides.
pub(super) fn permutation(n: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let mut order: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        let j = (u128::from(random.next()) * (i as u128 + 1)) >> 64;
        order.swap(i, j as usize);
    }
    order
}
