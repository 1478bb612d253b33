use formwork_ir::{NodeId, Source};

use super::Elaborator;
use crate::ast::{Expr, ExprKind};

/// A trace shows no more steps than this.
const LONGEST: usize = 6;

impl Elaborator<'_> {
    /// What a message calls the value of a node, written `from`.
    pub(super) fn called(&self, node: NodeId, from: Option<&Expr>) -> String {
        if let Some(Expr { kind: ExprKind::Name(name), .. }) = from {
            return format!("`{name}`");
        }
        if let Some(binding) = &self.sites[node.index()].binding {
            return format!("`{binding}`");
        }
        match &self.graph.node(node).source {
            Source::Input => format!("`{}`", self.graph.node(node).name),
            Source::Layer(op) => format!("the output of `{}`", op.spec().name),
            Source::Model(model) => format!("the output of `{model}`"),
        }
    }

    /// The shapes that led to a node, as one line: `image [_, 28, 28, 1] → conv2d [_, 26, 26, 32]`;
    /// `None` where the node's own shape is all there is to say.
    pub(super) fn trace(&self, node: NodeId) -> Option<String> {
        let mut steps = Vec::new();
        let mut next = Some(node);
        while let Some(id) = next {
            let node = self.graph.node(id);
            let shape = &node.shape;
            // Steps that keep the shape say nothing about how it came to be.
            let first = node.inputs.first();
            let same = first.is_some_and(|&input| self.graph.node(input).shape == *shape);
            if !same || steps.is_empty() {
                if steps.len() == LONGEST {
                    steps.push("…".to_owned());
                    break;
                }
                let name = match &node.source {
                    Source::Input => node.name.as_str(),
                    Source::Layer(op) => op.spec().name,
                    Source::Model(model) => model,
                };
                let binding = self.sites[id.index()].binding.as_ref();
                let bound = match (binding, &node.source) {
                    (Some(binding), Source::Layer(_)) => format!(" `{binding}`"),
                    _ => String::new(),
                };
                steps.push(format!("{name}{bound} {shape}"));
            }
            next = first.copied();
        }
        steps.reverse();
        (steps.len() > 1).then(|| format!("shapes: {}", steps.join(" → ")))
    }
}
