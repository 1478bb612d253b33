use dfdx::prelude::{
    HasShape, NoneTape, PutTape, RealizeTo, ReshapeTo, Shape, SplitTape, Tape, Tensor, TryMatMul,
    TryMul, WithEmptyTape,
};

use crate::backend::strides;
use crate::{Backend, Error, Matrix, Merge, Table, Vector};

/// A tensor whose sizes are known when it runs: what kernels work on.
///
/// Its values lie row-major, without gaps, so any other view of them is free; a kernel is
/// compiled once for a device and a tape, whatever the shapes.
#[derive(Clone, Debug)]
pub struct Var<D: Backend, T = NoneTape> {
    values: Vector<D, T>,
    dims: Vec<usize>,
}

impl<D: Backend> Var<D> {
    /// A tensor of values that were computed on the host.
    pub fn from_vec(device: &D, values: Vec<f32>, dims: &[usize]) -> Result<Self, Error> {
        let len = values.len();
        let values = device.try_tensor_from_vec(values, (len,)).map_err(Error::device)?;
        Var::new(values, dims)
    }

    /// The same tensor as part of a computation that is recorded on a tape of type `T`.
    pub fn taped<T: Tape<f32, D>>(&self) -> Var<D, T> {
        Var { values: self.values.retaped(), dims: self.dims.clone() }
    }

    /// The tensor with a tape.
    pub(crate) fn with_tape<T: Tape<f32, D>>(self, tape: T) -> Var<D, T> {
        Var { values: self.values.put_tape(tape), dims: self.dims }
    }

    /// A tensor of its own with the same values, where a tape of type `T` records: what the
    /// gradient says of it says nothing of this one.
    pub fn detached<T: Tape<f32, D>>(&self) -> Result<Self, Error> {
        if !T::OWNS_TAPE {
            return Ok(self.clone());
        }
        self.clone().map(|values| values.try_mul(1.0))
    }
}

impl<D: Backend, T: Tape<f32, D>> Var<D, T> {
    /// A tensor of sizes `dims` from its values.
    pub fn new(values: Vector<D, T>, dims: &[usize]) -> Result<Self, Error> {
        let (len,) = *values.shape();
        if dims.iter().product::<usize>() != len {
            return Err(Error::shape(show(dims), format!("{len} values")));
        }
        Ok(Var { values, dims: dims.to_vec() })
    }

    /// Forgets which sizes were known when the program was compiled.
    pub fn from_tensor<S>(tensor: Tensor<S, f32, D, T>) -> Result<Self, Error>
    where
        S: Shape,
        S::Concrete: Shape<Concrete = S::Concrete>,
    {
        let Ok(tensor) = tensor.try_realize::<S::Concrete>() else {
            unreachable!("any sizes are sizes known at run time")
        };
        let dims: Vec<usize> = tensor.shape().concrete().into();
        let len = dims.iter().product();
        let values = tensor.try_reshape_like(&(len,)).map_err(Error::device)?;
        Ok(Var { values, dims })
    }

    /// The tensor as one of shape `S`, if its sizes are such.
    pub fn into_tensor<S>(self) -> Result<Tensor<S, f32, D, T>, Error>
    where
        S: Shape,
        S::Concrete: Shape<Concrete = S::Concrete>,
    {
        if self.dims.len() != S::NUM_DIMS {
            return Err(Error::shape(format!("{} dimensions", S::NUM_DIMS), show(&self.dims)));
        }
        let mut dims = S::Concrete::default();
        for (axis, &n) in self.dims.iter().enumerate() {
            dims[axis] = n;
        }
        let tensor = self.values.try_reshape_like(&dims).map_err(Error::device)?;
        tensor.try_realize::<S>().map_err(|_| Error::shape(written::<S>(), show(&self.dims)))
    }

    /// Its sizes.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// Its sizes as those of images: batch, height, width, channels.
    pub fn dims4(&self) -> Result<[usize; 4], Error> {
        let dims = self.dims.as_slice();
        dims.try_into().map_err(|_| Error::shape("[batch, height, width, channels]", show(dims)))
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.dims.iter().product()
    }

    /// Whether it has no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its last size.
    pub fn channels(&self) -> usize {
        self.dims.last().copied().unwrap_or(1)
    }

    /// Where it lies.
    pub fn device(&self) -> &D {
        self.values.device()
    }

    /// The tensor, and its tape.
    pub(crate) fn split(self) -> (Var<D>, T) {
        let (values, tape) = self.values.split_tape();
        (Var { values, dims: self.dims }, tape)
    }

    /// Its values, row-major.
    pub fn into_values(self) -> Vector<D, T> {
        self.values
    }

    /// A copy of its values on the host, row-major.
    pub fn to_vec(&self) -> Vec<f32> {
        self.values.as_vec()
    }

    /// The same tensor without a tape.
    pub fn untaped(&self) -> Var<D> {
        Var { values: self.values.retaped(), dims: self.dims.clone() }
    }

    /// The same tensor again, for a second use in the same computation.
    pub fn again(&self) -> Self {
        Var { values: self.values.with_empty_tape(), dims: self.dims.clone() }
    }

    /// The same values with other sizes.
    pub fn reshape(self, dims: &[usize]) -> Result<Self, Error> {
        Var::new(self.values, dims)
    }

    /// The values as a matrix with rows of length `n`.
    pub fn rows(self, n: usize) -> Result<Matrix<D, T>, Error> {
        let len = self.len();
        if n == 0 || !len.is_multiple_of(n) {
            return Err(Error::shape(format!("rows of {n}"), show(&self.dims)));
        }
        self.values.try_reshape_like(&(len / n, n)).map_err(Error::device)
    }

    /// A matrix as a tensor of sizes `dims`.
    pub fn from_rows(rows: Matrix<D, T>, dims: &[usize]) -> Result<Self, Error> {
        let &(n, m) = rows.shape();
        Var::new(rows.try_reshape_like(&(n * m,)).map_err(Error::device)?, dims)
    }

    /// Value by value, what `f` makes of all values.
    pub fn map(
        self,
        f: impl FnOnce(Vector<D, T>) -> Result<Vector<D, T>, D::Err>,
    ) -> Result<Self, Error> {
        Ok(Var { values: f(self.values).map_err(Error::device)?, dims: self.dims })
    }

    /// The values as rows of length `n`, picked by `table`; `fill` stands for padding.
    pub fn gather(self, n: usize, table: &Table, fill: f32, dims: &[usize]) -> Result<Self, Error> {
        if table.is_identity() {
            return self.reshape(dims);
        }
        let rows = D::gather(self.rows(n)?, table, fill).map_err(Error::device)?;
        Var::from_rows(rows, dims)
    }

    /// The maximum of the rows of length `n` that `table` picks; padding never wins.
    pub fn gather_max(self, n: usize, table: &Table, dims: &[usize]) -> Result<Self, Error> {
        let rows = D::gather_max(self.rows(n)?, table).map_err(Error::device)?;
        Var::from_rows(rows, dims)
    }

    /// The weighted sum of the rows of length `n` that `table` picks.
    pub fn gather_sum(
        self,
        n: usize,
        table: &Table,
        weights: &[f32],
        dims: &[usize],
    ) -> Result<Self, Error> {
        let rows = D::gather_sum(self.rows(n)?, table, weights).map_err(Error::device)?;
        Var::from_rows(rows, dims)
    }

    /// Of each sample, the values at all indices below `dims`: the one at `index` is the one at
    /// `offset + Σ index · stride`. The result has the sizes `[batch, dims…]`.
    pub fn strided(self, offset: usize, dims: &[usize], strides: &[usize]) -> Result<Self, Error> {
        let batch = self.dims.first().copied().unwrap_or(1);
        let (n, table) = Table::strided(self.len() / batch.max(1), offset, dims, strides);
        self.gather(n, &table, 0.0, &[&[batch], dims].concat())
    }

    /// The axes in another order: axis `i` of the result is axis `axes[i]`.
    pub fn permute(self, axes: &[usize]) -> Result<Self, Error> {
        let own = strides(&self.dims);
        let mut order = axes.to_vec();
        order.sort_unstable();
        if !order.into_iter().eq(0..own.len()) {
            return Err(Error::shape(format!("an order of {} axes", own.len()), show(axes)));
        }
        let dims: Vec<_> = axes.iter().map(|&axis| self.dims[axis]).collect();
        let steps: Vec<_> = axes.iter().map(|&axis| own[axis]).collect();
        let samples = usize::from(axes.first() == Some(&0));
        let len = self.dims[samples..].iter().product();
        let (n, table) = Table::strided(len, 0, &dims[samples..], &steps[samples..]);
        self.gather(n, &table, 0.0, &dims)
    }

    /// Seen as `[a, n, b, m]`, brought to mean 0 and variance 1 over `n` and `m`; also the means
    /// and the biased variances, `[a · b]` each.
    pub fn normalize(
        self,
        view: [usize; 4],
        epsilon: f64,
    ) -> Result<(Self, Var<D>, Var<D>), Error> {
        let (y, mean, variance) =
            D::normalize(self.values, view, epsilon).map_err(Error::device)?;
        let groups = [view[0] * view[2]];
        Ok((Var::new(y, &self.dims)?, Var::new(mean, &groups)?, Var::new(variance, &groups)?))
    }

    /// The matrix product of the values, as rows as long as `kernel` is high, with `kernel`.
    pub fn matmul(self, kernel: Matrix<D>, dims: &[usize]) -> Result<Self, Error> {
        let &(height, _) = kernel.shape();
        let product = self.rows(height)?.try_matmul(kernel).map_err(Error::device)?;
        Var::from_rows(product, dims)
    }

    /// `scale · x + shift`, one of each for a channel.
    pub fn affine(self, scale: Option<Var<D, T>>, shift: Option<Var<D, T>>) -> Result<Self, Error> {
        if scale.is_none() && shift.is_none() {
            return Ok(self);
        }
        let (dims, channels) = (self.dims.clone(), self.channels());
        let (scale, shift) = (scale.map(Var::into_values), shift.map(Var::into_values));
        let rows = D::affine(self.rows(channels)?, scale, shift).map_err(Error::device)?;
        Var::from_rows(rows, &dims)
    }

    /// The tensor repeated along axes where its size is 1.
    pub fn broadcast(self, dims: &[usize]) -> Result<Self, Error> {
        if self.dims == dims {
            return Ok(self);
        }
        let fits = |(&n, &m): (&usize, &usize)| n == m || n == 1;
        if self.dims.len() != dims.len() || !self.dims.iter().zip(dims).all(fits) {
            return Err(Error::shape(show(dims), show(&self.dims)));
        }
        let shared = usize::from(self.dims[0] == dims[0]);
        let (n, table) = Table::broadcast(&self.dims[shared..], &dims[shared..]);
        self.gather(n, &table, 0.0, dims)
    }

    /// Two tensors value by value; sizes are equal, or 1 where they broadcast.
    pub fn merge(self, op: Merge, other: Self) -> Result<Self, Error> {
        if self.dims.len() != other.dims.len() {
            return Err(Error::shape(show(&self.dims), show(&other.dims)));
        }
        let dims: Vec<_> = self.dims.iter().zip(&other.dims).map(|(&a, &b)| a.max(b)).collect();
        let (a, b) = (self.broadcast(&dims)?, other.broadcast(&dims)?);
        let values = D::merge(op, a.values, b.values).map_err(Error::device)?;
        Ok(Var { values, dims })
    }
}

/// The indices of the value at `offset` of a tensor of sizes `dims`, row-major.
pub(crate) fn place(mut offset: usize, dims: &[usize]) -> Vec<usize> {
    let mut place = vec![0; dims.len()];
    for (i, &n) in place.iter_mut().zip(dims).rev() {
        *i = offset % n.max(1);
        offset /= n.max(1);
    }
    place
}

/// Sizes as they are written in a model.
pub(crate) fn show(dims: &[usize]) -> String {
    format!("{dims:?}")
}

/// A shape's type as it is written in a model: `[_, 28, 28, 1]`.
fn written<S>() -> String {
    let name = std::any::type_name::<S>();
    let sizes = name.trim_matches(['(', ')']).trim_end_matches(',').split(", ");
    let size = |size: &str| match size.split_once("Const<") {
        Some((_, n)) => n.trim_end_matches('>').to_owned(),
        None => "_".to_owned(),
    };
    format!("[{}]", sizes.map(size).collect::<Vec<_>>().join(", "))
}
