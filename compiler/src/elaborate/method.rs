use super::Elaborator;
use super::call::CallSite;
use super::value::Value;
use crate::diagnostic::{Code, Diagnostic};

impl Elaborator<'_> {
    /// Methods of compile-time values, as Rust has them.
    pub(super) fn value_method(
        &mut self,
        site: &CallSite,
        name: &str,
        receiver: Value,
        args: Vec<Value>,
    ) -> Value {
        if args.iter().any(Value::is_unknown) {
            return Value::Unknown;
        }
        let items = |value: &Value| match value {
            Value::Array(items) => Some(items.clone()),
            Value::Range(a, b) if b.saturating_sub(*a) <= Self::MOST_STEPS as i64 => {
                Some((*a..*b).map(Value::Int).collect())
            }
            _ => None,
        };
        let found = match (name, &receiver, args.as_slice()) {
            ("len", Value::Array(items), []) => Some(Value::Int(items.len() as i64)),
            ("iter" | "into_iter", value, []) => items(value).map(Value::Array),
            ("rev", value, []) => {
                items(value).map(|items| Value::Array(items.into_iter().rev().collect()))
            }
            ("enumerate", value, []) => items(value).map(|items| {
                let pair = |(i, item)| Value::Tuple(vec![Value::Int(i as i64), item]);
                Value::Array(items.into_iter().enumerate().map(pair).collect())
            }),
            ("zip", value, [other]) => items(value).zip(items(other)).map(|(a, b)| {
                let pair = |(a, b)| Value::Tuple(vec![a, b]);
                Value::Array(a.into_iter().zip(b).map(pair).collect())
            }),
            ("min", Value::Int(a), [Value::Int(b)]) => Some(Value::Int(*a.min(b))),
            ("max", Value::Int(a), [Value::Int(b)]) => Some(Value::Int(*a.max(b))),
            ("pow", Value::Int(a), [Value::Int(b)]) => {
                let power = u32::try_from(*b).ok().and_then(|b| a.checked_pow(b));
                power.map(Value::Int)
            }
            ("min", Value::Float(a), [Value::Float(b)]) => Some(Value::Float(a.min(*b))),
            ("max", Value::Float(a), [Value::Float(b)]) => Some(Value::Float(a.max(*b))),
            ("round", Value::Float(x), []) => Some(Value::Float(x.round())),
            ("ceil", Value::Float(x), []) => Some(Value::Float(x.ceil())),
            ("floor", Value::Float(x), []) => Some(Value::Float(x.floor())),
            _ => None,
        };
        found.unwrap_or_else(|| {
            let title = format!("{} has no method `{name}` that fits", receiver.kind());
            let help = "layers apply to tensors; numbers have `min`, `max` and `pow` (real ones \
                        `round`, `ceil`, `floor`), arrays `len`, `iter`, `rev`, `enumerate`, `zip`";
            let diagnostic = Diagnostic::new(Code::Type, site.name, title).help(help);
            self.report(site.id, diagnostic)
        })
    }
}
