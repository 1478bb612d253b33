use std::fmt;

use crate::{ArgType, Padding, Value};

/// Height and width; one number means both.
impl ArgType for [usize; 2] {
    const EXPECTS: &'static str = "a whole number, or a pair `(height, width)`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value {
            Value::Int(_) => usize::read(value).map(|n| [n, n]),
            Value::Tuple(items) | Value::Array(items) => match items.as_slice() {
                [h, w] => Ok([usize::read(h)?, usize::read(w)?]),
                _ => Err(None),
            },
            _ => Err(None),
        }
    }

    fn write(&self) -> Value {
        Value::Tuple(self.iter().map(ArgType::write).collect())
    }

    fn rust(&self) -> String {
        format!("{self:?}")
    }
}

/// `[[top, bottom], [left, right]]`; one number means all four, a pair height and width.
impl ArgType for [[usize; 2]; 2] {
    const EXPECTS: &'static str = "a number, `(height, width)` or `((top, bottom), (left, right))`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value.items() {
            Some([rows, columns]) if rows.items().is_some() && columns.items().is_some() => {
                Ok([ArgType::read(rows)?, ArgType::read(columns)?])
            }
            _ => <[usize; 2]>::read(value).map(|[h, w]| [[h, h], [w, w]]),
        }
    }

    fn write(&self) -> Value {
        Value::Tuple(self.iter().map(ArgType::write).collect())
    }

    fn rust(&self) -> String {
        format!("{self:?}")
    }
}

/// A list of numbers; one number is a list of one.
impl ArgType for Vec<usize> {
    const EXPECTS: &'static str = "a list of whole numbers";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value.items() {
            Some(items) => items.iter().map(usize::read).collect(),
            None => Ok(vec![usize::read(value)?]),
        }
    }

    fn write(&self) -> Value {
        Value::Tuple(self.iter().map(ArgType::write).collect())
    }

    fn rust(&self) -> String {
        format!("vec!{self:?}")
    }
}

impl ArgType for Padding {
    const EXPECTS: &'static str =
        "`same`, `valid`, a number, `(height, width)` or `((top, bottom), (left, right))`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value {
            Value::Word(word, _) if word == "same" => Ok(Padding::Same),
            Value::Word(word, _) if word == "valid" => Ok(Padding::Valid),
            Value::Str(word) if word == "same" || word == "valid" => {
                Err(Some(format!("a keyword, without quotes: `{word}`")))
            }
            value => ArgType::read(value).map(Padding::Explicit),
        }
    }

    fn write(&self) -> Value {
        match self {
            Padding::Valid => Value::word("valid"),
            Padding::Same => Value::word("same"),
            Padding::Explicit(pads) => pads.write(),
        }
    }

    fn rust(&self) -> String {
        format!("Padding::{self:?}")
    }
}

/// The shape of a dropout mask: `_` takes the input's size, 1 is shared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoiseShape(pub Vec<Option<usize>>);

impl ArgType for NoiseShape {
    const EXPECTS: &'static str = "a shape such as `[_, 1, 1, _]`: `_` takes the input's size";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        let items = value.items().ok_or(None)?;
        let dim = |item: &Value| match item {
            Value::Any => Ok(None),
            item => usize::read(item).map(Some),
        };
        items.iter().map(dim).collect::<Result<_, _>>().map(NoiseShape)
    }

    fn write(&self) -> Value {
        let dim = |n: &Option<usize>| n.map_or(Value::Any, |n| Value::Int(n as i64));
        Value::Array(self.0.iter().map(dim).collect())
    }

    fn rust(&self) -> String {
        format!("NoiseShape(vec!{:?})", self.0)
    }
}

/// The shape that `reshape` gives each sample; `None`, written `-1`, is what is left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewShape(pub Vec<Option<usize>>);

impl NewShape {
    /// The sizes of a sample of `values` values in this shape, if they fit.
    pub fn sizes(&self, values: usize) -> Option<Vec<usize>> {
        let known = self.0.iter().flatten().fold(1, |product: usize, &n| product.saturating_mul(n));
        let left = values.checked_div(known)?;
        let sizes: Vec<_> = self.0.iter().map(|n| n.unwrap_or(left)).collect();
        let product = sizes.iter().fold(1, |product: usize, &n| product.saturating_mul(n));
        (product == values).then_some(sizes)
    }
}

/// As it is written: `[_, 7, 7, -1]`.
impl fmt::Display for NewShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write().fmt(f)
    }
}

impl ArgType for NewShape {
    const EXPECTS: &'static str = "a whole shape such as `[_, 7, 7, 64]`; one size may be `-1`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        let Some([Value::Any, sample @ ..]) = value.items() else {
            return Err(Some("the batch comes first: `[_, 7, 7, 64]`".to_owned()));
        };
        let size = |item: &Value| match item {
            Value::Int(-1) => Ok(None),
            item => usize::read(item).map(Some),
        };
        let sizes: Vec<_> = sample.iter().map(size).collect::<Result<_, _>>()?;
        match sizes.iter().filter(|size| size.is_none()).count() {
            0 | 1 => Ok(NewShape(sizes)),
            _ => Err(Some("only one size can be `-1`".to_owned())),
        }
    }

    fn write(&self) -> Value {
        let sizes = self.0.iter().map(|n| Value::Int(n.map_or(-1, |n| n as i64)));
        Value::Array(std::iter::once(Value::Any).chain(sizes).collect())
    }

    fn rust(&self) -> String {
        format!("NewShape(vec!{:?})", self.0)
    }
}
