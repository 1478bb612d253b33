use std::collections::HashMap;

use formwork_ir::{Group, Value};

use super::align::{Merged, align};
use super::{Found, Place};
use crate::source::block::Block;
use crate::source::piece::{Kind, Piece};

impl Found {
    /// Chains that are the same block but for its fork, and perhaps more: an inverted residual
    /// that changes the number of channels has no sum.
    pub(super) fn variants(&mut self, block: usize) {
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
    fn usual(&self, block: usize) -> HashMap<String, Option<Value>> {
        let mut usual: HashMap<String, Option<Value>> = HashMap::new();
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
}

/// The arguments in a piece, each with its path.
fn slots(piece: &Piece, path: &str) -> Vec<(String, Value)> {
    let own = piece.args.iter().enumerate();
    let own = own.map(|(i, value)| (format!("{path}/{i}"), value.clone()));
    let inner = piece.parts.iter().enumerate().filter_map(|(i, part)| Some((i, part.as_ref()?)));
    own.chain(inner.flat_map(|(i, part)| slots(part, &format!("{path}.{i}")))).collect()
}
