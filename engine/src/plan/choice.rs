//! How kernels are chosen.

use formwork_ir::Op;

use super::net::{Layer, Net};
use crate::CompileError;
use crate::kernels::{Algorithm, winograd_fits};
use crate::simd::Isa;

/// How kernels are chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<'a> {
    pub isa: Isa,
    pub exact: bool,
    /// Whether memory counts more than time.
    pub small: bool,
    /// How many bytes a step may read and write of images.
    pub cache: usize,
    /// Members of the team, for scratch memory.
    pub members: usize,
    /// What is chosen for layers by their names.
    pub algorithms: &'a [(String, Algorithm)],
}

impl Choice<'_> {
    /// The algorithm of a layer: its own, or that of all. What is to be small is not computed by
    /// Winograd's method, whose filters are larger than the weights.
    pub(super) fn algorithm(&self, layer: &str) -> Algorithm {
        let own = self.algorithms.iter().rev().find(|(name, _)| name == layer);
        let all = if self.exact || self.small { Algorithm::Product } else { Algorithm::Fastest };
        own.map_or(all, |(_, algorithm)| *algorithm)
    }

    /// Checks what is chosen for layers.
    ///
    /// # Errors
    /// If there is no such layer, or it cannot be computed so.
    pub(super) fn check(&self, net: &Net) -> Result<(), CompileError> {
        for (name, algorithm) in self.algorithms {
            let layer = net.layers.iter().find(|layer| layer.name == *name);
            let message = match layer.map(|layer| can(net, layer, *algorithm)) {
                None => {
                    let names = net.layers.iter().map(|layer| &layer.name);
                    let near = names.min_by_key(|own| strsim::damerau_levenshtein(own, name));
                    let near = near.map(|near| format!("; the nearest is `{near}`"));
                    format!("there is no such layer{}", near.unwrap_or_default())
                }
                Some(false) => {
                    "only a `conv2d` of 3×3 with stride, dilation and groups of 1 can".to_owned()
                }
                Some(true) => continue,
            };
            let (layer, algorithm) = (name.clone(), *algorithm);
            return Err(CompileError::Algorithm { layer, algorithm, message });
        }
        Ok(())
    }
}

fn can(net: &Net, layer: &Layer, algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Fastest | Algorithm::Product => true,
        Algorithm::Winograd2 | Algorithm::Winograd4 => match &layer.op {
            Op::Conv2d(conv) => winograd_fits(conv, &net.values[layer.inputs[0]]),
            _ => false,
        },
    }
}
