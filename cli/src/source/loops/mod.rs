//! Calls that repeat each other, as loops.

mod run;
mod table;

use std::collections::HashMap;

use run::{Run, counter, is_even, key, rounds, split};

use super::heads::Heads;
use super::names::Names;
use super::program::{Call, Step, Val, What};

/// Makes loops of the steps of a model. `outputs` are what it returns.
pub fn fold(steps: Vec<Call>, outputs: &[Val], heads: &Heads, names: &mut Names) -> Vec<Step> {
    let mut reads: HashMap<Val, usize> = HashMap::new();
    for &value in steps.iter().flat_map(|call| &call.inputs).chain(outputs) {
        *reads.entry(value).or_default() += 1;
    }
    let mut folder = Folder { heads, names, fresh: usize::MAX / 2 };
    let mut done = Vec::new();
    let mut chain: Vec<Call> = Vec::new();
    for call in steps {
        let goes_on = chain
            .last()
            .is_none_or(|last| call.inputs == [last.value] && reads.get(&last.value) == Some(&1));
        if !goes_on || !plain(&call) {
            done.extend(folder.chain(std::mem::take(&mut chain)));
        }
        match plain(&call) {
            true => chain.push(call),
            false => done.push(Step::Call(call)),
        }
    }
    done.extend(folder.chain(chain));
    done
}

/// Whether a loop may hold it.
fn plain(call: &Call) -> bool {
    call.inputs.len() == 1
        && call.asserted.is_none()
        && matches!(call.what, What::Layer(_) | What::Block(_))
}

struct Folder<'a> {
    heads: &'a Heads,
    names: &'a mut Names,
    fresh: Val,
}

impl Folder<'_> {
    /// Makes loops of calls each of which reads the one before it.
    fn chain(&mut self, calls: Vec<Call>) -> Vec<Step> {
        // What grows does so in a row of calls of the same thing, not across others.
        let counting = self.loops(&calls, true);
        counting.or_else(|| self.loops(&calls, false)).unwrap_or_default()
    }

    fn loops(&mut self, calls: &[Call], counting: bool) -> Option<Vec<Step>> {
        let runs = self.runs(calls, counting);
        let mut steps = Vec::new();
        let mut at = 0;
        while at < runs.len() {
            // The shape that holds the most calls.
            let mut best: Option<(usize, usize, usize)> = None;
            for period in 1..=6 {
                let rounds = rounds(&runs[at..], period);
                let count = |runs: &[Run]| runs.iter().map(|run| run.calls.len()).sum::<usize>();
                let calls = count(&runs[at..at + period * rounds]);
                let both = runs[at..].chunks(period).take(2).all(|row| count(row) >= 3);
                let many = rounds >= 3 || rounds == 2 && both;
                if many && best.is_none_or(|(most, ..)| calls > most) {
                    best = Some((calls, period, rounds));
                }
            }
            let alone = runs[at].calls.len();
            if is_even(&runs[at]) && alone >= 3 {
                best = best.or(Some((alone, 1, 1)));
            }
            let Some((_, period, rounds)) = best else {
                steps.extend(runs[at].calls.iter().cloned().map(Step::Call));
                at += 1;
                continue;
            };
            let next = at + period * rounds;
            if period > 1 && runs[at..next].iter().any(|run| run.counter.is_some()) {
                return None;
            }
            let rows: Vec<&[Run]> = runs[at..next].chunks(period).collect();
            steps.push(self.table(&rows));
            at = next;
        }
        Some(steps)
    }

    /// Calls in runs.
    fn runs(&self, calls: &[Call], counting: bool) -> Vec<Run> {
        let mut runs = Vec::new();
        for same in calls.chunk_by(|a, b| key(a) == key(b)) {
            let counter = if counting { counter(same) } else { None };
            let sized = |slot: usize| {
                let name = self.arg_name(&same[0], slot);
                ["filters", "units", "expand"].iter().any(|word| name.starts_with(word))
            };
            runs.extend(split(same, counter, &sized));
        }
        runs
    }

    fn arg_name(&self, call: &Call, slot: usize) -> String {
        match &call.what {
            What::Layer(spec) => spec.args[slot].name.to_owned(),
            What::Block(index) => self.heads.blocks[*index].signature.params[slot].name.clone(),
            _ => String::new(),
        }
    }

    /// A tensor inside a loop.
    fn value(&mut self) -> Val {
        self.fresh += 1;
        self.fresh
    }
}
