//! The compiler behind `model!`: tokens to checked graphs to Rust.
//!
//! [`check`] is the whole way to graphs and diagnostics; nothing after it can fail.

mod ast;
mod budget;
mod dead;
mod diagnostic;
mod duplicate;
mod elaborate;
mod emit;
mod lint;
mod model;
mod parse;
mod phase;
mod scaled;
mod selu;
mod suggest;
mod twin;
mod unused;
mod weights;

use emit::{Header, stub};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

pub use diagnostic::{Code, Diagnostic, Level};
pub use emit::{Root, emit};
pub use lint::Lint;

pub use model::{Model, Site};
pub use suggest::closest;
pub use weights::Crate;

/// Expands the inside of a `model!`: its models as Rust, or what is wrong with them beside types
/// of the same names, so that rustc adds nothing.
///
/// What stands in files is not looked at: see [`expand_in`].
pub fn expand(tokens: TokenStream) -> TokenStream {
    expand_in(None, tokens)
}

/// As [`expand`], for a crate, whose weight files must fit its models.
pub fn expand_in(home: Option<&Crate>, tokens: TokenStream) -> TokenStream {
    let (root, tokens) = Root::split(tokens);
    let (models, headers, mut diagnostics) = analyse(home, tokens);
    if !diagnostics.iter().any(Diagnostic::is_error) {
        let warnings = diagnostics.iter().map(Diagnostic::to_tokens);
        return models.iter().map(|model| emit(&root, model)).chain(warnings).collect();
    }
    diagnostics.retain(Diagnostic::is_error);
    let mut errors = diagnostics.iter().map(Diagnostic::to_tokens);
    let Some(first) = headers.first() else {
        return errors.collect();
    };
    // The first error is the value of a constant, which is wrong for rustc from then on.
    let (error, value) = (format_ident!("__{}_IS_WRONG", first.ident), errors.next());
    let wrong = quote! {
        #[allow(dead_code, nonstandard_style)]
        const #error: usize = #value;
    };
    let stubs = headers.iter().map(|header| stub(&root, header, &error));
    std::iter::once(wrong).chain(errors).chain(stubs).collect()
}

/// Checks the inside of a `model!`: its models, and everything that is wrong with them or
/// suspect. The models are whole if no [`Level::Error`] is among it.
///
/// What stands in files is not looked at: see [`check_in`].
pub fn check(tokens: TokenStream) -> (Vec<Model>, Vec<Diagnostic>) {
    check_in(None, tokens)
}

/// As [`check`], for a crate, whose weight files must fit its models.
pub fn check_in(home: Option<&Crate>, tokens: TokenStream) -> (Vec<Model>, Vec<Diagnostic>) {
    let (models, _, diagnostics) = analyse(home, tokens);
    (models, diagnostics)
}

fn analyse(
    home: Option<&Crate>,
    tokens: TokenStream,
) -> (Vec<Model>, Vec<Header>, Vec<Diagnostic>) {
    let (file, mut diagnostics) = parse::parse(tokens);
    duplicate::check(&file, &mut diagnostics);
    let elaborated =
        file.models.iter().map(|model| elaborate::elaborate(&file, model, &mut diagnostics));
    let (mut models, headers): (Vec<_>, _) = elaborated.unzip();
    unused::check(&file, &mut diagnostics);
    if diagnostics.is_empty() {
        models.iter().for_each(|model| dead::check(model, &mut diagnostics));
    }
    if diagnostics.is_empty() {
        let sources = file.models.iter().zip(&mut models);
        sources.for_each(|(source, model)| {
            budget::check(source, model, &mut diagnostics);
            home.iter().for_each(|home| weights::check(home, source, model, &mut diagnostics));
            twin::declare(source, model, &mut diagnostics);
        });
    }
    if !diagnostics.iter().any(Diagnostic::is_error) {
        for model in models.iter().filter(|model| !lint::all_allowed(model)) {
            phase::check(model, &mut diagnostics);
            scaled::check(model, &mut diagnostics);
            selu::check(model, &mut diagnostics);
        }
    }
    (models, headers, diagnostics)
}
