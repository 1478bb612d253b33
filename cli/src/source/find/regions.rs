use std::collections::HashSet;

use formwork_ir::Group;

use super::align::align;
use super::{Found, LONGEST, Place};
use crate::source::block::{Block, Part, Ref};
use crate::source::piece::Piece;

impl Found {
    /// What lies between a fork and its merge: residuals, gates, dense layers.
    pub(super) fn regions(&mut self) {
        let mut refused = HashSet::new();
        loop {
            let places = self.forks(&refused);
            if places.is_empty() {
                return;
            }
            let before = refused.len();
            let mut classes: Vec<(Block, Vec<(Vec<usize>, Vec<Place>)>)> = Vec::new();
            let mut equal = self.equal(places.into_iter());
            equal.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
            for (block, places) in equal {
                let all: Vec<_> = (0..block.parts.len()).collect();
                let most = block.parts.len().div_ceil(2);
                let fitting = classes.iter_mut().find_map(|class| {
                    let merged = align(&class.0, &block, most)?;
                    (2 * merged.common >= 3 * merged.optional).then_some((class, merged))
                });
                match fitting {
                    None => classes.push((block, vec![(all, places)])),
                    Some((class, merged)) => {
                        for (parts, _) in &mut class.1 {
                            parts.iter_mut().for_each(|part| *part = merged.first[*part]);
                        }
                        class.1.push((merged.second, places));
                        class.0 = merged.block;
                    }
                }
            }
            let (mut made, mut planned) = (Vec::new(), Vec::new());
            for (block, uses) in classes {
                let count: usize = uses.iter().map(|(_, places)| places.len()).sum();
                if count < 2 {
                    let places = uses.iter().flat_map(|(_, places)| places);
                    refused.extend(places.map(|&(_, end)| self.pieces[end - 1].value));
                    continue;
                }
                made.push(self.blocks.len());
                self.blocks.push(block);
                // By their last values: places move.
                let uses = uses.into_iter().flat_map(|(parts, places)| {
                    places.into_iter().map(move |place| (parts.clone(), place))
                });
                let uses: Vec<_> = uses
                    .map(|(parts, (start, end))| {
                        let values = self.pieces[start..end].iter().map(|piece| piece.value);
                        (parts, values.collect::<Vec<_>>())
                    })
                    .collect();
                planned.extend(
                    uses.into_iter().map(|(parts, values)| (self.blocks.len() - 1, parts, values)),
                );
            }
            let any = !made.is_empty();
            for (index, parts, values) in planned {
                let same =
                    |pieces: &[Piece]| pieces.iter().map(|p| p.value).eq(values.iter().copied());
                let start = self.pieces.windows(values.len()).position(same);
                // Another block may have taken a part of it.
                if let Some(start) = start {
                    self.replace(index, &[(start, start + values.len())], &parts);
                }
            }
            for index in made {
                self.activation(index);
                self.variants(index);
            }
            if !any && refused.len() == before {
                return;
            }
        }
    }

    /// The places from a fork to its merge that hold no other.
    fn forks(&self, refused: &HashSet<usize>) -> Vec<Place> {
        let readers = self.readers();
        let mut places: Vec<Place> = Vec::new();
        for (last, piece) in self.pieces.iter().enumerate() {
            if piece.reads().len() < 2 || refused.contains(&piece.value) {
                continue;
            }
            let starts = (last.saturating_sub(LONGEST)..last).rev();
            let whole = |&start: &usize| {
                let block = self.block(&readers, (start, last + 1));
                block.is_some_and(|(block, _)| block.inputs == 1)
            };
            places.extend(starts.into_iter().find(whole).map(|start| (start, last + 1)));
        }
        let inner = |a: &Place, b: &Place| a != b && a.0 >= b.0 && a.1 <= b.1;
        let leaf = |place: &&Place| !places.iter().any(|other| inner(other, place));
        places.iter().filter(leaf).copied().collect()
    }

    /// Takes the activation that always follows a block into it.
    fn activation(&mut self, block: usize) {
        let readers = self.readers();
        let calls = self.calls(block);
        let follows = |&call: &usize| {
            let next = self.pieces.get(call + 1)?;
            let alone = readers.get(&self.pieces[call].value) == Some(&vec![call + 1]);
            let is = next.group() == Some(Group::Activation) && next.inputs.len() == 1;
            (alone && is).then(|| next.key())
        };
        let keys: Option<Vec<String>> = calls.iter().map(follows).collect();
        let Some(keys) = keys.filter(|keys| keys.windows(2).all(|two| two[0] == two[1])) else {
            return;
        };
        let Some(key) = keys.into_iter().next() else { return };
        for &call in calls.iter().rev() {
            let next = self.pieces.remove(call + 1);
            let piece = &mut self.pieces[call];
            piece.value = next.value;
            let own = &mut self.blocks[block];
            if piece.parts.len() == own.parts.len() {
                let (kind, inputs) = (next.kind.clone(), vec![own.output]);
                let part = Part { key: key.clone(), kind, inputs, choice: None };
                own.parts.push(part);
                own.output = Ref::Part(own.parts.len() - 1);
            }
            piece.parts.push(Some(next));
        }
    }
}
