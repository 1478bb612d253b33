//! The compiler behind `model!`, outside rustc.

mod layers;
mod models;
mod onnx;
mod page;
mod report;
#[cfg_attr(not(test), allow(dead_code, reason = "the import of models writes them with it"))]
mod source;
mod sources;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Checks, summarises and expands formwork models, and documents the layers they are made of.
///
/// What is asked for goes to standard output, what is wrong to standard error.
/// The exit code is 0 if nothing is wrong, 1 if something is, 2 for a wrong command line.
#[derive(Parser)]
#[command(name = "formwork", version, verbatim_doc_comment)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Documentation of the layers: a list, a search, or one layer's page
    ///
    /// Examples:
    ///   formwork layers              every layer, in a line each
    ///   formwork layers conv2d       arguments, defaults and an example of `conv2d`
    ///   formwork layers BatchNorm2d  what PyTorch's or Keras' layer is called here
    ///   formwork layers max pool     the layers that mention all of these words
    #[command(verbatim_doc_comment)]
    Layers {
        /// The name of a layer, or words to look for in names, aliases and texts
        query: Vec<String>,
        /// Print the whole documentation as Markdown: LAYERS.md
        #[arg(long, conflicts_with = "query")]
        markdown: bool,
    },
    /// Check every `model! { … }` without building anything
    ///
    /// Reads the .rs files, checks the shapes of the models in them as the macro does, and
    /// points at what is wrong. Folders are searched; hidden ones and cargo's target folders
    /// are not.
    #[command(verbatim_doc_comment)]
    Check {
        /// Files and folders
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
    },
    /// Print the layers, shapes and parameter counts of models
    Summary(Selection),
    /// Print the Rust that models expand to
    Expand(Selection),
}

#[derive(clap::Args)]
struct Selection {
    /// A file, or a folder to search
    path: PathBuf,
    /// Only the model of that name
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
}

/// What a command says.
#[derive(Default)]
struct Output {
    /// What was asked for.
    text: String,
    /// What is wrong.
    problems: Vec<String>,
    /// What is suspect.
    warnings: Vec<String>,
}

fn main() -> ExitCode {
    let Output { text, problems, warnings } = match Cli::parse().command {
        Command::Layers { markdown: true, .. } => page::markdown(),
        Command::Layers { query, .. } => layers::search(&query.join(" ")),
        Command::Check { paths } => models::check(&paths),
        Command::Summary(Selection { path, model }) => models::summary(path, model.as_deref()),
        Command::Expand(Selection { path, model }) => models::expand(path, model.as_deref()),
    };
    let found = warnings.concat() + &problems.concat();
    let printed = print(anstream::stderr(), &found).and(print(anstream::stdout(), &text));
    if problems.is_empty() && printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(mut stream: impl Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // The reader has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
