use formwork_ir::{Condition, Dim, NodeId, Op, find};

use super::call::Named;
use super::value::Value;
use super::{Elaborator, at};
use crate::ast::{Binary, Expr};
use crate::diagnostic::Code;

impl<'a> Elaborator<'a> {
    pub(super) fn binary(
        &mut self,
        expr: &Expr,
        left: &'a Expr,
        op: Binary,
        right: &'a Expr,
    ) -> Value {
        let a = self.expr(left);
        // `&&` and `||` look at their right side only where it decides.
        match (&a, op) {
            (Value::Bool(false), Binary::And) => return Value::Bool(false),
            (Value::Bool(true), Binary::Or) => return Value::Bool(true),
            _ => {}
        }
        let b = self.expr(right);
        match (&a, &b) {
            (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
            (Value::Tensor(x), Value::Tensor(y)) => {
                let layer = match op {
                    Binary::Add => "add",
                    Binary::Sub => "subtract",
                    Binary::Mul => "multiply",
                    _ => return self.no_operator(expr, op, &a, &b),
                };
                self.merge(expr, layer, [(*x, left), (*y, right)])
            }
            (Value::Tensor(x), number) | (number, Value::Tensor(x)) => {
                let tensor_first = matches!(a, Value::Tensor(_));
                let number = match number {
                    Value::Int(n) => *n as f64,
                    Value::Float(x) => *x,
                    _ => return self.no_operator(expr, op, &a, &b),
                };
                let (scale, offset) = match (op, tensor_first) {
                    (Binary::Add, _) => (1.0, number),
                    (Binary::Mul, _) => (number, 0.0),
                    (Binary::Sub, true) => (1.0, -number),
                    (Binary::Sub, false) => (-1.0, number),
                    (Binary::Div, true) if number != 0.0 => (1.0 / number, 0.0),
                    _ => return self.no_operator(expr, op, &a, &b),
                };
                self.rescale(expr, *x, scale, offset)
            }
            (Value::Size(_), _) | (_, Value::Size(_)) => match (a.size(), b.size()) {
                (Some(x), Some(y)) => self.sizes(expr, op, &x, &y),
                _ => self.no_operator(expr, op, &a, &b),
            },
            _ => self.scalars(expr, op, &a, &b),
        }
    }

    /// Sizes that are no numbers, divided as whole numbers are.
    fn sizes(&mut self, expr: &Expr, op: Binary, a: &Dim, b: &Dim) -> Value {
        let size = match op {
            Binary::Add => a + b,
            Binary::Sub => a - b,
            Binary::Mul => a * b,
            Binary::Div | Binary::Rem => {
                let quotient = match b.known() {
                    Some(0) => {
                        let title = "this divides by zero";
                        return self.report(expr.id, at(Code::Type, expr.span, title));
                    }
                    Some(n) => Some(a.over(n)),
                    None => a.exactly_over(b),
                };
                let Some(quotient) = quotient else {
                    let title = format!("{a} is no whole number of times {b}, as far as is known");
                    let help = "a size is divided by a number, or by a factor of it";
                    return self.report(expr.id, at(Code::Type, expr.span, title).help(help));
                };
                if op == Binary::Div { quotient } else { a - quotient * b }
            }
            _ => return self.compare_sizes(expr, op, a, b),
        };
        if size.is_huge() { self.overflow(expr) } else { size.into() }
    }

    /// A comparison, if it comes out the same for all sizes.
    fn compare_sizes(&mut self, expr: &Expr, op: Binary, a: &Dim, b: &Dim) -> Value {
        let domain = self.graph.domain();
        let always = |condition| domain.always(&condition);
        let at_least = |a: &Dim, b: &Dim| always(Condition::at_least(a, b));
        let above = |a: &Dim, b: &Dim| at_least(a, &(b + 1));
        let equal = || always(Condition::equal(a, b));
        let (yes, no) = match op {
            Binary::Eq => (equal(), above(a, b) || above(b, a)),
            Binary::Ne => (above(a, b) || above(b, a), equal()),
            Binary::Lt => (above(b, a), at_least(a, b)),
            Binary::Le => (at_least(b, a), above(a, b)),
            Binary::Gt => (above(a, b), at_least(b, a)),
            Binary::Ge => (at_least(a, b), above(b, a)),
            _ => {
                let (a, b) = (Value::from(a.clone()), Value::from(b.clone()));
                return self.no_operator(expr, op, &a, &b);
            }
        };
        if yes || no {
            return Value::Bool(yes);
        }
        let title = format!("whether {a} {} {b} depends on the size", sign(op));
        let help = "conditions are decided while the model is compiled: `where` can say which \
                    sizes there are";
        self.report(expr.id, at(Code::Type, expr.span, title).help(help))
    }

    /// Numbers, bools and strings, as Rust has it; a whole number beside a real one is real.
    fn scalars(&mut self, expr: &Expr, op: Binary, a: &Value, b: &Value) -> Value {
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => {
                let number = match op {
                    Binary::Add => a.checked_add(*b),
                    Binary::Sub => a.checked_sub(*b),
                    Binary::Mul => a.checked_mul(*b),
                    Binary::Div | Binary::Rem if *b == 0 => {
                        let title = "this divides by zero";
                        return self.report(expr.id, at(Code::Type, expr.span, title));
                    }
                    Binary::Div => a.checked_div(*b),
                    Binary::Rem => a.checked_rem(*b),
                    _ => {
                        return compare(op, a.cmp(b)).unwrap_or_else(|| {
                            self.no_operator(expr, op, &Value::Int(*a), &Value::Int(*b))
                        });
                    }
                };
                number.map_or_else(|| self.overflow(expr), Value::Int)
            }
            (Value::Int(a), Value::Float(b)) => self.floats(expr, op, *a as f64, *b),
            (Value::Float(a), Value::Int(b)) => self.floats(expr, op, *a, *b as f64),
            (Value::Float(a), Value::Float(b)) => self.floats(expr, op, *a, *b),
            (Value::Bool(a), Value::Bool(b)) if op == Binary::And => Value::Bool(*a && *b),
            (Value::Bool(a), Value::Bool(b)) if op == Binary::Or => Value::Bool(*a || *b),
            _ => match op {
                Binary::Eq => Value::Bool(a == b),
                Binary::Ne => Value::Bool(a != b),
                _ => self.no_operator(expr, op, a, b),
            },
        }
    }

    fn floats(&mut self, expr: &Expr, op: Binary, a: f64, b: f64) -> Value {
        let number = match op {
            Binary::Add => a + b,
            Binary::Sub => a - b,
            Binary::Mul => a * b,
            Binary::Div => a / b,
            Binary::Rem => a % b,
            _ => {
                let ordering = a.partial_cmp(&b);
                let compared = ordering.and_then(|ordering| compare(op, ordering));
                let (a, b) = (Value::Float(a), Value::Float(b));
                return compared.unwrap_or_else(|| self.no_operator(expr, op, &a, &b));
            }
        };
        if number.is_finite() { Value::Float(number) } else { self.overflow(expr) }
    }

    fn no_operator(&mut self, expr: &Expr, op: Binary, a: &Value, b: &Value) -> Value {
        let sign = sign(op);
        let title = format!("`{sign}` does not combine {} with {}", a.kind(), b.kind());
        let diagnostic = at(Code::Type, expr.span, title);
        let tensor = matches!(a, Value::Tensor(_)) || matches!(b, Value::Tensor(_));
        self.report(
            expr.id,
            match tensor {
                true => diagnostic.help("tensors have `+`, `-`, `*`, and with a number also `/`"),
                false => diagnostic,
            },
        )
    }

    /// `x · scale + offset`
    pub(super) fn rescale(&mut self, expr: &Expr, x: NodeId, scale: f64, offset: f64) -> Value {
        let numbers = [scale, offset].map(|x| Some(formwork_ir::Value::Float(x)));
        let spec = find("rescaling").expect("`rescaling` is in the table");
        let op = (spec.read)(&numbers).expect("`rescaling` takes two numbers");
        self.operator(expr, op, &[x], &["the tensor".to_owned()])
    }

    fn merge(&mut self, expr: &Expr, layer: &str, sides: [(NodeId, &Expr); 2]) -> Value {
        let spec = find(layer).expect("the operators' layers are in the table");
        let op = (spec.read)(&[]).expect("merges have no arguments that must be given");
        let called = sides.map(|(node, from)| self.called(node, Some(from)));
        self.operator(expr, op, &sides.map(|(node, _)| node), &called)
    }

    fn operator(&mut self, expr: &Expr, op: Op, inputs: &[NodeId], called: &[String]) -> Value {
        let site = super::call::CallSite { id: expr.id, name: expr.span.0, end: expr.span.1 };
        self.add_layer(&site, op, inputs, called, Named::default(), &|_| Some(expr.span))
    }
}

fn compare(op: Binary, ordering: std::cmp::Ordering) -> Option<Value> {
    Some(Value::Bool(match op {
        Binary::Eq => ordering.is_eq(),
        Binary::Ne => ordering.is_ne(),
        Binary::Lt => ordering.is_lt(),
        Binary::Le => ordering.is_le(),
        Binary::Gt => ordering.is_gt(),
        Binary::Ge => ordering.is_ge(),
        _ => return None,
    }))
}

fn sign(op: Binary) -> &'static str {
    match op {
        Binary::Add => "+",
        Binary::Sub => "-",
        Binary::Mul => "*",
        Binary::Div => "/",
        Binary::Rem => "%",
        Binary::Eq => "==",
        Binary::Ne => "!=",
        Binary::Lt => "<",
        Binary::Le => "<=",
        Binary::Gt => ">",
        Binary::Ge => ">=",
        Binary::And => "&&",
        Binary::Or => "||",
    }
}
