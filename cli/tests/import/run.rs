//! Running the command, and the models that it writes.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use formwork_ir::oracle::Array;
use formwork_ir::{Graph, Source};
use formwork_weights::WeightFile;

/// A model that the command wrote.
pub struct Imported {
    pub source: String,
    pub graph: Graph,
    pub weights: HashMap<String, Array>,
}

pub fn formwork(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_formwork")).args(args).output().expect("the command runs")
}

/// Every tensor of a file.
pub fn arrays(path: &Path) -> HashMap<String, Array> {
    let mut file = WeightFile::open(path).unwrap();
    let entries = file.entries().to_vec();
    let arrays = entries.into_iter().enumerate().map(|(i, entry)| {
        let values = file.values(i).unwrap().into_iter().map(f64::from).collect();
        (entry.name, Array::new(&entry.shape, values))
    });
    arrays.collect()
}

/// Imports a file, and reads what is written; or what is wrong with it.
pub fn imported(file: &Path) -> Result<Imported, String> {
    let (source, weights) = (beside(file, "rs"), beside(file, "safetensors"));
    run(file, &["--weights", weights.to_str().unwrap()])?;
    let source = fs::read_to_string(source).unwrap();
    let graph = checked(&source);
    // Of a model without parameters there is no file.
    let weights = if graph.params().len() == 0 { HashMap::new() } else { arrays(&weights) };
    Ok(Imported { graph, weights, source })
}

/// The graph of a file that is imported without weights.
pub fn graph(file: &Path) -> Graph {
    run(file, &["--no-weights"]).expect("a model");
    checked(&fs::read_to_string(beside(file, "rs")).unwrap())
}

/// A file of this test's for another.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import");
    fs::create_dir_all(&folder).unwrap();
    folder.join(file.file_name().unwrap()).with_added_extension(ending)
}

fn run(file: &Path, args: &[&str]) -> Result<(), String> {
    let source = beside(file, "rs");
    let [model, output] = [file, &source].map(|path| path.to_str().unwrap());
    let run = formwork(&[&["import", model, "-o", output, "--name", "Net"], args].concat());
    if run.status.success() { Ok(()) } else { Err(String::from_utf8(run.stderr).unwrap()) }
}

/// The graph of the model in a source.
fn checked(source: &str) -> Graph {
    let file: syn::File = syn::parse_str(source).expect("Rust");
    let model = file.items.into_iter().find_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.is_ident("model") => Some(item.mac.tokens),
        _ => None,
    });
    let (mut models, diagnostics) = formwork_compiler::check(model.expect("a model"));
    let errors: Vec<_> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{source}");
    models.remove(0).graph
}

/// What the model makes of these inputs.
pub fn evaluated(imported: &Imported, inputs: &[Array]) -> Vec<Array> {
    let Imported { graph, weights, .. } = imported;
    assert_eq!(weights.len(), graph.params().len(), "each parameter has its values");
    // Sizes that are known when the model runs become numbers.
    let mut numbers = Vec::new();
    for ((_, node), array) in graph.inputs().zip(inputs) {
        for (dim, &n) in node.shape.dims().iter().zip(array.dims()).skip(1) {
            numbers.extend(dim.symbols().iter().map(|symbol| (symbol.name().to_owned(), n)));
        }
    }
    let numbers: Vec<_> = numbers.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    let graph = Graph::parse_at(&graph.to_string(), &numbers).expect("the sizes fit");
    let mut inputs = inputs.iter();
    let mut values: Vec<Array> = Vec::new();
    for (_, node) in graph.nodes() {
        let Source::Layer(op) = &node.source else {
            let sizes: Vec<_> = node.shape.dims()[1..].iter().map(|dim| dim.known()).collect();
            let array = inputs.next().expect("an input");
            let sizes: Vec<_> = sizes.into_iter().map(|n| n.expect("a number")).collect();
            values.push(array.reshape(&[&array.dims()[..1], &sizes].concat()));
            continue;
        };
        let read: Vec<_> = node.inputs.iter().map(|input| values[input.index()].clone()).collect();
        let params = node.params.iter().map(|&param| weights[&graph.param(param).name].clone());
        values.push(op.oracle(&read, &params.collect::<Vec<_>>()));
    }
    graph.outputs().iter().map(|output| values[output.index()].clone()).collect()
}
