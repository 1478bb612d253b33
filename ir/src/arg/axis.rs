use std::fmt;
use std::ops::Range;

use crate::{ArgType, Dim, Value};

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
    type Given = Self;
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

/// One or more axes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Axes(pub Vec<Axis>);

impl ArgType for Axes {
    type Given = Self;
    const EXPECTS: &'static str = "an axis or a list of axes: 0 is the batch, -1 the channels";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value.items() {
            Some(items) => items.iter().map(Axis::read).collect::<Result<_, _>>().map(Axes),
            None => Ok(Axes(vec![Axis::read(value)?])),
        }
    }

    fn write(&self) -> Value {
        match self.0.as_slice() {
            [axis] => axis.write(),
            axes => Value::Tuple(axes.iter().map(ArgType::write).collect()),
        }
    }

    fn rust(&self) -> String {
        format!("Axes(vec!{:?})", self.0)
    }
}

/// Where a range starts and ends, the end excluded. Numbers below 0 count from the end, as in
/// Python.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ends(pub [Dim; 2]);

impl From<Range<i64>> for Ends {
    fn from(range: Range<i64>) -> Self {
        Ends([Dim::Known(range.start), Dim::Known(range.end)])
    }
}

/// As it is written: `0..16`.
impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write().fmt(f)
    }
}

impl ArgType for Ends {
    type Given = Range<i64>;
    const EXPECTS: &'static str = "a range such as `0..16`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value {
            Value::Range(start, end) => Ok(Ends::from(*start..*end)),
            Value::Span(start, end) => Ok(Ends([start.clone(), end.clone()])),
            _ => Err(None),
        }
    }

    fn write(&self) -> Value {
        match &self.0 {
            [Dim::Known(start), Dim::Known(end)] => Value::Range(*start, *end),
            [start, end] => Value::Span(start.clone(), end.clone()),
        }
    }

    fn rust(&self) -> String {
        let end = |end: &Dim| match end {
            Dim::Known(n) => n.to_string(),
            size => match ArgType::rust(size) {
                sum if sum.contains(' ') => format!("({sum}) as i64"),
                name => format!("{name} as i64"),
            },
        };
        let [start, end] = self.0.each_ref().map(end);
        format!("{start}..{end}")
    }
}

/// Into what an axis is split.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Parts {
    /// That many parts of equal size.
    Equal(usize),
    /// Parts of these sizes.
    Sizes(Vec<usize>),
}

impl ArgType for Parts {
    type Given = Self;
    const EXPECTS: &'static str = "a number of parts, or a list of their sizes";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        match value.items() {
            Some(_) => ArgType::read(value).map(Parts::Sizes),
            None => ArgType::read(value).map(Parts::Equal),
        }
    }

    fn write(&self) -> Value {
        match self {
            Parts::Equal(n) => n.write(),
            Parts::Sizes(sizes) => sizes.write(),
        }
    }

    fn rust(&self) -> String {
        match self {
            Parts::Equal(n) => format!("Parts::Equal({n})"),
            Parts::Sizes(sizes) => format!("Parts::Sizes({})", sizes.rust()),
        }
    }
}
