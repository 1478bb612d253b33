use super::Isa;

/// Runs a loop over values as it is compiled for the widest instruction set there is, of whose vectors
/// the compiler makes use. Every instruction set makes the same bits of it: none fuses what is not
/// fused in the source.
///
/// ```
/// # use formwork_engine::wide;
/// let (mut sums, values) = ([1.0f32; 100], [0.5; 100]);
/// wide(|| sums.iter_mut().zip(&values).for_each(|(sum, value)| *sum += value));
/// assert_eq!(sums, [1.5; 100]);
/// ```
pub fn wide<R>(run: impl FnOnce() -> R) -> R {
    match Isa::detect().unwrap_or(Isa::Portable) {
        // SAFETY: the machine has the instruction set.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { avx512(run) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2(run) },
        _ => run(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,fma,avx2")]
fn avx512<R>(run: impl FnOnce() -> R) -> R {
    run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<R>(run: impl FnOnce() -> R) -> R {
    run()
}
