//! What is only suspect, and how it is allowed.

use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token};

use crate::model::Model;

/// A warning that `#[allow(…)]` before a statement silences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lint {
    /// Merges of shifted maps.
    PixelPhase,
    /// What does not go with `selu`.
    SeluRecipe,
    /// Pixels that are prepared twice.
    ScaledTwice,
}

impl Lint {
    /// All of them.
    pub const ALL: [Self; 3] = [Lint::PixelPhase, Lint::SeluRecipe, Lint::ScaledTwice];

    /// The name in `#[allow(…)]`.
    pub fn name(self) -> &'static str {
        match self {
            Lint::PixelPhase => "pixel_phase",
            Lint::SeluRecipe => "selu_recipe",
            Lint::ScaledTwice => "scaled_twice",
        }
    }

    /// The end of a help: how it is allowed.
    pub fn allow(self) -> String {
        format!("if it is meant, say so: `#[allow({})]` before the statement", self.name())
    }
}

/// Whether a model allows them all: a warning reaches the user as the use of something deprecated.
pub fn all_allowed(model: &Model) -> bool {
    model.attrs.iter().any(allows_deprecated)
}

fn allows_deprecated(attr: &Attribute) -> bool {
    let lints = attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
    attr.path().is_ident("allow")
        && lints.is_ok_and(|lints| lints.iter().any(|lint| lint.is_ident("deprecated")))
}
