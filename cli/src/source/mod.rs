//! A graph as a `model!` that a person would have written.
//!
//! 1. [`piece`]: the graph as a sequence of layers, in an [`order`] in which what lies between a
//!    fork and its merge stands together, and equal parts of a network look alike. [`layer`] has
//!    their arguments in the shortest form, without what changes nothing.
//! 2. [`find`]: parts that are there several times become calls of one [`block`]. First what
//!    always comes with a normalisation; then what lies between a fork and its merge, where blocks
//!    that are alike become one, and what only some of them have becomes an option; then chains
//!    that are such a block without its fork; last any other parts. Small parts come first, so
//!    blocks call blocks.
//! 3. [`params`]: what all calls of a block have in common stands in it; what follows from its
//!    input's shape or from another parameter is derived; the rest are parameters, with the
//!    commonest value as the default. When an option is there, a comparison of these must tell.
//! 4. [`loops`]: calls that repeat each other become a loop over a table of what differs.
//! 5. [`blocks`] names the blocks, and drops those that are not worth a name. [`body`] makes
//!    statements, [`layout`] lines, [`head`] what stands before them.
//! 6. [`same`]: what the compiler makes of the text must be the graph that was given. If it is not,
//!    a plainer form is tried; the plainest is a `let` a layer.
//!
//! Brevity goes before names: a layer keeps the name that it has in the graph where that says more
//! than its kind and a number (`species`, not `conv1`), and only where it is written for itself: a
//! block's layers where all calls agree, none in a loop. Values that need a name, and blocks, take
//! it from the graph where it has one. [`Source::names`] says where the weights of each belong.

mod allow;
mod block;
mod blocks;
mod body;
mod find;
mod head;
mod heads;
mod layer;
mod layout;
mod loops;
mod model;
mod names;
mod order;
mod params;
mod piece;
mod program;
mod same;
#[cfg(test)]
mod tests;

use formwork_compiler::{Diagnostic, Model};
use formwork_ir::Graph;

/// A written model.
#[derive(Clone, Debug)]
pub struct Source {
    /// `use formwork::prelude::*;`, and the invocation of `model!`.
    pub text: String,
    /// Every parameter of a layer that an output depends on: its name in the graph, and in the
    /// written model.
    pub names: Vec<(String, String)>,
}

/// A network that the language has no words for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this network cannot be written as a model: {reason}")]
pub struct SourceError {
    /// What is in the way.
    pub reason: String,
}

/// How much is made of a network, most first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Level {
    /// Blocks, and loops.
    Loops,
    /// Blocks for what is there several times.
    Blocks,
    /// Chains of layers.
    Chains,
    /// A `let` for each layer.
    Lets,
}

impl Level {
    const ALL: [Self; 4] = [Level::Loops, Level::Blocks, Level::Chains, Level::Lets];
}

/// Writes a model that is this network: the compiler makes the same graph of it, but for names
/// and for the order of layers that do not depend on each other. What no output depends on is
/// left out. `docs` are the lines of its documentation.
///
/// # Errors
/// If the language has no words for the network: an input of three dimensions, layers that share
/// weights and are not the same, or are activations, a size that is no symbol of the model.
pub fn write(graph: &Graph, docs: &[String]) -> Result<Source, SourceError> {
    if let Some(reason) = piece::unshared(graph) {
        return Err(SourceError { reason });
    }
    let mut reason = String::new();
    for level in Level::ALL {
        match attempt(graph, docs, level) {
            Ok(source) => return Ok(source),
            Err(error) => reason = error,
        }
    }
    Err(SourceError { reason })
}

/// One form of the model, if it is the same network.
fn attempt(graph: &Graph, docs: &[String], level: Level) -> Result<Source, String> {
    let mut inside = model::write(graph, docs, level);
    let (mut model, warnings) = compile(&inside)?;
    if !warnings.is_empty() {
        inside = allow::allow(&inside, &warnings);
        let left;
        (model, left) = compile(&inside)?;
        debug_assert!(left.is_empty(), "{left:?}\n{inside}");
    }
    let names = same::parameters(graph, &model.graph)?;
    Ok(Source { text: format!("use formwork::prelude::*;\n\nmodel! {{\n{inside}}}\n"), names })
}

/// The model of a text, and what is suspect in it; or what is wrong with it.
fn compile(inside: &str) -> Result<(Model, Vec<Diagnostic>), String> {
    let tokens = inside.parse().map_err(|error: proc_macro2::LexError| error.to_string())?;
    let (mut models, diagnostics) = formwork_compiler::check(tokens);
    if let Some(error) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        return Err(error.title.clone());
    }
    Ok((models.pop().ok_or("no model was written")?, diagnostics))
}
