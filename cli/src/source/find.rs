//! Parts of a network that are there several times.

use std::collections::{HashMap, HashSet};

use formwork_ir::Group;

use super::align::{Merged, align};
use super::block::Block;
use super::piece::{Kind, Piece, readers};

/// The pieces of a network, some of them calls of blocks.
pub struct Found {
    pub pieces: Vec<Piece>,
    pub blocks: Vec<Block>,
    outputs: Vec<usize>,
}

/// From where to where, the end excluded.
type Place = (usize, usize);

/// No block has more parts.
const LONGEST: usize = 24;

/// Finds blocks, the smallest first.
pub fn find(pieces: Vec<Piece>, outputs: &[usize]) -> Found {
    let mut found = Found { pieces, blocks: Vec::new(), outputs: outputs.to_vec() };
    found.norms();
    found.regions();
    found.repeats();
    found
}

impl Found {
    /// Layers as they are.
    pub fn nothing(pieces: Vec<Piece>) -> Self {
        Found { pieces, blocks: Vec::new(), outputs: Vec::new() }
    }

    /// The block that the pieces of a place would be, and its inputs.
    fn block(
        &self,
        readers: &HashMap<usize, Vec<usize>>,
        (start, end): Place,
    ) -> Option<(Block, Vec<usize>)> {
        let inside = |value: usize| {
            readers.get(&value).is_some_and(|all| all.iter().all(|i| (start..end).contains(i)))
        };
        Block::of(&self.pieces[start..end], inside)
    }

    fn readers(&self) -> HashMap<usize, Vec<usize>> {
        readers(&self.pieces, &self.outputs)
    }

    /// Puts calls of a block in the place of pieces; `parts` says which part each of them is.
    fn replace(&mut self, block: usize, places: &[Place], parts: &[usize]) {
        let readers = self.readers();
        let count = self.blocks[block].parts.len();
        let mut places = places.to_vec();
        places.sort_unstable();
        for &(start, end) in places.iter().rev() {
            let Some((_, inputs)) = self.block(&readers, (start, end)) else { continue };
            let mut piece = Piece {
                kind: Kind::Block(block),
                inputs,
                value: self.pieces[end - 1].value,
                args: Vec::new(),
                parts: vec![None; count],
            };
            for (old, &part) in self.pieces.splice(start..end, []).zip(parts) {
                piece.parts[part] = Some(old);
            }
            self.pieces.insert(start, piece);
        }
    }

    /// Makes a block of equal pieces.
    fn add(&mut self, block: Block, places: &[Place]) {
        let parts: Vec<_> = (0..block.parts.len()).collect();
        self.blocks.push(block);
        self.replace(self.blocks.len() - 1, places, &parts);
    }

    /// Lets a block be what it was merged into.
    fn merge(&mut self, block: usize, merged: &Merged) {
        let count = merged.block.parts.len();
        for piece in &mut self.pieces {
            each(piece, &mut |piece| {
                if matches!(piece.kind, Kind::Block(own) if own == block) {
                    let old = std::mem::replace(&mut piece.parts, vec![None; count]);
                    for (part, &place) in old.into_iter().zip(&merged.first) {
                        piece.parts[place] = part;
                    }
                }
            });
        }
        self.blocks[block] = merged.block.clone();
    }

    /// Where equal blocks are, by their key: places that do not overlap.
    fn equal(&self, places: impl Iterator<Item = Place>) -> Vec<(Block, Vec<Place>)> {
        let readers = self.readers();
        let mut index: HashMap<String, usize> = HashMap::new();
        let mut found: Vec<(Block, Vec<Place>)> = Vec::new();
        for place in places {
            let Some((block, _)) = self.block(&readers, place) else { continue };
            let at = *index.entry(block.key()).or_insert_with(|| {
                found.push((block, Vec::new()));
                found.len() - 1
            });
            let places = &mut found[at].1;
            if places.last().is_none_or(|last| last.1 <= place.0) {
                places.push(place);
            }
        }
        found
    }

    fn places(&self, lengths: std::ops::RangeInclusive<usize>) -> impl Iterator<Item = Place> {
        let count = self.pieces.len();
        lengths.flat_map(move |length| {
            (0..(count + 1).saturating_sub(length)).map(move |start| (start, start + length))
        })
    }

    /// What always comes with a normalisation: `conv_bn`, `bn_relu`, or all three.
    fn norms(&mut self) {
        let found = self.equal(self.places(2..=3));
        let is_norm = |block: &Block| {
            let norm = |kind: &Kind| matches!(kind, Kind::Layer(spec) if spec.group == Group::Normalization);
            block.is_chain() && block.parts.iter().any(|part| norm(&part.kind))
        };
        let mut norms: Vec<_> = found.into_iter().filter(|(block, _)| is_norm(block)).collect();
        // The first of the most, the longest of those that are always together.
        let most = norms.iter().map(|(_, places)| places.len()).max().unwrap_or(0);
        norms.retain(|(_, places)| places.len() == most);
        let longest = norms.iter().map(|(block, _)| block.parts.len()).max();
        let chosen = norms.into_iter().find(|(block, _)| Some(block.parts.len()) == longest);
        if let Some((block, places)) = chosen.filter(|_| most >= 3) {
            self.add(block, &places);
        }
    }

    /// What lies between a fork and its merge: residuals, gates, dense layers.
    fn regions(&mut self) {
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

    /// Where the calls of a block are.
    fn calls(&self, block: usize) -> Vec<usize> {
        let is = |piece: &Piece| matches!(piece.kind, Kind::Block(own) if own == block);
        (0..self.pieces.len()).filter(|&i| is(&self.pieces[i])).collect()
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
                let part = super::block::Part { key: key.clone(), kind, inputs, choice: None };
                own.parts.push(part);
                own.output = super::block::Ref::Part(own.parts.len() - 1);
            }
            piece.parts.push(Some(next));
        }
    }

    /// Chains that are the same block but for its fork, and perhaps more: an inverted residual
    /// that changes the number of channels has no sum.
    fn variants(&mut self, block: usize) {
        loop {
            let own = self.blocks[block].clone();
            let usual = self.usual(block);
            let lengths = 2..=own.parts.len() + 1;
            let mut best: Option<(i64, Merged, Vec<Place>)> = None;
            for (other, places) in self.equal(self.places(lengths)) {
                let has_own = other
                    .parts
                    .iter()
                    .any(|part| matches!(part.kind, Kind::Block(inner) if inner == block));
                // An activation belongs to what is before it.
                let starts = |block: &Block| match &block.parts[0].kind {
                    Kind::Layer(spec) => spec.group == Group::Activation,
                    _ => false,
                };
                if other.inputs != own.inputs || has_own || starts(&other) && !starts(&own) {
                    continue;
                }
                let Some(merged) = align(&own, &other, own.parts.len() / 2) else { continue };
                let deviates = |&(start, end): &Place| {
                    let pieces = &self.pieces[start..end];
                    let slots = pieces.iter().zip(&merged.second).flat_map(|(piece, &place)| {
                        // Where the part was before it was merged.
                        let was = merged.first.iter().position(|&first| first == place);
                        was.map_or_else(Vec::new, |was| slots(piece, &was.to_string()))
                    });
                    slots
                        .filter(|(path, value)| {
                            usual
                                .get(path)
                                .is_some_and(|usual| usual.as_ref().is_some_and(|u| u != value))
                        })
                        .count()
                };
                let places: Vec<_> =
                    places.into_iter().filter(|place| deviates(place) <= 1).collect();
                let score = merged.common as i64 - 2 * merged.optional as i64;
                if score < 0 || merged.common < 3 || places.is_empty() {
                    continue;
                }
                if best.as_ref().is_none_or(|(most, ..)| score > *most) {
                    best = Some((score, merged, places));
                }
            }
            let Some((_, merged, places)) = best else { return };
            self.merge(block, &merged);
            self.replace(block, &places, &merged.second);
        }
    }

    /// The arguments that all calls of a block have in common, by their place in it.
    fn usual(&self, block: usize) -> HashMap<String, Option<formwork_ir::Value>> {
        let mut usual: HashMap<String, Option<formwork_ir::Value>> = HashMap::new();
        for call in self.calls(block) {
            for (place, part) in self.pieces[call].parts.iter().enumerate() {
                let Some(part) = part else { continue };
                for (path, value) in slots(part, &place.to_string()) {
                    let known = usual.entry(path).or_insert_with(|| Some(value.clone()));
                    if known.as_ref() != Some(&value) {
                        *known = None;
                    }
                }
            }
        }
        usual
    }

    /// Any other parts that are there several times.
    fn repeats(&mut self) {
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
                let starts = matches!(&block.parts[0].kind,
                    Kind::Layer(spec) if spec.group == Group::Activation);
                if block.inputs > 3 || few || starts {
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
            if !self.continues(&readers, i + 1) {
                runs.entry(piece.key()).or_default().insert(length);
            }
        }
        let uneven = |lengths: &HashSet<usize>| lengths.len() > 1 || lengths.iter().any(|&n| n > 3);
        runs.into_iter().filter(|(_, lengths)| uneven(lengths)).map(|(key, _)| key).collect()
    }
}

/// Calls `f` with a piece and all pieces in it.
pub fn each(piece: &mut Piece, f: &mut impl FnMut(&mut Piece)) {
    f(piece);
    piece.parts.iter_mut().flatten().for_each(|part| each(part, f));
}

/// The arguments in a piece, each with its path.
fn slots(piece: &Piece, path: &str) -> Vec<(String, formwork_ir::Value)> {
    let own = piece.args.iter().enumerate();
    let own = own.map(|(i, value)| (format!("{path}/{i}"), value.clone()));
    let inner = piece.parts.iter().enumerate().filter_map(|(i, part)| Some((i, part.as_ref()?)));
    own.chain(inner.flat_map(|(i, part)| slots(part, &format!("{path}.{i}")))).collect()
}
