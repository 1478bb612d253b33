//! Every layer of the table, with its example's arguments and with random ones, against its oracle.

use formwork_ir::{Op, Spec, TABLE, Value, find};

use super::check::{Case, Numbers, check};
use super::{Algorithm, Finish, Site, lower};

/// The rows of the table; parts stand for `split`, and are slices.
fn layers() -> impl Iterator<Item = &'static Spec> {
    TABLE.iter().filter(|spec| spec.name != "split")
}

/// Compares a layer's kernel with its oracle; says whether the layer takes inputs of those sizes.
fn is_the_layer(op: &Op, inputs: &[Vec<usize>], seed: u64) -> bool {
    let inputs: Vec<_> = inputs.iter().map(Vec::as_slice).collect();
    let Some(case) = Case::new(op.clone(), &inputs, seed) else { return false };
    let output = case.output.clone();
    check(case, |isa, params| {
        let (inputs, output) = (inputs.clone(), &output[..]);
        let site = Site {
            isa,
            algorithm: Algorithm::Product,
            inputs,
            output,
            params: Vec::new(),
            finish: Finish::NONE,
        };
        lower(op, &site, params.iter().map(|values| values.to_vec()).collect())
    });
    true
}

/// The sizes that `x: [_, 8, 8, 4], y: [_, 4]` names, with a batch.
fn sizes(text: &str, batch: usize) -> Vec<Vec<usize>> {
    let of = |dims: &str| -> Vec<usize> {
        let dims = dims.trim_start_matches('[').split(", ");
        dims.map(|n| n.parse().unwrap_or(batch)).collect()
    };
    text.split(']').filter_map(|input| Some(of(input.split_once(": ")?.1))).collect()
}

/// The layer that an example applies.
fn example(spec: &Spec) -> Op {
    let args = match spec.example.body.split_once(&format!(".{}(", spec.name)) {
        Some((_, args)) => args.strip_suffix(')').expect("a call"),
        // `layer(x, y)` or an operator: no arguments.
        None => "",
    };
    let args = Value::parse_args(args, None).expect("arguments");
    find(spec.name).expect("a layer").call(&args).expect("its arguments")
}

#[test]
fn examples_are_computed() {
    for spec in layers() {
        for batch in [1, 2] {
            let inputs = sizes(spec.example.inputs, batch);
            assert!(is_the_layer(&example(spec), &inputs, 1), "{}", spec.name);
        }
    }
}

/// Values that arguments take.
const VALUES: &[&str] = &[
    "0",
    "1",
    "2",
    "2",
    "3",
    "4",
    "5",
    "8",
    "-1",
    "-2",
    "0.5",
    "0.25",
    "1.5",
    "-0.5",
    "true",
    "false",
    "same",
    "valid",
    "none",
    "nearest",
    "bilinear",
    "(1, 2)",
    "(2, 3)",
    "(2, 2)",
    "(1, 2, 3)",
    "(2, 1, 3)",
    "(3, 1, 2)",
    "(1,)",
    "((0, 1), (1, 0))",
    "0..2",
    "-3..-1",
    "1..-1",
    "[_, 1, 1, _]",
    "[_, -1]",
    "[_, 4, -1]",
    "[_, 2, 2, -1]",
    "zeros",
];

/// Sizes of inputs.
const SIZES: &[&[usize]] = &[
    &[2, 6, 5, 4],
    &[1, 8, 8, 12],
    &[3, 4, 6, 8],
    &[2, 1, 1, 4],
    &[1, 1, 1, 17],
    &[2, 12],
    &[5, 3],
    &[3, 5, 3],
    &[2, 9, 40],
    &[3],
];

/// Random choices.
struct Choices(Numbers);

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        (((self.0.next() + 1.0) / 2.0 * n as f32) as usize).min(n - 1)
    }

    fn value(&mut self) -> Value {
        Value::parse(VALUES[self.below(VALUES.len())]).expect("a value")
    }

    /// The layer with arguments that it takes, where some are found.
    fn op(&mut self, spec: &Spec) -> Option<Op> {
        let given = |arg: &formwork_ir::Arg| {
            (arg.default.is_none() || self.below(2) == 0).then(|| self.value())
        };
        let mut args: Vec<_> = spec.args.iter().map(given).collect();
        for _ in 0..400 {
            match (spec.read)(&args) {
                Ok(op) => return Some(op),
                Err(fault) => args[fault.arg] = Some(self.value()),
            }
        }
        None
    }

    /// As many inputs as it takes, often alike; a few axes are 1.
    fn inputs(&mut self, spec: &Spec) -> Vec<Vec<usize>> {
        let (fewest, most) = spec.inputs.range();
        let count = fewest + self.below(most.min(4) - fewest + 1);
        let first = SIZES[self.below(SIZES.len())].to_vec();
        let mut broadcast = |mut dims: Vec<usize>| {
            for size in &mut dims[1..] {
                *size = if self.below(4) == 0 { 1 } else { *size };
            }
            dims
        };
        let others = (1..count).map(|_| broadcast(first.clone())).collect::<Vec<_>>();
        [vec![first], others].concat()
    }
}

#[test]
fn random_calls_are_computed() {
    let mut choices = Choices(Numbers::new(5));
    let enough = if cfg!(miri) { 1 } else { 25 };
    for spec in layers() {
        let mut calls = (0..1000).filter(|seed| {
            let inputs = choices.inputs(spec);
            choices.op(spec).is_some_and(|op| is_the_layer(&op, &inputs, *seed))
        });
        let fit = calls.by_ref().take(enough).count();
        assert_eq!(fit, enough, "{}: few calls fit", spec.name);
    }
}
