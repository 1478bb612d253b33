use std::collections::HashMap;

use formwork_ir::Value;

use super::align::{Merged, align};
use super::{Found, Place};
use crate::source::block::{Block, Part, Ref};
use crate::source::piece::{Kind, Piece};

/// No more arguments than this may differ from what all calls of a block have in common.
const MOST_UNUSUAL: usize = 1;

impl Found {
    /// Chains that are the same block but for its fork, and perhaps more: an inverted residual
    /// that changes the number of channels has no sum.
    pub(super) fn variants(&mut self, block: usize) {
        loop {
            let own = &self.blocks[block];
            let usual = self.usual(block);
            let mut best: Option<(i64, Merged, Vec<Place>)> = None;
            for (other, places) in self.equal(self.places(2..=own.parts.len() + 1)) {
                if !may_be(own, &other, block) {
                    continue;
                }
                let Some(merged) = align(own, &other, own.parts.len() / 2) else { continue };
                let usual = |place: &Place| self.unusual(&usual, &merged, place) <= MOST_UNUSUAL;
                let places: Vec<_> = places.into_iter().filter(usual).collect();
                let places = self.beside(block, &places);
                let score = merged.common as i64 - 2 * merged.optional as i64;
                let fits = score >= 0 && merged.common >= 3 && keeps_merges(own, &merged);
                let better = best.as_ref().is_none_or(|(most, ..)| score > *most);
                if fits && better && !places.is_empty() {
                    best = Some((score, merged, places));
                }
            }
            let Some((_, merged, places)) = best else { return };
            self.merge(block, &merged);
            self.replace(block, &places, &merged.second);
        }
    }

    /// Those of the places that stand next to a call of the block, or to each other.
    fn beside(&self, block: usize, places: &[Place]) -> Vec<Place> {
        let calls = self.calls(block);
        let starts = |at: usize| calls.contains(&at) || places.iter().any(|place| place.0 == at);
        let ends = |at: usize| {
            at.checked_sub(1).is_some_and(|before| calls.contains(&before))
                || places.iter().any(|place| place.1 == at)
        };
        places.iter().filter(|&&(start, end)| ends(start) || starts(end)).copied().collect()
    }

    /// How many arguments of pieces differ from what all calls have in common.
    fn unusual(
        &self,
        usual: &HashMap<String, Option<Value>>,
        merged: &Merged,
        &(start, end): &Place,
    ) -> usize {
        let pieces = self.pieces[start..end].iter().zip(&merged.second);
        let slots = pieces.flat_map(|(piece, place)| {
            // Where the part was before it was merged.
            let was = merged.first.iter().position(|first| first == place);
            was.map_or_else(Vec::new, |was| slots(piece, &was.to_string()))
        });
        let differs = |(path, value): &(String, Value)| matches!(usual.get(path), Some(Some(usual)) if usual != value);
        slots.filter(differs).count()
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

/// Whether some pieces may be calls of a block at all.
fn may_be(own: &Block, other: &Block, block: usize) -> bool {
    // Blocks call earlier ones only.
    let later = |part: &Part| matches!(part.kind, Kind::Block(inner) if inner >= block);
    let earlier = !other.parts.iter().any(later);
    other.inputs == own.inputs && earlier && (own.starts_late() || !other.starts_late())
}

/// Whether no merge becomes an option for which an option of its own makes the tensors fit.
fn keeps_merges(own: &Block, merged: &Merged) -> bool {
    let projected = |inputs: &[Ref]| {
        inputs.len() > 1 && inputs.iter().any(|input| matches!(input, Ref::Choice(_)))
    };
    own.parts.iter().zip(&merged.first).all(|(part, &place)| {
        !projected(&part.inputs)
            || part.choice.is_some()
            || merged.block.parts[place].choice.is_none()
    })
}

/// The arguments in a piece, each with its path.
fn slots(piece: &Piece, path: &str) -> Vec<(String, Value)> {
    let own = piece.args.iter().enumerate();
    let own = own.map(|(i, value)| (format!("{path}/{i}"), value.clone()));
    let inner = piece.parts.iter().enumerate().filter_map(|(i, part)| Some((i, part.as_ref()?)));
    own.chain(inner.flat_map(|(i, part)| slots(part, &format!("{path}.{i}")))).collect()
}
