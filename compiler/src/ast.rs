//! The syntax of a `model!`, faithful to what was written.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Path, Visibility};

use crate::lint::Lint;

/// Everything inside one `model! { … }`.
#[derive(Default)]
pub struct File {
    pub models: Vec<Model>,
    pub blocks: Vec<Block>,
}

/// `pub struct Name(inputs) -> output { body }`
pub struct Model {
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    pub ident: Ident,
    pub twins: Vec<Twin>,
    pub weights: Option<WeightsFile>,
    pub budgets: Vec<Budget>,
    pub symbols: Vec<Symbol>,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Shape>,
    pub clauses: Vec<Clause>,
    pub body: Body,
}

/// `#[fold_batch_norm(Name)]`: another model that is made of this one.
#[derive(Clone)]
pub struct Twin {
    pub kind: TwinKind,
    pub ident: Ident,
    pub span: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TwinKind {
    Fold,
    Remove,
}

impl TwinKind {
    pub const ALL: [Self; 2] = [TwinKind::Fold, TwinKind::Remove];

    /// The attribute, and the method that makes the other model.
    pub fn name(self) -> &'static str {
        match self {
            TwinKind::Fold => "fold_batch_norm",
            TwinKind::Remove => "remove_batch_norm",
        }
    }

    /// What it does to the batch norms.
    pub fn verb(self) -> &'static str {
        match self {
            TwinKind::Fold => "fold",
            TwinKind::Remove => "remove",
        }
    }
}

/// `#[weights("digits.safetensors")]`: the file that its weights are to be loaded from.
pub struct WeightsFile {
    /// From the folder of the crate's Cargo.toml.
    pub path: String,
    pub span: Place,
}

/// `#[budget(params <= 5_000_000)]`: the most that a model may cost.
pub struct Budget {
    pub quantity: Quantity,
    pub limit: u64,
    /// `@ batch 8 H 224`
    pub at: Vec<(Ident, usize)>,
    pub span: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    Params,
    Macs,
    Activations,
}

impl Quantity {
    pub const ALL: [Self; 3] = [Quantity::Params, Quantity::Macs, Quantity::Activations];

    /// What it is called in a budget.
    pub fn name(self) -> &'static str {
        match self {
            Quantity::Params => "params",
            Quantity::Macs => "macs",
            Quantity::Activations => "activations",
        }
    }
}

/// A generic parameter of a model: a size without a number, yet.
pub struct Symbol {
    pub ident: Ident,
    pub kind: SymbolKind,
}

pub enum SymbolKind {
    /// `H`
    Runtime,
    /// `const CLASSES: usize`, with its default.
    Generic(Option<usize>),
}

/// What a `where` says of a size.
pub struct Clause {
    pub name: Ident,
    pub rule: Rule,
    pub span: Place,
}

pub enum Rule {
    /// `H % 16 == 0`, `H % 16 in [0, 8]`
    Remainders(u64, Vec<u64>),
    /// `H >= 32`, `H in 32..=64`
    Between(u64, Option<u64>),
    /// `H != 5`
    Not(u64),
    /// `W == 2 * H`
    Equal(Expr),
}

/// `image: [_, 28, 28, 1] in 0.0..=1.0`
pub struct Input {
    pub name: Name,
    pub shape: Shape,
    pub range: Option<Range>,
}

/// What follows `in`.
pub struct Range {
    pub value: syn::Expr,
    pub span: Place,
}

/// `fn name(params) -> shape { body }`
pub struct Block {
    /// `#[checkpoint]`: training runs it again on the way back.
    pub checkpoint: bool,
    pub ident: Ident,
    pub params: Vec<Param>,
    pub outputs: Vec<Shape>,
    pub clauses: Vec<Clause>,
    pub body: Body,
}

/// A parameter of a block.
pub struct Param {
    pub name: Name,
    pub kind: ParamKind,
    pub default: Option<Expr>,
}

pub enum ParamKind {
    /// A tensor, with a pattern that its shape must match and that binds dimensions.
    Tensor(Option<Shape>),
    /// A compile-time value.
    Value(Type),
}

/// The type of a compile-time value.
#[derive(Clone, PartialEq, Debug)]
pub enum Type {
    Int,
    Float,
    Bool,
    Str,
    Padding,
    Activation,
    Initializer,
    Interpolation,
    Tuple(Vec<Type>),
    Array(Box<Type>),
}

/// A name that is bound here.
pub struct Name {
    pub ident: Ident,
    pub mutable: bool,
}

/// Tells one place of the source from every other, in a macro where spans cannot be compared.
pub type Id = u32;

/// `[_, 28, 28, 1]`
pub struct Shape {
    pub dims: Vec<Expr>,
    pub span: Place,
}

/// First and last token of something.
pub type Place = (Span, Span);

/// `{ statements; value }`
pub struct Body {
    pub stmts: Vec<Stmt>,
    pub value: Option<Box<Expr>>,
    pub span: Place,
}

pub enum Stmt {
    /// `let pattern: shape = value;`
    Let { pattern: Pattern, ascription: Option<Ascription>, value: Expr },
    /// `name = value;`
    Assign { name: Ident, value: Expr },
    /// `for pattern in iter { … }`
    For { pattern: Pattern, iter: Expr, body: Body },
    /// `expression;`
    Expr(Expr),
}

/// What stands after the colon of a `let`.
pub enum Ascription {
    Shape(Shape),
    Type(Type),
}

pub enum Pattern {
    Name(Name),
    /// `_`
    Ignore,
    Tuple(Vec<Pattern>, Place),
}

pub struct Expr {
    pub id: Id,
    pub span: Place,
    pub kind: ExprKind,
}

pub enum ExprKind {
    Int(i64),
    Float(f64),
    Bool(bool),
    Str(String),
    /// `_`
    Any,
    /// `{SIZE}` in a shape: what rustc evaluates.
    Outer(TokenStream),
    Name(Ident),
    Tuple(Vec<Expr>),
    Array(Vec<Expr>),
    Range(Box<Expr>, Box<Expr>, RangeEnd),
    Unary(Unary, Box<Expr>),
    Binary(Box<Expr>, Binary, Box<Expr>),
    Cast(Box<Expr>, Type),
    Index(Box<Expr>, Box<Expr>),
    /// `name(args)`
    Call(Ident, Vec<Arg>),
    /// `apply::<Backbone>(args)`
    Apply(Path, Vec<Arg>),
    /// `receiver.name(args).name(args)…`: a whole chain, so that a long one does not nest.
    Chain(Box<Expr>, Vec<Method>),
    If(Box<Expr>, Body, Option<Box<Expr>>),
    Block(Body),
    /// `#[allow(pixel_phase)] value`
    Allow(Vec<Lint>, Box<Expr>),
    /// Something that was reported.
    Wrong,
}

/// `.name(args)`
pub struct Method {
    pub id: Id,
    pub name: Ident,
    /// The model of `.apply::<Backbone>(args)`.
    pub model: Option<Path>,
    pub args: Vec<Arg>,
    /// The closing parenthesis.
    pub end: Span,
}

/// `value` or `name = value`
pub struct Arg {
    pub name: Option<Ident>,
    pub value: Expr,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum RangeEnd {
    Excluded,
    Included,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    Neg,
    Not,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    And,
    Or,
}
