//! What the tests of the layer table share: layers from text, and random ones.
#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) mod rust;
pub(crate) mod tree;

use formwork_ir::{
    Call, Declared, Domain, Graph, Op, Operand, Ratio, Scheme, Shape, Spec, TABLE, Value, find,
};

/// The layer that `conv2d(32, 3, padding = same)` writes.
pub(crate) fn op(text: &str) -> Op {
    let (name, args) = text.split_once('(').expect("layer(…)");
    let args = args.strip_suffix(')').expect("layer(…)");
    let args = Value::parse_args(args, None).expect("arguments");
    find(name).expect("a layer").call(&args).expect("its arguments")
}

/// The shape that `[_, 28, 28, 1]` writes.
pub(crate) fn shape(text: &str) -> Shape {
    let value = Value::parse(text).expect("a shape");
    let sizes = value.items().expect("a shape")[1..].iter().map(|item| match item {
        Value::Int(n) => *n as usize,
        _ => panic!("not a size: {item}"),
    });
    Shape::batched(sizes)
}

/// Calls `f` with the layer applied to inputs named `a`, `b`, …
pub(crate) fn call<T>(op: &Op, inputs: &[Shape], f: impl FnOnce(&Call) -> T) -> T {
    const NAMES: [&str; 12] =
        ["`a`", "`b`", "`c`", "`d`", "`e`", "`f`", "`g`", "`h`", "`i`", "`j`", "`k`", "`l`"];
    let operands: Vec<_> =
        inputs.iter().zip(NAMES).map(|(shape, name)| Operand { name, shape }).collect();
    f(&Call::new(op.spec().name, &operands, &Domain::default()))
}

/// A small deterministic source of choices (xorshift).
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    pub(crate) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// A number in -1..1.
    pub(crate) fn number(&mut self) -> f64 {
        self.below(2001) as f64 / 1000.0 - 1.0
    }

    /// A layer of the table with arguments out of `values`, where those are found.
    pub(crate) fn op(&mut self, spec: &Spec, values: &[Value]) -> Option<Op> {
        let mut args: Vec<_> = spec
            .args
            .iter()
            .map(|arg| (arg.default.is_none() || self.below(2) == 0).then(|| self.pick(values)))
            .collect();
        for _ in 0..400 {
            match (spec.read)(&args) {
                Ok(op) => return Some(op),
                Err(fault) => args[fault.arg] = Some(self.pick(values)),
            }
        }
        None
    }

    /// As many shapes as `spec` takes; they are often, not always, alike.
    pub(crate) fn inputs(&mut self, spec: &Spec, shapes: &[Shape]) -> Vec<Shape> {
        let (fewest, most) = spec.inputs.range();
        let count = fewest + self.below(most.min(4) - fewest + 1);
        let first = self.pick(shapes);
        let alike = |rng: &mut Self| rng.below(4) > 0;
        (0..count).map(|_| if alike(self) { first.clone() } else { self.pick(shapes) }).collect()
    }
}

/// Values of every kind that some argument takes.
pub(crate) fn values() -> Vec<Value> {
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
        "relu",
        "gelu(approximate = true)",
        "leaky_relu(0.1)",
        "nearest",
        "bilinear",
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
        "0..2",
        "-3..-1",
        "1..-1",
        "[_, 1, 1, _]",
        "[_, _]",
        "[_, -1]",
        "[_, 4, -1]",
        "[_, 2, 2, -1]",
        "\"same\"",
    ];
    TEXT.iter().map(|text| Value::parse(text).expect("a value")).collect()
}

/// Shapes that most layers take.
pub(crate) fn shapes() -> Vec<Shape> {
    ["[_, 6, 5, 4]", "[_, 8, 8, 4]", "[_, 4, 6, 8]", "[_, 1, 1, 4]", "[_, 12]", "[_, 5, 3]", "[_]"]
        .map(shape)
        .to_vec()
}

/// The rows of the table, `split` aside: it is no layer of a graph.
pub(crate) fn layers() -> impl Iterator<Item = &'static Spec> {
    TABLE.iter().filter(|spec| spec.name != formwork_ir::layers::Split::NAME)
}

/// A graph of a few random layers, each on nodes that are already there.
pub(crate) fn graph(seed: u64) -> Graph {
    let (mut rng, values) = (Rng::new(seed), values());
    let table: Vec<_> = layers().collect();
    let mut graph = Graph::new("Random", Domain::default());
    let mut nodes: Vec<_> = shapes()
        .into_iter()
        .enumerate()
        .map(|(i, shape)| graph.pixels(&format!("input{i}"), shape, scheme(&mut rng)))
        .collect();
    for i in 0..20 {
        let spec = rng.pick(&table);
        let Some(op) = rng.op(spec, &values) else { continue };
        let (fewest, most) = spec.inputs.range();
        let count = fewest + rng.below(most.min(4) - fewest + 1);
        let inputs: Vec<_> = (0..count).map(|_| rng.pick(&nodes)).collect();
        let called = vec!["a node"; count];
        if let Ok(id) = graph.layer(&format!("scope.{}_{i}", spec.name), op, &inputs, &called, None)
        {
            nodes.push(id);
        }
    }
    let last = nodes.len() - 1;
    graph.set_outputs(&[nodes[last], nodes[0]]);
    graph
}

/// What the pixels of an input may be.
fn scheme(rng: &mut Rng) -> Option<Scheme> {
    let [low, high, denominator] = [0, 1, 2].map(|_| rng.below(600) as i64 - 300);
    let between = || {
        let [low, high] = [low, high].map(|n| Ratio::new(n, denominator));
        Some(Scheme::Between(low?, high.filter(|high| Some(*high) != low)?))
    };
    let named = Scheme::NAMED.map(|(_, scheme)| Some(scheme));
    rng.pick(&[None, between(), named[0], named[1]])
}
