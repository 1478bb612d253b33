//! What rustc checks of a model: its `const` parameters, and constants of the user's crate.

use std::collections::HashMap;

use formwork_ir::{Checked, Kind, Ranged, Sizes, Symbol};
use proc_macro2::TokenStream;
use quote::quote;

use super::entry;
use super::types::Types;
use crate::model::Model;

/// What rustc checks: the `const` parameters of the model, as an expression that panics in a
/// constant.
pub(super) fn generics(model: &Model, types: &Types) -> Option<TokenStream> {
    let (contract, besides) = model.graph.domain().contract();
    let none = HashMap::new();
    let name = |symbol: &Symbol| types.name(symbol.name(), &none);
    let mut checks = Vec::new();
    let generic = |ranged: &&Ranged| ranged.symbol.kind() == Kind::Generic;
    for Ranged { symbol, sizes } in contract.iter().filter(generic) {
        if *sizes != Sizes::ALL {
            let number = types.number(&symbol.clone().into(), &none);
            let text = format!("`{}`: {} must be {sizes}", model.ident, symbol.name());
            let sizes = entry::sizes(sizes);
            checks.push(quote! {{
                static SIZES: Sizes = #sizes;
                assert!(SIZES.has(#number as u64), #text);
            }});
        }
    }
    let late = |symbols: &[Symbol]| {
        symbols.iter().any(|s| s.kind() == Kind::Runtime)
            || symbols.iter().all(|s| s.kind() == Kind::Outer)
    };
    for condition in besides.iter().filter(|condition| !late(&condition.symbols())) {
        let (holds, text) =
            (entry::rust(&condition.rust(&name)), format!("`{}` needs {condition}", model.ident));
        checks.push(quote!(assert!(#holds, #text);));
    }
    for (ident, value) in &model.equal {
        let own = types.generics.iter().any(|(generic, _)| generic == ident);
        if let (true, Some(value)) = (own, value) {
            let own = entry::rust(&types.name(&ident.to_string(), &none));
            let text = format!("`{}`: {ident} must be {value}", model.ident);
            let value = types.number(value, &none);
            checks.push(quote!(assert!(#own == #value, #text);));
        }
    }
    (!checks.is_empty()).then(|| quote!({ #(#checks)* }))
}

/// What rustc checks of the crate's constants, where the model stands: each with the message that
/// a number would have got.
pub(super) fn constants(model: &Model, types: &Types) -> TokenStream {
    let name = |symbol: &Symbol| types.name(symbol.name(), &HashMap::new());
    let sites: HashMap<_, _> = model
        .graph
        .nodes()
        .zip(&model.sites)
        .map(|((_, node), site)| (&*node.name, site))
        .collect();
    let mut checks = TokenStream::new();
    for Checked { node, condition, fault } in model.graph.constants() {
        let place = sites.get(node.as_str()).map_or(model.ident.span(), |site| site.call);
        let holds = entry::rust(&condition.rust(&name));
        let clauses = model.graph.declared().clauses(condition);
        let clauses = clauses.iter().map(|clauses| format!("\nthis works only where `{clauses}`"));
        let help = fault.help.iter().map(|help| format!("\nhelp: {help}"));
        let text = clauses.chain(help).fold(fault.title.clone(), |text, line| text + &line);
        let assertion = quote::quote_spanned!(place=> assert!(#holds, #text));
        checks.extend(quote!(const _: () = #assertion;));
    }
    checks
}
