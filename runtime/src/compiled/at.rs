use std::num::NonZeroUsize;

use formwork_engine::{Algorithm, CompileError, Isa, Options};
use formwork_ir::{Graph, ParseError, Symbol};

/// What a model is compiled for: `At::batch(8).size("H", 256)`, or the batch alone, `8`.
#[derive(Clone, Debug)]
pub struct At {
    batch: usize,
    sizes: Vec<(String, usize)>,
    options: Options,
}

impl From<usize> for At {
    fn from(batch: usize) -> Self {
        At::batch(batch)
    }
}

impl At {
    /// Batches of that size.
    pub fn batch(batch: usize) -> Self {
        At { batch, sizes: Vec::new(), options: Options::default() }
    }

    /// The number that a size has which only run time knows, by its name in the model.
    #[must_use]
    pub fn size(mut self, name: &str, size: usize) -> Self {
        self.sizes.push((name.to_owned(), size));
        self
    }

    /// How many threads run it; by default as many as the machine runs at once. The results are the
    /// same, bit for bit, for any number.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.options.threads = NonZeroUsize::new(threads);
        self
    }

    /// The instruction set to use; by default what the environment variable `FORMWORK_ISA` says, or
    /// the widest that the machine has.
    #[must_use]
    pub fn isa(mut self, isa: Isa) -> Self {
        self.options.isa = Some(isa);
        self
    }

    /// Computes every sum as it is defined, up to the order of its terms: without Winograd's
    /// convolutions, which are faster and round more.
    #[must_use]
    pub fn exact(mut self) -> Self {
        self.options.exact = true;
        self
    }

    /// Takes as little memory as there is a way to, where that is slower: no Winograd, whose filters
    /// are up to four times as large as the weights, and batches one image at a time.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.options.small = true;
        self
    }

    /// Computes a layer by an algorithm, whichever would be chosen, and whatever `exact` and `small`
    /// say. Its name is that of the table which `explain` returns.
    #[must_use]
    pub fn algorithm(mut self, layer: &str, algorithm: Algorithm) -> Self {
        self.options.algorithms.push((layer.to_owned(), algorithm));
        self
    }

    pub(super) fn options(&self) -> Options {
        self.options.clone()
    }

    /// The sizes of the inputs.
    pub(super) fn inputs(&self, graph: &Graph) -> Result<Vec<Vec<usize>>, CompileError> {
        let known = |symbol: &Symbol| match symbol.is_batch() {
            true => Some(self.batch),
            false => self.sizes.iter().find(|(name, _)| name == symbol.name()).map(|(_, n)| *n),
        };
        graph
            .inputs()
            .map(|(_, node)| {
                let dims = node.shape.dims().iter().map(|dim| {
                    let symbols = dim.symbols();
                    if let Some(missing) = symbols.iter().find(|symbol| known(symbol).is_none()) {
                        let name = missing.name();
                        return Err(CompileError::Inputs {
                            model: graph.name().to_owned(),
                            expected: format!(
                                "a number for `{name}`, which only run time knows: \
                                 `At::batch({}).size(\"{name}\", …)`",
                                self.batch
                            ),
                            found: "none".to_owned(),
                        });
                    }
                    // A symbol is the number itself, whether or not it may be: that is checked
                    // where the sizes are used.
                    let number = dim.symbol().and_then(|symbol| known(&symbol));
                    let value = || dim.eval(&|symbol| known(symbol).map_or(0, |n| n as i64));
                    let value = || value().and_then(|n| usize::try_from(n).ok());
                    Ok(number.or_else(value).unwrap_or(0))
                });
                dims.collect()
            })
            .collect()
    }
}

/// A model whose text is not a graph's.
pub(super) fn unreadable(error: &ParseError) -> CompileError {
    CompileError::Inputs {
        model: "the model".to_owned(),
        expected: "the text of a graph".to_owned(),
        found: error.to_string(),
    }
}
