//! The lines across a gap between two ranks.

/// The values of one box on their way through a gap.
pub(super) struct Net {
    /// The box.
    pub item: usize,
    /// Where they come from above.
    pub top: i64,
    /// Where they go below.
    pub bottoms: Vec<i64>,
}

/// Pixels between two lines that run side by side.
const APART: i64 = 4;

impl Net {
    /// From the leftmost to the rightmost.
    fn extent(&self) -> [i64; 2] {
        let all = || self.bottoms.iter().copied().chain([self.top]);
        [all().min().unwrap_or(0), all().max().unwrap_or(0)]
    }

    /// Whether it runs straight down.
    pub fn is_straight(&self) -> bool {
        self.bottoms.iter().all(|&bottom| bottom == self.top)
    }

    /// Whether its way down would lie on another's if it did not turn before that arrives.
    fn must_precede(&self, other: &Net) -> bool {
        other.bottoms.iter().any(|bottom| (bottom - self.top).abs() < APART)
    }

    fn meets(&self, other: &Net) -> bool {
        let ([a, b], [c, d]) = (self.extent(), other.extent());
        a <= d + APART && c <= b + APART
    }
}

/// For each net, the track on which it runs across, counted from above, and how many there are;
/// nets that would touch are on different ones.
pub(super) fn assign(nets: &[Net]) -> (Vec<usize>, usize) {
    let mut tracks: Vec<Option<usize>> = vec![None; nets.len()];
    let mut open: Vec<_> = (0..nets.len()).filter(|&i| !nets[i].is_straight()).collect();
    open.sort_by_key(|&i| (nets[i].extent(), nets[i].item));
    let mut count = 0;
    while !open.is_empty() {
        let waits =
            |&i: &usize| open.iter().any(|&other| other != i && nets[other].must_precede(&nets[i]));
        // Where each waits for another, as in a swap, the first goes ahead.
        let at = open.iter().position(|i| !waits(i)).unwrap_or(0);
        let net = open.remove(at);
        let placed = || (0..nets.len()).filter_map(|i| Some((i, tracks[i]?)));
        let after = placed().filter(|&(i, _)| nets[i].must_precede(&nets[net]));
        let first = after.map(|(_, track)| track + 1).max().unwrap_or(0);
        let taken = |track| placed().any(|(i, t)| t == track && nets[i].meets(&nets[net]));
        let track = (first..).find(|&track| !taken(track)).unwrap_or(first);
        count = count.max(track + 1);
        tracks[net] = Some(track);
    }
    (tracks.into_iter().map(Option::unwrap_or_default).collect(), count)
}
