//! Parts of a network that are there several times.

mod align;
mod norms;
mod regions;
mod repeats;
mod variants;

use std::collections::HashMap;

use align::Merged;

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

    /// Where the calls of a block are.
    fn calls(&self, block: usize) -> Vec<usize> {
        let is = |piece: &Piece| matches!(piece.kind, Kind::Block(own) if own == block);
        (0..self.pieces.len()).filter(|&i| is(&self.pieces[i])).collect()
    }
}

/// Calls `f` with a piece and all pieces in it.
fn each(piece: &mut Piece, f: &mut impl FnMut(&mut Piece)) {
    f(piece);
    piece.parts.iter_mut().flatten().for_each(|part| each(part, f));
}
