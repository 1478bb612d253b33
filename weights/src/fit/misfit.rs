use std::fmt;

use super::framework::Framework;

/// All that keeps a file from fitting a model.
#[derive(Clone, PartialEq, Debug)]
pub struct Misfits {
    /// What differs.
    pub list: Vec<Misfit>,
    /// Whose names and layouts the file was taken to have.
    pub framework: Framework,
    /// What can be done.
    pub help: Vec<String>,
}

/// A line for each, then what can be done.
impl fmt::Display for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 60;
        self.list.iter().take(MOST).try_for_each(|misfit| write!(f, "\n  {misfit}"))?;
        if let Some(more @ 1..) = self.list.len().checked_sub(MOST) {
            write!(f, "\n  and {more} more")?;
        }
        self.help.iter().try_for_each(|help| write!(f, "\n  help: {help}"))
    }
}

impl std::error::Error for Misfits {}

/// What keeps a file from fitting a model.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Misfit {
    /// No tensor of the file is this parameter.
    #[error("`{name}` is not in the file{}", Meant(meant.as_deref()))]
    Missing {
        /// The parameter.
        name: String,
        /// The tensor with a name most like its own, of those left over.
        meant: Option<String>,
    },
    /// No parameter is this tensor of the file.
    #[error("`{name}` is not in the model{}", Meant(meant.as_deref()))]
    Extra {
        /// The tensor, as the file calls it.
        name: String,
        /// The parameter with a name most like its own, of those that got no values.
        meant: Option<String>,
    },
    /// It has other sizes.
    #[error("`{name}` is {found:?} in the file{}, {expected:?} in the model{}",
        As(name, tensor), In(*framework))]
    Shape {
        /// The parameter.
        name: String,
        /// What the file calls it.
        tensor: String,
        /// The sizes that the model needs, in the layout of the file.
        expected: Vec<usize>,
        /// Its sizes in the file.
        found: Vec<usize>,
        /// Whose layout that is.
        framework: Framework,
    },
    /// It is not made of floating point numbers.
    #[error("`{name}` is {found} in the file, F32 in the model")]
    Dtype {
        /// The tensor, as the file calls it.
        name: String,
        /// Its type in the file.
        found: String,
    },
    /// Its layout there is not known.
    #[error("`{name}`: PyTorch's layout is not known: {reason}")]
    Role {
        /// The parameter.
        name: String,
        /// Why.
        reason: String,
    },
    /// PyTorch computes something else.
    #[error("{reason}")]
    Obstacle {
        /// What.
        reason: String,
    },
    /// Two layers of the file have the name of one of the model.
    #[error("`{layer}` may be `{}` of the file", tensors.join("` or `"))]
    Ambiguous {
        /// The layer of the model.
        layer: String,
        /// Those of the file.
        tensors: Vec<String>,
    },
    /// The layers of the file stand in another order than those of the model.
    #[error("{text}")]
    Order {
        /// Both sides around the first disagreement.
        text: String,
    },
    /// What was mapped is not there.
    #[error("nothing in the {place} is named `{name}`, which is mapped{}", Meant(meant.as_deref()))]
    Mapped {
        /// Where: file or model.
        place: &'static str,
        /// The name.
        name: String,
        /// The name there that is most like it.
        meant: Option<String>,
    },
    /// Two layers or tensors of the file are mapped to one of the model.
    #[error("`{}` and `{}` are both mapped to `{name}`", names[0], names[1])]
    MappedTwice {
        /// What they are mapped to.
        name: String,
        /// What the file calls them.
        names: [String; 2],
    },
    /// The names are of several frameworks.
    #[error("`{}` is a name of {}, `{}` one of {}", names[0].1, names[0].0, names[1].1, names[1].0)]
    Frameworks {
        /// One name of each.
        names: [(Framework, String); 2],
    },
}

struct Meant<'a>(Option<&'a str>);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |meant| write!(f, "; is it `{meant}`?"))
    }
}

struct As<'a>(&'a str, &'a str);

impl fmt::Display for As<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == self.1 { Ok(()) } else { write!(f, " (`{}`)", self.1) }
    }
}

struct In(Framework);

impl fmt::Display for In {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Framework::Pytorch => f.write_str(" as PyTorch has it"),
            _ => Ok(()),
        }
    }
}

/// The name most like another, if one is near.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let distance = |other: &str| strsim::damerau_levenshtein(name, other);
    let closest = names.min_by_key(|other| distance(other))?;
    (distance(closest) <= 1 + name.chars().count() / 4).then(|| closest.to_owned())
}
