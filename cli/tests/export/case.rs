//! A model with weights and inputs, and what it makes of them by the layers' definitions.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use formwork_ir::oracle::Array;
use formwork_ir::{Graph, Source};
use safetensors::tensor::{Dtype, TensorView, serialize_to_file};

/// A model, and the sizes at which it is run: numbers for its symbols.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    /// The inside of a `model!`.
    pub model: String,
    pub sizes: Vec<Vec<(&'static str, usize)>>,
    /// Numbers for symbols that the file itself has.
    pub at: Vec<(&'static str, usize)>,
    /// More arguments of `formwork export`.
    pub args: Vec<&'static str>,
    /// A model that computes the same without others in it, and what it calls what.
    pub plain: Option<(&'static str, Vec<[&'static str; 2]>)>,
}

impl Case {
    pub fn new(name: impl Into<String>, model: impl Into<String>) -> Self {
        let (name, model) = (name.into(), model.into());
        Case { name, model, sizes: vec![vec![]], at: vec![], args: vec![], plain: None }
    }

    /// The case as an object of JSON, after it was exported as `kind` into a folder.
    pub fn export(&self, kind: &str, folder: &Path) -> String {
        let file = |extension: &str| folder.join(format!("{}.{extension}", self.name));
        let (model, names) = match &self.plain {
            Some((model, names)) => (*model, names.as_slice()),
            None => (self.model.as_str(), &[][..]),
        };
        let graph = Graph::parse_at(&graph(model).to_string(), &self.at).unwrap();
        let (source, weights, output) = (file("rs"), file("safetensors"), file(kind));
        std::fs::write(&source, format!("model! {{ {} }}", self.model)).unwrap();
        let params = params(&graph);
        let mut args: Vec<&str> = vec!["export"];
        args.extend([source.to_str().unwrap(), "-o", output.to_str().unwrap()]);
        args.extend(&self.args);
        let at: Vec<_> = self.at.iter().map(|(name, n)| format!("{name}={n}")).collect();
        let at = at.join(",");
        if !at.is_empty() {
            args.extend(["--at", &at]);
        }
        if !params.is_empty() {
            write(&params, names, &weights);
            args.extend(["--weights", weights.to_str().unwrap()]);
        }
        let run = Command::new(env!("CARGO_BIN_EXE_formwork")).args(args).output().unwrap();
        let problems = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{}: {}\n{problems}", self.name, self.model);
        let runs: Vec<_> = self.sizes.iter().map(|sizes| run_at(&graph, &params, sizes)).collect();
        let mut outputs: Vec<String> = Vec::new();
        for &id in graph.outputs() {
            // One that is returned twice has a name for each.
            let name = format!("{:?}", graph.node(id).name);
            let again = name.replacen('"', "", 1).replace('"', "_1\"");
            let taken = outputs.contains(&name);
            outputs.push(if taken { format!("\"{again}") } else { name });
        }
        let layout = if self.args.contains(&"nhwc") { "nhwc" } else { "nchw" };
        let weights = if params.is_empty() { PathBuf::new() } else { weights };
        format!(
            "{{\"name\": {:?}, \"file\": {output:?}, \"weights\": {weights:?}, \"layout\": \
             {layout:?}, \"function\": {:?}, \"outputs\": [{}], \"runs\": [{}]}}",
            self.name,
            snake(self.args.get(1).unwrap_or(&graph.name())),
            outputs.join(", "),
            runs.join(", ")
        )
    }
}

/// The last model's network.
pub fn graph(model: &str) -> Graph {
    let (mut models, diagnostics) = formwork_compiler::check(model.parse().expect(model));
    let errors: Vec<_> = diagnostics.iter().filter(|d| d.is_error()).map(|d| d.text()).collect();
    assert_eq!(errors, [""; 0], "{model}");
    models.pop().expect("a model").graph
}

/// The function that a Keras file names after a model.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
    }
    text
}

/// Numbers from a seed, in -1..1.
pub fn numbers(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 11) % 2001) as f32 / 1000.0 - 1.0
    }
}

type Params = HashMap<String, (Vec<usize>, Vec<f32>)>;

/// Values for every parameter; variances are above 0.
fn params(graph: &Graph) -> Params {
    let of = |(i, (_, param)): (usize, (_, &formwork_ir::Parameter))| {
        let sizes: Vec<_> = param.shape.iter().map(|dim| dim.known().unwrap()).collect();
        let mut number = numbers(i as u64 + 7);
        let positive = param.name.ends_with("variance");
        let mut draw = || if positive { 1.0 + 0.5 * number() } else { 0.5 * number() };
        let values = (0..sizes.iter().product()).map(|_| draw()).collect();
        (param.name.clone(), (sizes, values))
    };
    graph.params().enumerate().map(of).collect()
}

fn write(params: &Params, names: &[[&str; 2]], path: &Path) {
    let called = |name: &str| {
        let found = names.iter().find(|[own, _]| name.starts_with(own));
        found.map_or(name.to_owned(), |[own, file]| name.replacen(own, file, 1))
    };
    let bytes: Vec<_> = params
        .iter()
        .map(|(name, (sizes, values))| {
            let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
            (called(name), sizes, bytes)
        })
        .collect();
    let views = bytes.iter().map(|(name, sizes, bytes)| {
        (name.as_str(), TensorView::new(Dtype::F32, (*sizes).clone(), bytes).unwrap())
    });
    serialize_to_file(views, None, path).unwrap();
}

/// Inputs at some sizes, and the outputs that the oracles make of them, as JSON.
fn run_at(graph: &Graph, params: &Params, sizes: &[(&str, usize)]) -> String {
    let graph = Graph::parse_at(&graph.to_string(), sizes).unwrap();
    let mut number = numbers(1 + sizes.iter().map(|(_, n)| *n as u64).sum::<u64>());
    let wide = |values: &[f32]| values.iter().map(|&x| f64::from(x)).collect();
    let mut values: Vec<Array> = Vec::new();
    let mut inputs = Vec::new();
    for (_, node) in graph.nodes() {
        let value = match &node.source {
            Source::Input => {
                let sample = node.shape.sample().iter().map(|dim| dim.known().unwrap());
                let dims: Vec<_> = [2].into_iter().chain(sample).collect();
                let count = dims.iter().product();
                let value =
                    Array::new(&dims, (0..count).map(|_| (3.0 * number()).into()).collect());
                inputs.push(format!("{:?}: {}", node.name, json(&value)));
                value
            }
            Source::Layer(op) => {
                let own: Vec<_> = node.inputs.iter().map(|id| values[id.index()].clone()).collect();
                let params: Vec<_> = node
                    .params
                    .iter()
                    .map(|&id| {
                        let (sizes, values) = &params[&graph.param(id).name];
                        Array::new(sizes, wide(values))
                    })
                    .collect();
                op.oracle(&own, &params)
            }
            Source::Model(model) => panic!("{model} has no oracle"),
        };
        values.push(value);
    }
    let outputs: Vec<_> = graph.outputs().iter().map(|id| json(&values[id.index()])).collect();
    format!("{{\"inputs\": {{{}}}, \"outputs\": [{}]}}", inputs.join(", "), outputs.join(", "))
}

fn json(array: &Array) -> String {
    let mut text = format!("{{\"dims\": {:?}, \"data\": [", array.dims());
    for (i, x) in array.data().iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        write!(text, "{comma}{x}").unwrap();
    }
    text + "]}"
}
