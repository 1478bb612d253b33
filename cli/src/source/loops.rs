//! Calls that repeat each other, as loops.

use std::collections::{HashMap, HashSet};

use formwork_ir::Value;

use super::heads::Heads;
use super::layer;
use super::names::Names;
use super::program::{Call, Items, Loop, Step, Term, Val, What};

/// Calls that follow each other, of the same thing: the first has its own arguments, the others
/// have the same but for some.
#[derive(Clone)]
struct Run {
    calls: Vec<Call>,
    first: Vec<Value>,
    rest: Vec<Value>,
}

/// An argument that grows from call to call by the same number.
struct Counter {
    slot: usize,
    start: f64,
    by: f64,
}

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
    fn chain(&mut self, calls: Vec<Call>) -> Vec<Step> {
        let (runs, counters) = self.runs(calls);
        let mut steps = Vec::new();
        let mut at = 0;
        while at < runs.len() {
            // The shape that holds the most calls.
            let mut best: Option<(usize, usize, usize)> = None;
            for period in 1..=6 {
                let rounds = rounds(&runs[at..], period);
                let calls: usize =
                    runs[at..at + period * rounds].iter().map(|run| run.calls.len()).sum();
                let many = rounds >= 3 || rounds == 2 && calls >= 6;
                if many && best.is_none_or(|(most, ..)| calls > most) {
                    best = Some((calls, period, rounds));
                }
            }
            let alone = runs[at].calls.len();
            if is_even(&runs[at]) && alone >= 3 {
                best = best.or(Some((alone, 1, 1)));
            }
            match best {
                None => {
                    steps.extend(runs[at].calls.iter().cloned().map(Step::Call));
                    at += 1;
                }
                Some((_, period, rounds)) => {
                    let rows: Vec<&[Run]> = runs[at..at + period * rounds].chunks(period).collect();
                    steps.push(self.table(&rows, &counters));
                    at += period * rounds;
                }
            }
        }
        steps
    }

    /// Calls in runs.
    fn runs(&self, calls: Vec<Call>) -> (Vec<Run>, HashMap<String, Counter>) {
        let mut runs = Vec::new();
        let mut counters = HashMap::new();
        let mut calls = calls.into_iter().peekable();
        while let Some(first) = calls.next() {
            let key = key(&first);
            let mut run = vec![first];
            while let Some(call) = calls.next_if(|call| self::key(call) == key) {
                run.push(call);
            }
            let counter = counter(&run);
            let without = counter.as_ref().map(|counter| counter.slot);
            let sized = |slot: usize| {
                let name = self.arg_name(&run[0], slot);
                ["filters", "units", "expand"].iter().any(|word| name.starts_with(word))
            };
            runs.extend(split(&run, without, &sized));
            if let Some(counter) = counter {
                counters.insert(key, counter);
            }
        }
        (runs, counters)
    }

    fn value(&mut self) -> Val {
        self.fresh += 1;
        self.fresh
    }

    fn table(&mut self, rows: &[&[Run]], counters: &HashMap<String, Counter>) -> Step {
        let names = self.names.clone();
        let mut table = Table { names, columns: Vec::new() };
        let mut counter = None;
        let before = rows[0][0].calls[0].inputs[0];
        let value = rows[rows.len() - 1].last().and_then(|run| run.calls.last()).map(|c| c.value);
        let inner = self.value();
        let (mut steps, mut last) = (Vec::new(), inner);
        for place in 0..rows[0].len() {
            let runs: Vec<&Run> = rows.iter().map(|row| &row[place]).collect();
            let call = &runs[0].calls[0];
            let own = counters.get(&key(call));
            let mut terms = Vec::new();
            let mut rest_terms = Vec::new();
            let even = runs.iter().all(|run| is_even(run));
            for slot in 0..call.args.len() {
                if let Some(own) = own.filter(|own| own.slot == slot) {
                    let name = self.names.fresh(&self.arg_name(call, slot));
                    counter = Some((name.clone(), own.start));
                    terms.push(Term::Name(name.clone()));
                    rest_terms.push(Term::Name(name));
                    continue;
                }
                let column = |of: fn(&Run) -> &Vec<Value>| -> Vec<Value> {
                    runs.iter().map(|run| of(run)[slot].clone()).collect()
                };
                let name = self.arg_name(call, slot);
                let term = table.term(column(|run| &run.first), &name);
                let rest = column(|run| &run.rest);
                let changes = runs.iter().any(|run| run.first[slot] != run.rest[slot]);
                rest_terms.push(if changes { table.term(rest, &name) } else { term.clone() });
                terms.push(term);
            }
            let counts: Vec<_> = runs.iter().map(|run| run.calls.len() as i64).collect();
            let mut push = |steps: &mut Vec<Step>, terms: &[Term], from: Val, to: Val| {
                let mut call = call.clone();
                (call.args, call.inputs, call.value) = (terms.to_vec(), vec![from], to);
                (call.hint, call.name) = (None, None);
                steps.push(Step::Call(call));
                if let (Some(own), Some((name, _))) = (own, &counter) {
                    steps.push(Step::Advance { value: to, counter: name.clone(), by: own.by });
                }
            };
            let same = counts.iter().all(|count| *count == counts[0]);
            let whole = even && (!same || counts[0] > 2);
            let ahead = if whole { 0 } else { 1 };
            if !whole {
                let next = self.value();
                push(&mut steps, &terms, last, next);
                last = next;
            }
            if same && counts[0] - ahead <= 2 && !whole {
                for _ in ahead..counts[0] {
                    let next = self.value();
                    push(&mut steps, &rest_terms, last, next);
                    last = next;
                }
                continue;
            }
            let wish = match call.what {
                What::Block(_) => "blocks",
                What::Layer(_) => "layers",
                _ => "n",
            };
            let count = table.term(counts.into_iter().map(Value::Int).collect(), wish);
            let (from, to, next) = (self.value(), self.value(), self.value());
            let mut inside = Vec::new();
            push(&mut inside, &rest_terms, from, to);
            steps.push(Step::Loop(Box::new(Loop {
                counter: None,
                pattern: "_".to_owned(),
                items: Items::Range(format!("{ahead}..{}", count.text())),
                before: last,
                inner: from,
                steps: inside,
                after: to,
                value: next,
            })));
            last = next;
        }
        if let ([Step::Loop(only)], [_]) = (steps.as_mut_slice(), rows) {
            // One row is no table.
            (only.before, only.value) = (before, value.unwrap_or(inner));
            only.counter = counter;
            return Step::Loop(only.clone());
        }
        let (pattern, items) = table.items(rows.len());
        let value = value.unwrap_or(inner);
        Step::Loop(Box::new(Loop {
            counter,
            pattern,
            items,
            before,
            inner,
            steps,
            after: last,
            value,
        }))
    }

    fn arg_name(&self, call: &Call, slot: usize) -> String {
        match &call.what {
            What::Layer(spec) => spec.args[slot].name.to_owned(),
            What::Block(index) => self.heads.blocks[*index].signature.params[slot].name.clone(),
            _ => "n".to_owned(),
        }
    }
}

/// What differs between the rounds of a loop.
struct Table {
    names: Names,
    columns: Vec<(String, Vec<Value>)>,
}

impl Table {
    fn term(&mut self, values: Vec<Value>, name: &str) -> Term {
        if values.iter().all(|value| *value == values[0]) {
            return Term::Value(values[0].clone());
        }
        if let Some((name, _)) = self.columns.iter().find(|(_, known)| *known == values) {
            return Term::name(name);
        }
        let name = self.names.fresh(name);
        self.columns.push((name.clone(), values));
        Term::Name(name)
    }

    fn items(&self, rounds: usize) -> (String, Items) {
        let row = |i: usize| {
            let values: Vec<_> =
                self.columns.iter().map(|(_, values)| layer::source(&values[i])).collect();
            if values.len() == 1 { values[0].clone() } else { format!("({})", values.join(", ")) }
        };
        let names: Vec<_> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        match names.as_slice() {
            [] => ("_".to_owned(), Items::Range(format!("0..{rounds}"))),
            [one] => ((*one).to_owned(), Items::Rows((0..rounds).map(row).collect())),
            many => (format!("({})", many.join(", ")), Items::Rows((0..rounds).map(row).collect())),
        }
    }
}

fn key(call: &Call) -> String {
    match &call.what {
        What::Block(index) => format!("block {index}"),
        What::Layer(spec) => {
            let fixed = spec.args.iter().zip(&call.args).filter_map(|(arg, term)| match term {
                Term::Value(value) if super::piece::varies(arg.name, value) => None,
                term => Some(term.text()),
            });
            format!("{} {}", spec.name, fixed.collect::<Vec<_>>().join(" "))
        }
        _ => String::new(),
    }
}

fn is_even(run: &Run) -> bool {
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
fn split(calls: &[Call], without: Option<usize>, sized: &dyn Fn(usize) -> bool) -> Vec<Run> {
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
        Run { calls: calls[two[0]..two[1]].to_vec(), first, rest }
    };
    starts.windows(2).map(run).collect()
}

fn commonest(rows: &[Vec<Value>], slot: usize) -> Value {
    let count = |value: &Value| rows.iter().filter(|row| row[slot] == *value).count();
    let all = rows.iter().map(|row| &row[slot]);
    all.max_by_key(|value| count(value)).cloned().unwrap_or(Value::Any)
}

/// How often runs repeat the first `period` of them, in what they call.
fn rounds(runs: &[Run], period: usize) -> usize {
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
fn counter(calls: &[Call]) -> Option<Counter> {
    let float = |call: &Call, slot: usize| match call.args.get(slot) {
        Some(Term::Value(Value::Float(x))) => Some(*x),
        _ => None,
    };
    if calls.len() < 4 {
        return None;
    }
    (0..calls[0].args.len()).find_map(|slot| {
        let values: Vec<f64> = calls.iter().map(|call| float(call, slot)).collect::<Option<_>>()?;
        let (start, by) = (values[0], values[1] - values[0]);
        let mut sum = start;
        let exact = values.iter().all(|value| {
            let same = sum == *value;
            sum += by;
            same
        });
        (exact && by != 0.0).then_some(Counter { slot, start, by })
    })
}
