use formwork_ir::layers::Split;
use formwork_ir::{Op, with_layer};

use super::{Kernel, Lower, Site};

/// The kernel of a layer where it stands, of those parameters.
pub fn lower(op: &Op, site: &Site, params: Vec<Vec<f32>>) -> Box<dyn Kernel> {
    with_layer!(op, layer => layer.lower_with(site, params))
}

/// Whether a layer's kernels can finish what they make: see [`Lower::FINISHES`].
pub fn finishes(op: &Op) -> bool {
    fn of<L: Lower>(_: &L) -> bool {
        L::FINISHES
    }
    with_layer!(op, layer => of(layer))
}

impl Lower for Split {
    fn lower(&self, _: &Site) -> Box<dyn Kernel> {
        unreachable!("its parts stand in a graph, each a `slice`")
    }
}
