use std::collections::HashSet;

use formwork_ir::Group;

use super::align::align;
use super::{Found, LONGEST, Place};
use crate::source::block::{Block, Part, Ref};
use crate::source::piece::Piece;

/// A block, and the pieces that are to be calls of it: which parts they are, and their values.
struct Class {
    block: Block,
    uses: Vec<(Vec<usize>, Vec<usize>)>,
}

impl Found {
    /// What lies between a fork and its merge: residuals, gates, dense layers.
    pub(super) fn regions(&mut self) {
        let mut refused = HashSet::new();
        loop {
            let places = self.forks(&refused);
            if places.is_empty() {
                return;
            }
            let (mut often, once): (Vec<_>, Vec<_>) =
                self.classes(&places).into_iter().partition(|class| class.uses.len() > 1);
            let lasts = once.iter().flat_map(|class| &class.uses);
            refused.extend(lasts.filter_map(|(_, values)| values.last().copied()));
            // A gate may be an option of what is larger.
            often.sort_by_key(|class| class.block.parts.len());
            let (first, before) = (self.blocks.len(), self.pieces.len());
            for Class { block, uses } in often {
                self.blocks.push(block);
                for (parts, values) in uses {
                    let is = |pieces: &[Piece]| {
                        pieces.iter().map(|p| p.value).eq(values.iter().copied())
                    };
                    // Another block may have taken a part of it.
                    if let Some(start) = self.pieces.windows(values.len()).position(is) {
                        let place = (start, start + values.len());
                        self.replace(self.blocks.len() - 1, &[place], &parts);
                    }
                }
            }
            for index in first..self.blocks.len() {
                self.activation(index);
                self.variants(index);
            }
            if self.pieces.len() == before && once.is_empty() {
                return;
            }
        }
    }

    /// One block for places that are alike.
    fn classes(&self, places: &[Place]) -> Vec<Class> {
        let mut classes: Vec<Class> = Vec::new();
        let mut equal = self.equal(places.iter().copied());
        equal.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
        for (block, places) in equal {
            let most = block.parts.len().div_ceil(2);
            let fitting = classes.iter_mut().find_map(|class| {
                let merged = align(&class.block, &block, most)?;
                (2 * merged.common >= 3 * merged.optional).then_some((class, merged))
            });
            let values = |parts: &[usize]| {
                let of = |&(start, end): &Place| {
                    let values = self.pieces[start..end].iter().map(|piece| piece.value);
                    (parts.to_vec(), values.collect::<Vec<_>>())
                };
                places.iter().map(of).collect::<Vec<_>>()
            };
            match fitting {
                None => {
                    let all: Vec<_> = (0..block.parts.len()).collect();
                    classes.push(Class { block, uses: values(&all) });
                }
                Some((class, merged)) => {
                    let parts = class.uses.iter_mut().flat_map(|(parts, _)| parts);
                    parts.for_each(|part| *part = merged.first[*part]);
                    class.uses.extend(values(&merged.second));
                    class.block = merged.block;
                }
            }
        }
        classes
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
