use std::borrow::Cow;

use formwork_ir::{Dim, Fold, Graph};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Attribute, Visibility};

use crate::ast::TwinKind;
use crate::lint::Lint;

/// A checked model: its graph, and what of the source the expansion keeps.
pub struct Model {
    /// Attributes of the `struct`, doc comments included.
    pub attrs: Vec<Attribute>,
    /// Visibility of the type.
    pub vis: Visibility,
    /// Name of the type, at the user's span.
    pub ident: Ident,
    /// The models that are declared to be made of it.
    pub twins: Vec<Twin>,
    /// The `const` parameters, each with its default.
    pub generics: Vec<(Ident, Option<usize>)>,
    /// The other models that it applies.
    pub submodels: Vec<Submodel>,
    /// The constants of the user's crate that sizes are made of.
    pub outers: Vec<Outer>,
    /// The symbols that a `where` says equal something, and what.
    pub equal: Vec<(Ident, Option<Dim>)>,
    /// The network.
    pub graph: Graph,
    /// For each node of the graph, where it comes from.
    pub sites: Vec<Site>,
    /// The file of weights, from the crate's folder, whose change makes rustc read the model anew.
    pub tracked: Option<String>,
}

impl Model {
    /// Numbers for sizes, and the defaults of the `const` parameters that are not among them.
    pub fn numbers<'a>(&self, given: &[(&'a str, usize)]) -> Vec<(Cow<'a, str>, usize)> {
        let mut numbers: Vec<_> = given.iter().map(|&(name, n)| (name.into(), n)).collect();
        for (name, default) in &self.generics {
            let is_given = given.iter().any(|(own, _)| name == own);
            numbers.extend(default.filter(|_| !is_given).map(|n| (name.to_string().into(), n)));
        }
        numbers
    }
}

/// The same model without its batch normalisation.
pub struct Twin {
    /// How it is made.
    pub kind: TwinKind,
    /// The model.
    pub model: Model,
    /// The layers that batch norms were folded into.
    pub folds: Vec<Fold>,
}

/// Another model that is a part of this one.
#[derive(Clone)]
pub struct Submodel {
    /// Names its parameters, however often it is applied.
    pub name: String,
    /// Its type.
    pub path: syn::Path,
}

/// A constant of the user's crate: `{SIZE}`.
#[derive(Clone)]
pub struct Outer {
    /// What it is called in the graph.
    pub name: String,
    /// What stands between the braces.
    pub tokens: TokenStream,
}

impl Outer {
    /// The constant as an expression.
    pub fn expression(&self) -> TokenStream {
        let Outer { tokens, .. } = self;
        match syn::parse2::<syn::Path>(tokens.clone()) {
            Ok(path) => quote!(#path),
            Err(_) => quote!({ #tokens }),
        }
    }
}

/// Where a node comes from.
#[derive(Clone)]
pub struct Site {
    /// Tells the call from every other.
    pub id: u32,
    /// The `let` (or input) that names the node's value, for the generated variable of that name
    /// and its hover; `None` for the steps between.
    pub binding: Option<Ident>,
    /// The layer's name in the call, whose hover shows the layer's documentation.
    pub call: Span,
    /// What is suspect here, and meant.
    pub allowed: Vec<Lint>,
}
