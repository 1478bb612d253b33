use crate::kernels::Algorithm;
use crate::simd::IsaError;

/// Why a network cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The inputs are not those of the network.
    #[error("`{model}`: expected {expected}, found {found}")]
    Inputs {
        /// Name of the model.
        model: String,
        /// What it takes.
        expected: String,
        /// What it was given.
        found: String,
    },
    /// A layer does not take inputs of these sizes.
    #[error("`{model}` at {at}: {message}")]
    Sizes {
        /// Name of the model.
        model: String,
        /// The sizes of its inputs.
        at: String,
        /// What the layer says.
        message: String,
    },
    /// A model that is applied is not there.
    #[error("`{model}`: nothing is known of `{part}`, which it applies as `{node}`")]
    Part {
        /// Name of the model.
        model: String,
        /// Where it is applied.
        node: String,
        /// The model that is applied.
        part: String,
    },
    /// A parameter cannot be read.
    #[error("cannot read `{name}`: {source}")]
    Parameter {
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A parameter has another number of values than the network needs.
    #[error("`{name}` has {found} values, not {expected}")]
    Values {
        /// Its name.
        name: String,
        /// How many it needs.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A batch norm would be trained on one value a channel.
    #[error(
        "`{layer}` sees one value a channel: its variance is always 0; give it a larger batch or \
         map, or use `layer_norm` or `group_norm`"
    )]
    OneValue {
        /// Its name.
        layer: String,
    },
    /// A layer cannot be computed as is asked for.
    #[error("`{layer}` cannot be computed by {algorithm:?}: {message}")]
    Algorithm {
        /// Its name.
        layer: String,
        /// What is asked for.
        algorithm: Algorithm,
        /// Why.
        message: String,
    },
    /// The instruction set that is asked for is not to be had.
    #[error(transparent)]
    Isa(#[from] IsaError),
}

/// Why a network cannot run.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Another number of tensors than the network has.
    #[error("expected {expected} {what}, found {found}")]
    Count {
        /// `inputs` or `outputs`.
        what: &'static str,
        /// How many it has.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// A tensor of another size.
    #[error("{what} {index} has {found} values, not {expected}: it is {sizes:?}")]
    Values {
        /// `input` or `output`.
        what: &'static str,
        /// Which one.
        index: usize,
        /// Its sizes.
        sizes: Vec<usize>,
        /// How many values it has.
        expected: usize,
        /// How many were given.
        found: usize,
    },
}
