//! How kernels are timed.

#[path = "../../tests/common/numbers.rs"]
mod numbers;

use std::time::Instant;

use formwork_engine::Buffer;
use formwork_engine::kernels::{Io, Kernel, Place};
use formwork_engine::team::Team;

/// The median of runs that take some seconds together, on tensors of the kernel's shapes.
pub fn median(
    team: &Team,
    kernel: &dyn Kernel,
    inputs: Vec<Place>,
    output: Place,
    least: f64,
) -> f64 {
    let mut scratch = Buffer::zeros(kernel.scratch().total(team.size()));
    let io = Shared { inputs, output, scratch: scratch.as_mut_ptr() };
    let run = || {
        let start = Instant::now();
        // SAFETY: tensors of the kernel's shapes, and scratch memory as it says.
        team.run(&|member| unsafe { kernel.run(&io.get(), member) });
        start.elapsed().as_secs_f64()
    };
    run();
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < 5 || start.elapsed().as_secs_f64() < least {
        times.push(run());
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Shared {
    inputs: Vec<Place>,
    output: Place,
    scratch: *mut f32,
}

// SAFETY: kernels keep apart what members write.
unsafe impl Sync for Shared {}

impl Shared {
    fn get(&self) -> Io<'_> {
        Io { inputs: &self.inputs, output: self.output, scratch: self.scratch }
    }
}

/// Numbers between -1 and 1, the same each time.
pub fn random(count: usize) -> Vec<f32> {
    numbers::numbers("bench", count)
}
