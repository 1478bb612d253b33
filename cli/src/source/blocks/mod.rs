//! The text of the blocks, and what they are called.

mod naming;
mod worth;

use formwork_ir::Graph;
pub use worth::inline;

use super::block::{Block, Ref};
use super::body::Body;
use super::find::Found;
use super::heads::{Head, Heads};
use super::layout::Lines;
use super::names::Names;
use super::params::{Signature, Signatures};
use super::piece::{self, Kind};
use super::program::{Call, Step, Term, Val};

/// Names the blocks; decides which of them are worth it. `steps` are those of the model.
pub fn heads(graph: &Graph, found: &Found, signatures: Signatures, names: &mut Names) -> Heads {
    let mut heads = Heads::default();
    let said = |index| naming::said(graph, &piece::calls(&found.pieces, index));
    let said: Vec<_> = (0..found.blocks.len()).map(said).collect();
    for (index, (block, signature)) in found.blocks.iter().zip(signatures.all).enumerate() {
        let calls = piece::calls(&found.pieces, index);
        // Of blocks within blocks the outermost has the name.
        let is_inner = |kind: &Kind| matches!(kind, Kind::Block(inner) if *inner == index);
        let has = |outer: &Block| outer.parts.iter().any(|part| is_inner(&part.kind));
        let mut outer = found.blocks.iter().zip(&said).filter(|(outer, _)| has(outer));
        let taken = outer.any(|(_, name)| name.is_some() && *name == said[index]);
        let said = said[index].clone().filter(|_| !taken);
        let own = naming::own(graph, block, &calls);
        let name = said.unwrap_or_else(|| naming::structure(block, &heads));
        let name = names.fresh(&name);
        heads.blocks.push(Head { name, block: block.clone(), signature, own, inline: false });
    }
    heads
}

/// Writes a block.
pub fn write(lines: &mut Lines, heads: &Heads, index: usize, graph: &Graph) {
    let Head { name, block, signature, own, .. } = &heads.blocks[index];
    let mut names = Names::new(graph);
    heads.blocks.iter().for_each(|head| names.reserve(&head.name));
    let Signature { params, terms, conditions, rank } = signature;
    params.iter().for_each(|param| names.reserve(&param.name));
    let concat = block.parts.iter().any(|part| part.key.starts_with("concat"));
    let others: &[&str] = if concat { &["x", "skip", "other"] } else { &["x", "other", "third"] };
    let inputs: Vec<_> = others[..block.inputs].iter().map(|name| names.fresh(name)).collect();
    let conditional = conditions.iter().flat_map(|condition| &condition.comparisons);
    let dims = terms.iter().flatten().any(Term::has_dim)
        || conditional.flat_map(|(a, _, b)| [a, b]).any(Term::has_dim);
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
        let (args, name) = (signature.terms[i].clone(), own[i].clone());
        let step = Step::Call(Call { args, name, inputs, ..Call::new(part.what(), made) });
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
