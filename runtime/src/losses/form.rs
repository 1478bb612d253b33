//! How outputs become probabilities.

use dfdx::prelude::{Axis, BroadcastTo, HasShape, SumTo, Tape, TryAdd, TryDiv, TryMul};

use super::EPSILON;
use crate::head::{Logits, Probabilities, Sigmoids};
use crate::{Backend, Error, Matrix, Var, Vector};

/// How the channels of a place become probabilities of its classes: [`Logits`] through a softmax,
/// [`Probabilities`] as they are.
pub trait CategoricalForm {
    /// The logarithms of the probabilities, from rows of channels.
    #[doc(hidden)]
    fn logarithms<D: Backend, T: Tape<f32, D>>(x: Matrix<D, T>) -> Result<Matrix<D, T>, D::Err>;

    /// The probabilities; of a single channel that of the second of two classes.
    #[doc(hidden)]
    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Var<D, T>) -> Result<Var<D, T>, Error>;
}

impl CategoricalForm for Logits {
    fn logarithms<D: Backend, T: Tape<f32, D>>(x: Matrix<D, T>) -> Result<Matrix<D, T>, D::Err> {
        x.try_log_softmax::<Axis<1>>()
    }

    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Var<D, T>) -> Result<Var<D, T>, Error> {
        let (dims, channels) = (x.dims().to_vec(), x.channels());
        let rows = x.rows(channels)?;
        let rows = match channels {
            1 => rows.try_sigmoid(),
            _ => rows.try_softmax::<Axis<1>>(),
        };
        Var::from_rows(rows.map_err(Error::device)?, &dims)
    }
}

impl CategoricalForm for Probabilities {
    fn logarithms<D: Backend, T: Tape<f32, D>>(x: Matrix<D, T>) -> Result<Matrix<D, T>, D::Err> {
        let shape = *x.shape();
        let sum: Vector<D, T> = x.retaped::<T>().try_sum::<_, Axis<1>>()?;
        let shares = x.try_div(sum.try_broadcast_like::<_, Axis<1>>(&shape)?)?;
        shares.try_clamp(EPSILON, 1.0 - EPSILON)?.try_ln()
    }

    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Var<D, T>) -> Result<Var<D, T>, Error> {
        Ok(x)
    }
}

/// How a value becomes a probability by itself: [`Logits`] through a sigmoid, [`Sigmoids`] as they
/// are.
pub trait BinaryForm {
    /// The cross-entropy of each value with its label.
    #[doc(hidden)]
    fn crossentropy<D: Backend, T: Tape<f32, D>>(
        x: Vector<D, T>,
        labels: Vector<D>,
    ) -> Result<Vector<D, T>, D::Err>;

    /// The probabilities.
    #[doc(hidden)]
    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err>;
}

impl BinaryForm for Logits {
    fn crossentropy<D: Backend, T: Tape<f32, D>>(
        x: Vector<D, T>,
        labels: Vector<D>,
    ) -> Result<Vector<D, T>, D::Err> {
        x.try_bce_with_logits(labels)
    }

    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err> {
        x.try_sigmoid()
    }
}

impl BinaryForm for Sigmoids {
    fn crossentropy<D: Backend, T: Tape<f32, D>>(
        x: Vector<D, T>,
        labels: Vector<D>,
    ) -> Result<Vector<D, T>, D::Err> {
        let p = x.try_clamp(EPSILON, 1.0 - EPSILON)?;
        let other = p.retaped::<T>().try_negate()?.try_add(1.0)?.try_ln()?;
        let other = other.try_mul(labels.clone().try_negate()?.try_add(1.0)?)?;
        p.try_ln()?.try_mul(labels)?.try_add(other)?.try_negate()
    }

    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err> {
        Ok(x)
    }
}
