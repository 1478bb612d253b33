use std::fmt;

use super::framework::Framework;

/// How a file was fitted to a model.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Report {
    /// Whose names and layouts the file has.
    pub framework: Framework,
    /// The parameters that got values, in the order of the model.
    pub matched: Vec<Matched>,
    /// The parameters that keep what they have: see `Loader::partial`.
    pub kept: Vec<String>,
    /// The tensors of the file that were left out, as they were said to be.
    pub ignored: Vec<String>,
    /// What to look at, where the file does not say how its network computes.
    pub notes: Vec<String>,
}

/// A parameter and the tensor that it got.
#[derive(Clone, PartialEq, Debug)]
pub struct Matched {
    /// The name of the parameter.
    pub parameter: String,
    /// What the file calls the tensor.
    pub tensor: String,
    /// How one was found for the other.
    pub how: How,
    /// What was done to the values: "OIHW → HWIO".
    pub change: String,
}

/// How a tensor was found for a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum How {
    /// It was named: `Loader::map`.
    Mapped,
    /// A rule gave it the same name.
    Rule,
    /// It has the same name.
    Name,
    /// It stands in the same place.
    Order,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            How::Mapped => "mapped",
            How::Rule => "by rule",
            How::Name => "by name",
            How::Order => "by order",
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { framework, matched, kept, ignored, notes } = self;
        let rows = matched.iter().map(|matched| {
            let Matched { parameter, tensor, how, change } = matched;
            [parameter.clone(), tensor.clone(), how.to_string(), change.clone()]
        });
        let header = ["parameter", "in the file", "matched", "values"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(header).chain(rows).collect();
        let width = |column: usize| {
            rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
        };
        let [a, b, c] = [0, 1, 2].map(width);
        let parameters = matched.len();
        writeln!(f, "{parameters} parameters from {framework}'s names and layouts")?;
        for [parameter, tensor, how, change] in &rows {
            writeln!(f, "{parameter:a$}  {tensor:b$}  {how:c$}  {change}")?;
        }
        for (what, names) in [("keeps its values", kept), ("left out of the file", ignored)] {
            names.iter().try_for_each(|name| writeln!(f, "{what}: {name}"))?;
        }
        notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
}
