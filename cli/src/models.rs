//! The commands on models: `check`, `summary`, `expand`.

use std::fs;
use std::path::PathBuf;

use formwork_compiler::{Diagnostic, Model, Root, emit};
use formwork_ir::{Graph, Summary};

use crate::at::{self, Size};
use crate::report::{self, File};
use crate::{Output, Selection, sources};

/// What the files under some paths hold.
#[derive(Default)]
pub struct Found {
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
    /// Reads the files, and those in the folders among them.
    pub fn read(paths: &[PathBuf]) -> Self {
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
        let home = sources::home(file.path);
        for invocation in invocations {
            let (models, mut diagnostics) =
                formwork_compiler::check_in(home.as_ref(), invocation.tokens);
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

    /// The models in which nothing is wrong, with those that are declared to be made of them.
    pub fn all<'a>(&'a self) -> Vec<&'a Model> {
        let twins = |model: &'a Model| {
            std::iter::once(model).chain(model.twins.iter().map(|twin| &twin.model))
        };
        self.models.iter().flat_map(twins).collect()
    }

    /// The models of that name.
    ///
    /// # Errors
    /// What is wrong, if there is none.
    fn named(&self, name: &str) -> Result<Vec<&Model>, Vec<String>> {
        let models = self.all();
        let known: Vec<_> = models.iter().copied().chain(&self.wrong).collect();
        let named: Vec<_> = models.into_iter().filter(|model| model.ident == name).collect();
        if !named.is_empty() {
            // What is wrong with other models was not asked.
            return Ok(named);
        }
        let mut problems = self.problems.clone();
        if known.is_empty() && problems.is_empty() {
            problems.push(report::error(NONE));
        } else if !known.is_empty() && known.iter().all(|model| model.ident != name) {
            let title = format_args!("no model `{name}`; found: {}", names(&known));
            problems.push(report::error(title));
        }
        Err(problems)
    }

    /// The model of that name, or the only one.
    ///
    /// # Errors
    /// What is wrong, if there is no such model; without a name, if anything is: another model
    /// may be meant than the one that is left.
    pub fn one(&self, name: Option<&str>) -> Result<&Model, Vec<String>> {
        let models = match name {
            Some(name) => self.named(name)?,
            None if !self.problems.is_empty() => return Err(self.problems.clone()),
            None => self.all(),
        };
        let title = match (models.as_slice(), name) {
            ([model], _) => return Ok(model),
            ([], _) => NONE.to_owned(),
            (_, None) => format!("which one? `--model` names it; found: {}", names(&models)),
            (_, Some(name)) => format!("several models `{name}`"),
        };
        Err(vec![report::error(title)])
    }

    /// Text for each model, or for the one that is asked for; or what is wrong with it.
    fn print(
        &self,
        name: Option<&str>,
        print: impl Fn(&Model) -> Result<String, Vec<String>>,
    ) -> Output {
        let (models, mut problems) = match name.map(|name| self.named(name)) {
            Some(Ok(models)) => (models, Vec::new()),
            Some(Err(problems)) => (Vec::new(), problems),
            None => (self.models.iter().collect(), self.problems.clone()),
        };
        if models.is_empty() && problems.is_empty() {
            problems.push(report::error(NONE));
        }
        let mut written = Vec::new();
        for text in models.into_iter().map(print) {
            match text {
                Ok(text) => written.push(text),
                Err(wrong) => problems.extend(wrong.iter().map(report::error)),
            }
        }
        Output { text: written.join("\n"), problems, ..Output::default() }
    }
}

const NONE: &str = "no `model!` here";

fn names(models: &[&Model]) -> String {
    let names: Vec<_> = models.iter().map(|model| format!("`{}`", model.ident)).collect();
    names.join(", ")
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

/// The table of layers of models, with numbers for sizes that one of them leaves open.
pub fn summary(path: PathBuf, name: Option<&str>, sizes: &[Size]) -> Output {
    let found = Found::read(&[path]);
    let has = |graph: &Graph, size: &&Size| {
        graph.declared().symbols().iter().any(|own| own.symbol.name() == size.name)
    };
    let models = found.all().into_iter().filter(|model| name.is_none_or(|own| model.ident == own));
    let models: Vec<_> = models.collect();
    let open = |size: &&Size| models.iter().any(|model| has(&model.graph, size));
    let strange: Vec<_> = sizes.iter().filter(|size| !open(size)).cloned().collect();
    found.print(name, |model| {
        let own = sizes.iter().filter(|size| has(&model.graph, size)).cloned();
        let sizes: Vec<_> = own.chain(strange.iter().cloned()).collect();
        Ok(format!("{}\n", Summary(&at::graph(&model.graph, &sizes)?)))
    })
}

/// What is made of the one model that is asked for, or that there is.
pub fn one(
    Selection { path, model }: Selection,
    sizes: &[Size],
    make: impl FnOnce(&Graph) -> Result<Output, Vec<String>>,
) -> Output {
    let found = Found::read(&[path]);
    let model = match found.one(model.as_deref()) {
        Ok(model) => model,
        Err(problems) => return Output { problems, ..Output::default() },
    };
    let made = at::graph(&model.graph, sizes).and_then(|graph| make(&graph));
    made.unwrap_or_else(Output::wrong)
}

/// The Rust that models expand to.
pub fn expand(path: PathBuf, name: Option<&str>) -> Output {
    Found::read(&[path]).print(name, |model| {
        let file = syn::parse2(emit(&Root::default(), model));
        Ok(prettyplease::unparse(&file.expect("an expansion is a file of items")))
    })
}
