use std::rc::Rc;

use formwork_ir::{self as ir, NodeId};

use crate::ast::Type;

/// What an expression evaluates to while a model is elaborated.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    /// The value of a node of the graph.
    Tensor(NodeId),
    /// A layer that is not applied yet, or may be applied again.
    Layer(Rc<Reusable>),
    /// What is left of an expression that was reported: raises nothing further.
    Unknown,
    /// The value of a statement, an empty block or an `if` without `else`.
    Unit,
    Int(i64),
    /// A size that is no number: an expression of symbols.
    Size(ir::Dim),
    Float(f64),
    Bool(bool),
    Str(String),
    Any,
    Word(String, Vec<(Option<String>, ir::Value)>),
    Range(i64, i64),
    /// A range of which an end is no number.
    Span(ir::Dim, ir::Dim),
    Tuple(Vec<Value>),
    Array(Vec<Value>),
}

/// A layer with one set of weights, however often it is applied.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Reusable {
    /// Names its parameters.
    pub name: String,
    pub applies: Applies,
}

/// What is applied.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Applies {
    Layer(ir::Op),
    /// One of the elaborator's submodels.
    Model(usize),
}

impl From<ir::Dim> for Value {
    fn from(dim: ir::Dim) -> Self {
        match dim {
            ir::Dim::Known(n) => Value::Int(n),
            size => Value::Size(size),
        }
    }
}

impl Value {
    /// The size that it is, if it is one.
    pub(super) fn size(&self) -> Option<ir::Dim> {
        match self {
            Value::Int(n) => Some(ir::Dim::Known(*n)),
            Value::Size(size) => Some(size.clone()),
            _ => None,
        }
    }

    /// What it is, with an article, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Tensor(_) => "a tensor",
            Value::Layer(_) => "a layer without its input",
            Value::Unknown => "an unknown value",
            Value::Unit => "nothing",
            Value::Int(_) => "a whole number",
            Value::Size(_) => "a symbolic size",
            Value::Float(_) => "a real number",
            Value::Bool(_) => "a bool",
            Value::Str(_) => "a string",
            Value::Any => "`_`",
            Value::Word(..) => "a keyword",
            Value::Range(..) | Value::Span(..) => "a range",
            Value::Tuple(_) => "a tuple",
            Value::Array(_) => "an array",
        }
    }

    /// The items of a tuple or an array.
    pub(super) fn items(&self) -> Option<&[Value]> {
        match self {
            Value::Tuple(items) | Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Whether anything in it was reported before.
    pub(super) fn is_unknown(&self) -> bool {
        match self {
            Value::Unknown => true,
            Value::Tuple(items) | Value::Array(items) => items.iter().any(Value::is_unknown),
            _ => false,
        }
    }

    /// As an argument of a layer; `None` where it holds a tensor.
    pub(super) fn to_ir(&self) -> Option<ir::Value> {
        let all = |items: &[Value]| items.iter().map(Value::to_ir).collect::<Option<Vec<_>>>();
        Some(match self {
            Value::Tensor(_) | Value::Layer(_) | Value::Unknown | Value::Unit => return None,
            Value::Int(n) => ir::Value::Int(*n),
            Value::Size(size) => ir::Value::Size(size.clone()),
            Value::Float(x) => ir::Value::Float(*x),
            Value::Bool(b) => ir::Value::Bool(*b),
            Value::Str(s) => ir::Value::Str(s.clone()),
            Value::Any => ir::Value::Any,
            Value::Word(name, args) => ir::Value::Word(name.clone(), args.clone()),
            Value::Range(a, b) => ir::Value::Range(*a, *b),
            Value::Span(a, b) => ir::Value::Span(a.clone(), b.clone()),
            Value::Tuple(items) => ir::Value::Tuple(all(items)?),
            Value::Array(items) => ir::Value::Array(all(items)?),
        })
    }

    /// Whether a `let` or a parameter of type `ty` takes it.
    pub(super) fn fits(&self, ty: &Type) -> bool {
        use ir::ArgType;
        fn reads<T: ArgType>(value: &Value) -> bool {
            value.to_ir().is_some_and(|value| T::read(&value).is_ok())
        }
        match ty {
            Type::Int => matches!(self, Value::Int(_) | Value::Size(_)),
            Type::Float => matches!(self, Value::Float(_)),
            Type::Bool => matches!(self, Value::Bool(_)),
            Type::Str => matches!(self, Value::Str(_)),
            Type::Padding => reads::<ir::Padding>(self),
            Type::Activation => reads::<ir::Activation>(self),
            Type::Initializer => reads::<ir::Initializer>(self),
            Type::Interpolation => reads::<ir::Interpolation>(self),
            Type::Tuple(types) => matches!(self, Value::Tuple(items)
                if items.len() == types.len() && items.iter().zip(types).all(|(v, t)| v.fits(t))),
            Type::Array(ty) => {
                matches!(self, Value::Array(items) if items.iter().all(|item| item.fits(ty)))
            }
        }
    }
}

/// A type as a message names it.
pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Int => "a whole number".to_owned(),
        Type::Float => "a real number".to_owned(),
        Type::Bool => "`true` or `false`".to_owned(),
        Type::Str => "a string".to_owned(),
        Type::Padding => "a padding such as `same`".to_owned(),
        Type::Activation => "an activation such as `relu`".to_owned(),
        Type::Initializer => "an initializer such as `he_normal`".to_owned(),
        Type::Interpolation => "`nearest` or `bilinear`".to_owned(),
        Type::Tuple(types) => {
            let types: Vec<_> = types.iter().map(type_name).collect();
            format!("a tuple of {}", types.join(", "))
        }
        Type::Array(ty) => format!("an array of {}", type_name(ty)),
    }
}
