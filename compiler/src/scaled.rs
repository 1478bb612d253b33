//! Pixels that are prepared before the model, and once more in it.

use std::collections::HashSet;

use formwork_ir::{Group, Node, NodeId, Op, Scheme, Source};

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::Lint;
use crate::model::Model;

/// Values as far apart are those of a picture as it is.
const UNPREPARED: f64 = 32.0;

/// Warns of layers that scale pixels down which are small already, unless this is allowed where
/// they stand.
pub fn check(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    // A block's layer is reported for its first call alone.
    let mut seen = HashSet::new();
    for (id, node) in model.graph.nodes() {
        let Source::Layer(Op::Rescaling(rescaling)) = &node.source else { continue };
        let Some((input, scheme)) = pixels(model, node.inputs[0]) else { continue };
        let bounds = scheme.bounds();
        let prepared = bounds.most() - bounds.least() < UNPREPARED;
        let site = &model.sites[id.index()];
        let allowed = site.allowed.contains(&Lint::ScaledTwice);
        let twice = prepared && rescaling.scale.abs() * UNPREPARED < 1.0;
        if twice && !allowed && seen.insert(site.id) {
            let title =
                format!("the pixels are scaled twice: `{}` is in {scheme} already", input.name);
            let help = format!(
                "leave the layer out, or declare what it is given: `in 0..=255`; {}",
                Lint::ScaledTwice.allow()
            );
            let warning = Diagnostic::new(Code::ScaledTwice, site.call, title).warning();
            diagnostics.push(warning.help(help));
        }
    }
}

/// The input whose pixels a node has, with what became of them, if layers between only move them.
fn pixels(model: &Model, id: NodeId) -> Option<(&Node, Scheme)> {
    let node = model.graph.node(id);
    let Source::Layer(op) = &node.source else {
        return Some((node, node.scheme?));
    };
    let moved = matches!(op.spec().group, Group::Shape | Group::Resize | Group::Pooling);
    moved.then(|| pixels(model, *node.inputs.first()?))?
}
