//! Tensors that are known before the network runs: weights, and sizes computed with.

use std::rc::Rc;

use formwork_ir::Dim;

use super::MOST_COMPUTED;
use super::fold::Quotient;

/// A constant of a file, row-major.
#[derive(Clone, PartialEq, Debug)]
pub struct Tensor {
    /// Its sizes.
    pub dims: Vec<usize>,
    /// Its values.
    pub data: Data,
    /// What the file calls it, if it is stored there.
    pub name: Option<Rc<str>>,
}

/// Values of a constant.
#[derive(Clone, PartialEq, Debug)]
pub enum Data {
    /// Weights, and other real numbers.
    Floats(Rc<Vec<f32>>),
    /// Whole numbers, and sizes that are known when the model runs; truth values are 0 and 1.
    Ints(Rc<Vec<Dim>>),
    /// Real numbers that follow from such sizes.
    Quotients(Rc<Vec<Quotient>>),
    /// In another file, which is not there.
    Absent,
}

impl Tensor {
    pub fn floats(dims: &[usize], values: Vec<f32>) -> Self {
        Tensor { dims: dims.to_vec(), data: Data::Floats(values.into()), name: None }
    }

    pub fn ints(dims: &[usize], values: Vec<Dim>) -> Self {
        Tensor { dims: dims.to_vec(), data: Data::Ints(values.into()), name: None }
    }

    /// Number of values; dims of a tensor that exists never overflow.
    pub fn len(&self) -> usize {
        self.dims.iter().product()
    }

    /// Number of values that are there.
    pub fn held(&self) -> usize {
        if let Data::Absent = self.data { 0 } else { self.len() }
    }

    pub fn as_floats(&self) -> Option<&[f32]> {
        match &self.data {
            Data::Floats(values) => Some(values),
            _ => None,
        }
    }

    pub fn as_ints(&self) -> Option<&[Dim]> {
        match &self.data {
            Data::Ints(values) => Some(values),
            _ => None,
        }
    }

    /// Its real numbers, exactly, where some may follow from sizes.
    pub fn as_quotients(&self) -> Option<Vec<Quotient>> {
        match &self.data {
            Data::Quotients(values) => Some(values.to_vec()),
            Data::Floats(values) => values.iter().map(|&x| Quotient::exactly(x)).collect(),
            _ => None,
        }
    }

    /// Its whole numbers, where none is a size that is known only when the model runs.
    pub fn as_numbers(&self) -> Option<Vec<i64>> {
        let number = |dim: &Dim| if let Dim::Known(n) = dim { Some(*n) } else { None };
        self.as_ints()?.iter().map(number).collect()
    }

    /// Its one value as a real number.
    pub fn scalar(&self) -> Option<f64> {
        match &self.data {
            Data::Floats(values) if values.len() == 1 => Some(decimal(values[0])),
            Data::Ints(values) => match values.as_slice() {
                [Dim::Known(n)] => Some(*n as f64),
                _ => None,
            },
            _ => None,
        }
    }

    /// The same values in another shape of as many.
    pub fn reshaped(&self, dims: &[usize]) -> Self {
        debug_assert_eq!(self.len(), dims.iter().product::<usize>());
        Tensor { dims: dims.to_vec(), ..self.clone() }
    }

    /// Value `f(index)` of this for each index of `dims`.
    pub fn gathered(&self, dims: &[usize], f: impl Fn(&[usize]) -> usize) -> Self {
        let mut places = Vec::new();
        if let Data::Absent = self.data {
            // As many as the file claims, none of which is there.
            return self.taken(dims, &places);
        }
        for_each_index(dims, |index| places.push(f(index)));
        self.taken(dims, &places)
    }

    /// The values at these places.
    fn taken(&self, dims: &[usize], places: &[usize]) -> Self {
        let data = match &self.data {
            Data::Floats(values) => {
                Data::Floats(Rc::new(places.iter().map(|&i| values[i]).collect()))
            }
            Data::Ints(values) => {
                Data::Ints(Rc::new(places.iter().map(|&i| values[i].clone()).collect()))
            }
            Data::Quotients(values) => {
                Quotient::data(places.iter().map(|&i| values[i].clone()).collect())
            }
            Data::Absent => Data::Absent,
        };
        Tensor { dims: dims.to_vec(), data, name: self.name.clone() }
    }

    /// Its axes in another order, each of them once.
    pub fn permuted(&self, axes: &[usize]) -> Self {
        let dims: Vec<_> = axes.iter().map(|&axis| self.dims[axis]).collect();
        let own = strides(&self.dims);
        self.gathered(&dims, |index| axes.iter().zip(index).map(|(&axis, i)| own[axis] * i).sum())
    }

    /// Repeated along axes of size 1; `None` where it does not fit, or makes too many values.
    pub fn broadcast(&self, dims: &[usize]) -> Option<Self> {
        let skip = dims.len().checked_sub(self.dims.len())?;
        let own = strides(&self.dims);
        let fits = self.dims.iter().zip(&dims[skip..]).all(|(&a, &b)| a == b || a == 1);
        let len = count(dims)?;
        if !fits || len > MOST_COMPUTED.max(self.len()) {
            return None;
        }
        if dims == self.dims {
            return Some(self.clone());
        }
        Some(self.gathered(dims, |index| {
            let index = index[skip..].iter().zip(&self.dims).zip(&own);
            index.map(|((&i, &n), stride)| if n == 1 { 0 } else { i * stride }).sum()
        }))
    }
}

/// How many values such a tensor has, if a machine can count the rows and columns, too.
pub fn count(dims: &[usize]) -> Option<usize> {
    dims.iter().try_fold(1_usize, |len, &n| len.checked_mul(n.max(1)))?;
    Some(dims.iter().product())
}

/// For each value of a permuted array, its place in the array of sizes `dims`.
pub fn places(dims: &[usize], axes: &[usize]) -> Vec<usize> {
    let strides = strides(dims);
    let permuted: Vec<_> = axes.iter().map(|&axis| dims[axis]).collect();
    let mut places = Vec::new();
    for_each_index(&permuted, |index| {
        places.push(axes.iter().zip(index).map(|(&axis, i)| strides[axis] * i).sum());
    });
    places
}

/// How far apart neighbours along each axis are.
pub fn strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1_usize; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis].saturating_mul(dims[axis]);
    }
    strides
}

/// Every index of an array of these sizes, in order.
fn for_each_index(dims: &[usize], mut f: impl FnMut(&[usize])) {
    let mut index = vec![0; dims.len()];
    for _ in 0..dims.iter().product() {
        f(&index);
        for axis in (0..dims.len()).rev() {
            index[axis] += 1;
            if index[axis] < dims[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
}

/// The sizes that two shapes broadcast to.
pub fn common(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let size = |dims: &[usize], axis: usize| {
        (axis + dims.len()).checked_sub(rank).map_or(1, |axis| dims[axis])
    };
    let merged = (0..rank).map(|axis| match (size(a, axis), size(b, axis)) {
        (a, b) if a == b || b == 1 => Some(a),
        (1, b) => Some(b),
        _ => None,
    });
    merged.collect()
}

/// The shortest decimal that is this f32: 0.1, not 0.10000000149011612.
pub fn decimal(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_ordered_and_repeated() {
        let tensor = Tensor::floats(&[2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let turned = tensor.permuted(&[1, 0]);
        assert_eq!(turned.dims, [3, 2]);
        assert_eq!(turned.as_floats(), Some(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0][..]));
        let row = Tensor::floats(&[2, 1], vec![1.0, 2.0]);
        let wide = row.broadcast(&[1, 2, 2]).unwrap();
        assert_eq!(wide.as_floats(), Some(&[1.0, 1.0, 2.0, 2.0][..]));
        assert_eq!(row.broadcast(&[3, 2]), None);
        assert_eq!(row.broadcast(&[2, usize::MAX]), None);
        assert_eq!(common(&[2, 1, 3], &[4, 1]), Some(vec![2, 4, 3]));
        assert_eq!(common(&[2], &[3]), None);
    }
}
