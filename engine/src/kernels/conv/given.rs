//! Convolutions with weights that they are given: packed by all members together, or, where rows are
//! few, a few panels at a time by the member that multiplies with them, so that they need not leave
//! its cache.

use std::ops::Range;

use super::{Conv, Weights};
use crate::kernels::gemm::Table;
use crate::kernels::given::{self, Given, KernelView};
use crate::kernels::pieces::strips;
use crate::kernels::{Io, Kernel, Scratch};
use crate::team::Member;

/// How many bytes of rows are gone through once for each panel at most.
const ROWS_BYTES: usize = 320 << 10;
/// How many bytes of panels are packed at once: such that what is read of each row of the kernel is
/// some lines long.
const PANELS_BYTES: usize = 256 << 10;

impl Conv {
    /// Where the matrices lie that all members pack, then their biases; and a member's own panels.
    pub(super) fn given_scratch(&self) -> Scratch {
        let own = self.held() * self.layout.widest() * (self.layout.depth + 1);
        Scratch { shared: self.groups * (self.layout.values() + self.layout.width()), own }
    }

    /// How many panels a member packs at once.
    fn held(&self) -> usize {
        let bytes = 4 * self.layout.widest() * self.layout.depth;
        (PANELS_BYTES / bytes.max(1)).min(self.layout.panels().len()).max(1)
    }

    /// Whether each member packs panels for itself, and goes through all rows with them.
    pub(super) fn packs_apart(&self, size: usize) -> bool {
        let product = self.product(0, [&[], &[]]);
        let few = product.rows <= self.layout.columns
            && 4 * product.rows * self.layout.depth <= ROWS_BYTES;
        few && product.divides(size)
    }

    /// Packs what it is given, a member's share.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    pub(super) unsafe fn pack(&self, given: Given, io: &Io, member: &Member) {
        let Conv { groups, layout, .. } = self;
        // SAFETY: the caller's; `shared` scratch memory holds the matrices, then their biases.
        unsafe {
            let to = io.scratch.add(self.copied());
            self.kernel(given, io).pack(self.isa, layout, to, member);
            let to = to.add(groups * layout.values());
            given::biases(given, io, [*groups, layout.columns, layout.width()], to, member);
        }
    }

    fn kernel(&self, given: Given, io: &Io) -> KernelView {
        let sizes = [self.groups, self.image.channels / self.groups, self.layout.columns];
        KernelView::new(given, io.inputs[1], self.windows.taps(), sizes)
    }

    /// The matrix of a group, and its bias.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; what is given is packed, and members have met.
    pub(super) unsafe fn weights(&self, group: usize, io: &Io) -> [&[f32]; 2] {
        let Conv { groups, layout, .. } = self;
        match &self.weights {
            Weights::Own(own) => [own[group].0.values(), &own[group].1],
            // SAFETY: they were written there.
            Weights::Given(_) => unsafe {
                let first = io.scratch.add(self.copied());
                let bias = first.add(groups * layout.values() + group * layout.width());
                let values = first.add(group * layout.values());
                [
                    std::slice::from_raw_parts(values, layout.values()),
                    std::slice::from_raw_parts(bias, layout.width()),
                ]
            },
        }
    }

    /// Does what a member takes of a group's product: packs panels, and multiplies with them.
    ///
    /// # Safety
    /// As for [`Product::run`](crate::kernels::gemm::Product::run) and for [`Kernel::run`].
    pub(super) unsafe fn multiply_apart(
        &self,
        (given, group): (Given, usize),
        io: &Io,
        member: &Member,
        table: &mut Table,
        fill: impl Fn(usize, usize, &mut Table),
        done: impl Fn(&Table, Range<usize>),
    ) {
        let Conv { isa, layout, .. } = self;
        let all = self.product(0, [&[], &[]]);
        table.resize(all.segments, all.rows, all.residual);
        for row in 0..all.rows {
            fill(row, row, table);
        }
        let (kernel, held) = (self.kernel(given, io), self.held());
        let taken = member.take(layout.panels().len(), 1);
        for panels in taken.flat_map(|taken| strips(taken, held)) {
            let columns = layout.span(&panels);
            let (room, of) = (layout.room(&panels), group * layout.columns + columns.start);
            // SAFETY: the caller's; this member's own scratch memory holds panels, then their bias.
            unsafe {
                let to = io.scratch.add(self.scratch().own(member));
                let values = std::slice::from_raw_parts_mut(to, room * layout.depth);
                let bias = std::slice::from_raw_parts_mut(
                    to.add(held * layout.widest() * layout.depth),
                    room,
                );
                let depth = 0..layout.depth;
                kernel.pack_panels(*isa, layout, group, panels.clone(), depth, values.as_mut_ptr());
                given::bias(given, io, of..of + columns.len(), bias);
                self.product(panels.start, [values, bias]).multiply(table, panels);
                done(table, columns);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::layers::{Conv2d, Dense};
    use formwork_ir::oracle::Array;
    use proptest::prelude::*;

    use crate::kernels::check::{Case, cases, check};
    use crate::kernels::conv::Conv;
    use crate::kernels::{Finish, Given, Image, Windows};

    /// The kernel that says the same when it is read from outputs to inputs.
    fn turned(kernel: &Array, groups: usize) -> Array {
        let &[height, width, inner, filters] = kernel.dims() else { panic!("a kernel's rank") };
        let outer = filters / groups;
        Array::build(&[height, width, outer, groups * inner], |at| {
            let &[y, x, o, channel] = at else { unreachable!("the same rank") };
            let (group, i) = (channel / inner, channel % inner);
            kernel.at(&[height - 1 - y, width - 1 - x, i, group * outer + o])
        })
    }

    /// The same with what the layer has as parameters as further inputs.
    fn given(mut case: Case, turn: Option<usize>) -> Case {
        let mut params = std::mem::take(&mut case.params);
        if let Some(groups) = turn {
            params[0] = turned(&params[0], groups);
        }
        case.inputs.extend(params);
        case
    }

    proptest! {
        #![proptest_config(cases(300))]
        #[test]
        fn given_kernels_are_read_either_way(
            batch in 1..3usize, [height, width] in [1..8usize, 1..8], kernel in [1..4usize, 1..4],
            (groups, inner, outer) in (1..3usize, 1..30usize, 1..120usize), pads in [0..2usize, 0..2],
            bias: bool, turn: bool, residual: bool, seed: u64,
        ) {
            let layer = Conv2d::new(groups * outer, kernel)
                .padding(Padding::Explicit(pads.map(|pad| [pad, pad])))
                .groups(groups)
                .bias(bias && !turn);
            let sizes = [batch, height, width, groups * inner];
            let Some(case) = Case::new(layer, &[&sizes], seed) else { return Ok(()) };
            let finish = Finish { residual, ..Finish::NONE };
            let case = given(case, turn.then_some(groups)).finished(finish);
            let padding = Padding::Explicit(pads.map(|pad| [pad, pad]));
            let windows = Windows::new([height, width], kernel, [1, 1], [1, 1], padding);
            let given = if turn { Given::Turned } else { Given::Straight { bias } };
            let filters = [groups, groups * outer];
            check(case, |isa, _| {
                Box::new(Conv::given(isa, Image::new(sizes), windows, filters, given, finish))
            });
        }
    }

    proptest! {
        #![proptest_config(cases(60))]
        #[test]
        fn deep_panels_are_packed_a_few_at_a_time(
            rows in 1..30usize, channels in 500..2500usize, units in 30..150usize, seed: u64,
        ) {
            let Some(case) = Case::new(Dense::new(units), &[&[rows, channels]], seed) else {
                return Ok(());
            };
            let image = Image::new([1, 1, rows, channels]);
            let (windows, straight) = (Windows::pointwise(&image), Given::Straight { bias: true });
            check(given(case, None), |isa, _| {
                Box::new(Conv::given(isa, image, windows, [1, units], straight, Finish::NONE))
            });
        }
    }
}
