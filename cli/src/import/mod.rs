//! Networks of other frameworks as models: `formwork import`.

mod imported;
mod names;
mod onnx;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use formwork_compiler::Model;
use formwork_ir::{Dim, Graph, Summary};
use safetensors::{Dtype, View, serialize_to_file};

use crate::{Output, report, source, sources};
use imported::{Imported, Problem};

/// The arguments of the command.
#[derive(clap::Args)]
pub struct Import {
    /// An ONNX file, or a Keras file with its configuration: .keras, .h5
    model: PathBuf,
    /// The Rust file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The safetensors file to write; by default beside the Rust file
    #[arg(long, value_name = "FILE", conflicts_with = "no_weights")]
    weights: Option<PathBuf>,
    /// Write no weights; they need not be in the file
    #[arg(long)]
    no_weights: bool,
    /// The name of the model; by default that of the file
    #[arg(long)]
    name: Option<String>,
}

impl Import {
    /// Reads the model, writes it and its weights, and says what they are.
    pub fn run(self) -> Output {
        let problem = |problem: &Problem| match problem.place.as_str() {
            "" => report::error(&problem.what),
            place => report::error(format_args!("{place}: {}", problem.what)),
        };
        match self.read().and_then(|imported| self.write(&imported)) {
            Ok(output) => output,
            Err(problems) => {
                let problems = problems.iter().map(problem).collect();
                Output { problems, ..Output::default() }
            }
        }
    }

    fn read(&self) -> Result<Imported, Vec<Problem>> {
        let path = &self.model;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let name = match &self.name {
            Some(name) if syn::parse_str::<syn::Ident>(name).is_ok() => name.clone(),
            Some(name) => {
                return Err(vec![Problem::of_file(format!("`{name}` is no name for a type"))]);
            }
            None => names::type_name(&stem).unwrap_or_else(|| "Net".to_owned()),
        };
        let bytes = fs::read(path).map_err(|error| cannot("read", path, error))?;
        onnx::read(path, &bytes, &name, !self.no_weights)
    }

    fn write(&self, imported: &Imported) -> Result<Output, Vec<Problem>> {
        let Imported { graph, weights, warnings } = imported;
        let file = self.model.file_name().unwrap_or_default().to_string_lossy();
        let docs = [
            format!("Imported from `{file}`."),
            String::new(),
            "What range its inputs' values must be in is not in the file: add it, as in".to_owned(),
            "`image: [_, 224, 224, 3] in 0.0..=1.0`.".to_owned(),
        ];
        let source = source::write(graph, &docs)
            .map_err(|error| vec![Problem::of_file(error.to_string())])?;
        let model = compiled(&source.text)?;
        fs::write(&self.output, &source.text)
            .map_err(|error| cannot("write", &self.output, error))?;
        let mut text = format!("{}\n", Summary(&model.graph));
        text += &format!("{}: `{}`\n", self.output.display(), model.ident);
        if !self.no_weights {
            let path =
                self.weights.clone().unwrap_or_else(|| self.output.with_extension("safetensors"));
            let tensors = tensors(graph, &source.names, weights)?;
            let count = tensors.len();
            serialize_to_file(tensors, None, &path)
                .map_err(|error| cannot("write", &path, error))?;
            text += &format!("{}: {count} tensors\n", path.display());
        }
        let inputs: Vec<_> = graph.inputs().map(|(_, node)| format!("`{}`", node.name)).collect();
        text += &format!(
            "The file does not say which values {} takes: add their range, as in `in 0.0..=1.0`.\n",
            inputs.join(", ")
        );
        let warnings = warnings.iter().map(report::warning).collect();
        Ok(Output { text, warnings, ..Output::default() })
    }
}

fn cannot(what: &str, path: &Path, error: impl Display) -> Vec<Problem> {
    vec![Problem::of_file(format!("cannot {what} `{}`: {error}", path.display()))]
}

/// The model that a source declares.
fn compiled(source: &str) -> Result<Model, Vec<Problem>> {
    let wrong = |what: &str| Problem::of_file(format!("the model would not compile: {what}"));
    let invocation = sources::invocations(source).ok().and_then(|mut found| found.pop());
    let invocation = invocation.ok_or_else(|| vec![wrong("it is no Rust")])?;
    let (mut models, diagnostics) = formwork_compiler::check(invocation.tokens);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let errors: Vec<_> = errors.map(|diagnostic| wrong(&diagnostic.title)).collect();
    match models.pop() {
        Some(model) if errors.is_empty() => Ok(model),
        _ if errors.is_empty() => Err(vec![wrong("it declares nothing")]),
        _ => Err(errors),
    }
}

/// The values under the names that the parameters have in the model.
fn tensors<'a>(
    graph: &Graph,
    names: &[(String, String)],
    weights: &'a HashMap<String, Vec<f32>>,
) -> Result<Vec<(String, Floats<'a>)>, Vec<Problem>> {
    let sizes: HashMap<_, _> =
        graph.params().map(|(_, param)| (param.name.as_str(), &param.shape)).collect();
    let tensors = names.iter().map(|(name, written)| {
        let sizes =
            sizes.get(name.as_str()).and_then(|sizes| sizes.iter().map(Dim::known).collect());
        let (values, sizes) = weights.get(name).zip(sizes).ok_or_else(|| {
            vec![Problem::of_file(format!("the file holds no values for `{name}`"))]
        })?;
        Ok((written.clone(), Floats { sizes, values }))
    });
    tensors.collect()
}

struct Floats<'a> {
    sizes: Vec<usize>,
    values: &'a [f32],
}

impl View for Floats<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.sizes
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.values.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    fn data_len(&self) -> usize {
        self.values.len() * size_of::<f32>()
    }
}
