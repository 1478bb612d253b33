//! `selu` keeps mean 0 and variance 1 by itself where kernels start as `lecun_normal` and nothing
//! but `alpha_dropout` comes between: what does not go with it.

use std::collections::HashSet;

use formwork_ir::{Group, Node, NodeId, Op, Source, Value};

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::Lint;
use crate::model::Model;

/// How kernels start that go with `selu`.
const RECIPE: &str = "lecun_normal";

/// Warns of what does not go with `selu`, unless this is allowed where it stands.
pub fn check(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    // A block's layer is reported for its first call alone.
    let mut seen = HashSet::new();
    for (id, title, help) in mixed(model) {
        let site = &model.sites[id.index()];
        if !site.allowed.contains(&Lint::SeluRecipe) && seen.insert(site.id) {
            let warning = Diagnostic::new(Code::SeluRecipe, site.call, title).warning();
            diagnostics.push(warning.help(format!("{help}; {}", Lint::SeluRecipe.allow())));
        }
    }
}

/// What does not go with `selu`: where, why, and what does.
fn mixed(model: &Model) -> Vec<(NodeId, String, String)> {
    let mut found = Vec::new();
    for (id, node) in model.graph.nodes() {
        let Some(op) = layer(node) else { continue };
        let behind = behind(model, id);
        match op {
            Op::Selu(_) => {
                for &before in &behind {
                    let node = model.graph.node(before);
                    found.extend(layer(node).and_then(start).map(|(t, h)| (before, t, h)));
                    found.extend(layer(node).and_then(moves).map(|(t, h)| (before, t, h)));
                }
            }
            Op::AlphaDropout(_) => {
                let nodes = || behind.iter().filter_map(|&before| layer(model.graph.node(before)));
                let known = nodes().any(|op| op.linear().is_some() || is_activation(op));
                if known && !nodes().any(|op| matches!(op, Op::Selu(_))) {
                    let title = "`alpha_dropout` keeps the mean and the variance of what `selu` \
                                 makes, and there is no `selu` before it";
                    let help = "`dropout` goes with other activations";
                    found.push((id, title.to_owned(), help.to_owned()));
                }
            }
            op => {
                let is_selu = |&&before: &&NodeId| {
                    matches!(layer(model.graph.node(before)), Some(Op::Selu(_)))
                };
                if behind.iter().any(|before| is_selu(&before)) {
                    found.extend(moves(op).map(|(title, help)| (id, title, help)));
                }
            }
        }
    }
    found
}

/// The nodes whose values a node sees, back to what makes new ones: layers with kernels,
/// activations, and normalisations.
fn behind(model: &Model, id: NodeId) -> Vec<NodeId> {
    let mut behind = model.graph.node(id).inputs.clone();
    let mut next = 0;
    while let Some(&id) = behind.get(next) {
        let node = model.graph.node(id);
        let makes = |op: &Op| {
            op.linear().is_some() || is_activation(op) || op.spec().group == Group::Normalization
        };
        let ends = layer(node).is_none_or(makes);
        for &input in node.inputs.iter().filter(|_| !ends) {
            if !behind.contains(&input) {
                behind.push(input);
            }
        }
        next += 1;
    }
    behind
}

fn layer(node: &Node) -> Option<&Op> {
    match &node.source {
        Source::Layer(op) => Some(op),
        _ => None,
    }
}

fn is_activation(op: &Op) -> bool {
    op.spec().group == Group::Activation
}

/// A kernel before `selu` that starts as another.
fn start(op: &Op) -> Option<(String, String)> {
    op.linear()?;
    let mut args = op.spec().args.iter().zip(op.write());
    args.find_map(|(arg, value)| {
        let Value::Word(start, _) = value else { return None };
        let is_kernel = arg.name.ends_with("_initializer") && arg.name != "bias_initializer";
        (is_kernel && start != RECIPE).then(|| {
            let layer = op.spec().name;
            (
                format!(
                    "`{layer}` before `selu`: its kernel starts as `{start}`, for which `selu` \
                     does not keep mean 0 and variance 1"
                ),
                format!("`{} = {RECIPE}`", arg.name),
            )
        })
    })
}

/// A layer that moves the mean and the variance of what `selu` makes, or is to make.
fn moves(op: &Op) -> Option<(String, String)> {
    let layer = op.spec().name;
    match op {
        Op::Dropout(_) | Op::SpatialDropout2d(_) => Some((
            format!("`{layer}` beside `selu` moves the mean and the variance that `selu` keeps"),
            "`alpha_dropout` keeps them".to_owned(),
        )),
        Op::BatchNorm(_) => Some((
            format!("`{layer}` beside `selu`, which keeps mean 0 and variance 1 by itself"),
            format!("leave `{layer}` out, or use another activation"),
        )),
        _ => None,
    }
}
