//! `--at H=224,W=224`: numbers for the symbols of a model.

use std::str::FromStr;

use formwork_compiler::Model;
use formwork_ir::{Dim, Graph, Kind};

/// A symbol and its number: `H=224`.
#[derive(Clone, Debug)]
pub struct Size {
    /// The symbol.
    pub name: String,
    /// Its number.
    pub size: usize,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, size) = text.split_once('=').ok_or("a symbol and its number: `H=224`")?;
        let size = size.trim().parse().ok().filter(|size| (1..=Dim::MAX).contains(size));
        let size = size.ok_or_else(|| format!("a number from 1 to {}", Dim::MAX))?;
        Ok(Size { name: name.trim().to_owned(), size })
    }
}

/// The network of a model at those sizes, `const` parameters that are not among them at their
/// defaults. Symbols that are known only when the model runs may stay.
///
/// # Errors
/// All that is wrong with the sizes.
pub fn graph_at(model: &Model, sizes: &[Size]) -> Result<Graph, Vec<String>> {
    let given: Vec<_> = sizes.iter().map(|at| (at.name.as_str(), at.size)).collect();
    let numbers = model.numbers(&given);
    let numbers: Vec<_> = numbers.iter().map(|(name, n)| (&**name, *n)).collect();
    let graph = at(&model.graph, &numbers)?;
    let open = graph.declared().symbols().iter().map(|declared| &declared.symbol);
    let open = open.filter(|symbol| symbol.kind() != Kind::Runtime).map(|symbol| {
        let name = symbol.name();
        format!("`{name}` is known when the model is compiled: say it, `--at {name}=…`")
    });
    let open: Vec<_> = open.collect();
    if open.is_empty() { Ok(graph) } else { Err(open) }
}

/// A network with numbers for some of its symbols.
///
/// # Errors
/// All that is wrong with the numbers.
pub fn graph(graph: &Graph, sizes: &[Size]) -> Result<Graph, Vec<String>> {
    at(graph, &sizes.iter().map(|at| (at.name.as_str(), at.size)).collect::<Vec<_>>())
}

/// As [`graph`], of names and numbers.
///
/// # Errors
/// As [`graph`].
pub fn at(graph: &Graph, numbers: &[(&str, usize)]) -> Result<Graph, Vec<String>> {
    if numbers.is_empty() {
        return Ok(graph.clone());
    }
    let declared = graph.declared().symbols();
    let wrong = numbers.iter().enumerate().filter_map(|(i, &(name, n))| {
        if numbers[..i].iter().any(|(other, _)| *other == name) {
            return Some(format!("`{name}` is given twice"));
        }
        let Some(own) = declared.iter().find(|own| own.symbol.name() == name) else {
            let names: Vec<_> =
                declared.iter().map(|own| format!("`{}`", own.symbol.name())).collect();
            let has = match names.as_slice() {
                [] => "has no symbols".to_owned(),
                names => format!("has {}", names.join(", ")),
            };
            return Some(format!("`{}` has no symbol `{name}`: it {has}", graph.name()));
        };
        let fits = own.sizes.nearest(n as u64).contains(&Some(n as u64));
        (!fits).then(|| format!("`{name}` must be {}, got {n}", own.sizes))
    });
    let wrong: Vec<_> = wrong.collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let graph = Graph::parse_at(&graph.to_string(), numbers)
        .map_err(|error| vec![format!("at these sizes: {}", error.message)])?;
    match graph.mismatches() {
        [] => Ok(graph),
        needs => Err(needs.iter().map(|need| need.fault.title.clone()).collect()),
    }
}
