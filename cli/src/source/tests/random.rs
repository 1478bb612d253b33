//! Graphs of random layers.

use formwork_ir::{
    Application, Declared, Dim, Domain, Graph, Group, Inputs, Kind, Op, Ratio, Scheme, Shape,
    Sizes, Symbol, TABLE, Value,
};

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
/// appended several times, some with the weights of the first. Some sizes are known at run time
/// only, and some shapes asserted for that. Names are whatever a file may hold.
pub fn random(seed: u64, names: &[String]) -> Graph {
    let mut rng = Rng(seed | 1);
    let values = values();
    let split = formwork_ir::layers::Split::NAME;
    let table: Vec<_> = TABLE.iter().filter(|spec| spec.name != split).collect();
    let name = |rng: &mut Rng, i: usize| format!("{}.{i}", rng.pick(names));
    let mut domain = Domain::default();
    let mut height = Dim::Known(8);
    if rng.below(3) == 0 {
        let sizes = rng.pick(&[Sizes::ALL, Sizes::new(4, &[0], 4, None, &[])]);
        height = domain.declare(Symbol::new("H", Kind::Runtime), sizes).into();
    }
    // Of most values nobody can say whether that many rows hold them.
    let lookup = |name: &str| domain.lookup(name);
    let rows = Value::parse_args("[_, H, -1]", Some(&lookup)).ok();
    let rows = rows.and_then(|rows| formwork_ir::find("reshape")?.call(&rows).ok());
    let mut graph = Graph::new(&rng.pick(names), domain.clone());
    let mut nodes = Vec::new();
    for i in 0..1 + rng.below(3) {
        let (shape, scheme) = match rng.below(4) {
            0 => (Shape::batched([12]), None),
            1 => (Shape::batched([4, 6, 6, 3]), None),
            2 => (Shape::batched([height.clone(), 8.into(), 3.into()]), Some(Scheme::Imagenet)),
            _ => {
                let [low, high] = [0, 1].map(|_| Ratio::new(rng.below(99) as i64 - 50, 7));
                let scheme = low.zip(high).filter(|(low, high)| low != high);
                (Shape::batched([8, 6, 4]), scheme.map(|(low, high)| Scheme::Between(low, high)))
            }
        };
        let name = name(&mut rng, i);
        nodes.push(graph.pixels(&name, shape, scheme));
    }
    if height.known().is_none() {
        // Each size is one of an input.
        nodes.push(graph.input("sized", Shape::batched([height, 8.into(), 3.into()])));
    }
    let mut last = rng.pick(&nodes);
    let (mut chosen, mut held): (_, Vec<(Op, String)>) = (Vec::new(), Vec::new());
    for i in 0..10 + rng.below(30) {
        // Half of the time, what came a few layers before.
        let repeated = (chosen.len() > 4 && rng.below(2) == 0)
            .then(|| rng.pick(&chosen[chosen.len().saturating_sub(8)..]));
        if rng.below(16) == 0 {
            // Another model, or the same again.
            let (model, weights) = rng.pick(&[("Head", "a"), ("Head", "b"), ("Neck", "c")]);
            let (name, shape) = (name(&mut rng, 100 + i), Shape::batched([6, 6, 3]));
            last = graph.model(&name, model, &[rng.pick(&nodes)], shape, weights);
            nodes.push(last);
            continue;
        }
        let op = match repeated {
            Some(op) => op,
            None if rows.is_some() && rng.below(8) == 0 => rows.clone().expect("rows"),
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
        let called = &vec!["a node"; count];
        let name = name(&mut rng, 100 + i);
        let same = held.iter().find(|(other, _)| *other == op).map(|(_, name)| name.clone());
        let weights = same.unwrap_or_else(|| format!("held{i}"));
        let shape = graph.node(inputs[0]).shape.clone();
        let (asserted, hold) = (rng.below(2) == 0, rng.below(2) == 0);
        let add = |weights: Option<&str>| {
            let (mut graph, op) = (graph.clone(), layer::normal(&op));
            let asserted = asserted.then_some(&shape);
            let layer = Application { name: &name, op, inputs: &inputs, called, asserted, weights };
            let id = graph.apply(layer).ok()?;
            // It is to fit at all sizes.
            graph.mismatches().is_empty().then_some((graph, id))
        };
        let Some((plain, id)) = add(None) else { continue };
        let weighs = hold && !plain.node(id).params.is_empty();
        let weighs = weighs && op.spec().group != Group::Activation;
        graph = match add(Some(&weights)).filter(|_| weighs) {
            Some((holding, _)) => {
                held.push((op.clone(), weights));
                holding
            }
            None => plain,
        };
        nodes.push(id);
        last = id;
        chosen.push(op);
    }
    let outputs: Vec<_> = (0..1 + rng.below(3)).map(|_| rng.pick(&nodes)).chain([last]).collect();
    graph.set_outputs(&outputs);
    graph
}
