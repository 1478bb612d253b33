//! Layers whose output reaches no output of the model: they would never be trained.

use std::collections::HashSet;

use formwork_ir::Source;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Model;

/// Reports the last layer of each dead end of a model that has nothing else wrong with it.
pub fn check(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    let graph = &model.graph;
    let nodes: Vec<_> = graph.nodes().collect();
    let mut alive: HashSet<_> = graph.outputs().iter().copied().collect();
    for (id, node) in nodes.iter().rev() {
        if alive.contains(id) {
            alive.extend(node.inputs.iter().copied());
        }
    }
    let read: HashSet<_> = nodes.iter().flat_map(|(_, node)| &node.inputs).copied().collect();
    for ((id, node), site) in nodes.iter().zip(&model.sites) {
        let Source::Layer(op) = &node.source else { continue };
        if !alive.contains(id) && !read.contains(id) {
            let title = format!("the output of `{}` is never used", op.spec().name);
            let diagnostic = Diagnostic::new(Code::Unused, site.call, title);
            diagnostics.push(diagnostic.help("return it, or leave the layer out"));
        }
    }
}
