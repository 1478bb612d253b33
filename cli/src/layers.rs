//! `formwork layers`: the layer table, searched.

use formwork_compiler::closest;
use formwork_ir::{Spec, TABLE};

use crate::page::{groups, summary};
use crate::{Output, page};

/// The page of the layer that is named or that is the only match; else every layer that matches,
/// in a line each, those first in whose names it is.
pub fn search(query: &str) -> Output {
    let called = |spec: &&Spec| names(spec).any(|name| plain(name) == plain(query));
    let named: Vec<_> = TABLE.iter().filter(called).collect();
    let matches: Vec<_> = TABLE.iter().filter(|spec| has(query, texts(spec))).collect();
    match (named.as_slice(), matches.as_slice()) {
        (&[spec], _) | (_, &[spec]) => Output { text: page::text(spec), ..Output::default() },
        (_, []) => Output::wrong(vec![nothing(query)]),
        (_, matches) => Output { text: list(query, matches), ..Output::default() },
    }
}

/// What to try where no layer matches.
fn nothing(query: &str) -> String {
    let all = TABLE.iter().flat_map(|spec| names(spec).map(move |name| (name, spec.name)));
    let all: Vec<_> = all.collect();
    let close = closest(query, all.iter().map(|(name, _)| *name));
    match all.iter().find(|(name, _)| Some(*name) == close) {
        Some((name, layer)) if name == layer => {
            format!("no layer `{query}`; did you mean `{name}`?")
        }
        Some((name, layer)) => {
            format!("no layer `{query}`; did you mean `{name}`, which is `{layer}` here?")
        }
        None => format!("no layer mentions `{query}`; `formwork layers` lists them all"),
    }
}

/// What a layer is called, here and elsewhere.
fn names(spec: &Spec) -> impl Iterator<Item = &'static str> {
    [spec.name].into_iter().chain(spec.aliases.iter().copied())
}

/// What stands on a layer's page.
fn texts(spec: &Spec) -> impl Iterator<Item = &'static str> {
    let args = spec.args.iter().flat_map(|arg| [arg.name, arg.doc]);
    names(spec).chain([spec.doc]).chain(args)
}

/// Whether some texts have every word of the query.
fn has<'a>(query: &str, texts: impl Iterator<Item = &'a str>) -> bool {
    let text = texts.collect::<Vec<_>>().join("\n").to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// A name as it is compared: `MaxPool2d` and `max_pool2d` are the same.
fn plain(name: &str) -> String {
    name.to_lowercase().replace('_', "")
}

fn list(query: &str, specs: &[&Spec]) -> String {
    let width = specs.iter().map(|spec| spec.name.len()).max().unwrap_or(0);
    let chapters = |specs: &[&Spec]| {
        let mut text = String::new();
        for (group, specs) in groups(specs) {
            text += &format!("{group:?}\n");
            for spec in specs {
                text += &format!("  {:width$}  {}\n", spec.name, summary(spec));
            }
            text += "\n";
        }
        text
    };
    let (by_name, others): (Vec<_>, Vec<_>) =
        specs.iter().copied().partition(|spec| has(query, names(spec)));
    let mut text = chapters(&by_name);
    if !by_name.is_empty() && !others.is_empty() {
        text += "Elsewhere on their pages:\n\n";
    }
    text + &chapters(&others) + "`formwork layers NAME` prints one in full.\n"
}
