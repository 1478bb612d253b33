//! What is not kept for the way back, but made again there by the same steps, and so to the same bits:
//! what costs little, and all that parts of a network make for themselves that are to be run again.
//!
//! It is given up behind its last reader on the way forward, and made again before the first step
//! back that reads it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::super::layout::{Buffer, Home, Spot};
use super::super::steps::Draft;
use super::builder::Builder;

/// What running a part of a network again costs, and what it saves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Again {
    /// The part's name.
    pub name: String,
    /// Steps that run again.
    pub steps: usize,
    /// Products that they sum.
    pub macs: u64,
    /// Values that are not kept.
    pub values: usize,
}

/// The steps on the way forward that are run again.
#[derive(Default)]
pub(super) struct Steps {
    /// Each makes a tensor at little cost of what is read on the way back anyway.
    pub cheap: Vec<usize>,
    /// Those of each checkpoint.
    pub checkpoints: Vec<Vec<usize>>,
    /// Buffers of checkpoints that are kept.
    pub kept: Vec<usize>,
}

/// Has steps run again, of which the first `forward` make the outputs; says what that means of each
/// checkpoint.
pub(super) fn run_again(at: &mut Builder, forward: usize) -> Vec<Again> {
    let Steps { cheap, checkpoints, kept } = std::mem::take(&mut at.again);
    let mut back = at.drafts.split_off(forward);
    let mut parts: Vec<_> = cheap.into_iter().map(|step| (None, vec![step])).collect();
    parts.extend(at.net.checkpoints.iter().map(Some).zip(checkpoints));
    // Who reads something comes before who makes it.
    parts.sort_by_key(|(_, steps)| Reverse(steps.last().copied()));
    let mut all = Vec::new();
    for (name, mut steps) in parts {
        let own = match name {
            Some(_) => inner(at, &steps, &kept),
            None => alone(at, steps[0]),
        };
        let Some(first) = back.iter().position(|draft| read(draft).any(|b| own.contains(&b)))
        else {
            continue;
        };
        let mut needed: BTreeSet<_> = back.iter().flat_map(read).collect();
        needed.retain(|buffer| own.contains(buffer));
        for &step in steps.iter().rev() {
            if needed.contains(&at.drafts[step].output.buffer) {
                needed.extend(read(&at.drafts[step]).filter(|buffer| own.contains(buffer)));
            }
        }
        steps.retain(|&step| needed.contains(&at.drafts[step].output.buffer));
        let drafts: Vec<_> = steps.iter().map(|&step| again(&at.drafts[step])).collect();
        all.extend(name.map(|name| Again {
            name: name.clone(),
            steps: drafts.len(),
            macs: drafts.iter().map(|draft| draft.macs).sum(),
            values: needed.iter().map(|&buffer| at.layout.buffers[buffer].size).sum(),
        }));
        back.splice(first..first, drafts);
        let fresh = needed.into_iter().map(|buffer| {
            let size = at.layout.buffers[buffer].size;
            at.layout.buffers.push(Buffer { home: Home::Arena, size });
            (buffer, at.layout.buffers.len() - 1)
        });
        let fresh: BTreeMap<_, _> = fresh.collect();
        let rename = |spot: &mut Spot| {
            spot.buffer = fresh.get(&spot.buffer).copied().unwrap_or(spot.buffer);
        };
        for draft in &mut back {
            draft.inputs.iter_mut().chain([&mut draft.output]).for_each(rename);
        }
    }
    at.drafts.extend(back);
    all.reverse();
    all
}

fn again(draft: &Draft) -> Draft {
    Draft { name: format!("{}, again", draft.name), ..draft.clone() }
}

/// The buffers that a step reads.
fn read(draft: &Draft) -> impl Iterator<Item = usize> {
    draft.inputs.iter().map(|spot| spot.buffer)
}

/// The buffer that a step makes, if no other writes to it.
fn alone(at: &Builder, step: usize) -> BTreeSet<usize> {
    let buffer = at.drafts[step].output.buffer;
    let makers = at.drafts.iter().filter(|draft| draft.output.buffer == buffer).count();
    let own = makers == 1 && at.layout.buffers[buffer].home == Home::Arena;
    own.then_some(buffer).into_iter().collect()
}

/// The buffers that steps make and no other reads or writes, but for those that are kept.
fn inner(at: &Builder, steps: &[usize], kept: &[usize]) -> BTreeSet<usize> {
    let own: BTreeSet<usize> = steps.iter().copied().collect();
    let (mut inner, mut others) = (BTreeSet::new(), BTreeSet::new());
    for (step, draft) in at.drafts.iter().enumerate() {
        match own.contains(&step) {
            true => inner.extend([draft.output.buffer]),
            false => others.extend(read(draft).chain([draft.output.buffer])),
        }
    }
    let is_inner = |buffer: &usize| {
        at.layout.buffers[*buffer].home == Home::Arena
            && !others.contains(buffer)
            && !kept.contains(buffer)
    };
    inner.into_iter().filter(is_inner).collect()
}
