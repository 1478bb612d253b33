//! `formwork inspect`: what a weight file holds, and whether it fits a model.

mod fit;
mod table;

use std::path::PathBuf;

use formwork_weights::WeightFile;

use crate::Output;
use crate::at::Size;

/// What `formwork inspect` is asked for.
#[derive(clap::Args)]
pub struct Inspect {
    /// The weight file
    file: PathBuf,
    /// A file of Rust, or a folder to search: does the weight file fit its model?
    path: Option<PathBuf>,
    /// The model of that name
    #[arg(long, value_name = "NAME", requires = "path")]
    model: Option<String>,
    /// Numbers for sizes that the model leaves open: CLASSES=10
    #[arg(long, value_name = "SIZE=N", value_delimiter = ',', requires = "path")]
    at: Vec<Size>,
    /// Read the values, too: their least, greatest and mean, and how many are not finite
    #[arg(long, conflicts_with = "path")]
    values: bool,
    #[command(flatten)]
    rules: fit::Rules,
}

impl Inspect {
    /// Looks into the file.
    pub fn run(self) -> Output {
        match self.text() {
            Ok(text) => Output { text, ..Output::default() },
            Err(problems) => Output { problems, ..Output::default() },
        }
    }

    fn text(self) -> Result<String, Vec<String>> {
        let Inspect { file, path, model, at, values, rules } = self;
        let file = WeightFile::open(&file)
            .map_err(|error| vec![crate::report::error(format_args!("{error}"))])?;
        match path {
            Some(path) => fit::report(file, rules, path, model.as_deref(), &at),
            None => table::text(file, values),
        }
    }
}
