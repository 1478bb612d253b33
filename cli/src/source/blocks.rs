//! The text of the blocks, and what they are called.

use formwork_ir::{Graph, Group};

use super::block::{Block, Ref};
use super::body::Body;
use super::find::Found;
use super::heads::{Head, Heads};
use super::layout::Lines;
use super::names::{self, Names};
use super::params::{Signature, Signatures};
use super::piece::{Kind, Piece};
use super::program::{Call, Step, Term, Val, What};

/// Names the blocks; decides which of them are worth it. `steps` are those of the model.
pub fn heads(graph: &Graph, found: &Found, signatures: Signatures, names: &mut Names) -> Heads {
    let mut heads = Heads::default();
    for (index, (block, signature)) in found.blocks.iter().zip(signatures.all).enumerate() {
        let mut calls = Vec::new();
        found.pieces.iter().for_each(|piece| collect(piece, index, &mut calls));
        let said = said(graph, &calls);
        let own = own(graph, block, &calls);
        let name = said.unwrap_or_else(|| structure(block, &heads));
        let name = names.fresh(&name);
        heads.blocks.push(Head { name, block: block.clone(), signature, own, inline: false });
    }
    heads
}

/// Decides which blocks stand in the place of their calls: chains that are not worth a name.
pub fn inline(heads: &mut Heads, steps: &[Step]) -> Vec<usize> {
    /// What a block costs its reader, in characters; more if it is called no more than twice.
    const COST: usize = 40;
    const TWICE: usize = 110;
    let mut sites = vec![0; heads.blocks.len()];
    count(steps, &mut sites);
    for index in (0..heads.blocks.len()).rev() {
        let Head { block, signature, .. } = &heads.blocks[index];
        let free = signature.terms.iter().flatten().all(|term| !has_dim(term));
        if block.is_chain() && free {
            let args: Vec<_> =
                signature.params.iter().map(|param| Term::name(&param.name)).collect();
            let call = call(What::Block(index), args, Vec::new(), 0);
            let length = |heads: &Heads| -> usize {
                let links = heads.links(&call, &[]);
                links.iter().map(|l| l.name.len() + l.args.join(", ").len() + 3).sum()
            };
            let short = length(heads);
            heads.blocks[index].inline = true;
            let long = length(heads);
            let cost = sites[index] * long.saturating_sub(short);
            heads.blocks[index].inline = match sites[index] {
                0 | 1 => true,
                2 => cost <= TWICE,
                _ => cost <= COST,
            };
        }
        let head = &heads.blocks[index];
        let times = if head.inline { sites[index] } else { usize::from(sites[index] > 0) };
        for part in &head.block.parts {
            if let Kind::Block(inner) = part.kind {
                sites[inner] += times;
            }
        }
    }
    forget_defaults(heads, steps, &sites);
    sites
}

/// Takes the defaults away that no call makes use of.
fn forget_defaults(heads: &mut Heads, steps: &[Step], sites: &[usize]) {
    let mut calls: Vec<(usize, Vec<Term>)> = Vec::new();
    given(steps, &mut calls);
    let written = (0..sites.len()).filter(|&index| sites[index] > 0 && !heads.blocks[index].inline);
    for index in written {
        let Head { block, signature, .. } = &heads.blocks[index];
        for (part, terms) in block.parts.iter().zip(&signature.terms) {
            if let Kind::Block(inner) = part.kind {
                calls.push((inner, terms.clone()));
            }
        }
    }
    // What a block that is written out calls has other arguments in each place.
    let inlined: Vec<_> = heads.blocks.iter().filter(|head| head.inline).collect();
    let kept: Vec<usize> = inlined
        .iter()
        .flat_map(|head| &head.block.parts)
        .filter_map(|part| if let Kind::Block(inner) = part.kind { Some(inner) } else { None })
        .collect();
    for (index, head) in heads.blocks.iter_mut().enumerate().filter(|(i, _)| !kept.contains(i)) {
        for (slot, param) in head.signature.params.iter_mut().enumerate() {
            let used = calls.iter().any(|(called, terms)| {
                let default = param.default.as_ref();
                *called == index
                    && matches!(&terms[slot], Term::Value(value) if Some(value) == default)
            });
            if !used {
                param.default = None;
            }
        }
    }
}

fn given(steps: &[Step], calls: &mut Vec<(usize, Vec<Term>)>) {
    for step in steps {
        match step {
            Step::Call(Call { what: What::Block(index), args, .. }) => {
                calls.push((*index, args.clone()));
            }
            Step::Loop(run) => given(&run.steps, calls),
            _ => {}
        }
    }
}

fn count(steps: &[Step], sites: &mut [usize]) {
    for step in steps {
        match step {
            Step::Call(Call { what: What::Block(index), .. }) => sites[*index] += 1,
            Step::Loop(run) => count(&run.steps, sites),
            _ => {}
        }
    }
}

fn has_dim(term: &Term) -> bool {
    match term {
        Term::Value(_) => false,
        Term::Name(name) => matches!(name.as_str(), "H" | "W" | "C"),
        Term::Times(a, b) => has_dim(a) || has_dim(b),
        Term::Over(a, _) => has_dim(a),
        Term::Tuple(items) => items.iter().any(has_dim),
    }
}

pub fn call(what: What, args: Vec<Term>, inputs: Vec<Val>, value: Val) -> Call {
    Call { what, args, name: None, inputs, value, hint: None, asserted: None }
}

/// Writes a block.
pub fn write(lines: &mut Lines, heads: &Heads, index: usize, names: &Names) {
    let Head { name, block, signature, own, .. } = &heads.blocks[index];
    let mut names = names.clone();
    let Signature { params, terms, conditions, rank } = signature;
    params.iter().for_each(|param| names.reserve(&param.name));
    let concat = block.parts.iter().any(|part| part.key.starts_with("concat"));
    let others: &[&str] = if concat { &["x", "skip", "other"] } else { &["x", "other", "third"] };
    let inputs: Vec<_> = others[..block.inputs].iter().map(|name| names.fresh(name)).collect();
    let conditional = conditions.iter().flat_map(|condition| &condition.comparisons);
    let dims = terms.iter().flatten().any(has_dim)
        || conditional.flat_map(|(a, _, b)| [a, b]).any(has_dim);
    let mut heads_of: Vec<String> = inputs.clone();
    if dims {
        let dims = if *rank == 4 { "[_, H, W, C]" } else { "[_, C]" };
        heads_of[0] = format!("{}: {dims}", inputs[0]);
    }
    heads_of.extend(params.iter().map(|param| {
        let default =
            param.default.as_ref().map(|default| format!(" = {}", super::layer::source(default)));
        format!("{}: {}{}", param.name, param.kind, default.unwrap_or_default())
    }));
    lines.items(&format!("fn {name}("), &heads_of, ") {");
    lines.depth += 1;
    let steps = steps(block, signature, own);
    let mut body = Body::new(lines, heads, names, "y", false);
    inputs.iter().enumerate().for_each(|(i, name)| body.input(i, name));
    body.write(&steps, &[value(block, block.output)]);
    lines.depth -= 1;
    lines.push("}");
}

/// A tensor of a block as a value of its body.
fn value(block: &Block, tensor: Ref) -> Val {
    match tensor {
        Ref::Input(i) => i,
        Ref::Part(i) => block.inputs + i,
        Ref::Choice(i) => block.inputs + block.parts.len() + i,
    }
}

fn steps(block: &Block, signature: &Signature, own: &[Option<String>]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut option: Vec<Step> = Vec::new();
    for (i, part) in block.parts.iter().enumerate() {
        let inputs = part.inputs.iter().map(|&input| value(block, input)).collect();
        let made = value(block, Ref::Part(i));
        let call = call(part.what(), signature.terms[i].clone(), inputs, made);
        let step = Step::Call(Call { name: own[i].clone(), ..call });
        let Some(choice) = part.choice else {
            steps.push(step);
            continue;
        };
        option.push(step);
        if block.option(choice).last() == Some(&i) {
            steps.push(Step::Optional {
                condition: signature.conditions[choice].text(),
                steps: std::mem::take(&mut option),
                made,
                kept: value(block, block.choices[choice]),
                value: value(block, Ref::Choice(choice)),
            });
        }
    }
    steps
}

/// What the names of the layers in a block's calls have in common: `residual` of
/// `x.residual_2.conv2d`.
fn said(graph: &Graph, calls: &[&Piece]) -> Option<String> {
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

fn collect<'a>(piece: &'a Piece, block: usize, calls: &mut Vec<&'a Piece>) {
    if matches!(piece.kind, Kind::Block(own) if own == block) {
        calls.push(piece);
    }
    piece.parts.iter().flatten().for_each(|part| collect(part, block, calls));
}

/// The names of layers with parameters that all calls agree on, each once.
fn own(graph: &Graph, block: &Block, calls: &[&Piece]) -> Vec<Option<String>> {
    let nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
    let mut seen = std::collections::HashSet::new();
    let own = |part: usize| {
        let mut names = calls.iter().filter_map(|call| call.parts[part].as_ref()).map(|piece| {
            let node = nodes[piece.value];
            let layer = matches!(piece.kind, Kind::Layer(_)) && !node.params.is_empty();
            names::own(&node.name).filter(|_| layer)
        });
        let first = names.next()??;
        (names.all(|name| name == Some(first)) && seen.insert(first)).then(|| first.to_owned())
    };
    (0..block.parts.len()).map(own).collect()
}

fn leaves(piece: &Piece, values: &mut Vec<usize>) {
    match piece.kind {
        Kind::Block(_) => piece.parts.iter().flatten().for_each(|part| leaves(part, values)),
        _ => values.push(piece.value),
    }
}

/// A name that says what a block does.
fn structure(block: &Block, heads: &Heads) -> String {
    let layer = |i: usize| match block.parts[i].kind {
        Kind::Layer(spec) => Some(spec),
        _ => None,
    };
    let count = block.parts.len();
    let layers: Vec<_> = (0..count).filter_map(layer).collect();
    let has = |name: &str| layers.iter().any(|spec| spec.name == name);
    let deep = |name: &str| block.parts.iter().any(|part| contains(&part.kind, heads, name));
    let has_pool = layers.iter().any(|spec| spec.group == Group::Pooling);
    if block.is_chain() {
        let pools = |i: usize| layer(i).is_some_and(|spec| spec.group == Group::Pooling);
        let norm = |spec: &formwork_ir::Spec| spec.group == Group::Normalization;
        let short = |spec: &formwork_ir::Spec| match spec.name {
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
    let pooled = has("global_avg_pool2d") || has("reduce_mean");
    let enlarged = ["upsample2d", "conv2d_transpose", "resize2d"].into_iter().any(deep);
    let convolutions = block.parts.iter().filter(|part| part.choice.is_none());
    let convolutions = convolutions.filter(|part| contains(&part.kind, heads, "conv2d")).count();
    let name = if has("multiply") && pooled {
        "squeeze_excite"
    } else if block.inputs > 1 && enlarged {
        "up"
    } else if block.inputs > 1 {
        "merge"
    } else if has("concat") && block.parts.len() < 12 {
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

/// Whether there is such a layer in it.
fn contains(kind: &Kind, heads: &Heads, name: &str) -> bool {
    match kind {
        Kind::Layer(spec) => spec.name == name,
        Kind::Block(inner) => {
            heads.blocks[*inner].block.parts.iter().any(|part| contains(&part.kind, heads, name))
        }
        Kind::Fixed => false,
    }
}
