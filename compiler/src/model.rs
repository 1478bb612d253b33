use formwork_ir::Graph;
use proc_macro2::{Ident, Span};
use syn::{Attribute, Visibility};

/// A checked model: its graph, and what of the source the expansion keeps.
pub struct Model {
    /// Attributes of the `struct`, doc comments included.
    pub attrs: Vec<Attribute>,
    /// Visibility of the type.
    pub vis: Visibility,
    /// Name of the type, at the user's span.
    pub ident: Ident,
    /// The network.
    pub graph: Graph,
    /// For each node of the graph, where it comes from.
    pub sites: Vec<Site>,
}

/// Where a node comes from.
pub struct Site {
    /// The `let` (or input) that names the node's value, for the generated variable of that name
    /// and its hover; `None` for the steps between.
    pub binding: Option<Ident>,
    /// The layer's name in the call, whose hover shows the layer's documentation.
    pub call: Span,
}
