use std::fmt::Display;

use dfdx::prelude::{Const, Shape};

use super::{
    CategoricalLabels, ClassCount, Labels, MaskCount, Output, SameShape, SparseLabels, Truth,
};
use crate::var::place;
use crate::{Backend, Error};

/// Sparse labels: a class below `C` for each place of a shape `S`, kept on the host.
///
/// For an output `(usize, Const<H>, Const<W>, Const<C>)` the shape is `(usize, Const<H>,
/// Const<W>)`, for a classifier's `(usize, Const<C>)` it is `(usize,)`; a size may be `usize` in
/// either, and is then compared when the loss is computed. Places that are declared void have no
/// class: losses and metrics leave them out.
///
/// Two classes may also be labels of an output of one channel, in a loss or metric for masks: the
/// channel is to be 1 for class 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Classes<S, const C: usize> {
    shape: S,
    values: Vec<u32>,
    void: Option<u32>,
}

impl<S: Shape, const C: usize> Classes<S, C> {
    /// Labels in row-major order.
    ///
    /// # Errors
    /// If there are more or fewer than the shape has places, or one is not below `C`.
    pub fn new<V>(shape: S, values: impl IntoIterator<Item = V>) -> Result<Self, Error>
    where
        V: TryInto<u32> + Display + Copy,
    {
        Self::read(shape, values, None)
    }

    /// As [`new`](Self::new), but places of the label `void` have no class.
    ///
    /// # Errors
    /// If there are more or fewer than the shape has places, or one is neither below `C` nor void.
    pub fn with_void<V>(
        shape: S,
        values: impl IntoIterator<Item = V>,
        void: u32,
    ) -> Result<Self, Error>
    where
        V: TryInto<u32> + Display + Copy,
    {
        Self::read(shape, values, Some(void))
    }

    fn read<V>(
        shape: S,
        values: impl IntoIterator<Item = V>,
        void: Option<u32>,
    ) -> Result<Self, Error>
    where
        V: TryInto<u32> + Display + Copy,
    {
        let value = |(i, value): (usize, V)| match value.try_into() {
            Ok(class) if (class as usize) < C || void == Some(class) => Ok(class),
            other => Err(Error::Label {
                place: place(i, shape.concrete().as_ref()),
                found: value.to_string(),
                expected: match (void, other) {
                    (Some(void), _) => format!("a class below {C} or the void label {void}"),
                    (None, Ok(class)) => format!(
                        "a class below {C}; if {class} is no class, say so: `Classes::with_void`"
                    ),
                    (None, Err(_)) => format!("a class below {C}"),
                },
            }),
        };
        let values = values.into_iter().enumerate().map(value).collect::<Result<Vec<_>, _>>()?;
        if values.len() != shape.num_elements() {
            let places = shape.concrete();
            let expected = format!("{} labels, as of {:?}", shape.num_elements(), places.as_ref());
            return Err(Error::shape(expected, values.len()).within("labels"));
        }
        Ok(Classes { shape, values, void })
    }

    /// Sizes of the labels.
    pub fn shape(&self) -> &S {
        &self.shape
    }

    /// The labels in row-major order, void ones included.
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// The label that stands for no class.
    pub fn void(&self) -> Option<u32> {
        self.void
    }
}

impl<D, O, S, const C: usize> Labels<D, O> for Classes<S, C>
where
    D: Backend,
    O: Output,
    S: Shape + SameShape<O::Places>,
    Const<C>: MaskCount<O::Channels>,
{
    fn truth(&self, dims: &[usize]) -> Result<Truth<D>, Error> {
        Truth::sparse(self.shape.concrete().as_ref(), &self.values, self.void, C, dims)
    }
}

impl<D, O, S, const C: usize> CategoricalLabels<D, O> for Classes<S, C>
where
    D: Backend,
    O: Output,
    S: Shape + SameShape<O::Places>,
    Const<C>: ClassCount<O::Channels>,
{
}

impl<D, O, S, const C: usize> SparseLabels<D, O> for Classes<S, C>
where
    D: Backend,
    O: Output,
    S: Shape + SameShape<O::Places>,
    Const<C>: ClassCount<O::Channels>,
{
}
