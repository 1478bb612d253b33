use crate::{ArgType, Dim, Value};

impl ArgType for usize {
    type Given = Self;
    const EXPECTS: &'static str = "a whole number";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match *value {
            Value::Int(n) if (0..=Dim::MAX as i64).contains(&n) => Ok(n as usize),
            Value::Int(n) if n > 0 => Err(Some(format!("at most {}", Dim::MAX))),
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

/// Perhaps symbolic.
impl ArgType for Dim {
    type Given = usize;
    const EXPECTS: &'static str = "a whole number";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value {
            Value::Size(size) => Ok(size.clone()),
            value => usize::read(value).map(Dim::from),
        }
    }

    fn write(&self) -> Value {
        match self {
            Dim::Known(n) => Value::Int(*n),
            size => Value::Size(size.clone()),
        }
    }

    /// Each symbol is `__size_` with its name.
    fn rust(&self) -> String {
        Dim::rust(self, &|symbol| format!("__size_{}", symbol.name()))
    }
}

impl ArgType for f64 {
    type Given = Self;
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
    type Given = Self;
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

/// `none`, or a value.
impl<T: ArgType> ArgType for Option<T> {
    type Given = Self;
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

/// How values between pixels are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interpolation {
    /// The nearest pixel.
    Nearest,
    /// A weighted mean of the four nearest, pixel centres at halves.
    Bilinear,
}

impl ArgType for Interpolation {
    type Given = Self;
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
