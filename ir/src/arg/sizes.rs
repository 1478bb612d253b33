use std::fmt;

use crate::{ArgType, Dim, Padding, Value};

/// Height and width; one number means both.
impl ArgType for [usize; 2] {
    type Given = Self;
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

/// Height and width of an image, perhaps symbolic; one size means both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extent(pub [Dim; 2]);

impl Extent {
    /// Height and width, if they are numbers.
    pub fn known(&self) -> Option<[usize; 2]> {
        Some([self.0[0].known()?, self.0[1].known()?])
    }
}

impl From<[usize; 2]> for Extent {
    fn from(sizes: [usize; 2]) -> Self {
        Extent(sizes.map(Dim::from))
    }
}

impl ArgType for Extent {
    type Given = [usize; 2];
    const EXPECTS: &'static str = "a whole number, or a pair `(height, width)`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value.items() {
            Some([h, w]) => Ok(Extent([Dim::read(h)?, Dim::read(w)?])),
            Some(_) => Err(None),
            None => Dim::read(value).map(|size| Extent([size.clone(), size])),
        }
    }

    fn write(&self) -> Value {
        Value::Tuple(self.0.iter().map(ArgType::write).collect())
    }

    fn rust(&self) -> String {
        let [h, w] = self.0.each_ref().map(ArgType::rust);
        format!("[{h}, {w}]")
    }
}

/// `[[top, bottom], [left, right]]`; one number means all four, a pair height and width.
impl ArgType for [[usize; 2]; 2] {
    type Given = Self;
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
    type Given = Self;
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
    type Given = Self;
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
    type Given = Self;
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
pub struct NewShape(pub Vec<Option<Dim>>);

impl NewShape {
    /// A shape of numbers; `None` is what is left.
    pub fn new(sizes: Vec<Option<usize>>) -> Self {
        NewShape(sizes.into_iter().map(|size| size.map(Dim::from)).collect())
    }

    /// The sizes of a sample of `values` values in this shape, if they fit and are numbers.
    pub fn sizes(&self, values: usize) -> Option<Vec<usize>> {
        let given = self.0.iter().flatten().map(Dim::known).collect::<Option<Vec<_>>>()?;
        let known = given.into_iter().fold(1, usize::saturating_mul);
        let left = values.checked_div(known)?;
        let size = |size: &Option<Dim>| size.as_ref().map_or(Some(left), Dim::known);
        let sizes = self.0.iter().map(size).collect::<Option<Vec<_>>>()?;
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
    type Given = Self;
    const EXPECTS: &'static str = "a whole shape such as `[_, 7, 7, 64]`; one size may be `-1`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        let Some([Value::Any, sample @ ..]) = value.items() else {
            return Err(Some("the batch comes first: `[_, 7, 7, 64]`".to_owned()));
        };
        let size = |item: &Value| match item {
            Value::Int(-1) => Ok(None),
            item => Dim::read(item).map(Some),
        };
        let sizes: Vec<_> = sample.iter().map(size).collect::<Result<_, _>>()?;
        match sizes.iter().filter(|size| size.is_none()).count() {
            0 | 1 => Ok(NewShape(sizes)),
            _ => Err(Some("only one size can be `-1`".to_owned())),
        }
    }

    fn write(&self) -> Value {
        let sizes = self.0.iter().map(|n| n.as_ref().map_or(Value::Int(-1), Dim::write));
        Value::Array(std::iter::once(Value::Any).chain(sizes).collect())
    }

    fn rust(&self) -> String {
        let size = |size: &Option<Dim>| match size {
            Some(size) => format!("Some({})", ArgType::rust(size)),
            None => "None".to_owned(),
        };
        let sizes: Vec<_> = self.0.iter().map(size).collect();
        format!("NewShape::new(vec![{}])", sizes.join(", "))
    }
}
