use crate::kernels::{Io, Kernel};
use crate::team::Member;

/// Reorders axes such that another is the last.
#[derive(Debug)]
pub struct Transpose {
    /// What was the last axis: its size, and how many rows of the output are from one to the next.
    last: Axis,
    /// What becomes the last: its size, and how many rows of the input are from one to the next.
    new: Axis,
    /// The others: size, rows of the input and of the output from one to the next.
    others: Vec<(usize, [usize; 2])>,
}

#[derive(Clone, Copy, Debug)]
struct Axis {
    count: usize,
    rows: usize,
}

/// How many rows are written at a time, so that what is read with one is there for the next.
const TILE: usize = 16;

impl Transpose {
    /// For a tensor of those sizes, its axes in their new order.
    pub fn new(dims: &[usize], order: &[usize]) -> Self {
        let last = dims.len() - 1;
        let output: Vec<_> = order.iter().map(|axis| dims[*axis]).collect();
        let from = |axis: usize| dims[axis + 1..last].iter().product::<usize>();
        let to = |axis: usize| output[axis + 1..last].iter().product::<usize>();
        let moved = order.iter().position(|axis| *axis == last).expect("each axis is named");
        let others = (0..last).filter(|axis| *axis != moved);
        Transpose {
            last: Axis { count: dims[last], rows: to(moved) },
            new: Axis { count: output[last], rows: from(order[last]) },
            others: others.map(|axis| (output[axis], [from(order[axis]), to(axis)])).collect(),
        }
    }
}

impl Kernel for Transpose {
    fn name(&self) -> String {
        "transpose".to_owned()
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (input, output) = (io.inputs[0], io.output);
        let tiles = self.last.count.div_ceil(TILE);
        let others: usize = self.others.iter().map(|(count, _)| count).product();
        for tile in member.take(others * tiles, 1).flatten() {
            let (mut rest, first) = (tile / tiles, tile % tiles * TILE);
            let (mut from, mut to) = (0, first * self.last.rows);
            for (count, [from_step, to_step]) in self.others.iter().rev() {
                from += rest % count * from_step;
                to += rest % count * to_step;
                rest /= count;
            }
            let rows = TILE.min(self.last.count - first);
            // SAFETY: a tile of the tensors, which are apart; each is one member's.
            unsafe {
                let from = input.row(from).add(first).cast_const();
                let to = output.row(to);
                let step = self.new.rows * input.stride;
                let row_step = self.last.rows * output.stride;
                for block in (0..self.new.count).step_by(TILE) {
                    for row in 0..rows {
                        let to = to.add(row * row_step);
                        for i in block..self.new.count.min(block + TILE) {
                            *to.add(i) = *from.add(i * step + row);
                        }
                    }
                }
            }
        }
    }
}
