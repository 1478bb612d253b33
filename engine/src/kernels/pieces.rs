use std::ops::Range;

use super::Place;
use crate::team::Member;

/// From how many values on a row is shared among members.
const LONG: usize = 2048;

/// Calls `each` with a member's share of rows of channels: ranges of both. Rows that are long and
/// few are cut.
#[inline(always)]
pub(super) fn pieces(
    member: &Member,
    rows: usize,
    channels: usize,
    mut each: impl FnMut(Range<usize>, Range<usize>),
) {
    if channels <= LONG || rows >= 4 * member.size {
        member.take(rows, unit(channels)).for_each(|rows| each(rows, 0..channels));
        return;
    }
    let blocks = channels.div_ceil(LONG);
    for piece in member.take(rows * blocks, 1).flatten() {
        let (row, from) = (piece / blocks, piece % blocks * LONG);
        each(row..row + 1, from..channels.min(from + LONG));
    }
}

/// How many rows of that many values are worth to be taken at once.
pub(super) fn unit(values: usize) -> usize {
    (LONG / values.max(1)).max(1)
}

/// A range in strips of that many, or of one, the last of fewer.
pub(super) fn strips(range: Range<usize>, strip: usize) -> impl Iterator<Item = Range<usize>> {
    let (end, strip) = (range.end, strip.max(1));
    range.step_by(strip).map(move |start| start..end.min(start + strip))
}

/// Copies a few values, without a call.
///
/// # Safety
/// They are there, and apart from where they go.
#[inline(always)]
pub(super) unsafe fn copy_few(from: *const f32, to: *mut f32, count: usize) {
    const EACH: usize = 8;
    let mut i = 0;
    // SAFETY: the caller's; an array of floats may lie anywhere floats may.
    unsafe {
        while i + EACH <= count {
            to.add(i).cast::<[f32; EACH]>().write(from.add(i).cast::<[f32; EACH]>().read());
            i += EACH;
        }
        while i < count {
            *to.add(i) = *from.add(i);
            i += 1;
        }
    }
}

/// As many rows, each as long; one long row where nothing lies between them.
#[inline(always)]
pub(super) fn joined<const N: usize>(
    rows: usize,
    count: usize,
    strides: [usize; N],
) -> (usize, usize) {
    if strides.iter().all(|stride| *stride == count) { (1, rows * count) } else { (rows, count) }
}

/// Number of rows and of channels of a tensor of those sizes.
pub(super) fn rows_and_channels(dims: &[usize]) -> (usize, usize) {
    let (channels, rows) = dims.split_last().expect("a tensor has a last axis");
    (rows.iter().product(), *channels)
}

impl Place {
    /// The same tensor from that row and channel on.
    ///
    /// # Safety
    /// The tensor has them.
    #[inline(always)]
    pub(super) unsafe fn at(self, row: usize, channel: usize) -> Place {
        // SAFETY: within the tensor.
        Place { first: unsafe { self.row(row).add(channel) }, ..self }
    }
}
