//! Keras models as graphs: what the configuration ([`config`]) lists is applied in order
//! ([`model`]), each layer ([`layer`]) with the arguments that the table knows ([`arguments`]).

mod activation;
mod affine;
mod arguments;
mod call;
mod config;
mod functions;
mod input;
mod layer;
mod model;
mod operations;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use formwork_ir::Domain;
use formwork_weights::WeightFile;
use serde_json::Value as Json;

use super::imported::Builder;
use super::{Imported, Problem};
use config::{Layer, Net};

/// Whether a file is none of ONNX: Keras' HDF5, its archive, or a configuration alone.
pub fn is_keras(bytes: &[u8]) -> bool {
    [&b"\x89HDF"[..], b"PK\x03\x04", b"{"].iter().any(|start| bytes.starts_with(start))
}

/// Reads a model; `weights` says whether its weights must be there.
///
/// # Errors
/// Every layer that has none here.
pub fn read(
    path: &Path,
    bytes: &[u8],
    name: &str,
    weights: bool,
) -> Result<Imported, Vec<Problem>> {
    let of_file = |what: String| vec![Problem::of_file(what)];
    let (text, version, values) = if bytes.starts_with(b"{") {
        if weights {
            return Err(of_file("a configuration holds no weights; add `--no-weights`".to_owned()));
        }
        (String::from_utf8_lossy(bytes).into_owned(), None, HashMap::new())
    } else {
        let mut file = WeightFile::open(path).map_err(|error| of_file(error.to_string()))?;
        let text = file.config().map(str::to_owned).ok_or_else(|| {
            of_file("it holds weights alone; save the whole model: `model.save(…)`".to_owned())
        })?;
        let names: Vec<_> = file.entries().iter().map(|entry| entry.name.clone()).collect();
        let mut values = HashMap::new();
        for (i, name) in names.into_iter().enumerate().filter(|_| weights) {
            values.insert(name, file.values(i).map_err(|error| of_file(error.to_string()))?);
        }
        (text, file.keras_version().map(str::to_owned), values)
    };
    let json: Json = serde_json::from_str(&text)
        .map_err(|error| of_file(format!("the configuration is no JSON: {error}")))?;
    let net = Net::read(&json).map_err(of_file)?;
    let version = version.or_else(|| config::text(&json, "keras_version").map(str::to_owned));
    let old = is_old(version.as_deref(), &text);
    let run = |domain| Reader::new(name, &values, weights, old, domain).run(&net);
    let first = run(None)?;
    match first.graph.mismatches() {
        [] => Ok(first),
        // Its layers fit some sizes only: declared for those.
        _ => run(Some(first.graph.domain().clone())),
    }
}

/// Whether Keras 2 wrote a file, or one before it: that is for the version to say.
///
/// Configurations alone of Keras 3 have none, but say from which module each class is; so do the
/// last versions of Keras 2, of some classes or of all.
fn is_old(version: Option<&str>, text: &str) -> bool {
    let major = version.and_then(|version| version.split('.').next()?.trim().parse::<u32>().ok());
    major.map_or_else(|| !text.contains("\"module\""), |major| major < 3)
}

struct Reader<'a> {
    builder: Builder,
    /// The weights of the file, `layer/weight`.
    values: &'a HashMap<String, Vec<f32>>,
    weights: bool,
    old: bool,
    domain: Option<Domain>,
    problems: Vec<Problem>,
    /// What has no place in a model, with the layers that have it.
    left_out: BTreeMap<String, BTreeSet<String>>,
    symbols: usize,
}

impl<'a> Reader<'a> {
    fn new(
        name: &str,
        values: &'a HashMap<String, Vec<f32>>,
        weights: bool,
        old: bool,
        domain: Option<Domain>,
    ) -> Self {
        let builder = Builder::new(name, Domain::default());
        let (problems, left_out) = (Vec::new(), BTreeMap::new());
        Reader { builder, values, weights, old, domain, problems, left_out, symbols: 0 }
    }

    fn run(mut self, net: &Net) -> Result<Imported, Vec<Problem>> {
        let outputs = self.model(net, None, "", false);
        let outputs: Option<Vec<_>> = outputs.into_iter().collect();
        let warning = |(what, layers): (&String, &BTreeSet<String>)| {
            let named: Vec<_> = layers.iter().take(4).map(String::as_str).collect();
            let more = match layers.len() - named.len() {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            format!("{what} is left out of {}{more}", named.join(", "))
        };
        let warnings = self.left_out.iter().map(warning).collect();
        match outputs {
            _ if !self.problems.is_empty() => Err(self.problems),
            Some(outputs) if !outputs.is_empty() => self.builder.finish(&outputs, warnings),
            _ => Err(vec![Problem::of_file("the model returns nothing")]),
        }
    }

    fn problem(&mut self, layer: &Layer, path: &str, what: impl Into<String>) {
        let place = format!("`{}` `{path}{}`", layer.class, layer.name);
        self.problems.push(Problem { place, what: what.into() });
    }
}
