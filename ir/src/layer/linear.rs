use crate::{Op, Padding};

/// A layer that sums products of its input with kernels, and adds a bias: what it takes to fold a
/// factor and a term a channel into it.
#[derive(Clone, PartialEq, Debug)]
pub struct Linear {
    /// The same layer with a bias.
    pub biased: Op,
    /// Where each kernel has its channels; each reads what the one before it makes.
    pub kernels: Vec<Layout>,
    /// Whether every output is a sum over the whole kernel: a term that is added to a channel of
    /// the input adds the same to every output of a channel.
    pub whole: bool,
}

impl Linear {
    /// A layer of one kernel.
    pub(crate) fn new(biased: impl Into<Op>, kernel: Layout, whole: bool) -> Option<Self> {
        Some(Linear { biased: biased.into(), kernels: vec![kernel], whole })
    }
}

/// Where a kernel has the channels of its input and of its output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// `[…, channels / groups, filters]`
    Conv {
        /// Groups of channels that do not see each other.
        groups: usize,
    },
    /// `[height, width, channels, depth_multiplier]`
    Depthwise,
    /// `[height, width, filters, channels]`
    Transposed,
}

impl Layout {
    /// Number of output channels of a kernel of those sizes.
    pub fn outputs(self, sizes: &[usize]) -> usize {
        let [.., a, b] = *sizes else { return 0 };
        match self {
            Layout::Conv { .. } => b,
            Layout::Depthwise => a * b,
            Layout::Transposed => a,
        }
    }

    /// The input and the output channel of the value at an index, row-major.
    pub fn channels(self, sizes: &[usize], index: usize) -> [usize; 2] {
        let [.., a, b] = *sizes else { return [0; 2] };
        let (row, column) = (index / b % a, index % b);
        match self {
            Layout::Conv { groups } => [column / (b / groups) * a + row, column],
            Layout::Depthwise => [row, row * b + column],
            Layout::Transposed => [column, row],
        }
    }
}

/// Whether windows of that kernel never reach over the edge.
pub(crate) fn stays_inside(kernel: [usize; 2], padding: Padding) -> bool {
    match padding {
        Padding::Valid => true,
        // A kernel of one pixel needs none.
        Padding::Same => kernel == [1, 1],
        Padding::Explicit(pads) => pads == [[0; 2]; 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_where_the_kernels_have_them() {
        let check = |layout: Layout, sizes: &[usize], expect: &[[usize; 2]]| {
            let count = sizes.iter().product();
            let found: Vec<_> = (0..count).map(|i| layout.channels(sizes, i)).collect();
            assert_eq!(found, expect, "{layout:?}");
            let outputs = expect.iter().map(|[_, output]| output + 1).max();
            assert_eq!(Some(layout.outputs(sizes)), outputs, "{layout:?}");
        };
        let dense = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]];
        check(Layout::Conv { groups: 1 }, &[2, 3], &dense);
        check(Layout::Conv { groups: 1 }, &[2, 1, 2, 3], &[dense, dense].concat());
        check(Layout::Conv { groups: 2 }, &[1, 1, 1, 4], &[[0, 0], [0, 1], [1, 2], [1, 3]]);
        check(Layout::Depthwise, &[1, 1, 2, 2], &[[0, 0], [0, 1], [1, 2], [1, 3]]);
        check(Layout::Transposed, &[1, 1, 2, 2], &[[0, 0], [1, 0], [0, 1], [1, 1]]);
    }
}
