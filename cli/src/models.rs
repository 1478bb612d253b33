//! The commands on models: `check`, `summary`, `expand`; and the one model that others are about.

use std::fs;
use std::path::PathBuf;

use formwork_compiler::{Diagnostic, Model, Root, emit};
use formwork_ir::{Graph, Summary};

use crate::at::At;
use crate::report::{self, File};
use crate::{Output, Selection, sources};

/// What the files under some paths hold.
#[derive(Default)]
struct Found {
    /// Models of invocations in which nothing is wrong.
    models: Vec<Model>,
    /// The other models.
    wrong: Vec<Model>,
    /// Everything that is wrong.
    problems: Vec<String>,
    /// Everything that is suspect.
    warnings: Vec<String>,
}

impl Found {
    fn read(paths: &[PathBuf]) -> Self {
        let mut found = Found::default();
        for path in sources::files(paths) {
            let source = path.and_then(|path| match fs::read_to_string(&path) {
                Ok(source) => Ok((path, source)),
                Err(error) => Err((path, error)),
            });
            match source {
                Ok((path, source)) => found.add(File { path: &path, source: &source }),
                Err((path, error)) => {
                    found.problems.push(report::error(format_args!(
                        "cannot read `{}`: {error}",
                        path.display()
                    )));
                }
            }
        }
        found
    }

    fn add(&mut self, file: File) {
        let invocations = match sources::invocations(file.source) {
            Ok(invocations) => invocations,
            Err(span) => return self.problems.push(file.at(span, "this cannot be read as Rust")),
        };
        for invocation in invocations {
            let (models, mut diagnostics) = formwork_compiler::check(invocation.tokens);
            diagnostics.sort_by_key(|diagnostic| diagnostic.span.0.byte_range().start);
            let (errors, warnings): (Vec<_>, Vec<_>) =
                diagnostics.iter().partition(|diagnostic| diagnostic.is_error());
            if errors.is_empty() {
                self.models.extend(models);
            } else {
                self.wrong.extend(models);
            }
            let text = |diagnostic: &&Diagnostic| file.diagnostic(diagnostic, invocation.span);
            self.problems.extend(errors.iter().map(text));
            self.warnings.extend(warnings.iter().map(text));
        }
    }

    /// The models that are asked for: all, or the one of that name.
    fn choose(mut self, name: Option<&str>) -> Self {
        let Some(name) = name else { return self };
        let known: Vec<_> =
            self.models.iter().chain(&self.wrong).map(|model| model.ident.to_string()).collect();
        let is_wrong = self.wrong.iter().any(|model| model.ident == name);
        let any = !self.models.is_empty();
        self.models.retain(|model| model.ident == name);
        if !self.models.is_empty() {
            // What is wrong with other models was not asked.
            self.problems.clear();
        } else if any && !is_wrong {
            let names = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            self.problems.push(report::error(format_args!("no model `{name}`; found: {names}")));
        }
        self
    }

    /// Text for each model.
    fn print(self, print: impl Fn(&Model) -> Result<String, String>) -> Output {
        let Found { models, mut problems, .. } = self;
        let (mut texts, none) = (Vec::new(), models.is_empty());
        for text in models.iter().map(print) {
            match text {
                Ok(text) => texts.push(text),
                Err(problem) => problems.push(report::error(problem)),
            }
        }
        if none && problems.is_empty() {
            problems.push(report::error("no `model!` here"));
        }
        Output { text: texts.join("\n"), problems, ..Output::default() }
    }
}

/// The table of layers of models.
pub fn summary(path: PathBuf, name: Option<&str>, at: &At) -> Output {
    let found = Found::read(&[path]).choose(name);
    if let Err(problem) = at.known(found.models.iter().map(|model| &model.graph)) {
        return Output::error(problem);
    }
    found.print(|model| Ok(format!("{}\n", Summary(&at.graph(&model.graph)?))))
}

/// What is made of the one model that is asked for, or that there is.
pub fn one(
    Selection { path, model }: Selection,
    at: &At,
    make: impl FnOnce(&Graph) -> Result<Output, String>,
) -> Output {
    let Found { models, mut problems, .. } = Found::read(&[path]).choose(model.as_deref());
    match models.as_slice() {
        [] if problems.is_empty() => problems.push(report::error("no `model!` here")),
        [] => {}
        [model] if problems.is_empty() => {
            let graph = at.known([&model.graph].into_iter()).and_then(|()| at.graph(&model.graph));
            return graph.and_then(|graph| make(&graph)).unwrap_or_else(Output::error);
        }
        models if problems.is_empty() => {
            let names: Vec<_> = models.iter().map(|model| format!("`{}`", model.ident)).collect();
            let names = names.join(", ");
            problems.push(report::error(format_args!("say which model, --model NAME: {names}")));
        }
        _ => {}
    }
    Output { problems, ..Output::default() }
}

/// Checks every model.
pub fn check(paths: &[PathBuf]) -> Output {
    let Found { models, wrong, problems, warnings } = Found::read(paths);
    let count = |n: usize, what: &str| match n {
        1 => format!("1 {what}"),
        _ => format!("{n} {what}s"),
    };
    let models = count(models.len() + wrong.len(), "model");
    let suspect = match warnings.len() {
        0 => String::new(),
        n => format!(", {}", count(n, "warning")),
    };
    let text = format!("{models}, {}{suspect}\n", count(problems.len(), "error"));
    Output { text, problems, warnings }
}

/// The Rust that models expand to.
pub fn expand(path: PathBuf, name: Option<&str>) -> Output {
    Found::read(&[path]).choose(name).print(|model| {
        let file = syn::parse2(emit(&Root::default(), model));
        Ok(prettyplease::unparse(&file.expect("an expansion is a file of items")))
    })
}
