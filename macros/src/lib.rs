//! The `model!` macro of formwork: see there.

use proc_macro::TokenStream;

/// Checks models and writes their code; the crate `formwork` wraps it to say where it is found.
#[proc_macro]
pub fn model(tokens: TokenStream) -> TokenStream {
    let home = formwork_compiler::Crate::of_cargo();
    formwork_compiler::expand_in(home.as_ref(), tokens.into()).into()
}
