//! `#[weights("digits.safetensors")]`: whether the file holds what the model needs.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};

use formwork_ir::{Dim, NodeId, Parameter, Shape};
use formwork_weights::{Dtype, Entry, Format, WeightFile};

use crate::ast::{Model as Source, WeightsFile};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Model;
use crate::suggest;

/// The crate that models stand in.
#[derive(Clone, Debug)]
pub struct Crate {
    /// The folder of its Cargo.toml, which paths start from.
    pub folder: PathBuf,
    /// The files that its build script watches, where rustc runs.
    pub watched: Option<Vec<String>>,
}

/// Names the files that a build script watches, for [`Crate::watched`]: paths with `;` between.
const WATCHED: &str = "FORMWORK_WATCHED";

/// A file of at most so many bytes is watched by rustc, which reads it for that.
const SMALL: u64 = 1 << 20;

impl Crate {
    /// The crate that cargo builds, inside its procedural macros.
    pub fn of_cargo() -> Option<Self> {
        let watched = env::var(WATCHED).unwrap_or_default();
        let watched = watched.split(';').map(str::to_owned).collect();
        let folder = env::var_os("CARGO_MANIFEST_DIR")?.into();
        Some(Crate { folder, watched: Some(watched) })
    }
}

/// Compares a model with the header of its file.
pub fn check(home: &Crate, source: &Source, model: &mut Model, diagnostics: &mut Vec<Diagnostic>) {
    let Some(declared) = &source.weights else { return };
    let path = home.folder.join(&declared.path);
    let report = |title: String| {
        let (first, last) = declared.span;
        Diagnostic::new(Code::Weights, first, title).to(last)
    };
    let file = match WeightFile::open(&path).map(|file| (file.format(), file)) {
        Ok((Format::Safetensors, file)) => Ok(file),
        Ok((other, _)) => Err(format!("{} is {other}, no safetensors", path.display())),
        Err(error) => Err(error.to_string()),
    };
    let file = match file {
        Ok(file) => file,
        Err(wrong) => {
            let help = format!(
                "a safetensors file, as `{}::save` writes it; the path starts at the folder of \
                 Cargo.toml",
                source.ident
            );
            return diagnostics.push(report(wrong).help(help));
        }
    };
    let fit = Fit { declared, model, entries: file.entries() };
    diagnostics.extend(fit.misfits(report));
    match (&home.watched, path.metadata()) {
        (Some(watched), Ok(metadata)) if metadata.len() > SMALL => {
            if !watched.contains(&declared.path) {
                diagnostics.push(unwatched(&path, declared, report).warning());
            }
        }
        _ => model.tracked = Some(declared.path.clone()),
    }
}

/// A large file that may change unseen.
fn unwatched(
    path: &Path,
    WeightsFile { path: name, .. }: &WeightsFile,
    report: impl Fn(String) -> Diagnostic,
) -> Diagnostic {
    let title = format!("if `{}` changes, the model is not checked again", path.display());
    let note = "rustc can watch a file only by reading it whole, which for a large one takes long";
    let help = format!(
        "let build.rs watch it: `fn main() {{ println!(\"cargo::rerun-if-changed={name}\"); \
         println!(\"cargo::rustc-env={WATCHED}={name}\"); }}`"
    );
    report(title).note(note).help(help)
}

/// A model beside what a file holds.
struct Fit<'a> {
    declared: &'a WeightsFile,
    model: &'a Model,
    entries: &'a [Entry],
}

impl Fit<'_> {
    /// What differs, at the layers; at the attribute what no layer has.
    fn misfits(&self, report: impl Fn(String) -> Diagnostic) -> Vec<Diagnostic> {
        let (graph, file) = (&self.model.graph, &self.declared.path);
        let found: HashMap<_, _> = self.entries.iter().map(|e| (e.name.as_str(), e)).collect();
        let has = |name: &str| graph.params().any(|(_, param)| param.name == name);
        let others = &self.model.submodels;
        let of_other = |name: &str| {
            let mut rests = others.iter().filter_map(|other| name.strip_prefix(&*other.name));
            rests.any(|rest| rest.starts_with('.'))
        };
        let left = self.entries.iter().map(|entry| entry.name.as_str());
        // What else a checkpoint of a training holds has a `/` in its name.
        let left = left.filter(|name| !has(name) && !of_other(name) && !name.contains('/'));
        let left: Vec<_> = left.collect();
        if graph.params().len() > 0 && !self.entries.iter().any(|entry| has(&entry.name)) {
            return vec![self.strange(report)];
        }
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        let mut reported = Vec::new();
        for (id, node) in graph.nodes() {
            for &param in node.params.iter() {
                let param = graph.param(param);
                if reported.contains(&&param.name) {
                    continue;
                }
                let Some((wrong, help)) = self.misfit(param, &found, &left) else { continue };
                reported.push(&param.name);
                // A layer is reported once, whole, and a block's for its first call.
                match places.get(&self.model.sites[id.index()].id) {
                    Some(&at) => diagnostics[at].notes.push(wrong),
                    None => {
                        places.insert(self.model.sites[id.index()].id, diagnostics.len());
                        diagnostics.push(self.at(id, wrong, help));
                    }
                }
            }
        }
        if !left.is_empty() {
            let title = format!("{file} holds what the model has not: {}", list(&left));
            diagnostics.push(report(title));
        }
        diagnostics
    }

    fn at(&self, node: NodeId, title: String, help: Option<String>) -> Diagnostic {
        let diagnostic = Diagnostic::new(Code::Weights, self.model.sites[node.index()].call, title);
        match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    /// What is wrong with a parameter, and perhaps what was meant.
    fn misfit(
        &self,
        param: &Parameter,
        found: &HashMap<&str, &Entry>,
        left: &[&str],
    ) -> Option<(String, Option<String>)> {
        let (name, file) = (&param.name, &self.declared.path);
        let Some(entry) = found.get(name.as_str()) else {
            let close = suggest::closest(name, left.iter().copied());
            let help = close.map(|close| format!("did you mean `{close}`? The file has that"));
            return Some((format!("`{name}` is not in {file}"), help));
        };
        // What rustc alone knows is checked when the file is loaded.
        let agrees = |(wanted, found): (&Dim, &usize)| wanted.known().is_none_or(|n| n == *found);
        let same = entry.shape.len() == param.shape.len();
        if !same || !param.shape.iter().zip(&entry.shape).all(agrees) {
            let wanted = Shape::new(param.shape.as_slice());
            return Some((
                format!("`{name}` is {:?} in {file}, {wanted} in the model", entry.shape),
                None,
            ));
        }
        (entry.dtype != Dtype::F32)
            .then(|| (format!("`{name}` is {} in {file}, F32 in the model", entry.dtype), None))
    }

    /// A file in which nothing has a name of the model's.
    fn strange(&self, report: impl Fn(String) -> Diagnostic) -> Diagnostic {
        let file = &self.declared.path;
        let names: Vec<_> = self.entries.iter().map(|entry| entry.name.as_str()).collect();
        let own: Vec<_> = self.model.graph.params().map(|(_, param)| param.name.as_str()).collect();
        let report = report(format!("{file} holds none of the parameters of the model"))
            .note(format!("the file has {}", list(&names)))
            .note(format!("the model has {}", list(&own)));
        match names.iter().any(|name| name.ends_with(".weight")) {
            true => report.help(
                "it seems to come from PyTorch: load it once with `formwork::Loader`, which maps \
                 names and layouts, and `save` it",
            ),
            false => report,
        }
    }
}

/// The first of some names.
fn list(names: &[&str]) -> String {
    const FIRST: usize = 4;
    let shown: Vec<_> = names.iter().take(FIRST).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(FIRST) {
        _ if names.is_empty() => "no tensors".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
