//! Arrays in f64 and the loops that the layers' oracles are written with: slow, and simple
//! enough to be read as the definition.

use crate::resample::source;
use crate::window::{Window, resolve};
use crate::{Axes, Interpolation, Padding};

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

    /// Replaces `axes` by 1, each value computed from all those along them, in order.
    pub fn reduce(&self, axes: &[usize], f: impl Fn(&[f64]) -> f64) -> Self {
        let along: Vec<_> = axes.iter().map(|&axis| self.dims[axis]).collect();
        let mut dims = self.dims.clone();
        axes.iter().for_each(|&axis| dims[axis] = 1);
        Array::build(&dims, |index| {
            let mut own = index.to_vec();
            let values = Array::build(&along, |position| {
                axes.iter().zip(position).for_each(|(&axis, &i)| own[axis] = i);
                self.at(&own)
            });
            f(values.data())
        })
    }

    /// [`Array::reduce`] as the reducing layers do: without the axes unless `keepdims`.
    pub fn reduce_axes(&self, axes: &Axes, keepdims: bool, f: impl Fn(&[f64]) -> f64) -> Self {
        let rank = self.dims.len();
        let axes: Vec<_> = axes.0.iter().filter_map(|axis| axis.index(rank)).collect();
        let reduced = self.reduce(&axes, f);
        if keepdims {
            return reduced;
        }
        let kept: Vec<_> =
            (0..rank).filter(|axis| !axes.contains(axis)).map(|axis| self.dims[axis]).collect();
        reduced.reshape(&kept)
    }

    /// Values interpolated to `size` pixels: see [`resample`](crate::resample).
    pub fn resize(&self, size: [usize; 2], how: Interpolation, align_corners: bool) -> Self {
        let [batch, h, w, channels] = self.dims4();
        Array::build(&[batch, size[0], size[1], channels], |index| {
            let &[b, y, x, c] = index else { unreachable!("rank 4") };
            let y = source(y, h, size[0], how, align_corners);
            let x = source(x, w, size[1], how, align_corners);
            let row = |y| {
                self.at(&[b, y, x.low, c]) * (1.0 - x.weight)
                    + self.at(&[b, y, x.high, c]) * x.weight
            };
            row(y.low) * (1.0 - y.weight) + row(y.high) * y.weight
        })
    }

    /// [`Array::slide`] as the pools do.
    pub fn pool(
        &self,
        size: [usize; 2],
        stride: Option<[usize; 2]>,
        padding: Padding,
        ceil_mode: bool,
        f: impl Fn(&Taps, usize) -> f64,
    ) -> Self {
        let [_, h, w, channels] = self.dims4();
        let stride = stride.unwrap_or(size);
        let windows = Window::pair(size, stride, [1, 1]);
        let pads = resolve(&windows, [h, w], padding, ceil_mode);
        self.slide(size, stride, [1, 1], Padding::Explicit(pads), channels, f)
    }

    /// A convolution of each channel by itself; `kernel` is `[height, width, channels, m]`, and
    /// channel `c` of the input makes channels `c · m ..` of the output.
    pub fn depthwise(
        &self,
        kernel: &Array,
        stride: [usize; 2],
        dilation: [usize; 2],
        padding: Padding,
    ) -> Self {
        let [kh, kw, channels, m] = kernel.dims4();
        self.slide([kh, kw], stride, dilation, padding, channels * m, |taps, out| {
            let positions = (0..kh).flat_map(|i| (0..kw).map(move |j| (i, j)));
            let products = positions.filter_map(|(i, j)| {
                Some(taps.pixel(i, j)?[out / m] * kernel.at(&[i, j, out / m, out % m]))
            });
            products.sum()
        })
    }

    /// Adds the bias to each channel, if there is one.
    pub fn add_bias(self, bias: Option<&Array>) -> Self {
        match bias {
            Some(bias) => self.map_channels(|x, c| x + bias.at(&[c])),
            None => self,
        }
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

    /// Row and column of the window's first pixel; negative within the padding.
    pub fn origin(&self) -> [isize; 2] {
        self.origin
    }

    /// The pixels under the window that are not padding.
    pub fn pixels(&self) -> impl Iterator<Item = &'a [f64]> {
        let [kh, kw] = self.kernel;
        (0..kh).flat_map(move |i| (0..kw).filter_map(move |j| self.pixel(i, j)))
    }
}

/// The mean of `values`.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The largest of `values`.
pub fn max(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// The biased variance of `values`.
pub fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64
}

/// The error function, by `erf x = 2/√π · e^(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!`, whose terms all have
/// one sign.
pub fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut n) = (x, x, 1.0);
    while term.abs() > sum.abs() * 1e-17 {
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
        n += 1.0;
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}

#[cfg(test)]
mod tests {
    #[test]
    fn erf_is_the_tabulated_one() {
        let table = [
            (0.0, 0.0),
            (0.5, 0.520_499_877_813_046_5),
            (1.0, 0.842_700_792_949_714_9),
            (-2.0, -0.995_322_265_018_952_7),
            (3.5, 0.999_999_256_901_627_7),
            (7.0, 1.0),
        ];
        for (x, expect) in table {
            assert!((super::erf(x) - expect).abs() < 1e-14, "erf {x}");
        }
    }
}
