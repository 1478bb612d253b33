//! How many floating-point operations a second the processor does where nothing waits for memory:
//! fused multiply-adds of f32 in registers.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

/// As many sums as hide the latency of an addition: 4 cycles, two instructions in each.
const SUMS: usize = 12;
const STEPS: usize = 2_000_000;
const REPEATS: usize = 8;

/// Floating-point operations a second of so many threads: the best of several measurements.
pub fn measure(threads: usize) -> f64 {
    (0..REPEATS).map(|_| once(threads)).fold(0.0, f64::max)
}

fn once(threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let work = || {
        barrier.wait();
        let start = Instant::now();
        let operations = operations();
        (operations, start.elapsed().as_secs_f64())
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let done = running.into_iter().filter_map(|thread| thread.join().ok());
        let (operations, seconds) =
            done.fold((0.0, 0.0), |(n, most), (own, seconds)| (n + own, f64::max(most, seconds)));
        operations / seconds
    })
}

/// Does many, and says how many.
#[allow(unreachable_code, reason = "what is left depends on the processor")]
fn operations() -> f64 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has AVX-512.
            return unsafe { x86::avx512() };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has AVX2 and FMA.
            return unsafe { x86::avx2() };
        }
    }
    #[cfg(target_arch = "aarch64")]
    return arm::neon();
    scalar()
}

/// The loop: `sum = a · b + sum` for every sum.
macro_rules! chains {
    ($lanes:literal, $splat:expr, $fma:expr) => {{
        let (a, b) = (black_box($splat(0.999_f32)), black_box($splat(1e-3_f32)));
        let mut sums = [black_box($splat(0.0_f32)); SUMS];
        for _ in 0..STEPS {
            for sum in &mut sums {
                *sum = $fma(*sum, a, b);
            }
        }
        black_box(sums);
        (2 * $lanes * SUMS * STEPS) as f64
    }};
}

fn scalar() -> f64 {
    chains!(1, |x: f32| x, |sum: f32, a: f32, b: f32| sum * a + b)
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::*;
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f")]
    pub fn avx512() -> f64 {
        chains!(16, _mm512_set1_ps, _mm512_fmadd_ps)
    }

    #[target_feature(enable = "avx2,fma")]
    pub fn avx2() -> f64 {
        chains!(8, _mm256_set1_ps, _mm256_fmadd_ps)
    }
}

#[cfg(target_arch = "aarch64")]
mod arm {
    use super::*;
    use std::arch::aarch64::*;

    pub fn neon() -> f64 {
        chains!(4, vdupq_n_f32, |sum, a, b| vfmaq_f32(b, sum, a))
    }
}
