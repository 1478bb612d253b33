use std::sync::Arc;

use formwork_ir::window::Window;

/// Which rows of a sample each output row reads: the shape of a window layer as data.
///
/// A sample is `sources` rows; each output row reads `taps` of them. The table is that of one
/// sample, and is applied to each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    sources: usize,
    taps: usize,
    index: Arc<[usize]>,
}

impl Table {
    /// Stands where there is no row: padding.
    pub const PAD: usize = usize::MAX;

    /// A table from the rows read, those of the first output row first.
    ///
    /// # Panics
    /// If the index is not `taps` a row, or a row lies outside the sample.
    pub fn new(sources: usize, taps: usize, index: Vec<usize>) -> Self {
        assert!(taps > 0 && index.len().is_multiple_of(taps));
        assert!(index.iter().all(|&i| i == Self::PAD || i < sources));
        Table { sources, taps, index: index.into() }
    }

    /// A table of one row read by each output row.
    pub fn pick(sources: usize, index: Vec<usize>) -> Self {
        Table::new(sources, 1, index)
    }

    /// The one output row that reads all `n` rows.
    pub fn all(n: usize) -> Self {
        Table::new(n, n, (0..n).collect())
    }

    /// Windows that slide over an image of `size` with `[before, after]` padding of height and
    /// width; also the number of windows down and across.
    pub fn windows(
        size: [usize; 2],
        windows: [Window; 2],
        pads: [[usize; 2]; 2],
    ) -> (Self, [usize; 2]) {
        let outputs = [0, 1].map(|a| windows[a].outputs(size[a], pads[a]).unwrap_or(0));
        let taps = windows[0].kernel * windows[1].kernel;
        let mut index = Vec::with_capacity(outputs[0] * outputs[1] * taps);
        let at = |axis: usize, output: usize, tap: usize| {
            let Window { stride, dilation, .. } = windows[axis];
            (output * stride + tap * dilation)
                .checked_sub(pads[axis][0])
                .filter(|&i| i < size[axis])
        };
        for y in 0..outputs[0] {
            for x in 0..outputs[1] {
                for i in 0..windows[0].kernel {
                    let row = at(0, y, i);
                    for j in 0..windows[1].kernel {
                        let pixel = row.zip(at(1, x, j)).map(|(y, x)| y * size[1] + x);
                        index.push(pixel.unwrap_or(Self::PAD));
                    }
                }
            }
        }
        (Table::new(size[0] * size[1], taps, index), outputs)
    }

    /// Repeats a sample along axes where its size is 1; also the length of the rows.
    ///
    /// # Panics
    /// If the ranks differ.
    pub fn broadcast(from: &[usize], to: &[usize]) -> (usize, Self) {
        assert_eq!(from.len(), to.len());
        let own = strides(from);
        let strides: Vec<_> =
            (0..from.len()).map(|a| if from[a] == to[a] { own[a] } else { 0 }).collect();
        Table::strided(from.iter().product(), 0, to, &strides)
    }

    /// The values at all indices below `dims`, where the value at `index` is the one at
    /// `offset + Σ index · stride` of the `len` values of a sample; also the length of the rows,
    /// which are as long as that order lets them be.
    pub fn strided(len: usize, offset: usize, dims: &[usize], strides: &[usize]) -> (usize, Self) {
        let mut run = 1;
        let mut outer = dims.len();
        while outer > 0 && (strides[outer - 1] == run || dims[outer - 1] == 1) {
            outer -= 1;
            run *= dims[outer];
        }
        let steps = strides[..outer].iter().copied().chain([len, offset]);
        let n = steps.fold(run, gcd);
        let dims: Vec<_> = dims[..outer].iter().copied().chain([run / n]).collect();
        let strides: Vec<_> = strides[..outer].iter().map(|s| s / n).chain([1]).collect();
        let index = offsets(&dims, &strides).into_iter().map(|at| offset / n + at);
        (n, Table::pick(len / n, index.collect()))
    }

    /// All values of a sample along `axes`, for each index of the others; also the length of the
    /// rows: the axes after the last of `axes`.
    pub fn reduce(dims: &[usize], axes: &[usize]) -> (usize, Self) {
        let outer = axes.iter().max().map_or(0, |last| last + 1);
        let n = dims[outer..].iter().product();
        let own = strides(dims);
        let of = |kept: bool| {
            let chosen: Vec<_> = (0..outer).filter(|axis| axes.contains(axis) != kept).collect();
            let dims: Vec<_> = chosen.iter().map(|&axis| dims[axis]).collect();
            let strides: Vec<_> = chosen.iter().map(|&axis| own[axis] / n).collect();
            offsets(&dims, &strides)
        };
        let (rows, taps) = (of(true), of(false));
        let index = rows.iter().flat_map(|row| taps.iter().map(move |tap| row + tap)).collect();
        (n, Table::new(dims[..outer].iter().product(), taps.len(), index))
    }

    /// Rows of a sample.
    pub fn sources(&self) -> usize {
        self.sources
    }

    /// Rows that each output row reads.
    pub fn taps(&self) -> usize {
        self.taps
    }

    /// Output rows of a sample.
    pub fn rows(&self) -> usize {
        self.index.len() / self.taps
    }

    /// The rows read, [`Table::taps`] for each output row.
    pub fn index(&self) -> &[usize] {
        &self.index
    }

    /// Whether some tap is padding.
    pub fn is_padded(&self) -> bool {
        self.index.contains(&Self::PAD)
    }

    /// Whether it only gives back what there is.
    pub fn is_identity(&self) -> bool {
        self.index.len() == self.sources && self.index.iter().copied().eq(0..self.sources)
    }
}

/// Row-major strides of `dims`.
pub(crate) fn strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis] * dims[axis];
    }
    strides
}

/// `Σ index · stride` for all indices below `dims`, in row-major order.
fn offsets(dims: &[usize], strides: &[usize]) -> Vec<usize> {
    dims.iter().zip(strides).fold(vec![0], |offsets, (&size, stride)| {
        offsets.iter().flat_map(|at| (0..size).map(move |i| at + i * stride)).collect()
    })
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
