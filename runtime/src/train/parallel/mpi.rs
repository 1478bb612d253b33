use std::cell::RefCell;
use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroUsize;
use std::rc::Rc;
use std::thread;

use formwork_engine::team;
use mpi::Threading;
use mpi::collective::SystemOperation;
use mpi::environment::{Universe, initialize_with_threading, processor_name};
use mpi::request::{Request, StaticScope};
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Root};

use super::{Ranks, RanksError, Sum};

/// The processes that `mpirun` started, as ranks.
#[derive(Clone)]
pub struct Mpi(Rc<Job>);

struct Job {
    world: SimpleCommunicator,
    rank: usize,
    size: usize,
    /// Memory of earlier sums.
    spare: Spare,
    /// Ends MPI when it is dropped.
    _universe: Universe,
}

type Spare = Rc<RefCell<Vec<Vec<f32>>>>;

impl Mpi {
    /// Runs this process's part of the job that `mpirun` started: `mpirun -n 4 program`. Without
    /// `mpirun` it is a job of one.
    ///
    /// Where a rank's work ends in an error or a panic, the whole job ends: that rank says which it
    /// is and why, and the others, who would wait for it forever, are stopped. So hand on what
    /// [`Fit`](crate::train::Fit) fails with.
    ///
    /// Ranks that may run on the same cores of a machine share them out: so many threads run what
    /// does not say itself how many it takes.
    ///
    /// # Errors
    /// Those of `work`, if there is no other rank, and [`RanksError::Started`].
    pub fn job<T, E: Display + From<RanksError>>(
        work: impl FnOnce(&Mpi) -> Result<T, E>,
    ) -> Result<T, E> {
        let Some((universe, _)) = initialize_with_threading(Threading::Funneled) else {
            return Err(RanksError::Started.into());
        };
        let world = universe.world();
        let [rank, size] = [world.rank(), world.size()].map(|n| usize::try_from(n).unwrap_or(0));
        let threads = cores(&world, size);
        let job = Job { world, rank, size, spare: Spare::default(), _universe: universe };
        let mpi = Mpi(Rc::new(job));
        mpi.set_threads(threads);
        // Layers that run one by one; where the pool is there already, it stays as it is.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
        let alarm = Alarm(&mpi);
        let result = work(&mpi);
        drop(alarm);
        result.inspect_err(|error| mpi.fail(&error.to_string()))
    }

    /// How many threads of this process run plans that are made from now on and do not say it
    /// themselves.
    pub fn set_threads(&self, threads: NonZeroUsize) {
        team::set_default_size(threads);
    }

    /// Ends the job, if others are in it.
    fn fail(&self, why: &str) {
        let Job { world, rank, size, .. } = &*self.0;
        if *size > 1 {
            eprintln!("error: rank {rank} of {size} failed, which ends the job: {why}");
            world.abort(1);
        }
    }
}

/// Ends the job where a rank panics.
struct Alarm<'a>(&'a Mpi);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.fail("it panicked, see above");
        }
    }
}

/// How many of the cores that this rank may run on are its own: others may run on the same.
fn cores(world: &SimpleCommunicator, size: usize) -> NonZeroUsize {
    let mut hash = DefaultHasher::new();
    processor_name().unwrap_or_default().hash(&mut hash);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("Cpus_allowed_list")).hash(&mut hash);
    let (own, mut all) = (hash.finish(), vec![0u64; size]);
    world.all_gather_into(&own, &mut all[..]);
    let same = all.into_iter().filter(|other| *other == own).count();
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    NonZeroUsize::new(cores / same.max(1)).unwrap_or(NonZeroUsize::MIN)
}

impl Ranks for Mpi {
    fn rank(&self) -> usize {
        self.0.rank
    }

    fn size(&self) -> usize {
        self.0.size
    }

    fn broadcast(&self, bytes: &mut Vec<u8>) {
        let root = self.0.world.process_at_rank(0);
        let mut len = bytes.len() as u64;
        root.broadcast_into(&mut len);
        bytes.resize(usize::try_from(len).unwrap_or(0), 0);
        // A message has at most 2³¹ - 1 values.
        for part in bytes.chunks_mut(1 << 30) {
            root.broadcast_into(part);
        }
    }

    fn gather(&self, values: &[f32]) -> Vec<f32> {
        let mut all = vec![0.0; self.0.size * values.len()];
        self.0.world.all_gather_into(values, &mut all[..]);
        all
    }

    fn sum(&self, values: &mut [f64]) {
        let own = values.to_vec();
        self.0.world.all_reduce_into(&own[..], values, SystemOperation::sum());
    }

    fn start_sum(&self, own: Vec<f32>) -> Box<dyn Sum> {
        let mut sum = self.0.spare.borrow_mut().pop().unwrap_or_default();
        sum.resize(own.len(), 0.0);
        #[expect(unsafe_code, reason = "memory on the heap outlives any scope of requests")]
        // SAFETY: `AllReduce` owns both and neither touches nor frees them before the request is
        // complete, for which it waits when it is dropped; a vector's memory stays where it is when
        // the vector is moved.
        let (from, to): (&'static [f32], &'static mut [f32]) = unsafe {
            let len = own.len();
            (
                std::slice::from_raw_parts(own.as_ptr(), len),
                std::slice::from_raw_parts_mut(sum.as_mut_ptr(), len),
            )
        };
        let world = &self.0.world;
        let request =
            world.immediate_all_reduce_into(StaticScope, from, to, SystemOperation::sum());
        Box::new(AllReduce { request: Some(request), own, sum, spare: Rc::clone(&self.0.spare) })
    }
}

/// A sum that MPI adds up.
struct AllReduce {
    /// Until it is complete.
    request: Option<Request<'static, [f32], StaticScope>>,
    own: Vec<f32>,
    sum: Vec<f32>,
    spare: Spare,
}

impl Sum for AllReduce {
    fn progress(&mut self) -> bool {
        self.request = self.request.take().and_then(|request| request.test().err());
        self.request.is_none()
    }

    fn wait(mut self: Box<Self>) -> Vec<f32> {
        if let Some(request) = self.request.take() {
            request.wait_without_status();
        }
        self.spare.borrow_mut().push(std::mem::take(&mut self.own));
        std::mem::take(&mut self.sum)
    }
}

impl Drop for AllReduce {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            request.wait_without_status();
        }
    }
}
