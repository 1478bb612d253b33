//! Whether a weight file fits a model.

use std::path::PathBuf;

use formwork_weights::WeightFile;
use formwork_weights::fit::{Loader, Misfit, Misfits, Network};

use crate::at::{self, Size};
use crate::export::inline::inline;
use crate::models::Found;
use crate::report;

/// How tensors are found for parameters.
#[derive(clap::Args)]
pub struct Rules {
    /// Rename what begins so in the file: `model.=backbone.`
    #[arg(long, value_name = "FROM=TO", value_parser = pair, requires = "path")]
    prefix: Vec<(String, String)>,
    /// Say which layer or tensor of the file is which of the model: `fc=dense`
    #[arg(long, value_name = "FILE=MODEL", value_parser = pair, requires = "path")]
    map: Vec<(String, String)>,
    /// Leave tensors of the file out; `*` is any text
    #[arg(long, value_name = "PATTERN", requires = "path")]
    ignore: Vec<String>,
    /// Match layers that no name matches in their order
    #[arg(long, requires = "path")]
    by_order: bool,
    /// Accept that parameters are not in the file
    #[arg(long, requires = "path")]
    partial: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (from, to) = text.split_once('=').ok_or("expected two names, `FROM=TO`")?;
    Ok((from.to_owned(), to.to_owned()))
}

impl Rules {
    fn loader(self, file: WeightFile) -> Loader {
        let Rules { prefix, map, ignore, by_order, partial } = self;
        let mut loader = Loader::from(file);
        for (from, to) in prefix {
            loader = loader.prefix(from, to);
        }
        for (file, model) in map {
            loader = loader.map(file, model);
        }
        loader = ignore.into_iter().fold(loader, Loader::ignore);
        loader = if by_order { loader.by_order() } else { loader };
        if partial { loader.partial() } else { loader }
    }
}

/// Which tensor is which parameter.
///
/// # Errors
/// If the file does not fit, or there is no such model.
pub fn report(
    file: WeightFile,
    rules: Rules,
    path: PathBuf,
    model: Option<&str>,
    sizes: &[Size],
) -> Result<String, Vec<String>> {
    let found = Found::read(&[path]);
    let model = found.one(model)?;
    let graph =
        at::graph_at(model, sizes).and_then(|graph| inline(model, graph, sizes, &found.all()));
    let say = |problems: Vec<String>| problems.iter().map(report::error).collect::<Vec<_>>();
    let parameters = Network::from(graph.map_err(say)?).parameters();
    let name = file.path().display().to_string();
    match rules.loader(file).fit(&parameters) {
        Ok(fit) => Ok(format!("{name} fits `{}`: {}", model.ident, fit.report)),
        Err(misfits) => Err(vec![wrong(&name, &model.ident.to_string(), &misfits)]),
    }
}

/// All that differs, and which options help.
fn wrong(file: &str, model: &str, misfits: &Misfits) -> String {
    const MOST: usize = 40;
    let Misfits { list, framework, .. } = misfits;
    let mut notes: Vec<_> = list.iter().take(MOST).map(Misfit::to_string).collect();
    if list.len() > MOST {
        notes.push(format!("and {} more", list.len() - MOST));
    }
    let any = |test: fn(&Misfit) -> bool| list.iter().any(test);
    let missing = any(|misfit| matches!(misfit, Misfit::Missing { .. }));
    let extra = any(|misfit| matches!(misfit, Misfit::Extra { .. }));
    let help = [
        (
            missing && extra,
            "--prefix FROM=TO renames what the file has, --map FILE=MODEL names one, \
                            --by-order goes by the order of the layers",
        ),
        (missing, "--partial lets parameters keep what they have"),
        (extra, "--ignore PATTERN leaves tensors of the file out"),
    ];
    let help = help.into_iter().filter(|(helps, _)| *helps).map(|(_, help)| help);
    let title = format!("{file} does not fit `{model}`, with names and layouts of {framework}");
    report::explained(&title, &notes, help)
}
