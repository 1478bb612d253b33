//! A body before it is text: steps on values, with arguments that may depend on parameters.

use formwork_ir::{Spec, Value};

use super::layer;

/// A tensor; unique within a body.
pub type Val = usize;

/// What an argument is.
#[derive(Clone, PartialEq, Debug)]
pub enum Term {
    /// The same everywhere.
    Value(Value),
    /// A parameter, a dimension or a loop's variable.
    Name(String),
    /// `4 * filters`
    Times(Box<Term>, Box<Term>),
    /// `C / 4`
    Over(Box<Term>, i64),
    /// `(H, W)`
    Tuple(Vec<Term>),
}

impl Term {
    pub fn name(name: &str) -> Self {
        Term::Name(name.to_owned())
    }

    pub fn number(n: i64) -> Self {
        Term::Value(Value::Int(n))
    }

    pub fn times(self, other: Term) -> Self {
        Term::Times(Box::new(self), Box::new(other))
    }

    pub fn over(self, n: i64) -> Self {
        Term::Over(Box::new(self), n)
    }

    /// The same with each name replaced, if `terms` has something for it.
    pub fn replace(&self, terms: &dyn Fn(&str) -> Option<Term>) -> Term {
        match self {
            Term::Value(_) => self.clone(),
            Term::Name(name) => terms(name).unwrap_or_else(|| self.clone()),
            Term::Times(a, b) => a.replace(terms).times(b.replace(terms)),
            Term::Over(a, n) => a.replace(terms).over(*n),
            Term::Tuple(items) => Term::Tuple(items.iter().map(|t| t.replace(terms)).collect()),
        }
    }

    /// Whether it depends on the shape of a block's input.
    pub fn has_dim(&self) -> bool {
        match self {
            Term::Value(_) => false,
            Term::Name(name) => matches!(name.as_str(), "H" | "W" | "C"),
            Term::Times(a, b) => a.has_dim() || b.has_dim(),
            Term::Over(a, _) => a.has_dim(),
            Term::Tuple(items) => items.iter().any(Term::has_dim),
        }
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let factor = |term: &Term| match term {
            Term::Over(..) => format!("({})", term.text()),
            Term::Value(Value::Size(size)) if size.symbol().is_none() => {
                format!("({})", size.source())
            }
            _ => term.text(),
        };
        match self {
            Term::Value(value) => layer::source(value),
            Term::Name(name) => name.clone(),
            Term::Times(a, b) => format!("{} * {}", factor(a), factor(b)),
            Term::Over(a, n) if matches!(**a, Term::Times(..)) => format!("({}) / {n}", a.text()),
            Term::Over(a, n) => format!("{} / {n}", factor(a)),
            Term::Tuple(items) => {
                let items: Vec<_> = items.iter().map(Term::text).collect();
                format!("({})", items.join(", "))
            }
        }
    }
}

/// What is called.
#[derive(Clone, Debug)]
pub enum What {
    Layer(&'static Spec),
    /// A block, by its index.
    Block(usize),
    /// A layer or a model that a `let` holds.
    Held(String),
    /// Another model, by its type.
    Model(String),
}

/// A call, with all its arguments: one a layer's argument, or a block's parameter.
#[derive(Clone, Debug)]
pub struct Call {
    pub what: What,
    pub args: Vec<Term>,
    /// `name = "…"`
    pub name: Option<String>,
    pub inputs: Vec<Val>,
    pub value: Val,
    /// What its value may be called.
    pub hint: Option<String>,
    /// The shape that it is said to have.
    pub asserted: Option<String>,
}

impl Call {
    /// A call without arguments and inputs.
    pub fn new(what: What, value: Val) -> Self {
        let (args, inputs) = (Vec::new(), Vec::new());
        Call { what, args, name: None, inputs, value, hint: None, asserted: None }
    }
}

/// A part of a body.
#[derive(Clone, Debug)]
pub enum Step {
    Call(Call),
    /// `if condition { … }`: `value` is `made`, or `kept` itself.
    Optional {
        condition: String,
        steps: Vec<Step>,
        made: Val,
        kept: Val,
        value: Val,
    },
    Loop(Box<Loop>),
    /// `drop = drop + 0.1;`, behind the statement that makes `value`.
    Advance {
        value: Val,
        counter: String,
        by: f64,
    },
}

/// `for pattern in items { … }`: each round makes `after` of `inner`; `before` goes in, `value`
/// comes out.
#[derive(Clone, Debug)]
pub struct Loop {
    /// `let mut drop = 0.0;`, where it counts.
    pub counter: Option<(String, f64)>,
    pub pattern: String,
    pub items: Items,
    pub before: Val,
    pub inner: Val,
    pub steps: Vec<Step>,
    pub after: Val,
    pub value: Val,
}

/// What a loop runs over.
#[derive(Clone, Debug)]
pub enum Items {
    Range(String),
    Rows(Vec<String>),
}
