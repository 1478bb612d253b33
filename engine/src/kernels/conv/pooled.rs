//! Convolutions with a max pooling behind them whose windows tile the outputs: those go no further
//! than the memory of who makes them, a row of windows at a time. The largest are written, and which
//! they were, for the way back.

use super::Conv;
use crate::kernels::gemm::Table;
use crate::kernels::pool::which::{Tiled, keep};
use crate::kernels::{Io, Kernel, Place, Scratch};
use crate::team::Member;

/// A convolution whose weights are given, and the largest of its outputs. The last input is written:
/// which they were.
#[derive(Debug)]
pub struct PooledConv {
    conv: Conv,
    /// Height and width of the pooling's windows.
    size: [usize; 2],
}

impl PooledConv {
    /// Pools what a convolution makes.
    ///
    /// # Panics
    /// If the windows do not tile that, or the convolution has groups or something is made of its
    /// outputs but a cut.
    pub fn new(conv: Conv, size: [usize; 2]) -> Self {
        let count = conv.windows.count;
        assert!((0..2).all(|a| count[a].is_multiple_of(size[a])), "{size:?} tile {count:?}");
        let finish = &conv.finish;
        assert!(conv.groups == 1 && !finish.residual && finish.function.is_none());
        PooledConv { conv, size }
    }

    /// Outputs under a row of windows.
    fn band(&self) -> usize {
        self.size[0] * self.conv.windows.count[1]
    }
}

impl Kernel for PooledConv {
    fn name(&self) -> String {
        let [h, w] = self.size;
        format!("{}, max pool {h}×{w}", self.conv.name())
    }

    fn scratch(&self) -> Scratch {
        let Scratch { shared, own } = self.conv.scratch();
        let start = own.next_multiple_of(16);
        Scratch { shared, own: start + self.band() * self.conv.layout.columns }
    }

    fn bytes(&self) -> usize {
        self.conv.bytes()
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let Conv { isa, image, windows, ref layout, .. } = self.conv;
        let (filters, band, [height, width]) = (layout.columns, self.band(), self.size);
        let behind = self.conv.scratch().own.next_multiple_of(16);
        // SAFETY: the caller's; behind the convolution's own scratch memory there is that for a row of
        // windows, whose values this member writes.
        unsafe {
            self.conv.prepare(io, member, true);
            let product = self.conv.product(0, self.conv.weights(0, io));
            let rows = self.conv.rows(io, 0);
            let own = io.scratch.add(self.scratch().own(member) + behind);
            let (which, count) = (io.inputs[io.inputs.len() - 1], windows.count[1] / width);
            Table::with(|table| {
                for row in member.take(image.batch * windows.count[0] / height, 1).flatten() {
                    table.resize(product.segments, band, false);
                    for line in 0..height {
                        let first = (row * height + line) * windows.count[1];
                        rows.fill_line(first, line * windows.count[1], table);
                    }
                    for (i, to) in table.to.iter_mut().enumerate() {
                        *to = own.add(i * filters);
                    }
                    product.multiply(table, 0..layout.panels().len());
                    let of = |place: Place| Place { first: place.row(row * count), ..place };
                    let tiled = Tiled {
                        pixels: own,
                        stride: filters,
                        size: self.size,
                        count,
                        channels: filters,
                        values: of(io.output),
                        which: of(which),
                    };
                    keep(isa, &tiled);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::layers::{Conv2d, MaxPool2d};
    use formwork_ir::oracle::Array;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Case, cases, check};
    use crate::kernels::{Finish, Given, Image, Windows};

    proptest! {
        #![proptest_config(cases(200))]
        #[test]
        fn the_largest_outputs_are_the_layers(
            batch in 1..4usize, windows in [1..4usize, 1..4], size in [1..4usize, 1..4],
            kernel in [1..4usize, 1..4], stride in 1..3usize, inner in 1..20usize,
            filters in 1..50usize, bias: bool, cut: bool, seed: u64,
        ) {
            let of = [0, 1].map(|a| windows[a] * size[a] * stride);
            let layer = Conv2d::new(filters, kernel)
                .stride([stride; 2])
                .padding(Padding::Same)
                .bias(bias);
            let dims = [batch, of[0], of[1], inner];
            let Some(case) = Case::new(layer, &[&dims], seed) else { return Ok(()) };
            let low = if cut { 0.0 } else { f32::NEG_INFINITY };
            let finish = Finish { low, ..Finish::NONE };
            let case = case.finished(finish).then(MaxPool2d::new(size));
            let Some(mut case) = case else { return Ok(()) };
            let which = Array::build(&case.output, |_| 0.0);
            let params = std::mem::take(&mut case.params);
            case.inputs.extend(params.into_iter().chain([which]));
            let windows = Windows::new(of, kernel, [stride; 2], [1, 1], Padding::Same);
            let given = Given::Straight { bias };
            check(case, |isa, _| {
                let image = Image::new(dims);
                let conv = Conv::given(isa, image, windows, [1, filters], given, finish);
                Box::new(PooledConv::new(conv, size))
            });
        }
    }
}
