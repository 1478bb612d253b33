use crate::{ArgType, Padding, Value};

impl ArgType for usize {
    const EXPECTS: &'static str = "a whole number";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match *value {
            Value::Int(n) if (0..=crate::Dim::MAX as i64).contains(&n) => Ok(n as usize),
            Value::Int(n) if n > 0 => Err(Some(format!("at most {}", crate::Dim::MAX))),
            _ => Err(None),
        }
    }

    fn write(&self) -> Value {
        Value::Int(*self as i64)
    }

    fn rust(&self) -> String {
        self.to_string()
    }
}

impl ArgType for f64 {
    const EXPECTS: &'static str = "a number";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match *value {
            Value::Int(n) => Ok(n as f64),
            Value::Float(x) if x.is_finite() => Ok(x),
            _ => Err(None),
        }
    }

    fn write(&self) -> Value {
        Value::Float(*self)
    }

    fn rust(&self) -> String {
        format!("{self:?}")
    }
}

impl ArgType for bool {
    const EXPECTS: &'static str = "`true` or `false`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match *value {
            Value::Bool(b) => Ok(b),
            _ => Err(None),
        }
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }

    fn rust(&self) -> String {
        self.to_string()
    }
}

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

/// `none`, or a value.
impl<T: ArgType> ArgType for Option<T> {
    const EXPECTS: &'static str = T::EXPECTS;

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value {
            Value::Word(name, args) if name == "none" && args.is_empty() => Ok(None),
            value => T::read(value).map(Some),
        }
    }

    fn write(&self) -> Value {
        self.as_ref().map_or_else(|| Value::word("none"), T::write)
    }

    fn rust(&self) -> String {
        match self {
            Some(value) => format!("Some({})", value.rust()),
            None => "None".to_owned(),
        }
    }
}

/// A list; one value is a list of one.
impl<T: ArgType> ArgType for Vec<T> {
    const EXPECTS: &'static str = "a list";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value.items() {
            Some(items) => items.iter().map(T::read).collect(),
            None => Ok(vec![T::read(value)?]),
        }
    }

    fn write(&self) -> Value {
        Value::Array(self.iter().map(T::write).collect())
    }

    fn rust(&self) -> String {
        let items: Vec<_> = self.iter().map(T::rust).collect();
        format!("vec![{}]", items.join(", "))
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
            Value::Tuple(sides)
                if sides.len() == 2 && sides.iter().all(|s| s.items().is_some()) =>
            {
                Ok(Padding::Explicit([
                    <[usize; 2]>::read(&sides[0])?,
                    <[usize; 2]>::read(&sides[1])?,
                ]))
            }
            value => <[usize; 2]>::read(value).map(|[h, w]| Padding::Explicit([[h, h], [w, w]])),
        }
    }

    fn write(&self) -> Value {
        match self {
            Padding::Valid => Value::word("valid"),
            Padding::Same => Value::word("same"),
            Padding::Explicit(pads) => Value::Tuple(pads.iter().map(ArgType::write).collect()),
        }
    }

    fn rust(&self) -> String {
        format!("Padding::{self:?}")
    }
}

/// An axis: 0 is the batch, -1 the last one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Axis(pub isize);

impl Axis {
    /// The axis as an index into a shape of rank `rank`, if it has that axis.
    pub fn index(self, rank: usize) -> Option<usize> {
        let index = if self.0 < 0 { self.0 + rank as isize } else { self.0 };
        (0..rank as isize).contains(&index).then_some(index as usize)
    }
}

impl ArgType for Axis {
    const EXPECTS: &'static str = "an axis: 0 is the batch, -1 the channels";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match *value {
            Value::Int(n) if (-8..8).contains(&n) => Ok(Axis(n as isize)),
            _ => Err(None),
        }
    }

    fn write(&self) -> Value {
        Value::Int(self.0 as i64)
    }

    fn rust(&self) -> String {
        format!("{self:?}")
    }
}

/// How values between pixels are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interpolation {
    /// The nearest pixel.
    Nearest,
    /// A weighted mean of the four nearest, pixel centres at halves.
    Bilinear,
}

impl ArgType for Interpolation {
    const EXPECTS: &'static str = "`nearest` or `bilinear`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value {
            Value::Word(word, _) if word == "nearest" => Ok(Interpolation::Nearest),
            Value::Word(word, _) if word == "bilinear" => Ok(Interpolation::Bilinear),
            _ => Err(None),
        }
    }

    fn write(&self) -> Value {
        Value::word(match self {
            Interpolation::Nearest => "nearest",
            Interpolation::Bilinear => "bilinear",
        })
    }

    fn rust(&self) -> String {
        format!("Interpolation::{self:?}")
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
