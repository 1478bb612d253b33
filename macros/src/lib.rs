//! The `model!` macro of formwork: see there.

use proc_macro::TokenStream;

/// Checks models and writes their code; the crate `formwork` wraps it to say where it is found.
#[proc_macro]
pub fn model(tokens: TokenStream) -> TokenStream {
    formwork_compiler::expand(tokens.into()).into()
}
