use crate::simd::{Simd, kernel};

/// Runs of values to copy, each as long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Runs {
    pub from: *const f32,
    /// From one run to the next, in values.
    pub from_step: usize,
    pub to: *mut f32,
    pub to_step: usize,
    pub runs: usize,
    pub count: usize,
}

/// From how many values on the system's copy is faster.
const LONG: usize = 512;

/// # Safety
/// The runs are there; those read and written are apart.
#[inline(always)]
unsafe fn copy<S: Simd>(all: Runs) {
    // SAFETY: the caller's; no more values of a run than it has.
    unsafe {
        let Runs { from_step, to_step, runs, count, .. } = all;
        let (mut from, mut to) = (all.from, all.to);
        for _ in 0..runs {
            copy_run::<S>(from, to, count);
            from = from.wrapping_add(from_step);
            to = to.wrapping_add(to_step);
        }
    }
}

/// # Safety
/// As many values are there; those read and written are apart.
#[inline(always)]
pub(super) unsafe fn copy_run<S: Simd>(from: *const f32, to: *mut f32, count: usize) {
    // SAFETY: the caller's.
    unsafe {
        if count >= LONG {
            std::ptr::copy_nonoverlapping(from, to, count);
        } else if count < S::LANES {
            S::store_first(to, S::load_first(from, count), count);
        } else {
            let last = count - S::LANES;
            let mut i = 0;
            while i < last {
                S::store(to.add(i), S::load(from.add(i)));
                i += S::LANES;
            }
            S::store(to.add(last), S::load(from.add(last)));
        }
    }
}

kernel! {
    /// Moves runs.
    pub(super) fn copy_runs(all: Runs) = copy;
}
