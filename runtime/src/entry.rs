//! What a generated model checks before it runs: that it runs at the sizes it is given.

use dfdx::prelude::{HasShape, Shape, Storage, Tape, Tensor};
use formwork_ir::Sizes;

use crate::var::show;
use crate::{Error, SizeError};

/// The entry of the model of that name.
#[derive(Clone, Copy, Debug)]
pub struct Entry(pub &'static str);

impl Entry {
    /// The number that a symbol stands for: all that it is `found` as, which is one of `sizes`.
    ///
    /// # Errors
    /// If the numbers differ, or are not among the sizes.
    pub fn size(
        self,
        symbol: &str,
        found: &[(&str, usize)],
        sizes: &Sizes,
    ) -> Result<usize, Error> {
        let Some(&(what, size)) = found.first() else {
            return Err(Error::shape("a size", "none").within(self.0));
        };
        if let Some((other, different)) = found.iter().find(|(_, other)| *other != size) {
            let expected = format!("{size}, as {what} is");
            return Err(self.unequal(other, *different, expected));
        }
        if !sizes.has(size as u64) {
            let nearest = sizes.nearest(size as u64).into_iter().flatten();
            return Err(Error::Size(Box::new(SizeError {
                model: self.0.to_owned(),
                what: what.to_owned(),
                symbol: symbol.to_owned(),
                found: size,
                rule: sizes.to_string(),
                nearest: nearest.map(|n| n as usize).collect(),
            })));
        }
        Ok(size)
    }

    /// Checks a size against the expression that it is declared as.
    ///
    /// # Errors
    /// If it is another.
    pub fn equal(
        self,
        what: &str,
        found: usize,
        expected: usize,
        declared: &str,
    ) -> Result<(), Error> {
        if found == expected {
            return Ok(());
        }
        Err(self.unequal(what, found, format!("{expected}, which is {declared}")))
    }

    fn unequal(self, what: &str, found: usize, expected: String) -> Error {
        Error::Unequal { model: self.0.to_owned(), what: what.to_owned(), found, expected }
    }

    /// Checks what must hold of several sizes.
    ///
    /// # Errors
    /// If it does not: `message` says what.
    pub fn holds(self, holds: bool, message: &str) -> Result<(), Error> {
        self.layer(self.0, holds, message)
    }

    /// Checks what a layer needs.
    ///
    /// # Errors
    /// If it does not hold: `message` says what.
    pub fn layer(self, layer: &str, holds: bool, message: &str) -> Result<(), Error> {
        if holds {
            return Ok(());
        }
        Err(Error::Layer { layer: layer.to_owned(), message: message.to_owned() })
    }
}

/// Checks a shape that could not be proved; `None` stands for any size.
///
/// # Errors
/// If the tensor has another.
pub fn asserted<S: Shape, D: Storage<f32>, T: Tape<f32, D>>(
    name: &str,
    tensor: &Tensor<S, f32, D, T>,
    expected: &[Option<usize>],
) -> Result<(), Error> {
    let found: Vec<usize> = tensor.shape().concrete().into();
    let fits = |(n, found): (&Option<usize>, &usize)| n.is_none_or(|n| n == *found);
    if expected.len() == found.len() && expected.iter().zip(&found).all(fits) {
        return Ok(());
    }
    let sizes = expected.iter().map(|n| n.map_or_else(|| "_".to_owned(), |n| n.to_string()));
    let expected = format!("[{}]", sizes.collect::<Vec<_>>().join(", "));
    Err(Error::shape(expected, show(&found)).within(name))
}

/// The output of a model that did not fail.
///
/// # Panics
/// With the error's message, if it did.
#[track_caller]
pub fn expect<T>(result: Result<T, Error>) -> T {
    match result {
        Ok(output) => output,
        Err(error) => panic!("{error}"),
    }
}
