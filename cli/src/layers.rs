//! `formwork layers`: the layer table, searched.

use formwork_ir::{Spec, TABLE};

use crate::page::{groups, summary};
use crate::{Output, page, report};

/// Every layer that matches, in a line each; the page of the layer that is named or that is the
/// only match.
pub fn search(query: &str) -> Output {
    let called = |spec: &&Spec| spec.name == query || spec.aliases.contains(&query);
    let named: Vec<_> = TABLE.iter().filter(called).collect();
    let matches: Vec<_> = TABLE.iter().filter(|spec| matches(spec, query)).collect();
    match (named.as_slice(), matches.as_slice()) {
        (&[spec], _) | (_, &[spec]) => Output { text: page::text(spec), ..Output::default() },
        (_, []) => {
            let problem = format!("no layer mentions `{query}`; `formwork layers` lists them all");
            Output { problems: vec![report::error(problem)], ..Output::default() }
        }
        (_, matches) => Output { text: list(matches), ..Output::default() },
    }
}

/// Whether a layer's name, aliases or texts have every word of the query.
fn matches(spec: &Spec, query: &str) -> bool {
    let args = spec.args.iter().flat_map(|arg| [arg.name, arg.doc]);
    let texts = [spec.name, spec.doc].into_iter().chain(spec.aliases.iter().copied()).chain(args);
    let text = texts.collect::<Vec<_>>().join("\n").to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

fn list(specs: &[&Spec]) -> String {
    let width = specs.iter().map(|spec| spec.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (group, specs) in groups(specs) {
        text += &format!("{group:?}\n");
        for spec in specs {
            text += &format!("  {:width$}  {}\n", spec.name, summary(spec));
        }
        text += "\n";
    }
    text + "`formwork layers NAME` prints one in full.\n"
}
