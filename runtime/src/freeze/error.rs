use std::fmt;

use super::pattern::scopes;

/// A pattern that names nothing in a model.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("nothing in the model is named `{pattern}`{}{}", Meant(meant.as_deref()), Layers(layers))]
pub struct FreezeError {
    /// The pattern.
    pub pattern: String,
    /// What in the model has a name most like it.
    pub meant: Option<String>,
    /// The layers that have parameters.
    pub layers: Vec<String>,
}

impl FreezeError {
    pub(super) fn new<'a>(pattern: &str, parameters: impl Iterator<Item = &'a str>) -> Self {
        let (mut layers, mut names) = (Vec::<String>::new(), Vec::new());
        for name in parameters {
            names.extend(scopes(name));
            let layer = scopes(name).nth(1).unwrap_or(name);
            if layers.iter().all(|known| known != layer) {
                layers.push(layer.to_owned());
            }
        }
        let wanted: String = pattern.chars().filter(|c| !matches!(c, '*' | '?')).collect();
        let wanted = wanted.trim_matches('.');
        let distance = |name: &str| strsim::damerau_levenshtein(wanted, name);
        let closest = names.into_iter().min_by_key(|name| distance(name));
        let near = |name: &&str| distance(name) <= 1 + wanted.chars().count() / 4;
        let meant = closest.filter(near).map(str::to_owned);
        FreezeError { pattern: pattern.to_owned(), meant, layers }
    }
}

struct Meant<'a>(Option<&'a str>);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |meant| write!(f, "; did you mean `{meant}`?"))
    }
}

struct Layers<'a>(&'a [String]);

/// A line for each, up to a number.
impl fmt::Display for Layers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 20;
        if self.0.is_empty() {
            return write!(f, "; it has no parameters");
        }
        write!(f, "\nits layers with parameters are:")?;
        self.0.iter().take(MOST).try_for_each(|layer| write!(f, "\n  {layer}"))?;
        match self.0.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}
