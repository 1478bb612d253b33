//! Threads that work on one thing: [`Team`].

mod barrier;
mod each;
mod take;

use std::cell::{Cell, UnsafeCell};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread::JoinHandle;

use barrier::{Barrier, spin_until};
use take::{Pile, Takes};

/// Threads that wait for work and all do it at once, each its share.
///
/// A run is one program for all members (SPMD): every member goes through the same steps, and they
/// meet at [`Member::meet`]. That takes a fraction of a microsecond, where handing each step to a
/// pool takes ten: a network of 65 layers in three milliseconds notices.
#[derive(Debug)]
pub struct Team {
    shared: Arc<Shared>,
    /// One run at a time.
    busy: Mutex<()>,
    threads: Vec<JoinHandle<()>>,
}

/// How large teams are that nobody says it of; 0 for as large as the machine.
static DEFAULT: AtomicUsize = AtomicUsize::new(0);

/// Says how large the teams are that [`Team::shared`] makes from now on where nobody says it: where
/// processes share a machine, as many threads as this one may take.
pub fn set_default_size(size: NonZeroUsize) {
    DEFAULT.store(size.get(), Ordering::Relaxed);
}

/// One of a team, in a run.
#[derive(Debug)]
pub struct Member<'a> {
    /// Which one: 0 is the caller.
    pub rank: usize,
    /// How many there are.
    pub size: usize,
    barrier: &'a Barrier,
    /// What each of several members has yet to do.
    piles: &'a [Pile],
    /// How often it took things.
    takes: Cell<u32>,
}

impl Member<'static> {
    /// One that does everything by itself.
    pub fn alone() -> Self {
        static NOBODY: Barrier = Barrier::new();
        Member { rank: 0, size: 1, barrier: &NOBODY, piles: &[], takes: Cell::new(0) }
    }
}

impl Member<'_> {
    /// Waits until all members are here; what they wrote before is seen by all after.
    pub fn meet(&self) {
        self.barrier.wait(self.size);
    }

    /// This member's share of `count` things: neighbours, as many as others have or one more.
    pub fn share(&self, count: usize) -> Range<usize> {
        share(self.rank, self.size, count)
    }

    /// Some of `count` things, and some more, until members have taken all: each its share first,
    /// from the front, then from behind of others' that are slower. They are taken in neighbours
    /// of which all but the last are whole units.
    ///
    /// All members take the same things in the same order, each until there is nothing left.
    pub fn take(&self, count: usize, unit: usize) -> Takes<'_> {
        self.takes.set(self.takes.get().wrapping_add(1));
        Takes::new(self, self.takes.get(), count, unit)
    }
}

/// The share of a member of so many.
fn share(rank: usize, size: usize, count: usize) -> Range<usize> {
    let start = |rank: usize| rank * (count / size) + rank.min(count % size);
    start(rank)..start(rank + 1)
}

/// What the members have in common, each field on cache lines of its own.
#[derive(Debug, Default)]
struct Shared {
    barrier: Barrier,
    piles: Vec<Pile>,
    /// Counts runs: a worker that sees a new one begins.
    epoch: Line<AtomicUsize>,
    job: Line<UnsafeCell<Option<Job>>>,
    /// How many workers have yet to finish.
    running: Line<AtomicUsize>,
    stop: AtomicBool,
    /// Workers that sleep, and what wakes them.
    asleep: Mutex<usize>,
    wake: Condvar,
}

// SAFETY: `job` is written by the caller alone while no worker runs, and read by workers after they
// saw the epoch that was stored (released) behind the write.
unsafe impl Sync for Shared {}

impl Shared {
    fn member(&self, rank: usize, size: usize) -> Member<'_> {
        let piles = &self.piles[..size];
        Member { rank, size, barrier: &self.barrier, piles, takes: Cell::new(0) }
    }
}

/// A run, of a lifetime that `run` outlives: it waits for all.
#[derive(Clone, Copy, Debug)]
struct Job {
    run: *const (dyn Fn(&Member) + Sync + 'static),
    size: usize,
}

// SAFETY: what it points to is `Sync`.
unsafe impl Send for Job {}

#[derive(Debug, Default)]
#[repr(align(128))]
struct Line<T>(T);

/// How often a worker looks for work before it sleeps: about as long as a few layers take.
const SPINS: usize = 20_000;

impl Team {
    /// A team of that many, the caller among them.
    pub fn new(size: NonZeroUsize) -> Self {
        let size = size.get();
        let piles = (0..size).map(|_| Pile::default()).collect();
        let shared = Arc::new(Shared { piles, ..Shared::default() });
        let start = |rank| {
            let shared = Arc::clone(&shared);
            let name = format!("formwork-{rank}");
            let run = move || work(&shared, rank);
            std::thread::Builder::new().name(name).spawn(run)
        };
        // Where the system has no more threads, fewer do the work.
        let threads: Vec<_> = (1..size).map_while(|rank| start(rank).ok()).collect();
        Team { shared, busy: Mutex::new(()), threads }
    }

    /// The team of that size that all networks of a process have in common: by default as large as
    /// the number of threads the machine runs at once, or as [`set_default_size`] says.
    pub fn shared(size: Option<NonZeroUsize>) -> Arc<Self> {
        static TEAMS: Mutex<Vec<Weak<Team>>> = Mutex::new(Vec::new());
        let default = || {
            NonZeroUsize::new(DEFAULT.load(Ordering::Relaxed))
                .or_else(|| std::thread::available_parallelism().ok())
                .unwrap_or(NonZeroUsize::MIN)
        };
        let size = size.unwrap_or_else(default);
        let mut teams = TEAMS.lock().expect("nothing panics while it is held");
        teams.retain(|team| team.strong_count() > 0);
        let mut known = teams.iter().filter_map(Weak::upgrade);
        if let Some(team) = known.find(|team| team.size() == size.get()) {
            return team;
        }
        let team = Arc::new(Team::new(size));
        teams.push(Arc::downgrade(&team));
        team
    }

    /// Number of members.
    pub fn size(&self) -> usize {
        self.threads.len() + 1
    }

    /// Runs `job` by every member, and returns when all have. Where another run is under way, the
    /// caller does it all by itself.
    ///
    /// A job that panics ends the process: others may be in the middle of it.
    pub fn run(&self, job: &(dyn Fn(&Member) + Sync)) {
        let Ok(_busy) = self.busy.try_lock() else {
            job(&Member::alone());
            return;
        };
        let size = self.size();
        let shared = &*self.shared;
        let abort = AbortOnPanic;
        if size > 1 {
            // SAFETY: this only forgets the lifetime: no worker holds the job when `run` returns.
            let run = unsafe {
                std::mem::transmute::<
                    *const (dyn Fn(&Member) + Sync + '_),
                    *const (dyn Fn(&Member) + Sync + 'static),
                >(job)
            };
            // SAFETY: no worker runs, see `Shared`.
            unsafe { *shared.job.0.get() = Some(Job { run, size }) };
            shared.piles.iter().for_each(Pile::clear);
            shared.running.0.store(size - 1, Ordering::Relaxed);
            shared.epoch.0.fetch_add(1, Ordering::SeqCst);
            if *shared.asleep.lock().expect("not poisoned: nothing panics while it is held") > 0 {
                shared.wake.notify_all();
            }
        }
        job(&shared.member(0, size));
        spin_until(|| size == 1 || shared.running.0.load(Ordering::Acquire) == 0);
        std::mem::forget(abort);
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.shared.epoch.0.fetch_add(1, Ordering::SeqCst);
        drop(self.shared.asleep.lock().map(|_| self.shared.wake.notify_all()));
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// What a worker does until the team is dropped.
fn work(shared: &Shared, rank: usize) {
    let mut seen = 0;
    loop {
        let changed = || shared.epoch.0.load(Ordering::SeqCst) != seen;
        if !(0..SPINS).any(|_| {
            std::hint::spin_loop();
            changed()
        }) {
            let mut asleep = shared.asleep.lock().expect("nothing panics while it is held");
            *asleep += 1;
            while !changed() {
                asleep = shared.wake.wait(asleep).expect("nothing panics while it is held");
            }
            *asleep -= 1;
        }
        seen += 1;
        if shared.stop.load(Ordering::SeqCst) {
            return;
        }
        let abort = AbortOnPanic;
        // SAFETY: the epoch is new, so the job is written, and stays until this worker finishes.
        let Job { run, size } = unsafe { (*shared.job.0.get()).expect("a run has a job") };
        // SAFETY: `Team::run` keeps what it points to alive until this worker finishes.
        unsafe { (*run)(&shared.member(rank, size)) };
        std::mem::forget(abort);
        shared.running.0.fetch_sub(1, Ordering::Release);
    }
}

/// Ends the process if it is dropped while a job unwinds.
struct AbortOnPanic;

impl Drop for AbortOnPanic {
    fn drop(&mut self) {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(size: usize) -> Team {
        Team::new(NonZeroUsize::new(size).unwrap())
    }

    #[test]
    fn every_member_runs_every_job_once() {
        let runs = if cfg!(miri) { 5 } else { 2000 };
        for size in [1, 2, 3, 5] {
            let team = team(size);
            let counts: Vec<_> = (0..size).map(|_| AtomicUsize::new(0)).collect();
            for _ in 0..runs {
                team.run(&|member| {
                    assert_eq!(member.size, size);
                    counts[member.rank].fetch_add(1, Ordering::Relaxed);
                });
            }
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == runs));
        }
    }

    #[test]
    fn members_meet() {
        let steps = if cfg!(miri) { 5 } else { 1000 };
        let team = team(3);
        let counts: Vec<_> = (0..steps).map(|_| AtomicUsize::new(0)).collect();
        team.run(&|member| {
            for count in &counts {
                count.fetch_add(1, Ordering::Relaxed);
                member.meet();
                assert_eq!(count.load(Ordering::Relaxed), 3);
            }
        });
    }

    #[test]
    fn sleepers_wake() {
        let team = team(2);
        let count = AtomicUsize::new(0);
        for _ in 0..3 {
            while *team.shared.asleep.lock().unwrap() == 0 {
                std::thread::yield_now();
            }
            team.run(&|_| {
                count.fetch_add(1, Ordering::Relaxed);
            });
        }
        assert_eq!(count.into_inner(), 6);
    }

    #[test]
    fn a_run_within_a_run_is_done_by_its_caller() {
        let (team, count) = (team(2), AtomicUsize::new(0));
        team.run(&|member| {
            if member.rank == 0 {
                team.run(&|alone| {
                    assert_eq!(alone.size, 1);
                    alone.meet();
                    count.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
        assert_eq!(count.into_inner(), 1);
    }

    #[test]
    fn shares_cover_everything_once() {
        for (count, size) in [(0, 2), (1, 3), (10, 3), (12, 4)] {
            let shares = (0..size).map(|rank| share(rank, size, count));
            assert_eq!(shares.flatten().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }
}
