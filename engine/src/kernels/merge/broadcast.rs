use crate::kernels::pieces::rows_and_channels;

/// Which row of each input a row of the output is made of.
#[derive(Debug)]
pub(super) struct Broadcast {
    /// Number of rows of the output.
    pub rows: usize,
    /// Length of each.
    pub channels: usize,
    /// For each input, whether its rows are one value that stands for all channels.
    pub scalar: Vec<bool>,
    widths: Vec<usize>,
    axes: Vec<Axis>,
}

/// Rows that lie in a line: how many, and for each input how far from one to the next.
#[derive(Clone, Debug)]
struct Axis {
    count: usize,
    steps: Vec<usize>,
}

impl Broadcast {
    pub(super) fn new(inputs: &[&[usize]], output: &[usize]) -> Self {
        let (rows, channels) = rows_and_channels(output);
        let last = output.len() - 1;
        let widths: Vec<_> = inputs.iter().map(|dims| dims[last]).collect();
        let step = |dims: &[usize], axis: usize| match dims[axis] == output[axis] {
            true => dims[axis + 1..last].iter().product(),
            false => 0,
        };
        let mut axes: Vec<Axis> = Vec::new();
        for axis in (0..last).filter(|axis| output[*axis] != 1) {
            let steps: Vec<_> = inputs.iter().map(|dims| step(dims, axis)).collect();
            let count = output[axis];
            match axes.last_mut() {
                // From the last of a line to the first of the next is one more step.
                Some(outer)
                    if outer.steps.iter().zip(&steps).all(|(outer, own)| *outer == own * count) =>
                {
                    *outer = Axis { count: outer.count * count, steps };
                }
                _ => axes.push(Axis { count, steps }),
            }
        }
        let scalar = widths.iter().map(|width| *width != channels).collect();
        Broadcast { rows, channels, scalar, widths, axes }
    }

    /// The row of an input that a row of the output is made of, and how far it is to the next.
    pub(super) fn row(&self, input: usize, mut row: usize) -> (usize, usize) {
        let mut at = 0;
        for axis in self.axes.iter().rev() {
            at += row % axis.count * axis.steps[input];
            row /= axis.count;
        }
        (at, self.axes.last().map_or(0, |axis| axis.steps[input]))
    }

    /// How many rows from that one on are as far from each other in each input.
    pub(super) fn alike_from(&self, row: usize) -> usize {
        self.axes.last().map_or(1, |axis| axis.count - row % axis.count)
    }

    /// Length of an input's rows.
    pub(super) fn width(&self, input: usize) -> usize {
        self.widths[input]
    }

    /// Whether the first input has the output's shape.
    pub(super) fn keeps_first(&self) -> bool {
        !self.scalar[0] && self.axes.iter().all(|axis| axis.steps[0] != 0)
    }
}
