//! Arrays in f64 and the loops that the layers' oracles are written with: slow, and simple
//! enough to be read as the definition.

use crate::Padding;
use crate::window::Window;

/// A dense row-major array of f64.
#[derive(Clone, PartialEq, Debug)]
pub struct Array {
    dims: Vec<usize>,
    data: Vec<f64>,
}

/// The input pixels under one window; padding has none.
pub struct Taps<'a> {
    x: &'a Array,
    batch: usize,
    origin: [isize; 2],
    kernel: [usize; 2],
    dilation: [usize; 2],
}

impl Array {
    /// An array of the values `data`, row-major.
    ///
    /// # Panics
    /// If the number of values is not the product of `dims`.
    pub fn new(dims: &[usize], data: Vec<f64>) -> Self {
        assert_eq!(dims.iter().product::<usize>(), data.len(), "{dims:?}");
        Array { dims: dims.to_vec(), data }
    }

    /// An array whose values `f` computes from their index.
    pub fn build(dims: &[usize], mut f: impl FnMut(&[usize]) -> f64) -> Self {
        let mut index = vec![0; dims.len()];
        let len: usize = dims.iter().product();
        let data = (0..len).map(|flat| {
            let mut rest = flat;
            for (i, n) in index.iter_mut().zip(dims).rev() {
                *i = rest % n;
                rest /= n;
            }
            f(&index)
        });
        Array { dims: dims.to_vec(), data: data.collect() }
    }

    /// Its sizes.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// Its sizes as a rank-4 array.
    pub fn dims4(&self) -> [usize; 4] {
        self.dims.as_slice().try_into().expect("rank 4")
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The values, row-major.
    pub fn data(&self) -> &[f64] {
        &self.data
    }

    /// The values, row-major.
    pub fn data_mut(&mut self) -> &mut [f64] {
        &mut self.data
    }

    /// The value at `index`.
    pub fn at(&self, index: &[usize]) -> f64 {
        let flat = index.iter().zip(&self.dims).fold(0, |flat, (i, n)| {
            assert!(i < n, "{index:?} in {:?}", self.dims);
            flat * n + i
        });
        self.data[flat]
    }

    /// The same values in another shape.
    pub fn reshape(&self, dims: &[usize]) -> Self {
        Array::new(dims, self.data.clone())
    }

    /// `f` of each value.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Array { dims: self.dims.clone(), data: self.data.iter().map(|&x| f(x)).collect() }
    }

    /// `f` of each value and its channel, the last index.
    pub fn map_channels(&self, f: impl Fn(f64, usize) -> f64) -> Self {
        let channels = *self.dims.last().expect("a channel axis");
        let data = self.data.iter().enumerate().map(|(i, &x)| f(x, i % channels));
        Array { dims: self.dims.clone(), data: data.collect() }
    }

    /// Replaces the last axis by `n` values, each computed from the whole row.
    pub fn map_rows(&self, n: usize, f: impl Fn(&[f64], usize) -> f64) -> Self {
        let channels = *self.dims.last().expect("a channel axis");
        let rows = self.data.chunks_exact(channels);
        let data = rows.flat_map(|row| (0..n).map(|i| f(row, i)).collect::<Vec<_>>()).collect();
        let mut dims = self.dims.clone();
        *dims.last_mut().expect("a channel axis") = n;
        Array { dims, data }
    }

    /// `f` folded over inputs that broadcast against each other.
    pub fn broadcast(inputs: &[Array], f: impl Fn(f64, f64) -> f64) -> Self {
        let rank = inputs[0].dims.len();
        let largest = |axis| inputs.iter().map(|x: &Array| x.dims[axis]).max().expect("inputs");
        let dims: Vec<_> = (0..rank).map(largest).collect();
        let value = |x: &Array, index: &[usize]| {
            let own: Vec<_> = index.iter().zip(&x.dims).map(|(&i, &n)| i.min(n - 1)).collect();
            x.at(&own)
        };
        Array::build(&dims, |index| {
            let values = inputs.iter().map(|x| value(x, index));
            values.reduce(&f).expect("inputs")
        })
    }

    /// A window over the pixels of a (batch, height, width, channels) array: `f` computes each
    /// of `channels` output values from the pixels under the window.
    pub fn slide(
        &self,
        kernel: [usize; 2],
        stride: [usize; 2],
        dilation: [usize; 2],
        padding: Padding,
        channels: usize,
        f: impl Fn(&Taps, usize) -> f64,
    ) -> Self {
        let [batch, h, w, _] = self.dims4();
        let windows = Window::pair(kernel, stride, dilation);
        let size = [h, w];
        let pads = [0, 1].map(|a| windows[a].padding(size[a], padding, a));
        let outputs = |a: usize, n| windows[a].outputs(n, pads[a]).expect("the kernel fits");
        Array::build(&[batch, outputs(0, h), outputs(1, w), channels], |index| {
            let origin = [0, 1].map(|a| (index[a + 1] * stride[a]) as isize - pads[a][0] as isize);
            f(&Taps { x: self, batch: index[0], origin, kernel, dilation }, index[3])
        })
    }
}

impl<'a> Taps<'a> {
    /// The channels of the pixel under kernel position `(i, j)`, unless that is padding.
    pub fn pixel(&self, i: usize, j: usize) -> Option<&'a [f64]> {
        let [_, h, w, channels] = self.x.dims4();
        let y = usize::try_from(self.origin[0] + (i * self.dilation[0]) as isize).ok()?;
        let x = usize::try_from(self.origin[1] + (j * self.dilation[1]) as isize).ok()?;
        if y >= h || x >= w {
            return None;
        }
        let start = ((self.batch * h + y) * w + x) * channels;
        Some(&self.x.data[start..start + channels])
    }

    /// The pixels under the window that are not padding.
    pub fn pixels(&self) -> impl Iterator<Item = &'a [f64]> {
        let [kh, kw] = self.kernel;
        (0..kh).flat_map(move |i| (0..kw).filter_map(move |j| self.pixel(i, j)))
    }
}
