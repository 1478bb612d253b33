//! Merges of tensors value by value, where sizes of 1 broadcast.

mod broadcast;
mod rows;
#[cfg(test)]
mod tests;

use formwork_ir::layers::{Add, Average, Maximum, Minimum, Multiply, Prelu, Subtract};

use broadcast::Broadcast;
use rows::{Operand, Pair, merge_rows};

use super::function::{Function, Rows, apply_rows};
use super::pieces::{joined, pieces};
use super::{Io, Kernel, Lower, Place, Site};
use crate::Buffer;
use crate::simd::Isa;
use crate::team::Member;

/// What becomes of two values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a · b`
    Multiply,
    /// The larger.
    Maximum,
    /// The smaller.
    Minimum,
    /// `a` from 0 up, `b · a` below.
    Prelu,
    /// The slope of that by `a`: 1 above 0, `b` elsewhere.
    PreluSlope,
    /// 1 where `a` is at least `b`, 0 elsewhere.
    AtLeast,
    /// 1 where `a` is less than `b`, 0 elsewhere.
    Less,
}

/// A merge of several tensors.
#[derive(Debug)]
pub struct Merge {
    isa: Isa,
    operator: Operator,
    /// Applied to what is merged.
    factor: Option<f32>,
    sizes: Broadcast,
    /// The last operand where that is the kernel's own.
    own: Option<Buffer>,
}

/// How many values of a row or of several are merged at once where there are more than two inputs:
/// what the second merge reads is still in the cache.
const BLOCK: usize = 4096;

impl Merge {
    /// A merge of inputs of those sizes, the first with the second, that with the third.
    pub fn new(isa: Isa, operator: Operator, inputs: &[&[usize]], output: &[usize]) -> Self {
        let sizes = Broadcast::new(inputs, output);
        Merge { isa, operator, factor: None, sizes, own: None }
    }

    /// A tensor that is repeated along the axes that are 1 in `input`, times a factor.
    pub fn spread(isa: Isa, input: &[usize], output: &[usize], factor: f32) -> Self {
        let one = vec![1; output.len()];
        let merge = Merge::new(isa, Operator::Multiply, &[input, &one], output);
        Merge { own: Some(Buffer::from(&[factor][..])), ..merge }
    }

    /// Merges `rows` rows from that one on, which broadcast alike, and a range of their channels.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn merge(&self, io: &Io, [first, rows]: [usize; 2], [channel, count]: [usize; 2]) {
        let Broadcast { scalar, .. } = &self.sizes;
        let operand = |i: usize| {
            let place = match &self.own {
                Some(values) if i == io.inputs.len() => {
                    Place { first: values.as_ptr().cast_mut(), stride: self.sizes.width(i) }
                }
                _ => io.inputs[i],
            };
            let (row, step) = self.sizes.row(i, first);
            let channel = if scalar[i] { 0 } else { channel };
            // SAFETY: a row and a channel of the input.
            let first = unsafe { place.at(row, channel) }.first;
            Operand { first, step: step * place.stride, scalar: scalar[i] }
        };
        // SAFETY: rows of the output, which lie where the first input's do, or apart.
        unsafe {
            let to = io.output.at(first, channel);
            let mut left = operand(0);
            for i in 1..scalar.len() {
                let right = operand(i);
                let strides = [left, right].map(|operand| operand.joint_step(count));
                let (rows, count) = joined(rows, count, [strides[0], strides[1], to.stride]);
                merge_rows(self.isa, self.operator, Pair { left, right, to, rows, count });
                left = Operand { first: to.first, step: to.stride, scalar: false };
            }
            if let Some(scale) = self.factor {
                let (rows, count) = joined(rows, count, [to.stride]);
                let rows = Rows { from: to, to, rows, count };
                apply_rows(self.isa, Function::Affine { scale, offset: 0.0 }, rows);
            }
        }
    }
}

impl Kernel for Merge {
    fn name(&self) -> String {
        let operator = format!("{:?}", self.operator).to_lowercase();
        format!("{operator}, {} tensors", self.sizes.scalar.len())
    }

    fn bytes(&self) -> usize {
        self.own.as_ref().map_or(0, |values| size_of_val(&values[..]))
    }

    fn in_place(&self) -> bool {
        self.sizes.keeps_first()
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let Broadcast { rows, channels, .. } = self.sizes;
        let several = self.sizes.scalar.len() > 2 || self.factor.is_some();
        pieces(member, rows, channels, |rows, channels| {
            let most = if several { (BLOCK / channels.len()).max(1) } else { usize::MAX };
            let mut row = rows.start;
            while row < rows.end {
                let count = self.sizes.alike_from(row).min(rows.end - row).min(most);
                // SAFETY: the caller's; each row's channels are one member's.
                unsafe { self.merge(io, [row, count], [channels.start, channels.len()]) };
                row += count;
            }
        });
    }
}

macro_rules! lower {
    ($($Type:ident),* $(,)?) => {$(
        impl Lower for $Type {
            fn lower(&self, site: &Site) -> Box<dyn Kernel> {
                Box::new(Merge::new(site.isa, Operator::$Type, &site.inputs, site.output))
            }
        }
    )*};
}

lower! { Add, Subtract, Multiply, Maximum, Minimum }

impl Lower for Average {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let sum = Merge::new(site.isa, Operator::Add, &site.inputs, site.output);
        Box::new(Merge { factor: Some(1.0 / site.inputs.len() as f32), ..sum })
    }
}

impl Lower for Prelu {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let input = site.inputs[0];
        let shared: Vec<_> = self.shared_axes.iter().flat_map(|axes| &axes.0).collect();
        let shared: Vec<_> = shared.iter().filter_map(|axis| axis.index(input.len())).collect();
        let size = |axis| if axis == 0 || shared.contains(&axis) { 1 } else { input[axis] };
        let slopes: Vec<_> = (0..input.len()).map(size).collect();
        let merge = Merge::new(site.isa, Operator::Prelu, &[input, &slopes], site.output);
        Box::new(Merge { own: Some(Buffer::from(site.params[0])), ..merge })
    }
}
