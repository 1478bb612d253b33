use std::fmt::{self, Display};

use formwork_ir::Fault;

/// What can go wrong while a model runs.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The device failed, most often because its memory is used up.
    #[error("`{layer}`: the device failed: {message}")]
    Device {
        /// Name of the layer that ran.
        layer: String,
        /// The device's own message.
        message: String,
    },
    /// A tensor does not have the shape that its layer needs.
    #[error("`{layer}`: expected {expected}, found {found}")]
    Shape {
        /// Name of the layer that ran.
        layer: String,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
    /// The model does not run at this size.
    #[error(transparent)]
    Size(Box<SizeError>),
    /// Two sizes of the inputs do not fit each other.
    #[error("`{model}`: {what} is {found}, not {expected}")]
    Unequal {
        /// Name of the model.
        model: String,
        /// Which size of which input: `` the height of `mask` ``.
        what: String,
        /// What it is.
        found: usize,
        /// What it should be, and why: `` 64, as the height of `image` ``.
        expected: String,
    },
    /// A value is not finite; only a run that is [`watching`](crate::Context::watching) says so.
    #[error("`{layer}` {how} {found}")]
    NotFinite {
        /// Name of the layer.
        layer: String,
        /// How it came by the value.
        how: &'static str,
        /// The value: `NaN`, `inf` or `-inf`.
        found: String,
    },
    /// The layer does not take tensors of these sizes.
    #[error("`{layer}`: {message}")]
    Layer {
        /// Name of the layer that ran.
        layer: String,
        /// What its shape rule says.
        message: String,
    },
    /// A label is no class.
    #[error("label {place:?} is {found}, expected {expected}")]
    Label {
        /// Its index.
        place: Vec<usize>,
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
}

/// A size at which a model does not run.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{model}`: {what} is {found}; `{symbol}` must be {rule}{}", Nearest(nearest))]
pub struct SizeError {
    /// Name of the model.
    pub model: String,
    /// Which size of which input: `` the height of `image` ``.
    pub what: String,
    /// What the model calls this size.
    pub symbol: String,
    /// The size.
    pub found: usize,
    /// The sizes at which the model runs.
    pub rule: String,
    /// The nearest of them, smaller and larger.
    pub nearest: Vec<usize>,
}

/// `; the nearest sizes that work are 96 and 112`
struct Nearest<'a>(&'a [usize]);

impl fmt::Display for Nearest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => Ok(()),
            [one] => write!(f, "; the nearest size that works is {one}"),
            [below, above, ..] => {
                write!(f, "; the nearest sizes that work are {below} and {above}")
            }
        }
    }
}

impl Error {
    /// A failure of the device, in a layer that [`Error::within`] names.
    pub(crate) fn device(message: impl Display) -> Self {
        Error::Device { layer: String::new(), message: message.to_string() }
    }

    /// A wrong shape, in a layer that [`Error::within`] names.
    pub(crate) fn shape(expected: impl Display, found: impl Display) -> Self {
        let (expected, found) = (expected.to_string(), found.to_string());
        Error::Shape { layer: String::new(), expected, found }
    }

    /// What a layer's shape rule says.
    pub(crate) fn layer(fault: &Fault) -> Self {
        // The title begins with the layer; the error says which one of that kind it is.
        let message = fault.title.split_once("`: ").map_or(&*fault.title, |(_, message)| message);
        Error::Layer { layer: String::new(), message: message.to_owned() }
    }

    /// Names the layer.
    pub(crate) fn within(mut self, name: &str) -> Self {
        match &mut self {
            Error::Device { layer, .. }
            | Error::Shape { layer, .. }
            | Error::Layer { layer, .. }
            | Error::NotFinite { layer, .. } => {
                name.clone_into(layer);
            }
            Error::Size(_) | Error::Unequal { .. } | Error::Label { .. } => {}
        }
        self
    }
}
