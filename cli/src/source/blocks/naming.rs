//! What blocks are called.

use formwork_ir::{Graph, Group, Spec};

use crate::source::block::{Block, Part, Ref};
use crate::source::heads::Heads;
use crate::source::names;
use crate::source::piece::{Kind, Piece};

/// What the names of the layers in a block's calls have in common: `residual` of
/// `x.residual_2.conv2d`.
pub fn said(graph: &Graph, calls: &[&Piece]) -> Option<String> {
    let nodes: Vec<_> = graph.nodes().map(|(_, node)| node.name.as_str()).collect();
    let mut name: Option<String> = None;
    for call in calls {
        let mut values = Vec::new();
        leaves(call, &mut values);
        let paths: Vec<Vec<&str>> = values
            .iter()
            .map(|&value| nodes[value].split(['.', '/']).filter(|part| !part.is_empty()).collect())
            .collect();
        let first = paths.first()?;
        let common = (0..first.len())
            .take_while(|&i| paths.iter().all(|path| path.len() > i + 1 && path[i] == first[i]))
            .count();
        let last = names::variable(first.get(common.checked_sub(1)?)?);
        let last = last.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').to_owned();
        if last.len() < 2 || names::said(&last).is_none() {
            return None;
        }
        if *name.get_or_insert_with(|| last.clone()) != last {
            return None;
        }
    }
    name
}

/// The names of layers that all calls agree on.
pub fn own(graph: &Graph, block: &Block, calls: &[&Piece]) -> Vec<Option<String>> {
    let nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
    let mut names = names::Own::default();
    let mut own = |(i, part): (usize, &Part)| {
        let layers = calls.iter().filter_map(|call| call.parts[i].as_ref());
        let layers = layers.filter(|_| matches!(part.kind, Kind::Layer(_)));
        names.of(layers.map(|layer| nodes[layer.value])).map(str::to_owned)
    };
    block.parts.iter().enumerate().map(&mut own).collect()
}

fn leaves(piece: &Piece, values: &mut Vec<usize>) {
    match piece.kind {
        Kind::Block(_) => piece.parts.iter().flatten().for_each(|part| leaves(part, values)),
        _ => values.push(piece.value),
    }
}

/// A name that says what a block does.
pub fn structure(block: &Block, heads: &Heads) -> String {
    let layer = |i: usize| match block.parts[i].kind {
        Kind::Layer(spec) => Some(spec),
        _ => None,
    };
    let count = block.parts.len();
    let layers: Vec<_> = (0..count).filter_map(layer).collect();
    let has = |name: &str| layers.iter().any(|spec| spec.name == name);
    let inner = |index: usize| &heads.blocks[index].block;
    let deep = |name: &str| block.parts.iter().any(|part| part.kind.contains(name, &inner));
    let has_pool = layers.iter().any(|spec| spec.group == Group::Pooling);
    if block.is_chain() {
        let pools = |i: usize| layer(i).is_some_and(|spec| spec.group == Group::Pooling);
        let norm = |spec: &Spec| spec.group == Group::Normalization;
        let short = |spec: &Spec| match spec.name {
            "conv2d" => "conv",
            "conv2d_transpose" => "deconv",
            "depthwise_conv2d" => "depthwise",
            "separable_conv2d" => "separable",
            "batch_norm" if norm(layers[0]) => "norm",
            "batch_norm" => "bn",
            "max_pool2d" | "avg_pool2d" => "pool",
            other => other,
        };
        let word = |i: usize| match block.parts[i].kind {
            Kind::Layer(spec) => short(spec).to_owned(),
            Kind::Block(inner) => heads.blocks[inner].name.clone(),
            Kind::Fixed => String::new(),
        };
        if layers.len() == count && count <= 3 || layers.len() == 1 && count == 2 && !has_pool {
            return (0..count).map(word).collect::<Vec<_>>().join("_");
        }
        let same = block.parts.iter().all(|part| part.key == block.parts[0].key);
        let conv = deep("conv2d") && !deep("add");
        return match (same, count) {
            (true, 2) if conv => "double_conv",
            (true, 3) if conv => "triple_conv",
            (true, _) => "stage",
            _ if pools(0) => "down",
            _ if pools(count - 1) && deep("conv2d") => "transition",
            _ => "block",
        }
        .to_owned();
    }
    // A dense layer appends to what it reads.
    let grows = block.parts.iter().any(|part| {
        let concat = matches!(part.kind, Kind::Layer(spec) if spec.name == "concat");
        concat && part.inputs.contains(&Ref::Input(0))
    });
    let pooled = has("global_avg_pool2d") || has("reduce_mean");
    let enlarged = ["upsample2d", "conv2d_transpose", "resize2d"].into_iter().any(deep);
    let convolutions = block.parts.iter().filter(|part| part.choice.is_none());
    let convolutions = convolutions.filter(|part| part.kind.contains("conv2d", &inner)).count();
    let name = if has("multiply") && pooled {
        "squeeze_excite"
    } else if block.inputs > 1 && enlarged {
        "up"
    } else if block.inputs > 1 {
        "merge"
    } else if grows && block.parts.len() < 12 {
        "dense_layer"
    } else if has("add") && deep("depthwise_conv2d") {
        "inverted_residual"
    } else if has("add") && convolutions >= 3 {
        "bottleneck"
    } else if has("add") {
        "residual"
    } else {
        "block"
    };
    name.to_owned()
}
