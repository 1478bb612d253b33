use regex_lite::Regex;
use wildmatch::WildMatch;

use super::framework::Framework;

/// What a user says of how a file fits a model.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub framework: Option<Framework>,
    pub renames: Vec<Rename>,
    pub maps: Vec<(String, String)>,
    pub ignored: Vec<String>,
    pub by_order: bool,
    pub partial: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Rename {
    Prefix(String, String),
    Regex(Regex, String),
}

impl Rules {
    /// A name of the file after all renames.
    pub(super) fn renamed(&self, name: &str) -> String {
        self.renames.iter().fold(name.to_owned(), |name, rename| match rename {
            Rename::Prefix(from, to) => match name.strip_prefix(from.as_str()) {
                Some(rest) => format!("{to}{rest}"),
                None => name,
            },
            Rename::Regex(from, to) => from.replace_all(&name, to.as_str()).into_owned(),
        })
    }

    /// Whether a tensor of the file is left out.
    pub(super) fn ignores(&self, name: &str) -> bool {
        const COUNTERS: &str = "num_batches_tracked";
        name.rsplit('.').next() == Some(COUNTERS)
            || self.ignored.iter().any(|pattern| WildMatch::new(pattern).matches(name))
    }
}
