use super::rows::{Runs, copy_runs};
use crate::Buffer;
use crate::kernels::pieces::{pieces, rows_and_channels};
use crate::kernels::{Io, Kernel, Place};
use crate::simd::Isa;
use crate::team::Member;

/// A place in a tensor, or how far it is from one to another.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Spot {
    /// Which row.
    pub row: usize,
    /// Which value of it.
    pub channel: usize,
}

impl Spot {
    /// A row's first value.
    pub fn row(row: usize) -> Self {
        Spot { row, channel: 0 }
    }

    /// A value of the first row.
    pub fn channel(channel: usize) -> Self {
        Spot { row: 0, channel }
    }

    /// How far it is in memory.
    fn values(self, stride: usize) -> usize {
        self.row * stride + self.channel
    }

    fn times(self, n: usize) -> Self {
        Spot { row: self.row * n, channel: self.channel * n }
    }
}

/// The same again, further on.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    /// How often.
    pub count: usize,
    /// How far on it is read.
    pub from: Spot,
    /// How far on it is written.
    pub to: Spot,
}

/// Runs of values to copy: one run, and how it repeats, the outermost first.
#[derive(Clone, Debug)]
pub struct Move {
    /// Which input is read; none where zeros are written.
    input: Option<usize>,
    from: Spot,
    to: Spot,
    length: usize,
    repeats: Vec<Repeat>,
}

impl Move {
    /// Copies of runs of an input.
    pub fn new(
        input: Option<usize>,
        [from, to]: [Spot; 2],
        length: usize,
        all: impl IntoIterator<Item = Repeat>,
    ) -> Self {
        let mut repeats: Vec<Repeat> = Vec::new();
        for own in all.into_iter().filter(|repeat| repeat.count != 1) {
            match repeats.last_mut() {
                // What comes after the last is where the outer one goes on.
                Some(outer)
                    if outer.from == own.from.times(own.count)
                        && outer.to == own.to.times(own.count) =>
                {
                    *outer = Repeat { count: outer.count * own.count, ..own };
                }
                _ => repeats.push(own),
            }
        }
        Move { input, from, to, length, repeats }
    }

    /// Moves a box: `sizes` of it, from an index of an input of sizes `from` to an index of the
    /// output; zeros where there is no input.
    pub fn of_box(
        input: Option<usize>,
        [from, from_index]: [&[usize]; 2],
        [to, to_index]: [&[usize]; 2],
        sizes: &[usize],
    ) -> Self {
        let last = sizes.len() - 1;
        let step = |dims: &[usize], axis: usize| dims[axis + 1..last].iter().product::<usize>();
        let spot = |dims: &[usize], index: &[usize]| Spot {
            row: (0..last).map(|axis| index[axis] * step(dims, axis)).sum(),
            channel: index[last],
        };
        let repeats = (0..last).map(|axis| Repeat {
            count: sizes[axis],
            from: Spot::row(if input.is_some() { step(from, axis) } else { 0 }),
            to: Spot::row(step(to, axis)),
        });
        let ends = [spot(from, from_index), spot(to, to_index)];
        Move::new(input, ends, sizes[last], repeats)
    }
}

/// Copies from inputs to places of the output.
#[derive(Debug)]
pub struct Moves {
    isa: Isa,
    copies: Vec<Move>,
    zeros: Buffer,
    /// Whether the output is the input, so that nothing is done where it lies there.
    whole: bool,
}

impl Moves {
    /// Those copies, one after the other.
    pub fn new(isa: Isa, copies: Vec<Move>) -> Self {
        let blank = copies.iter().filter(|copy| copy.input.is_none());
        let zeros = Buffer::zeros(blank.map(|copy| copy.length).max().unwrap_or(0));
        Moves { isa, copies, zeros, whole: false }
    }

    /// A copy of a tensor of those sizes.
    pub fn whole(isa: Isa, dims: &[usize]) -> Self {
        let (rows, channels) = rows_and_channels(dims);
        let row = Repeat { count: rows, from: Spot::row(1), to: Spot::row(1) };
        let copy = Move::new(Some(0), [Spot::default(); 2], channels, [row]);
        Moves { whole: true, ..Moves::new(isa, vec![copy]) }
    }

    /// Does a member's share of a copy.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn copy(&self, copy: &Move, io: &Io, member: &Member) {
        let input = match copy.input {
            Some(input) => io.inputs[input],
            None => Place { first: self.zeros.as_ptr().cast_mut(), stride: 0 },
        };
        let steps = |repeat: &Repeat| {
            [repeat.from.values(input.stride), repeat.to.values(io.output.stride)]
        };
        // Runs that touch are one.
        let (mut repeats, mut length) = (&copy.repeats[..], copy.length);
        while let Some((innermost, outer)) = repeats.split_last()
            && steps(innermost) == [length; 2]
        {
            (repeats, length) = (outer, length * innermost.count);
        }
        let once = Repeat { count: 1, from: Spot::default(), to: Spot::default() };
        let (innermost, outer) = repeats.split_last().unwrap_or((&once, &[]));
        let [from_step, to_step] = steps(innermost);
        let runs = repeats.iter().map(|repeat| repeat.count).product();
        pieces(member, runs, length, |runs, range| {
            let mut run = runs.start;
            while run < runs.end {
                let (own, mut rest) = (run % innermost.count, run / innermost.count);
                let count = (innermost.count - own).min(runs.end - run);
                let mut from = copy.from.values(input.stride) + own * from_step + range.start;
                let mut to = copy.to.values(io.output.stride) + own * to_step + range.start;
                for repeat in outer.iter().rev() {
                    let [from_step, to_step] = steps(repeat);
                    from += rest % repeat.count * from_step;
                    to += rest % repeat.count * to_step;
                    rest /= repeat.count;
                }
                // SAFETY: runs of the tensors, as the copy was made for them, or zeros; each is
                // written by one member.
                unsafe {
                    let (from, to) = (input.first.add(from), io.output.first.add(to));
                    let (runs, count) = (count, range.len());
                    copy_runs(self.isa, Runs { from, from_step, to, to_step, runs, count });
                }
                run += count;
            }
        });
    }
}

impl Kernel for Moves {
    fn name(&self) -> String {
        "copy".to_owned()
    }

    fn in_place(&self) -> bool {
        self.whole
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        if self.whole && io.inputs[0].first == io.output.first {
            return;
        }
        for copy in &self.copies {
            // SAFETY: the caller's.
            unsafe { self.copy(copy, io, member) }
        }
    }
}
