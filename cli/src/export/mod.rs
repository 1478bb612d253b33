//! `formwork export`: a model and its weights as a file of another framework.

pub mod inline;
mod keras;
mod onnx;
mod random;
#[cfg(test)]
mod tests;
mod values;
mod window;

use std::fs;
use std::path::PathBuf;

use formwork_ir::Graph;

use crate::Output;
use crate::at::{self, Size};
use crate::models::Found;
use crate::report;
use values::Values;

/// What `formwork export` is asked for.
#[derive(clap::Args)]
pub struct Export {
    #[command(flatten)]
    selection: crate::Selection,
    /// The weights, under the names that `formwork summary` prints
    #[arg(long, value_name = "FILE", conflicts_with = "random")]
    weights: Option<PathBuf>,
    /// Weights as the initialisers draw them from a seed, for trying things out
    #[arg(long, value_name = "SEED")]
    random: Option<u64>,
    /// Numbers for symbols: H=224,W=224
    #[arg(long, value_name = "SYMBOL=SIZE", value_delimiter = ',')]
    at: Vec<Size>,
    /// Order of the axes of an ONNX file's images, inputs and outputs: nchw if it is not said
    #[arg(long, value_enum)]
    layout: Option<Layout>,
    /// The file to write: .onnx, or .py for the source of a Keras model
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// The order of the axes of images.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Layout {
    /// (batch, channels, height, width), as PyTorch has it
    Nchw,
    /// (batch, height, width, channels), as the model has it
    Nhwc,
}

/// Exports a model.
pub fn export(args: Export) -> Output {
    match run(args) {
        Ok(text) => Output { text, ..Output::default() },
        Err(problems) => Output { problems, ..Output::default() },
    }
}

fn run(args: Export) -> Result<String, Vec<String>> {
    let say = |problems: Vec<String>| problems.iter().map(report::error).collect::<Vec<_>>();
    let kind = args.output.extension().and_then(|extension| extension.to_str());
    let Some(kind @ ("onnx" | "py")) = kind else {
        let file = args.output.display();
        return Err(say(vec![format!("`{file}`: what is written ends in .onnx or .py")]));
    };
    let found = Found::read(std::slice::from_ref(&args.selection.path));
    let models = found.all();
    let model = found.one(args.selection.model.as_deref())?;
    let graph = at::graph_at(model, &args.at).map_err(say)?;
    let graph = inline::inline(model, graph, &args.at, &models).map_err(say)?;
    let (bytes, note) = match kind {
        "py" => keras_bytes(&graph, &args).map_err(say)?,
        _ => onnx_bytes(&graph, &args).map_err(say)?,
    };
    fs::write(&args.output, bytes)
        .map_err(|error| say(vec![format!("cannot write `{}`: {error}", args.output.display())]))?;
    Ok(format!("`{}` as {}{note}\n", graph.name(), args.output.display()))
}

fn keras_bytes(graph: &Graph, args: &Export) -> Result<(Vec<u8>, String), Vec<String>> {
    let mut note = String::new();
    if args.layout.is_some() {
        let help = "leave out `--layout`: a .py file has the model's axes";
        return Err(vec![help.to_owned()]);
    }
    if args.random.is_some() {
        let help = "leave out `--random`: the layers have their initialisers";
        return Err(vec![format!("a .py file holds no weights: {help}")]);
    }
    if let Some(path) = &args.weights {
        Values::open(path, graph)?;
        note = format!(", whose `load` takes {}", path.display());
    }
    Ok((keras::source(graph)?.into_bytes(), note))
}

fn onnx_bytes(graph: &Graph, args: &Export) -> Result<(Vec<u8>, String), Vec<String>> {
    values::check(graph)?;
    let (mut values, note) = match (&args.weights, args.random) {
        (Some(path), _) => (Values::open(path, graph)?, String::new()),
        (None, Some(seed)) => (Values::Random(seed), format!(", random weights of seed {seed}")),
        (None, None) if graph.params().len() == 0 => (Values::Random(0), String::new()),
        (None, None) => {
            let help = "`--weights net.safetensors`, or `--random 0` for some to try it with";
            return Err(vec![format!("an ONNX file holds the weights: {help}")]);
        }
    };
    let bytes = onnx::bytes(graph, &mut values, args.layout.unwrap_or(Layout::Nchw))?;
    Ok((bytes, note))
}
