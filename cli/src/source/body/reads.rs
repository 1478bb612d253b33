//! Who reads what.

use std::collections::HashMap;

use crate::source::program::{Call, Step, Val, What};

/// How often an option reads what it keeps.
pub fn reads(steps: &[Step], kept: Val) -> usize {
    let mut inside = HashMap::new();
    count(steps, &mut inside);
    1 + inside.get(&kept).copied().unwrap_or(0)
}

/// How often each value is read.
pub fn count(steps: &[Step], reads: &mut HashMap<Val, usize>) {
    for step in steps {
        let (read, inner): (&[Val], &[Step]) = match step {
            Step::Call(call) => (&call.inputs, &[]),
            Step::Optional { steps, made, kept, .. } => (&[*made, *kept], steps),
            Step::Loop(run) => (&[run.before, run.after], &run.steps),
            Step::Advance { .. } => (&[], &[]),
        };
        read.iter().for_each(|&value| *reads.entry(value).or_default() += 1);
        count(inner, reads);
    }
}

/// What values are called after the steps that read them; `many` are read more than once.
pub fn roles(steps: &[Step], many: &dyn Fn(Val) -> bool, found: &mut HashMap<Val, &'static str>) {
    for step in steps {
        let (call, merged) = match step {
            Step::Optional { steps, .. } => {
                roles(steps, many, found);
                continue;
            }
            Step::Call(call @ Call { what: What::Layer(spec), .. }) => (call, spec.name),
            Step::Call(call) => (call, ""),
            _ => continue,
        };
        for (i, &input) in call.inputs.iter().enumerate().filter(|_| call.inputs.len() > 1) {
            let role = match (merged, many(input)) {
                ("multiply", false) => "gate",
                ("concat", false) => "new",
                ("concat", true) => "skip",
                ("", true) if i > 0 => "skip",
                _ => continue,
            };
            found.entry(input).or_insert(role);
        }
    }
}
