use formwork_ir::{Dim, Group, Initializer, TABLE, find};

use super::call::CallSite;
use super::value::{Value, type_name};
use super::{Elaborator, at};
use crate::ast::{Expr, ExprKind, RangeEnd, Type, Unary};
use crate::diagnostic::{Code, Diagnostic};
use crate::lint::Lint;
use crate::suggest;

/// Keyword values besides the names of activations and initialisers.
const WORDS: &[&str] = &["same", "valid", "none", "nearest", "bilinear"];

impl<'a> Elaborator<'a> {
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Value {
        self.steps += 1;
        if self.steps > Self::MOST_STEPS {
            let title = "this takes more steps than any network needs";
            let help = "a loop or a block that calls itself runs too often";
            return self.report(0, at(Code::Limit, expr.span, title).help(help));
        }
        match &expr.kind {
            ExprKind::Wrong => Value::Unknown,
            ExprKind::Int(n) => Value::Int(*n),
            ExprKind::Float(x) => Value::Float(*x),
            ExprKind::Bool(b) => Value::Bool(*b),
            ExprKind::Str(s) => Value::Str(s.clone()),
            ExprKind::Any => Value::Any,
            ExprKind::Outer(tokens) => self.outer(expr, tokens),
            ExprKind::Name(name) => self.name(expr, name),
            ExprKind::Tuple(items) if items.is_empty() => Value::Unit,
            ExprKind::Tuple(items) => Value::Tuple(self.exprs(items)),
            ExprKind::Array(items) => Value::Array(self.exprs(items)),
            ExprKind::Range(start, end, limits) => self.range(expr, start, end, *limits),
            ExprKind::Unary(op, operand) => self.unary(expr, *op, operand),
            ExprKind::Binary(left, op, right) => self.binary(expr, left, *op, right),
            ExprKind::Cast(value, ty) => self.cast(expr, value, ty),
            ExprKind::Index(base, index) => self.index(expr, base, index),
            ExprKind::Call(name, args) => self.call(expr.id, name, expr.span.1, None, args),
            ExprKind::Apply(model, args) => {
                let site = CallSite { id: expr.id, name: expr.span.0, end: expr.span.1 };
                let given = self.given(None, args);
                self.apply_model(&site, model, given)
            }
            ExprKind::Chain(receiver, methods) => {
                let mut value = self.expr(receiver);
                let mut from = Some(&**receiver);
                for method in methods {
                    let receiver = super::call::Receiver { value, from: from.take() };
                    let (id, name) = (method.id, &method.name);
                    value = match &method.model {
                        None => self.call(id, name, method.end, Some(receiver), &method.args),
                        Some(model) => {
                            let site = CallSite { id, name: name.span(), end: method.end };
                            let given = self.given(Some((receiver, site.name)), &method.args);
                            self.apply_model(&site, model, given)
                        }
                    };
                }
                value
            }
            ExprKind::If(condition, then, otherwise) => match self.expr(condition) {
                Value::Bool(true) => self.body(then),
                Value::Bool(false) => match otherwise {
                    Some(otherwise) => self.expr(otherwise),
                    None => Value::Unit,
                },
                Value::Unknown => Value::Unknown,
                other => {
                    let title = format!("`if` needs `true` or `false`, got {}", other.kind());
                    let help = "conditions are decided while the model is compiled";
                    self.report(expr.id, at(Code::Type, condition.span, title).help(help))
                }
            },
            ExprKind::Block(body) => self.body(body),
            ExprKind::Allow(lints, value) => self.allowing(lints, value),
        }
    }

    /// Evaluates an expression in which some of what is suspect is meant.
    fn allowing(&mut self, lints: &[Lint], value: &'a Expr) -> Value {
        let before = self.allowed.clone();
        self.allowed.extend(lints);
        let value = self.expr(value);
        self.allowed = before;
        value
    }

    pub(super) fn exprs(&mut self, exprs: &'a [Expr]) -> Vec<Value> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn name(&mut self, expr: &Expr, name: &proc_macro2::Ident) -> Value {
        let text = name.to_string();
        if let Some(value) = self.env.get(&text) {
            return value.clone();
        }
        let is_activation = find(&text).is_some_and(|spec| spec.group == Group::Activation);
        let is_initializer = Initializer::names().any(|init| init == text);
        if WORDS.contains(&text.as_str()) || is_activation || is_initializer {
            return Value::Word(text, Vec::new());
        }
        let activations = TABLE.iter().filter(|spec| spec.group == Group::Activation);
        let words = activations.map(|spec| spec.name).chain(Initializer::names());
        let mut names: Vec<&str> = self.env.names().collect();
        for word in words.chain(WORDS.iter().copied()) {
            names.push(word);
        }
        let close = suggest::closest(&text, names);
        let diagnostic =
            Diagnostic::new(Code::UnknownName, name.span(), format!("no variable `{text}` here"));
        let diagnostic = match close {
            Some(close) => diagnostic.help(format!("did you mean `{close}`?")),
            None if self.graph.declared().lookup(&text).is_some() => {
                let help = format!(
                    "a block does not see the sizes of the model; it binds its own: \
                     `x: [_, {text}, …]`"
                );
                diagnostic.help(help)
            }
            None if self.blocks.contains_key(&text) || find(&text).is_some() => {
                diagnostic.help(format!("to apply it to a tensor, call it: `x.{text}(…)`"))
            }
            None => {
                diagnostic.help("names come from the inputs, `let`, and the block's parameters")
            }
        };
        self.report(expr.id, diagnostic)
    }

    fn range(&mut self, expr: &Expr, start: &'a Expr, end: &'a Expr, limits: RangeEnd) -> Value {
        match (self.expr(start), self.expr(end)) {
            (Value::Int(start), Value::Int(end)) => match limits {
                RangeEnd::Excluded => Value::Range(start, end),
                RangeEnd::Included => Value::Range(start, end.saturating_add(1)),
            },
            (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
            (start, end) => match (start.size(), end.size()) {
                (Some(start), Some(end)) => {
                    let last = usize::from(limits == RangeEnd::Included);
                    Value::Span(start, end + last)
                }
                _ => {
                    let (start, end) = (start.kind(), end.kind());
                    let title =
                        format!("a range runs between whole numbers, not {start} and {end}");
                    self.report(expr.id, at(Code::Type, expr.span, title))
                }
            },
        }
    }

    fn unary(&mut self, expr: &Expr, op: Unary, operand: &'a Expr) -> Value {
        match (op, self.expr(operand)) {
            (_, Value::Unknown) => Value::Unknown,
            (Unary::Neg, Value::Int(n)) => match n.checked_neg() {
                Some(n) => Value::Int(n),
                None => self.overflow(expr),
            },
            (Unary::Neg, Value::Float(x)) => Value::Float(-x),
            (Unary::Neg, Value::Size(size)) => (Dim::Known(0) - size).into(),
            (Unary::Not, Value::Bool(b)) => Value::Bool(!b),
            (Unary::Neg, Value::Tensor(node)) => self.rescale(expr, node, -1.0, 0.0),
            (op, other) => {
                let sign = if op == Unary::Neg { "-" } else { "!" };
                let title = format!("`{sign}` does not apply to {}", other.kind());
                self.report(expr.id, at(Code::Type, expr.span, title))
            }
        }
    }

    fn cast(&mut self, expr: &Expr, value: &'a Expr, ty: &Type) -> Value {
        match (self.expr(value), ty) {
            (Value::Unknown, _) => Value::Unknown,
            (value @ (Value::Int(_) | Value::Size(_)), Type::Int) => value,
            (Value::Int(n), Type::Float) => Value::Float(n as f64),
            (Value::Float(x), Type::Int) => Value::Int(x as i64),
            (Value::Float(x), Type::Float) => Value::Float(x),
            (other, ty) => {
                let title = format!("{} does not turn into {}", other.kind(), type_name(ty));
                self.report(expr.id, at(Code::Type, expr.span, title))
            }
        }
    }

    fn index(&mut self, expr: &Expr, base: &'a Expr, index: &'a Expr) -> Value {
        let (base, index) = (self.expr(base), self.expr(index));
        if base == Value::Unknown || index == Value::Unknown {
            return Value::Unknown;
        }
        let (Some(items), Value::Int(n)) = (base.items(), &index) else {
            let title = format!("{} cannot be indexed by {}", base.kind(), index.kind());
            let diagnostic = at(Code::Type, expr.span, title);
            let help = "`x.slice(axis, start..end)` takes part of a tensor";
            return self.report(
                expr.id,
                match base {
                    Value::Tensor(_) => diagnostic.help(help),
                    _ => diagnostic,
                },
            );
        };
        match usize::try_from(*n).ok().and_then(|n| items.get(n)) {
            Some(item) => item.clone(),
            None => {
                let title = format!("no item {n} in {} of {}", base.kind(), items.len());
                self.report(expr.id, at(Code::Type, expr.span, title))
            }
        }
    }

    pub(super) fn overflow(&mut self, expr: &Expr) -> Value {
        self.report(expr.id, at(Code::Limit, expr.span, "this number is too large"))
    }
}
