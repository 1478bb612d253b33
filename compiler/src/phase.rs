//! Merges of maps whose pixels lie beside each other: their sizes agree, their places do not.

use std::collections::HashSet;

use formwork_ir::{NodeId, Ratio, Shift, Source, shifts};

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::Lint;
use crate::model::Model;

/// Warns of each merge of shifted maps, unless this is allowed where it stands.
pub fn check(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    let shifts = shifts(&model.graph);
    // A block's merge is reported for its first call alone.
    let mut seen = HashSet::new();
    // Height and width of one merge stand side by side.
    for merge in shifts.chunk_by(|a, b| a.node == b.node) {
        let site = &model.sites[merge[0].node.index()];
        if !site.allowed.contains(&Lint::PixelPhase) && seen.insert(site.id) {
            diagnostics.push(warning(model, merge).warning());
        }
    }
}

/// What is shifted in a merge, along one axis or both.
fn warning(model: &Model, merge: &[Shift]) -> Diagnostic {
    let first = &merge[0];
    let node = model.graph.node(first.node);
    let inputs = first.inputs.map(|i| called(model, node.inputs[i]));
    let places = [0, 1].map(|i| {
        let place = |shift: &Shift| format!("{} {}", axis(shift), shift.offsets[i]);
        merge.iter().map(place).collect::<Vec<_>>().join(", ")
    });
    let origin = called(model, first.origin);
    let title = format!(
        "`{}`: the pixels do not line up: pixel 0 of {} lies at {} of {origin}, that of {} at {}",
        layer(model, first.node),
        inputs[0],
        places[0],
        inputs[1],
        places[1]
    );
    let mend = match &first.remedy {
        Some((node, arguments)) => {
            let name = &model.graph.node(*node).name;
            format!("`{arguments}` in `{name}` lines them up")
        }
        None => "both ways must pad, crop, stride and resize about the same centres".to_owned(),
    };
    let site = &model.sites[first.node.index()];
    let distance = merge.iter().filter_map(|shift| Some((axis(shift), shift.distance()?)));
    let way = |axis| if axis == "row" { "down" } else { "across" };
    let distance: Vec<_> =
        distance.map(|(axis, by)| format!("{} {}", magnitude(by), way(axis))).collect();
    let mut warning = Diagnostic::new(Code::PixelPhase, site.call, title);
    if !distance.is_empty() {
        let distance = distance.join(" and ");
        let text = format!("they are {distance} apart, in pixels of the merged map");
        warning = warning.note(text);
    }
    warning.help(format!("{mend}; {}", Lint::PixelPhase.allow()))
}

fn axis(shift: &Shift) -> &'static str {
    if shift.axis == 1 { "row" } else { "column" }
}

fn magnitude(by: Ratio) -> Ratio {
    match by.parts() {
        (n, _) if n < 0 => Ratio::ZERO.minus(by).unwrap_or(by),
        _ => by,
    }
}

fn layer(model: &Model, node: NodeId) -> &str {
    match &model.graph.node(node).source {
        Source::Layer(op) => op.spec().name,
        Source::Model(other) => other,
        Source::Input => "input",
    }
}

/// What the user calls the value of a node.
fn called(model: &Model, node: NodeId) -> String {
    match &model.sites[node.index()].binding {
        Some(binding) => format!("`{binding}`"),
        None => format!("the output of `{}`", layer(model, node)),
    }
}
