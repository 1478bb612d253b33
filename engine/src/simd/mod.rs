//! Vectors of one instruction set behind one trait, so that a kernel is written once.
//!
//! A kernel is a generic function, always inlined, over [`Simd`]; `kernel!` makes one entry of it
//! for each instruction set, compiled with that set's features, and [`Isa`] says which the machine
//! has.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod isa;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
mod wide;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
pub use isa::{Isa, IsaError};
#[cfg(target_arch = "aarch64")]
pub use neon::Neon;
pub use portable::Portable;
pub use wide::wide;

/// Vectors of an instruction set.
///
/// # Safety
/// Every method may be called only where the machine has the instruction set. Pointers need no
/// alignment; `load` and `store` touch [`Simd::LANES`] values, `load_first` and `store_first` as
/// many as they are told, at most that, and nothing behind them.
#[expect(clippy::missing_safety_doc, reason = "the trait says it of all methods")]
pub unsafe trait Simd: Copy + Send + Sync + 'static {
    /// A vector.
    type V: Copy;
    /// Its number of values.
    const LANES: usize;
    /// How many registers hold vectors.
    const REGISTERS: usize;

    /// All values the same.
    unsafe fn splat(value: f32) -> Self::V;
    /// Reads a vector.
    unsafe fn load(from: *const f32) -> Self::V;
    /// Reads the first `count` values; the others are 0.
    unsafe fn load_first(from: *const f32, count: usize) -> Self::V;
    /// Writes a vector.
    unsafe fn store(to: *mut f32, v: Self::V);
    /// Writes the first `count` values.
    unsafe fn store_first(to: *mut f32, v: Self::V, count: usize);
    /// `a + b`
    unsafe fn add(a: Self::V, b: Self::V) -> Self::V;
    /// `a - b`
    unsafe fn sub(a: Self::V, b: Self::V) -> Self::V;
    /// `a · b`
    unsafe fn mul(a: Self::V, b: Self::V) -> Self::V;
    /// `a / b`
    unsafe fn div(a: Self::V, b: Self::V) -> Self::V;
    /// `a · b + c`, rounded once where the instruction set can.
    unsafe fn fma(a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// The larger; `b` where either is not a number.
    unsafe fn max(a: Self::V, b: Self::V) -> Self::V;
    /// The smaller; `b` where either is not a number.
    unsafe fn min(a: Self::V, b: Self::V) -> Self::V;
    /// The square root.
    unsafe fn sqrt(a: Self::V) -> Self::V;
    /// Whole numbers: the nearest, halves to even.
    unsafe fn round(a: Self::V) -> Self::V;
    /// `2ⁿ` of whole numbers `n` in -126..=127; 0 of -127.
    unsafe fn power_of_two(n: Self::V) -> Self::V;
    /// `yes` where `a < b`, `no` elsewhere.
    unsafe fn select_less(a: Self::V, b: Self::V, yes: Self::V, no: Self::V) -> Self::V;
    /// `a` with the sign of `sign`.
    unsafe fn copy_sign(a: Self::V, sign: Self::V) -> Self::V;
    /// Copies a square of vectors such that what lay across lies down: value `j` of row `i` becomes
    /// value `i` of row `j`. From one row to the next there are `step` values, and `to_step` where
    /// they go, which is apart.
    #[inline(always)]
    unsafe fn transpose(from: *const f32, step: usize, to: *mut f32, to_step: usize) {
        for i in 0..Self::LANES {
            for j in 0..Self::LANES {
                // SAFETY: the caller's.
                unsafe { *to.add(j * to_step + i) = *from.add(i * step + j) };
            }
        }
    }

    /// Says that what lies there will be read; it may lie anywhere.
    #[inline(always)]
    unsafe fn prefetch(_from: *const f32) {}

    /// Cut to `low..=high`. A value that is not a number stays one.
    #[inline(always)]
    unsafe fn clamp(a: Self::V, low: Self::V, high: Self::V) -> Self::V {
        // SAFETY: as for the methods called.
        unsafe { Self::min(high, Self::max(low, a)) }
    }
}

/// `kernel! { pub fn name(arguments…) = generic; }`: a function `name(isa, arguments…)` that runs
/// `generic::<S>(arguments…)`, compiled for the instruction set.
macro_rules! kernel {
    ($(#[$meta:meta])* $vis:vis fn $name:ident $(<$(const $C:ident: usize),*>)? (
        $($arg:ident: $Type:ty),* $(,)?
    ) = $generic:ident;) => {
        $(#[$meta])*
        ///
        /// # Safety
        /// As for the generic function; `isa` is one that the machine has.
        $vis unsafe fn $name $(<$(const $C: usize),*>)? (isa: $crate::simd::Isa, $($arg: $Type),*) {
            use $crate::simd::Isa;
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512vl,fma,avx2")]
            unsafe fn avx512 $(<$(const $C: usize),*>)? ($($arg: $Type),*) {
                // SAFETY: the caller's.
                unsafe { $generic::<$crate::simd::Avx512 $($(, $C)*)?>($($arg),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            unsafe fn avx2 $(<$(const $C: usize),*>)? ($($arg: $Type),*) {
                // SAFETY: the caller's.
                unsafe { $generic::<$crate::simd::Avx2 $($(, $C)*)?>($($arg),*) }
            }
            // SAFETY: the machine has the instruction set, and the rest is the caller's.
            unsafe {
                match isa {
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx512 => avx512 $(::<$($C),*>)? ($($arg),*),
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx2 => avx2 $(::<$($C),*>)? ($($arg),*),
                    #[cfg(target_arch = "aarch64")]
                    Isa::Neon => $generic::<$crate::simd::Neon $($(, $C)*)?>($($arg),*),
                    Isa::Portable => $generic::<$crate::simd::Portable $($(, $C)*)?>($($arg),*),
                }
            }
        }
    };
}
pub(crate) use kernel;

#[cfg(test)]
mod tests;
