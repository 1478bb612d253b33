//! A loop over a table: what differs between its rounds.

use formwork_ir::Value;

use super::Folder;
use super::run::{Run, is_even};
use crate::source::layer;
use crate::source::names::Names;
use crate::source::program::{Call, Items, Loop, Step, Term, Val, What};

impl Folder<'_> {
    /// A loop with a round for each row; the rows call the same things.
    pub(super) fn table(&mut self, rows: &[&[Run]]) -> Step {
        let mut table = Table { names: self.names.clone(), columns: Vec::new(), counter: None };
        let (first, last) = (&rows[0][0].calls[0], &rows[rows.len() - 1][rows[0].len() - 1]);
        let (before, value) = (first.inputs[0], last.calls[last.calls.len() - 1].value);
        let inner = self.value();
        let (mut steps, mut after) = (Vec::new(), inner);
        for place in 0..rows[0].len() {
            let runs: Vec<&Run> = rows.iter().map(|row| &row[place]).collect();
            after = self.runs_of(&runs, &mut table, &mut steps, after);
        }
        let counter = table.counter.take();
        if let ([Step::Loop(only)], [_]) = (steps.as_mut_slice(), rows) {
            // One row is no table.
            (only.before, only.value, only.counter) = (before, value, counter);
            return Step::Loop(only.clone());
        }
        let (pattern, items) = table.items(rows.len());
        let counts = Loop { counter, pattern, items, before, inner, steps, after, value };
        Step::Loop(Box::new(counts))
    }

    /// Writes what the runs in one place of all rows have in common: a call or two, or a first
    /// one and a loop, or a loop alone. Returns what they make of `before`.
    fn runs_of(
        &mut self,
        runs: &[&Run],
        table: &mut Table,
        steps: &mut Vec<Step>,
        before: Val,
    ) -> Val {
        let mut made = before;
        let (first, rest) = self.terms(runs, table);
        let counts: Vec<_> = runs.iter().map(|run| run.calls.len() as i64).collect();
        let same = counts.iter().all(|count| *count == counts[0]);
        let whole = runs.iter().all(|run| is_even(run)) && (!same || counts[0] > 2);
        if !whole {
            made = self.push(steps, runs[0], &first, table, made);
        }
        let left = counts[0] - i64::from(!whole);
        if same && left <= 2 && !whole {
            return (0..left).fold(made, |made, _| self.push(steps, runs[0], &rest, table, made));
        }
        let wish =
            if matches!(runs[0].calls[0].what, What::Block(_)) { "blocks" } else { "layers" };
        let count = table.term(counts.into_iter().map(Value::Int).collect(), wish);
        let (inner, mut inside) = (self.value(), Vec::new());
        let after = self.push(&mut inside, runs[0], &rest, table, inner);
        let value = self.value();
        steps.push(Step::Loop(Box::new(Loop {
            counter: None,
            pattern: "_".to_owned(),
            items: Items::Range(format!("{}..{}", u8::from(!whole), count.text())),
            before: made,
            inner,
            steps: inside,
            after,
            value,
        })));
        value
    }

    /// The arguments of the first call of each run, and those of the others.
    fn terms(&self, runs: &[&Run], table: &mut Table) -> (Vec<Term>, Vec<Term>) {
        let call = &runs[0].calls[0];
        let mut term = |slot: usize| {
            let name = self.arg_name(call, slot);
            if let Some(counter) = runs[0].counter.as_ref().filter(|own| own.slot == slot) {
                let name = table.names.fresh(&name);
                table.counter = Some((name.clone(), counter.start));
                return (Term::name(&name), Term::Name(name));
            }
            let first = runs.iter().map(|run| run.first[slot].clone()).collect();
            let rest: Vec<_> = runs.iter().map(|run| run.rest[slot].clone()).collect();
            let first = table.term(first, &name);
            let same = runs.iter().all(|run| run.first[slot] == run.rest[slot]);
            let rest = if same { first.clone() } else { table.term(rest, &name) };
            (first, rest)
        };
        (0..call.args.len()).map(&mut term).unzip()
    }

    /// Appends a call with other arguments.
    fn push(
        &mut self,
        steps: &mut Vec<Step>,
        run: &Run,
        args: &[Term],
        table: &Table,
        before: Val,
    ) -> Val {
        let value = self.value();
        let (args, inputs) = (args.to_vec(), vec![before]);
        let what = run.calls[0].what.clone();
        steps.push(Step::Call(Call { args, inputs, ..Call::new(what, value) }));
        if let (Some(counter), Some((name, _))) = (&run.counter, &table.counter) {
            steps.push(Step::Advance { value, counter: name.clone(), by: counter.by });
        }
        value
    }
}

/// What differs between the rounds of a loop.
struct Table {
    names: Names,
    columns: Vec<(String, Vec<Value>)>,
    /// What grows from call to call, and where it starts.
    counter: Option<(String, f64)>,
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
