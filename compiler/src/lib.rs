//! The compiler behind `model!`: tokens to checked graphs to Rust.
//!
//! [`check`] is the whole way to graphs and diagnostics; nothing after it can fail.

mod ast;
mod diagnostic;
mod duplicate;
mod elaborate;
mod emit;
mod model;
mod parse;
mod suggest;
mod unused;

use proc_macro2::TokenStream;

pub use diagnostic::{Code, Diagnostic};
pub use emit::{Header, Root, emit, stub};
pub use model::{Model, Site};

/// Checks the inside of a `model!`: its models, and everything that is wrong with them. The
/// models are whole if nothing is.
pub fn check(tokens: TokenStream) -> (Vec<Model>, Vec<Diagnostic>) {
    let (file, mut diagnostics) = parse::parse(tokens);
    duplicate::check(&file, &mut diagnostics);
    let models =
        file.models.iter().map(|model| elaborate::elaborate(&file, model, &mut diagnostics));
    let models = models.collect();
    unused::check(&file, &mut diagnostics);
    (models, diagnostics)
}
