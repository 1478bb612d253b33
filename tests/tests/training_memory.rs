//! What `explain_training` says of memory is what a step takes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use formwork::dfdx::prelude::*;
use formwork::prelude::*;

/// The system's allocator, and how much of it is in use.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(now, Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

model! {
    struct Net(image: [_, 64, 64, 3]) -> [_, 10] {
        let mut x = image.conv2d(32, 3, padding = same, bias = false).batch_norm().relu();
        for filters in [64, 128, 256] {
            x = x.conv2d(filters, 3, padding = same).relu().max_pool2d(2).dropout(0.2);
        }
        x.global_avg_pool2d().dense(256).relu().dense(10)
    }
}

model! {
    struct Again(image: [_, 64, 64, 3]) -> [_, 10] {
        let mut x = image.conv2d(32, 3, padding = same, bias = false).batch_norm().relu();
        for filters in [64, 64, 64] {
            x = x.block(filters);
        }
        x.global_avg_pool2d().dense(10)
    }

    #[checkpoint]
    fn block(x, filters: usize) {
        let mut y = x;
        for rate in [0.1, 0.2] {
            y = y.conv2d(filters, 3, padding = same).batch_norm().relu().dropout(rate);
        }
        y.conv2d(filters, 1)
    }
}

/// What is said of a step's memory, in MiB, which is what it takes.
macro_rules! check {
    ($Net:ident) => {{
        let device = Cpu::default();
        let mut net: $Net = $Net::build(&device);
        let plan = net.explain_training(8).unwrap();
        let (_, said) = plan.rsplit_once("memory ").expect("a last line");
        let said: f64 = said.trim().trim_end_matches(" MiB").parse().expect("a number");
        let x: Tensor<(usize, Const<64>, Const<64>, Const<3>), f32, Cpu> =
            device.sample_normal_like(&(8, Const, Const, Const));
        let gradients = net.alloc_grads();
        let before = NOW.load(Relaxed);
        MOST.store(before, Relaxed);
        let gradients = net.forward_mut(x.traced(gradients)).square().mean().backward();
        let taken = (MOST.load(Relaxed) - before) as f64 / f64::from(1 << 20);
        drop(gradients);
        assert!((taken / said - 1.0).abs() < 0.05, "{taken:.1} MiB, not {said:.1}");
        (plan, said)
    }};
}

#[test]
fn a_step_takes_what_is_said() {
    check!(Net);
    let (plan, said) = check!(Again);
    let words = "steps would run in ";
    let (_, otherwise) = plan.split_once(words).expect("what it would be without checkpoints");
    let (otherwise, _) = otherwise.split_once(" MiB").expect("a number");
    let otherwise: f64 = otherwise.parse().expect("a number");
    assert!(said < 0.9 * otherwise, "{said} MiB, not much less than {otherwise}");
}
