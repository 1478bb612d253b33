//! Runs a model that stands in a source file, with formwork's kernels and without rustc: what
//! `scripts/round-trip` compares other runtimes and other sources with.
//!
//! `evaluate make SOURCE MODEL SIZES FOLDER` writes weights.safetensors, inputs.safetensors and
//! outputs.safetensors: random weights and inputs, and what the model makes of them.
//! `evaluate run SOURCE MODEL SIZES WEIGHTS FOLDER` computes the outputs of FOLDER's inputs again,
//! and fails if they differ. SIZES are `H=64,W=64`, or `-`.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::path::Path;

use formwork::prelude::{Cpu, NoneTape};
use formwork::{Context, Record, Var};
use formwork_ir::{Dim, Graph, Parameter, Source};
use proc_macro2::{TokenStream, TokenTree};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize_to_file};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Sizes and values, row-major.
type Array = (Vec<usize>, Vec<f32>);

const BATCH: usize = 2;
const MOST_APART: f32 = 1e-5;

fn main() -> Result<()> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["make", source, model, sizes, folder] => make(&graph(source, model, sizes)?, folder),
        ["run", source, model, sizes, weights, folder] => {
            run(&graph(source, model, sizes)?, Path::new(weights), folder)
        }
        _ => Err("see the head of tests/examples/evaluate.rs".into()),
    }
}

fn make(graph: &Graph, folder: &str) -> Result<()> {
    let mut random = StdRng::seed_from_u64(0);
    let weights = graph.params().map(|(_, p)| Ok((p.name.clone(), weight(p, &mut random)?)));
    let weights: BTreeMap<_, _> = weights.collect::<Result<_>>()?;
    let inputs = graph.inputs().map(|(_, node)| {
        let sizes = known(node.shape.sample())?;
        let sizes = [&[BATCH], sizes.as_slice()].concat();
        let values =
            (0..sizes.iter().product::<usize>()).map(|_| random.gen_range(-1.0..1.0)).collect();
        Ok((node.name.clone(), (sizes, values)))
    });
    let inputs: BTreeMap<_, _> = inputs.collect::<Result<_>>()?;
    let outputs = outputs(graph, &weights, &inputs)?;
    fs::create_dir_all(folder)?;
    let folder = Path::new(folder);
    store(&folder.join("weights.safetensors"), &weights)?;
    store(&folder.join("inputs.safetensors"), &inputs)?;
    store(&folder.join("outputs.safetensors"), &outputs)
}

fn run(graph: &Graph, weights: &Path, folder: &str) -> Result<()> {
    let [inputs, wanted] =
        ["inputs", "outputs"].map(|name| Path::new(folder).join(format!("{name}.safetensors")));
    let (mut inputs, wanted) = (read(&inputs)?, read(&wanted)?);
    // The one input of a model may be called otherwise.
    if inputs.len() == 1
        && let Some((_, node)) = graph.inputs().next()
        && let Some((_, value)) = inputs.pop_first()
    {
        inputs.insert(node.name.clone(), value);
    }
    let found = outputs(graph, &read(weights)?, &inputs)?;
    if found.len() != wanted.len() {
        return Err(format!("{} outputs, not {}", found.len(), wanted.len()).into());
    }
    let mut most: f32 = 0.0;
    for (name, (sizes, values)) in &wanted {
        let (others, found) = found.get(name).ok_or("fewer outputs")?;
        if sizes != others {
            return Err(format!("output {name} is {others:?}, not {sizes:?}").into());
        }
        let scale = values.iter().fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs()));
        let apart = values.iter().zip(found).map(|(a, b)| (a - b).abs() / scale);
        most = apart.fold(most, |most, x| if x > most || x.is_nan() { x } else { most });
    }
    println!("outputs differ by at most {most:.1e}, relative to the largest");
    if most <= MOST_APART { Ok(()) } else { Err(format!("more than {MOST_APART:e}").into()) }
}

/// The graph of a model in a file, with numbers for its sizes.
fn graph(source: &str, name: &str, sizes: &str) -> Result<Graph> {
    let tokens: TokenStream = fs::read_to_string(source)?.parse().map_err(|e| format!("{e}"))?;
    let mut inside = Vec::new();
    invocations(tokens, &mut inside);
    for tokens in inside {
        let (models, _) = formwork_compiler::check(tokens);
        let Some(model) = models.iter().find(|model| model.ident == name) else { continue };
        let mut given = Vec::new();
        for size in sizes.split(',').filter(|size| *size != "-") {
            let (name, n) = size.split_once('=').ok_or("sizes are `H=64,W=64`")?;
            if model.graph.declared().lookup(name).is_some() {
                given.push((name, n.parse()?));
            }
        }
        let numbers = model.numbers(&given);
        let numbers: Vec<_> = numbers.iter().map(|(name, n)| (&**name, *n)).collect();
        return Ok(Graph::parse_at(&model.graph.to_string(), &numbers)?);
    }
    Err(format!("no model `{name}` in {source}").into())
}

/// What stands inside every `model!`.
fn invocations(tokens: TokenStream, found: &mut Vec<TokenStream>) {
    let trees: Vec<_> = tokens.into_iter().collect();
    for (i, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else { continue };
        match &trees[..i] {
            [.., TokenTree::Ident(word), TokenTree::Punct(_)] if word == "model" => {
                found.push(group.stream());
            }
            _ => invocations(group.stream(), found),
        }
    }
}

fn known(dims: &[Dim]) -> Result<Vec<usize>> {
    let sizes = dims.iter().map(|dim| dim.known().ok_or(format!("`{dim}` needs a number")));
    Ok(sizes.collect::<std::result::Result<_, _>>()?)
}

/// Values of about the size that those of a trained network have.
fn weight(param: &Parameter, random: &mut StdRng) -> Result<Array> {
    let sizes = known(&param.shape)?;
    let (low, high) = match param.name.rsplit('.').next() {
        Some("gamma" | "moving_variance") => (0.5, 1.5),
        _ if sizes.len() == 1 => (-0.2, 0.2),
        _ => {
            let inputs = param.fans.0.known().ok_or("no fan")?;
            let bound = (6.0 / inputs as f32).sqrt();
            (-bound, bound)
        }
    };
    let values =
        (0..sizes.iter().product::<usize>()).map(|_| random.gen_range(low..high)).collect();
    Ok((sizes, values))
}

/// What a model makes of its inputs: its outputs by their number.
fn outputs(
    graph: &Graph,
    weights: &BTreeMap<String, Array>,
    inputs: &BTreeMap<String, Array>,
) -> Result<BTreeMap<String, Array>> {
    let device = Cpu::default();
    let var = |from: &BTreeMap<String, Array>, name: &str| -> Result<Var<Cpu>> {
        let (sizes, values) = from.get(name).ok_or_else(|| format!("no `{name}`"))?;
        Ok(Var::from_vec(&device, values.clone(), sizes)?)
    };
    let mut cx = Context::inference();
    let mut last = HashMap::new();
    for (id, node) in graph.nodes() {
        last.extend(node.inputs.iter().map(|input| (*input, id)));
    }
    let mut values: HashMap<_, Var<Cpu>> = HashMap::new();
    for (id, node) in graph.nodes() {
        let value = match &node.source {
            Source::Input => var(inputs, &node.name)?,
            Source::Layer(op) => {
                let read = node.inputs.iter().map(|input| values[input].clone()).collect();
                let params = node.params.iter().map(|&id| var(weights, &graph.param(id).name));
                let params = params.collect::<Result<Vec<_>>>()?;
                <NoneTape as Record<Cpu>>::run(op, &mut cx, read, &params)?
            }
            Source::Model(other) => return Err(format!("`{other}` is another model").into()),
        };
        values.insert(id, value);
        let used_up = |input: &&_| last[*input] == id && !graph.outputs().contains(input);
        node.inputs.iter().filter(used_up).for_each(|input| drop(values.remove(input)));
    }
    let outputs = graph.outputs().iter().enumerate().map(|(i, id)| {
        let value = &values[id];
        (i.to_string(), (value.dims().to_vec(), value.to_vec()))
    });
    Ok(outputs.collect())
}

fn read(path: &Path) -> Result<BTreeMap<String, Array>> {
    let bytes = fs::read(path)?;
    let file = SafeTensors::deserialize(&bytes)?;
    let tensors = file.tensors().into_iter().map(|(name, view)| {
        let words = view.data().chunks_exact(4);
        let values = words.map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        (name, (view.shape().to_vec(), values.collect()))
    });
    Ok(tensors.collect())
}

fn store(path: &Path, tensors: &BTreeMap<String, Array>) -> Result<()> {
    let bytes: Vec<(_, _, Vec<u8>)> = tensors
        .iter()
        .map(|(name, (sizes, values))| {
            (name, sizes.clone(), values.iter().flat_map(|x| x.to_le_bytes()).collect())
        })
        .collect();
    let views = bytes.iter().map(|(name, sizes, bytes)| {
        Ok((*name, TensorView::new(Dtype::F32, sizes.clone(), bytes)?))
    });
    let views = views.collect::<Result<Vec<_>>>()?;
    Ok(serialize_to_file(views, None, path)?)
}
