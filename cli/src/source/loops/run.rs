//! Calls of the same thing that follow each other.

use std::collections::{HashMap, HashSet};

use formwork_ir::Value;

use crate::source::piece;
use crate::source::program::{Call, Term, What};

/// Calls that follow each other, of the same thing: the first has its own arguments, the others
/// have the same but for some.
#[derive(Clone)]
pub struct Run {
    pub calls: Vec<Call>,
    pub first: Vec<Value>,
    pub rest: Vec<Value>,
    pub counter: Option<Counter>,
}

/// An argument that grows from call to call by the same number.
#[derive(Clone, Copy)]
pub struct Counter {
    pub slot: usize,
    pub start: f64,
    pub by: f64,
}

/// Equal for calls of the same thing.
pub fn key(call: &Call) -> String {
    match &call.what {
        What::Block(index) => format!("block {index}"),
        What::Layer(spec) => {
            let fixed = spec.args.iter().zip(&call.args).filter_map(|(arg, term)| match term {
                Term::Value(value) if piece::varies(arg.name, value) => None,
                term => Some(term.text()),
            });
            format!("{} {}", spec.name, fixed.collect::<Vec<_>>().join(" "))
        }
        _ => String::new(),
    }
}

/// Whether all calls have the same arguments.
pub fn is_even(run: &Run) -> bool {
    run.first == run.rest
}

fn values(call: &Call, without: Option<usize>) -> Vec<Value> {
    let value = |(slot, term): (usize, &Term)| match term {
        Term::Value(value) if Some(slot) != without => value.clone(),
        _ => Value::Any,
    };
    call.args.iter().enumerate().map(value).collect()
}

/// Splits calls of the same thing into as few runs as there can be, where up to two arguments
/// have a value of their own in all but the first call.
///
/// A slot that is `sized` has no usual value; what grows is no argument here.
pub fn split(calls: &[Call], counter: Option<Counter>, sized: &dyn Fn(usize) -> bool) -> Vec<Run> {
    let without = counter.map(|counter| counter.slot);
    let rows: Vec<_> = calls.iter().map(|call| values(call, without)).collect();
    let slots: Vec<usize> = (0..rows[0].len())
        .filter(|&slot| !sized(slot) && rows.iter().any(|row| row[slot] != rows[0][slot]))
        .collect();
    let mut usual: Vec<HashMap<usize, Value>> = vec![HashMap::new()];
    for (i, &a) in slots.iter().enumerate() {
        usual.push(HashMap::from([(a, commonest(&rows, a))]));
        for &b in &slots[i + 1..] {
            usual.push(HashMap::from([(a, commonest(&rows, a)), (b, commonest(&rows, b))]));
        }
    }
    let cut = |usual: &HashMap<usize, Value>| -> Vec<usize> {
        let mut starts = vec![0];
        for (i, row) in rows.iter().enumerate().skip(1) {
            let first = &rows[starts[starts.len() - 1]];
            let fits = row.iter().enumerate().all(|(slot, value)| match usual.get(&slot) {
                Some(usual) => value == usual,
                None => *value == first[slot],
            });
            if !fits {
                starts.push(i);
            }
        }
        starts
    };
    let best = usual.iter().min_by_key(|usual| (cut(usual).len() + usual.len(), usual.len()));
    let Some(best) = best else { return Vec::new() };
    let mut starts = cut(best);
    starts.push(calls.len());
    let run = |two: &[usize]| {
        let first = rows[two[0]].clone();
        let mut rest = first.clone();
        best.iter().for_each(|(&slot, value)| rest[slot] = value.clone());
        let calls = calls[two[0]..two[1]].to_vec();
        let counter = counter.map(|counter| {
            let start = float(&calls[0], counter.slot).unwrap_or(counter.start);
            Counter { start, ..counter }
        });
        Run { calls, first, rest, counter }
    };
    starts.windows(2).map(run).collect()
}

fn commonest(rows: &[Vec<Value>], slot: usize) -> Value {
    let count = |value: &Value| rows.iter().filter(|row| row[slot] == *value).count();
    let all = rows.iter().map(|row| &row[slot]);
    all.max_by_key(|value| count(value)).cloned().unwrap_or(Value::Any)
}

/// How often runs repeat the first `period` of them, in what they call.
pub fn rounds(runs: &[Run], period: usize) -> usize {
    let Some(first) = runs.get(..period) else { return 0 };
    let keys: Vec<_> = first.iter().map(|run| key(&run.calls[0])).collect();
    // A period that is one of its own parts over and over is not one.
    let distinct: HashSet<_> = keys.iter().collect();
    if period > 1 && distinct.len() == 1 {
        return 0;
    }
    let same = |chunk: &&[Run]| chunk.iter().zip(&keys).all(|(run, k)| key(&run.calls[0]) == *k);
    runs.chunks_exact(period).take_while(same).count()
}

/// The argument that grows by the same number from call to call, where that is exact.
pub fn counter(calls: &[Call]) -> Option<Counter> {
    if calls.len() < 4 {
        return None;
    }
    (0..calls[0].args.len()).find_map(|slot| {
        let values: Vec<f64> = calls.iter().map(|call| float(call, slot)).collect::<Option<_>>()?;
        let start = values[0];
        // A step of few digits is what was meant.
        let step = values[1] - start;
        let short = format!("{step:.9}").parse().unwrap_or(step);
        let exact = |by: &f64| {
            let sums = std::iter::successors(Some(start), |sum| Some(sum + by));
            *by != 0.0 && sums.zip(&values).all(|(sum, value)| sum == *value)
        };
        let by = [short, step].into_iter().find(exact)?;
        Some(Counter { slot, start, by })
    })
}

fn float(call: &Call, slot: usize) -> Option<f64> {
    match call.args.get(slot) {
        Some(Term::Value(Value::Float(x))) => Some(*x),
        _ => None,
    }
}
