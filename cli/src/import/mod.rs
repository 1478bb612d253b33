//! Networks of other frameworks as models: `formwork import`.

mod imported;
mod keras;
mod names;
mod onnx;
mod range;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use formwork_compiler::Model;
use formwork_ir::{Dim, Graph, Summary};
use formwork_weights::{FileError, Format, write_each};

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
    /// Which values the images among the inputs take, which no file says: `0.0..=1.0`,
    /// `imagenet`, `caffe`, `(x - 127) / 128`
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
}

impl Import {
    /// Reads the model, writes it and its weights, and says what they are.
    pub fn run(self) -> Output {
        match self.read().and_then(|imported| self.write(&imported)) {
            Ok(output) => output,
            Err(problems) => Output { problems: reports(&problems), ..Output::default() },
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
        let mut imported = match keras::is_keras(&bytes) {
            true => keras::read(path, &bytes, &name, !self.no_weights),
            false => onnx::read(path, &bytes, &name, !self.no_weights),
        }?;
        if let Some(range) = &self.range {
            range::declare(&mut imported.graph, range).map_err(|problem| vec![problem])?;
        }
        Ok(imported)
    }

    fn write(&self, imported: &Imported) -> Result<Output, Vec<Problem>> {
        let Imported { graph, weights, warnings } = imported;
        let file = self.model.file_name().unwrap_or_default().to_string_lossy();
        let mut docs = vec![format!("Imported from `{file}`.")];
        if self.range.is_none() {
            docs.extend([
                String::new(),
                "The file does not say which values its inputs take: add it, as in".to_owned(),
                "`image: [_, 224, 224, 3] in 0.0..=1.0`.".to_owned(),
            ]);
        }
        let source = source::write(graph, &docs)
            .map_err(|error| vec![Problem::of_file(error.to_string())])?;
        let model = compiled(&source.text)?;
        fs::write(&self.output, &source.text)
            .map_err(|error| cannot("write", &self.output, error))?;
        let mut text = format!("{}\n", Summary(&model.graph));
        text += &format!("{}: `{}`\n", self.output.display(), model.ident);
        if !self.no_weights && graph.params().len() > 0 {
            let path =
                self.weights.clone().unwrap_or_else(|| self.output.with_extension("safetensors"));
            let tensors = tensors(graph, &source.names, weights)?;
            let shapes: Vec<_> =
                tensors.iter().map(|(name, sizes, _)| (name.clone(), sizes.clone())).collect();
            let values = |i: usize| Ok::<_, FileError>(Cow::Borrowed(tensors[i].2));
            write_each(&path, Format::Safetensors, &shapes, values)
                .map_err(|error| vec![Problem::of_file(error.to_string())])?;
            text += &format!("{}: {} tensors\n", path.display(), tensors.len());
        }
        let inputs: Vec<_> = graph.inputs().map(|(_, node)| format!("`{}`", node.name)).collect();
        if self.range.is_none() {
            text += &format!(
                "The file does not say which values {} takes: import it with their `--range`.\n",
                inputs.join(", ")
            );
        }
        let warnings = warnings.iter().map(report::warning).collect();
        Ok(Output { text, warnings, ..Output::default() })
    }
}

/// What is wrong, each thing once, with the places where it is.
fn reports(problems: &[Problem]) -> Vec<String> {
    let mut places: Vec<(&str, Vec<&str>)> = Vec::new();
    for Problem { place, what } in problems {
        match places.iter_mut().find(|(known, _)| known == what) {
            Some((_, places)) => places.push(place),
            None => places.push((what, vec![place])),
        }
    }
    let reports = places.iter_mut().map(|(what, places)| {
        places.retain(|place| !place.is_empty());
        report::error_at(what, places)
    });
    reports.collect()
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

type Tensor<'a> = (String, Vec<usize>, &'a [f32]);

/// The values under the names that the parameters have in the model.
fn tensors<'a>(
    graph: &Graph,
    names: &[(String, String)],
    weights: &'a HashMap<String, Vec<f32>>,
) -> Result<Vec<Tensor<'a>>, Vec<Problem>> {
    let shapes: HashMap<_, _> =
        graph.params().map(|(_, param)| (param.name.as_str(), &param.shape)).collect();
    let tensors = names.iter().map(|(name, written)| {
        let sizes = shapes.get(name.as_str());
        let sizes = sizes.and_then(|sizes| sizes.iter().map(Dim::known).collect());
        let (values, sizes) = weights.get(name).zip(sizes).ok_or_else(|| {
            vec![Problem::of_file(format!("the file holds no values for `{name}`"))]
        })?;
        Ok((written.clone(), sizes, values.as_slice()))
    });
    tensors.collect()
}
