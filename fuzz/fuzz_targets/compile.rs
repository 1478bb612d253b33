//! No tokens make the compiler panic, and what it expands is the same twice.
//!
//! `cargo fuzz run compile fuzz/corpus/compile compiler/tests/diagnostics` starts from models.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;

fuzz_target!(|text: &str| {
    let Ok(tokens) = text.parse::<TokenStream>() else { return };
    formwork_compiler::check(tokens.clone());
    let [first, second] = [tokens.clone(), tokens].map(formwork_compiler::expand);
    assert_eq!(first.to_string(), second.to_string());
});
