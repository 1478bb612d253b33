//! `formwork plot`: models as pictures.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use formwork_ir::{Graph, Plot};

use crate::at::Size;
use crate::{Output, Selection, models, png};

/// What to draw, and where to.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    selection: Selection,
    /// Numbers for sizes that the model leaves open: H=224,W=224
    #[arg(long, value_name = "SIZE=N", value_delimiter = ',')]
    at: Vec<Size>,
    /// Write to this file; the ending of its name says what kind of picture
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The kind of picture, where no file name says it
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Draw each block as one box, instead of every layer
    #[arg(long)]
    blocks: bool,
}

/// A kind of picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// A flowchart for Markdown (.mmd)
    Mermaid,
    /// For Graphviz (.dot, .gv)
    Dot,
    /// A vector picture (.svg)
    Svg,
    /// A picture of pixels, twice as large as the SVG (.png)
    Png,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "mmd" | "mermaid" => Some(Format::Mermaid),
            "dot" | "gv" => Some(Format::Dot),
            "svg" => Some(Format::Svg),
            "png" => Some(Format::Png),
            _ => None,
        }
    }
}

/// Draws a model.
pub fn plot(args: Args) -> Output {
    let Args { selection, at, output, format, blocks } = args;
    let named = output.as_deref().and_then(Format::of);
    if let (Some(format), Some(named), Some(path)) = (format, named, &output)
        && format != named
    {
        let asked = format.to_possible_value();
        let asked = asked.as_ref().map_or("", |value| value.get_name());
        let problem = format!("`--format {asked}` does not go with `{}`", path.display());
        return Output::wrong(vec![problem]);
    }
    let format = match (format.or(named), &output) {
        (Some(format), _) => format,
        (None, None) => Format::Mermaid,
        (None, Some(path)) => {
            let problem = format!(
                "`{}` does not say what kind of picture it is: end it in .svg, .png, .dot or \
                 .mmd, or give --format",
                path.display()
            );
            return Output::wrong(vec![problem]);
        }
    };
    models::one(selection, &at, |graph| {
        let written = draw(graph, format, blocks).and_then(|bytes| match &output {
            Some(path) => {
                let written = fs::write(path, bytes).map(|()| String::new());
                written.map_err(|error| format!("cannot write `{}`: {error}", path.display()))
            }
            None => String::from_utf8(bytes)
                .map_err(|_| "a PNG is no text: say where to write it, `-o net.png`".to_owned()),
        });
        written.map(|text| Output { text, ..Output::default() }).map_err(|problem| vec![problem])
    })
}

fn draw(graph: &Graph, format: Format, blocks: bool) -> Result<Vec<u8>, String> {
    let plot = if blocks { Plot::blocks(graph) } else { Plot::layers(graph) };
    match format {
        Format::Mermaid => Ok(plot.mermaid().into_bytes()),
        Format::Dot => Ok(plot.dot().into_bytes()),
        Format::Svg => Ok(plot.svg().into_bytes()),
        Format::Png => png::render(&plot.svg()),
    }
}
