//! The rank of each box: those that it reads stand higher.

/// Every box as high as it may stand, but those that bring more edges together than they read,
/// inputs among them, as low.
pub(super) fn ranks(reads: &[Vec<usize>], readers: &[Vec<usize>]) -> Vec<usize> {
    let mut ranks: Vec<usize> = vec![0; reads.len()];
    for item in 0..reads.len() {
        ranks[item] = reads[item].iter().map(|&read| ranks[read] + 1).max().unwrap_or(0);
    }
    for item in (0..reads.len()).rev() {
        let lowest = readers[item].iter().map(|&reader| ranks[reader] - 1).min();
        if let (Some(lowest), true) = (lowest, reads[item].len() < readers[item].len()) {
            ranks[item] = lowest;
        }
    }
    ranks
}
