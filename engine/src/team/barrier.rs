//! Where members wait for each other.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Line, SPINS};

/// Where members wait for each other.
#[derive(Debug, Default)]
pub struct Barrier {
    arrived: Line<AtomicUsize>,
    /// How often all have arrived.
    rounds: Line<AtomicUsize>,
}

impl Barrier {
    pub const fn new() -> Self {
        Barrier { arrived: Line(AtomicUsize::new(0)), rounds: Line(AtomicUsize::new(0)) }
    }

    pub fn wait(&self, size: usize) {
        if size == 1 {
            return;
        }
        let round = self.rounds.0.load(Ordering::Acquire);
        if self.arrived.0.fetch_add(1, Ordering::AcqRel) + 1 == size {
            self.arrived.0.store(0, Ordering::Relaxed);
            self.rounds.0.store(round + 1, Ordering::Release);
        } else {
            spin_until(|| self.rounds.0.load(Ordering::Acquire) != round);
        }
    }
}

/// Waits for what another member is about to do; lets others run where that takes long, as on a
/// machine with fewer cores than members.
pub fn spin_until(done: impl Fn() -> bool) {
    let mut spins = 0;
    while !done() {
        spins += 1;
        if spins < SPINS {
            std::hint::spin_loop();
        } else {
            std::thread::yield_now();
        }
    }
}
