//! Which blocks are worth a name, and which defaults a call makes use of.

use crate::source::heads::{Head, Heads};
use crate::source::piece::Kind;
use crate::source::program::{Call, Step, Term, What};

/// Decides which blocks stand in the place of their calls: chains that are not worth a name.
pub fn inline(heads: &mut Heads, steps: &[Step]) -> Vec<usize> {
    /// What a block costs its reader, in characters; more if it is called no more than twice.
    const COST: usize = 40;
    const TWICE: usize = 110;
    let mut sites = vec![0; heads.blocks.len()];
    count(steps, &mut sites);
    for index in (0..heads.blocks.len()).rev() {
        let Head { block, signature, .. } = &heads.blocks[index];
        let free = signature.terms.iter().flatten().all(|term| !term.has_dim());
        if block.is_chain() && free {
            let args: Vec<_> =
                signature.params.iter().map(|param| Term::name(&param.name)).collect();
            let call = Call { args, ..Call::new(What::Block(index), 0) };
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
        // All behind the first that is used stay: no parameter without one follows.
        for (slot, param) in head.signature.params.iter_mut().enumerate() {
            let used = calls.iter().any(|(called, terms)| {
                let default = param.default.as_ref();
                *called == index
                    && matches!(&terms[slot], Term::Value(value) if Some(value) == default)
            });
            if used {
                break;
            }
            param.default = None;
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
