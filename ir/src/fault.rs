/// Why a layer cannot be applied: what a shape rule returns instead of a shape.
///
/// Data, not text with a position: whoever called the rule knows where the parts stand.
#[derive(Clone, PartialEq, Debug)]
pub struct Fault {
    /// Which part of the call is wrong.
    pub at: At,
    /// One line: what is wrong, both ends named.
    pub title: String,
    /// How to mend it.
    pub help: Option<String>,
    /// Whether it is not known that anything is wrong: the sizes are beyond what can be decided.
    pub undecided: bool,
}

/// The part of a layer call that a [`Fault`] points at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// The call as a whole (the layer's name).
    Call,
    /// The argument of that name.
    Arg(&'static str),
    /// The input tensor of that index.
    Input(usize),
}

impl Fault {
    /// A fault of the call as a whole.
    pub fn call(title: impl Into<String>) -> Self {
        Fault { at: At::Call, title: title.into(), help: None, undecided: false }
    }

    /// A fault of one argument.
    pub fn arg(name: &'static str, title: impl Into<String>) -> Self {
        Fault { at: At::Arg(name), ..Fault::call(title) }
    }

    /// A fault of one input.
    pub fn input(index: usize, title: impl Into<String>) -> Self {
        Fault { at: At::Input(index), ..Fault::call(title) }
    }

    /// Says that the sizes are beyond what can be decided.
    pub fn undecided(mut self) -> Self {
        self.undecided = true;
        self.title += ", as far as can be decided for all sizes at once";
        self
    }

    /// Adds how to mend it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
