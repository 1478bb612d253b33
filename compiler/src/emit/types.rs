//! dfdx types of shapes, and sizes as expressions.

use std::collections::{BTreeMap, HashMap};

use formwork_ir::{Dim, Kind, Scheme, Shape, Symbol};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{BinOp, Expr};

use crate::model::Outer;

/// How the symbols of a model are written.
pub(super) struct Types {
    /// The type of each runtime symbol, in the order of the inputs.
    pub runtime: Vec<(Symbol, Ident)>,
    /// The `const` parameters with their defaults.
    pub generics: Vec<(Ident, Option<usize>)>,
    /// The constant that stands for each outer one.
    pub outers: BTreeMap<String, Ident>,
    /// What the symbols that rustc knows are called in expressions.
    constants: HashMap<String, Ident>,
}

impl Types {
    /// The symbols of a model with these inputs.
    pub(super) fn new<'a>(
        inputs: impl IntoIterator<Item = &'a Shape>,
        generics: &[(Ident, Option<usize>)],
        outers: &[Outer],
    ) -> Self {
        let mut runtime: Vec<(Symbol, Ident)> = Vec::new();
        let mut constants = HashMap::new();
        for (ident, _) in generics {
            constants.insert(ident.to_string(), parameter(&ident.to_string()));
        }
        for symbol in inputs.into_iter().flat_map(|shape| shape.dims()).filter_map(Dim::symbol) {
            if symbol.kind() == Kind::Runtime && runtime.iter().all(|(other, _)| *other != symbol) {
                let ident = match symbol.is_batch() {
                    true => format_ident!("B"),
                    false => parameter(symbol.name()),
                };
                runtime.push((symbol, ident));
            }
        }
        let outer = |outer: &Outer| (outer.name.clone(), format_ident!("__{}", outer.name));
        let outers: BTreeMap<_, _> = outers.iter().map(outer).collect();
        constants.extend(outers.clone());
        Types { runtime, generics: generics.to_vec(), outers, constants }
    }

    /// `const CLASSES: usize,` for each, to stand before other parameters.
    pub(super) fn declared(&self) -> TokenStream {
        let names = self.generics.iter().map(|(ident, _)| parameter(&ident.to_string()));
        quote!(#(const #names: usize,)*)
    }

    /// `CLASSES,` for each.
    pub(super) fn given(&self) -> TokenStream {
        let names = self.generics.iter().map(|(ident, _)| parameter(&ident.to_string()));
        quote!(#(#names,)*)
    }

    /// The symbols that rustc knows, each with its constant.
    pub(super) fn constants(&self) -> Vec<(&str, &Ident)> {
        let mut constants: Vec<_> = self.constants.iter().map(|(name, id)| (&**name, id)).collect();
        constants.sort();
        constants
    }

    /// `B: Dim, H: Dim,`
    pub(super) fn sizes(&self) -> TokenStream {
        let names = self.runtime.iter().map(|(_, ident)| ident);
        quote!(#(#names: Dim,)*)
    }

    /// The tensor a method takes or returns: generic over device `D` and tape `T`.
    pub(super) fn tensor(&self, shape: &Shape) -> TokenStream {
        let shape = self.shape(shape);
        quote!(Tensor<#shape, f32, D, T>)
    }

    /// The tensor that an input takes: of pixels in a range, where one is said.
    pub(super) fn input(&self, shape: &Shape, scheme: Option<Scheme>) -> TokenStream {
        match scheme {
            Some(scheme) => {
                let (range, shape) = (range(scheme), self.shape(shape));
                quote!(Pixels<#range, #shape, D, T>)
            }
            None => self.tensor(shape),
        }
    }

    /// A shape: `(B, Const<28>, H)`.
    pub(super) fn shape(&self, shape: &Shape) -> TokenStream {
        let dims = shape.dims().iter().map(|dim| self.dim(dim));
        quote!((#(#dims,)*))
    }

    /// As [`Self::tensor`], with another batch in place of `_`.
    pub(super) fn tensor_of(&self, shape: &Shape, batch: &TokenStream) -> TokenStream {
        let shape = self.shape_of(shape, batch);
        quote!(Tensor<#shape, f32, D, T>)
    }

    /// As [`Self::shape`], with another batch in place of `_`, and `usize` for sizes that only run
    /// time knows.
    pub(super) fn shape_of(&self, shape: &Shape, batch: &TokenStream) -> TokenStream {
        let dims = shape.dims().iter().map(|dim| match dim.symbol() {
            Some(symbol) if symbol.is_batch() => batch.clone(),
            Some(symbol) if symbol.kind() == Kind::Runtime => quote!(usize),
            _ => self.dim(dim),
        });
        quote!((#(#dims,)*))
    }

    /// The shape that a submodel is said to make: the batch as it is, then sizes that rustc knows,
    /// and `usize`.
    pub(super) fn asserted(&self, shape: &Shape) -> TokenStream {
        let dims = shape.dims().iter().enumerate().map(|(axis, dim)| {
            let late = dim.symbols().iter().any(|symbol| symbol.kind() == Kind::Runtime);
            if late && axis > 0 { quote!(usize) } else { self.dim(dim) }
        });
        quote!((#(#dims,)*))
    }

    /// The shape of a parameter: `Rank2<3, 4>`, or a tuple.
    pub(super) fn parameter(&self, sizes: &[Dim]) -> TokenStream {
        let known: Option<Vec<_>> = sizes.iter().map(Dim::known).collect();
        match known {
            Some(known) => {
                let rank = format_ident!("Rank{}", known.len());
                let sizes = known.into_iter().map(Literal::usize_unsuffixed);
                quote!(#rank<#(#sizes),*>)
            }
            None => {
                let dims = sizes.iter().map(|dim| self.dim(dim));
                quote!((#(#dims,)*))
            }
        }
    }

    /// The type of a dimension.
    pub(super) fn dim(&self, dim: &Dim) -> TokenStream {
        if let Some(n) = dim.known() {
            let n = Literal::usize_unsuffixed(n);
            return quote!(Const<#n>);
        }
        let symbols = dim.symbols();
        if symbols.iter().any(|symbol| symbol.kind() == Kind::Runtime) {
            let own = dim.symbol();
            let own = self.runtime.iter().find(|(symbol, _)| own.as_ref() == Some(symbol));
            return own.map_or_else(|| quote!(usize), |(_, ident)| quote!(#ident));
        }
        let value = self.number(dim, &HashMap::new());
        if symbols.iter().all(|symbol| symbol.kind() == Kind::Outer) {
            return quote!(Const<{ #value }>);
        }
        // `Const<{ 2 * C }>` is not stable: types that compute.
        syn::parse2(value).map_or_else(|_| quote!(usize), |expr| computed(&expr))
    }

    /// A size as a number; `locals` are variables of the runtime symbols.
    pub(super) fn number(&self, dim: &Dim, locals: &HashMap<String, Ident>) -> TokenStream {
        let name = |symbol: &Symbol| self.name(symbol.name(), locals);
        dim.rust(&name).parse().expect("sizes are printed as Rust")
    }

    /// What a symbol is called in an expression.
    pub(super) fn name(&self, symbol: &str, locals: &HashMap<String, Ident>) -> String {
        let ident = locals.get(symbol).or_else(|| self.constants.get(symbol));
        ident.map_or_else(|| format!("__size_{symbol}"), Ident::to_string)
    }
}

/// A generic parameter named like a symbol: another name where the expansion has that one, or
/// might have; no two symbols get the same.
pub(super) fn parameter(name: &str) -> Ident {
    const OURS: &[&str] = &["B", "D", "E", "T", "S", "V", "O", "D0", "D2", "E0", "E2"];
    let name = name.trim_start_matches("r#");
    let plain = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let ours = OURS.contains(&name) || name.starts_with('S') && name[1..].parse::<u8>().is_ok();
    let name =
        if plain && !ours && !name.ends_with('_') { name.to_owned() } else { format!("{name}_") };
    Ident::new(&name, Span::call_site())
}

/// The type that computes an expression of constants: `Product<Const<2>, Const<C>>`.
fn computed(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Paren(inner) => computed(&inner.expr),
        Expr::Binary(binary) => {
            let name = match binary.op {
                BinOp::Add(_) => "Sum",
                BinOp::Sub(_) => "Difference",
                BinOp::Mul(_) => "Product",
                _ => "Quotient",
            };
            let name = format_ident!("{name}");
            let (a, b) = (computed(&binary.left), computed(&binary.right));
            quote!(#name<#a, #b>)
        }
        // `a.div_ceil(n)`
        Expr::MethodCall(call) => {
            let (a, divisor) = (computed(&call.receiver), &call.args);
            let n: usize = syn::parse2(quote!(#divisor))
                .and_then(|n: syn::LitInt| n.base10_parse())
                .unwrap_or(1);
            let rest = Literal::usize_unsuffixed(n.saturating_sub(1));
            quote!(Quotient<Sum<#a, Const<#rest>>, Const<#divisor>>)
        }
        leaf => quote!(Const<#leaf>),
    }
}

/// The type of a range: `Between<-1, 1>`.
pub(super) fn range(scheme: Scheme) -> TokenStream {
    let number = |n: i64| {
        let sign = (n < 0).then(|| quote!(-));
        let size = Literal::u64_unsuffixed(n.unsigned_abs());
        quote!(#sign #size)
    };
    let [low, high, denominator] = match scheme {
        Scheme::Imagenet => return quote!(Imagenet),
        Scheme::Caffe => return quote!(Caffe),
        // What does not fit was refused.
        Scheme::Between(..) => scheme.fractions().unwrap_or([0, 255, 1]),
    };
    let denominator = (denominator != 1).then(|| number(denominator)).into_iter();
    let (low, high) = (number(low), number(high));
    quote!(Between<#low, #high #(, #denominator)*>)
}

/// One type, or a tuple of several.
pub(super) fn one_or_tuple(items: &[TokenStream]) -> TokenStream {
    match items {
        [one] => one.clone(),
        many => quote!((#(#many),*)),
    }
}
