use std::collections::{HashMap, HashSet};

use super::{Found, Place};
use crate::source::block::Block;
use crate::source::piece::Piece;

impl Found {
    /// Any other parts that are there several times.
    pub(super) fn repeats(&mut self) {
        loop {
            let uneven = self.uneven();
            let readers = self.readers();
            let splits = |&(start, end): &Place| {
                self.continues(&readers, start) || self.continues(&readers, end)
            };
            let keys: Vec<_> = self.pieces.iter().map(Piece::key).collect();
            let looped =
                |&(start, end): &Place| keys[start..end].iter().any(|key| uneven.contains(key));
            let places: Vec<_> =
                self.places(2..=12).filter(|place| !splits(place) && !looped(place)).collect();
            let mut best: Option<(usize, Block, Vec<Place>)> = None;
            for (block, places) in self.equal(places.into_iter()) {
                let score = (places.len() - 1) * block.parts.len();
                let alike = block.parts.iter().all(|part| part.key == block.parts[0].key);
                let few = places.len() < 2 || score < 4 || alike && places.len() < 3;
                if block.inputs > 3 || few || block.starts_late() {
                    continue;
                }
                // Better what begins where the network goes on than what ends in a merge.
                let merge = block.parts.last().is_some_and(|part| part.inputs.len() > 1);
                let score = 2 * score + usize::from(!merge);
                if best.as_ref().is_none_or(|(most, ..)| score > *most) {
                    best = Some((score, block, places));
                }
            }
            let Some((_, block, places)) = best else { return };
            self.add(block, &places);
        }
    }

    /// Whether a piece is the same as the one before it, and reads only that.
    fn continues(&self, readers: &HashMap<usize, Vec<usize>>, at: usize) -> bool {
        let (Some(before), Some(piece)) = (at.checked_sub(1), self.pieces.get(at)) else {
            return false;
        };
        let before = &self.pieces[before];
        piece.inputs == [before.value]
            && readers.get(&before.value) == Some(&vec![at])
            && piece.key() == before.key()
    }

    /// The keys of pieces that follow each other, not always equally often: loops are for them.
    fn uneven(&self) -> HashSet<String> {
        let readers = self.readers();
        let mut runs: HashMap<String, HashSet<usize>> = HashMap::new();
        let mut length = 0;
        for (i, piece) in self.pieces.iter().enumerate() {
            length = if self.continues(&readers, i) { length + 1 } else { 1 };
            if length > 1 && !self.continues(&readers, i + 1) {
                runs.entry(piece.key()).or_default().insert(length);
            }
        }
        let uneven = |lengths: &HashSet<usize>| lengths.len() > 1 || lengths.iter().any(|&n| n > 3);
        runs.into_iter().filter(|(_, lengths)| uneven(lengths)).map(|(key, _)| key).collect()
    }
}
