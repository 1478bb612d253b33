use formwork_ir::Group;

use super::Found;
use crate::source::block::Block;
use crate::source::piece::Kind;

impl Found {
    /// What always comes with a normalisation: `conv_bn`, `bn_relu`, or all three.
    pub(super) fn norms(&mut self) {
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
}
