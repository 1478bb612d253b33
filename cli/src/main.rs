//! The compiler behind `model!`, outside rustc.

mod at;
mod export;
mod import;
mod inspect;
mod layers;
mod models;
mod onnx;
mod page;
mod plot;
mod png;
mod report;
mod source;
mod sources;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use at::Size;

/// Checks, draws and converts formwork models, and documents the layers they are made of.
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
    ///
    /// Examples:
    ///   formwork check               the crate in this folder
    ///   formwork check src/net.rs
    #[command(verbatim_doc_comment)]
    Check {
        /// Files and folders
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
    },
    /// Print the layers, shapes and parameter counts of models
    ///
    /// Examples:
    ///   formwork summary src/net.rs                       every model of a file
    ///   formwork summary . --model Unet                   one model, wherever it is
    ///   formwork summary src/net.rs --at H=512,W=512      with numbers for its open sizes
    #[command(verbatim_doc_comment)]
    Summary {
        #[command(flatten)]
        selection: Selection,
        /// Numbers for sizes that models leave open: H=224,W=224
        #[arg(long, value_name = "SIZE=N", value_delimiter = ',')]
        at: Vec<Size>,
    },
    /// Draw a model: SVG, PNG, Graphviz, Mermaid
    ///
    /// Layers that follow each other share a box; skips run beside them. The PNG needs no fonts.
    ///
    /// Examples:
    ///   formwork plot src/net.rs                          Mermaid, for a README
    ///   formwork plot src/net.rs -o net.svg               a picture; also .png, .dot, .mmd
    ///   formwork plot src/net.rs -o net.png --blocks      a box for each block
    ///   formwork plot . --model Unet --at H=512,W=512 -o unet.svg
    #[command(verbatim_doc_comment)]
    Plot(plot::Args),
    /// List the tensors of a weight file, or compare it with a model
    ///
    /// Reads .safetensors, .pth, .keras, .h5 and .npz. With a model it says which tensor becomes
    /// which parameter; the exit code is 1 if the file does not fit.
    ///
    /// Examples:
    ///   formwork inspect net.pth                          names, shapes, totals
    ///   formwork inspect net.pth --values                 ranges and means, too
    ///   formwork inspect net.pth src/net.rs               does it fit the model?
    ///   formwork inspect net.pth src/net.rs --ignore "fc.*" --partial
    #[command(verbatim_doc_comment)]
    Inspect(inspect::Inspect),
    /// Print the Rust that models expand to
    ///
    /// Example:
    ///   formwork expand src/net.rs --model Net
    #[command(verbatim_doc_comment)]
    Expand(Selection),
    /// Print what makes a shell complete the commands and options
    ///
    /// Examples:
    ///   formwork completions bash > ~/.local/share/bash-completion/completions/formwork
    ///   formwork completions zsh > ~/.zfunc/_formwork
    ///   formwork completions fish > ~/.config/fish/completions/formwork.fish
    #[command(verbatim_doc_comment)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write a model and its weights as ONNX, or as the source of a Keras model
    ///
    /// Examples:
    ///   formwork export src/net.rs --weights net.safetensors -o net.onnx
    ///   formwork export src/net.rs --random 0 --at H=224,W=224 -o net.onnx
    ///   formwork export src/net.rs --model Net -o net.py
    #[command(verbatim_doc_comment)]
    Export(export::Export),
    /// Make a `model!` and its weights of an ONNX or Keras file
    ///
    /// Shapes become (batch, height, width, channels), and the weights are laid out to match.
    /// What has no layer here is named, all of it at once.
    ///
    /// Examples:
    ///   formwork import net.onnx -o src/net.rs --range imagenet
    ///   formwork import net.keras -o src/net.rs --weights net.safetensors --name Net
    ///   formwork import net.json -o src/net.rs --no-weights
    #[command(verbatim_doc_comment)]
    Import(import::Import),
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

impl Output {
    /// Nothing but problems.
    fn wrong(problems: Vec<String>) -> Self {
        Output { problems: problems.iter().map(report::error).collect(), ..Output::default() }
    }
}

fn main() -> ExitCode {
    let Output { text, problems, warnings } = match Cli::parse().command {
        Command::Layers { markdown: true, .. } => page::markdown(),
        Command::Layers { query, .. } => layers::search(&query.join(" ")),
        Command::Check { paths } => models::check(&paths),
        Command::Summary { selection: Selection { path, model }, at } => {
            models::summary(path, model.as_deref(), &at)
        }
        Command::Plot(args) => plot::plot(args),
        Command::Expand(Selection { path, model }) => models::expand(path, model.as_deref()),
        Command::Inspect(inspect) => inspect.run(),
        Command::Completions { shell } => completions(shell),
        Command::Export(args) => export::export(args),
        Command::Import(import) => import.run(),
    };
    let found = warnings.concat() + &problems.concat();
    let printed = print(anstream::stderr(), &found).and(print(anstream::stdout(), &text));
    if problems.is_empty() && printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn completions(shell: Shell) -> Output {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "formwork", &mut text);
    Output { text: String::from_utf8_lossy(&text).into_owned(), ..Output::default() }
}

fn print(mut stream: impl Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // The reader has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
