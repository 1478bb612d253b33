//! Graphs of random layers.

use formwork_ir::{Declared, Domain, Graph, Inputs, Ratio, Scheme, Shape, TABLE, Value};

use crate::source::layer;

/// A small deterministic source of choices (xorshift).
pub struct Rng(pub u64);

impl Rng {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// Values of every kind that some argument takes.
fn values() -> Vec<Value> {
    const TEXT: &[&str] = &[
        "0",
        "1",
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
        "zeros",
        "he_normal",
        "constant(0.1)",
        "random_normal(0.0, stddev = 0.1)",
        "(1, 2)",
        "(2, 3)",
        "(2, 2)",
        "(1, 2, 3)",
        "(2, 1, 3)",
        "(1,)",
        "((0, 1), (1, 0))",
        "((1, 1), (2, 2))",
        "0..2",
        "-3..-1",
        "[_, 1, 1, _]",
        "[_, -1]",
        "[_, 4, -1]",
        "[_, 2, 2, -1]",
    ];
    TEXT.iter().map(|text| Value::parse(text).expect("a value")).collect()
}

/// Inputs that a model may have, and layers on any nodes that are there already; often a piece is
/// appended several times. Names are whatever a file may hold.
pub fn random(seed: u64, names: &[String]) -> Graph {
    let mut rng = Rng(seed | 1);
    let values = values();
    let split = formwork_ir::layers::Split::NAME;
    let table: Vec<_> = TABLE.iter().filter(|spec| spec.name != split).collect();
    let name = |rng: &mut Rng, i: usize| format!("{}.{i}", rng.pick(names));
    let mut graph = Graph::new(&rng.pick(names), Domain::default());
    let mut nodes = Vec::new();
    for i in 0..1 + rng.below(3) {
        let (shape, scheme) = match rng.below(4) {
            0 => (Shape::batched([12]), None),
            1 => (Shape::batched([4, 6, 6, 3]), None),
            2 => (Shape::batched([8, 8, 3]), Some(Scheme::Imagenet)),
            _ => {
                let [low, high] = [0, 1].map(|_| Ratio::new(rng.below(99) as i64 - 50, 7));
                let scheme = low.zip(high).filter(|(low, high)| low != high);
                (Shape::batched([8, 6, 4]), scheme.map(|(low, high)| Scheme::Between(low, high)))
            }
        };
        let name = name(&mut rng, i);
        nodes.push(graph.pixels(&name, shape, scheme));
    }
    let mut last = rng.pick(&nodes);
    let mut chosen = Vec::new();
    for i in 0..10 + rng.below(30) {
        // Half of the time, what came a few layers before.
        let repeated = (chosen.len() > 4 && rng.below(2) == 0)
            .then(|| rng.pick(&chosen[chosen.len().saturating_sub(8)..]));
        let op = match repeated {
            Some(op) => op,
            None => {
                let spec = rng.pick(&table);
                let mut args: Vec<_> = spec
                    .args
                    .iter()
                    .map(|arg| {
                        let given = arg.default.is_none() || rng.below(3) == 0;
                        given.then(|| rng.pick(&values))
                    })
                    .collect();
                let mut tries = 0..200;
                let op = loop {
                    match (spec.read)(&args) {
                        Ok(op) => break Some(op),
                        Err(fault) if tries.next().is_some() => {
                            args[fault.arg] = Some(rng.pick(&values));
                        }
                        Err(_) => break None,
                    }
                };
                let Some(op) = op else { continue };
                op
            }
        };
        let count = match op.spec().inputs {
            Inputs::One => 1,
            Inputs::Two => 2,
            Inputs::Many => 2 + rng.below(2),
        };
        let mut inputs: Vec<_> = (0..count).map(|_| rng.pick(&nodes)).collect();
        if rng.below(4) > 0 {
            inputs[0] = last;
        }
        let called = vec!["a node"; count];
        let name = name(&mut rng, 100 + i);
        if let Ok(id) = graph.layer(&name, layer::normal(&op), &inputs, &called, None) {
            nodes.push(id);
            last = id;
            chosen.push(op);
        }
    }
    let outputs: Vec<_> = (0..1 + rng.below(3)).map(|_| rng.pick(&nodes)).chain([last]).collect();
    graph.set_outputs(&outputs);
    graph
}
