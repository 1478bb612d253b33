//! How many images a second several processes train, one thread each and as many images to each: the
//! table of `bench/MPI.md`.
//!
//! ```sh
//! cargo run --release -p formwork-bench --features mpi --bin weak_scaling > bench/MPI.md
//! ```
//!
//! It starts itself by `mpirun`, with 1 rank, 2, and so on up to the number of cores, in turn.

use std::io::Read;
use std::num::NonZeroUsize;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::optim::Sgd;
use formwork::prelude::*;
use formwork::train::{Fit, Mpi, Ranks, TrainError};
use formwork_bench::Result;
use formwork_bench::machine::{Machine, said};
use formwork_bench::models::{MnistCnn, MobileNetV2};
use formwork_bench::results::median;

/// How often each number of ranks is measured.
const ROUNDS: usize = 3;

/// What is trained: its name, images of a rank, steps, and whether norms are synchronised.
const CASES: [(&str, usize, usize, bool); 3] = [
    ("MNIST CNN", 64, 40, false),
    ("MobileNetV2", 8, 6, false),
    ("MobileNetV2, norms synchronised", 8, 6, true),
];

fn main() -> ExitCode {
    let result = match std::env::var_os("OMPI_COMM_WORLD_SIZE") {
        Some(_) => rank(),
        None => table().map(|table| print!("{table}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures all numbers of ranks in turn, and as many processes that each train by themselves.
fn table() -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let mut rates = vec![vec![[Vec::new(), Vec::new()]; cores]; CASES.len()];
    for round in 0..ROUNDS {
        for turn in 0..cores {
            let ranks = 1 + if round % 2 == 0 { turn } else { cores - 1 - turn };
            let together = rates_of(&mut [start(ranks, 0)?])?;
            let apart = match ranks {
                1 => together,
                _ => {
                    let jobs = (0..ranks).map(|job| start(1, job)).collect::<Result<Vec<_>>>();
                    rates_of(&mut jobs?)?
                }
            };
            for (case, rates) in rates.iter_mut().enumerate() {
                let [of_ranks, of_jobs] = &mut rates[ranks - 1];
                of_ranks.push(together[case]);
                of_jobs.push(apart[case]);
            }
        }
    }
    let Machine { processor, instructions, .. } = Machine::this();
    let mut page = format!(
        "# Weak scaling over MPI\n\nWritten by `weak_scaling`: images a second that ranks on one \
         machine train together, one thread each, with as many images to each; relative to as many \
         times what one rank trains, and to as many jobs of one rank at the same time, which share \
         the machine's memory but say nothing to each other. Medians of {ROUNDS} rounds. \
         {processor}, {cores} cores, {}. {}.\n\n\
         | network | images of a rank | ranks | images a second | of one rank's | of jobs' apart |\n\
         |---|---|---|---|---|---|\n",
        instructions.join(", "),
        said(&["mpirun", "--version"]).lines().next().unwrap_or_default(),
    );
    for ((name, images, ..), rates) in CASES.iter().zip(&mut rates) {
        let mut one = None;
        for (ranks, rates) in (1..).zip(rates) {
            let [together, apart] = rates.each_mut().map(|rates| median(rates).unwrap_or(0.0));
            let one = *one.get_or_insert(together) * f64::from(ranks);
            let [of_one, of_apart] = [one, apart].map(|other| 100.0 * together / other);
            page += &format!(
                "| {name} | {images} | {ranks} | {together:.1} | {of_one:.0} % | {of_apart:.0} % |\n"
            );
        }
    }
    Ok(page)
}

/// Starts a job of so many ranks, one of several at the same time, each with a directory of its own.
fn start(ranks: usize, job: usize) -> Result<Child> {
    let directory = std::env::temp_dir().join(format!("formwork-weak-scaling-{job}"));
    std::fs::create_dir_all(&directory)?;
    let mut command = Command::new("mpirun");
    command.args(["-n", &ranks.to_string(), "--bind-to", "none"]).arg(std::env::current_exe()?);
    command.env("OMPI_MCA_orte_tmpdir_base", directory);
    Ok(command.stdout(Stdio::piped()).spawn()?)
}

/// The rates of all cases, of jobs that run at the same time, added up.
fn rates_of(jobs: &mut [Child]) -> Result<[f64; CASES.len()]> {
    let mut rates = [0.0; CASES.len()];
    for job in jobs {
        let mut text = String::new();
        job.stdout.take().ok_or("no output")?.read_to_string(&mut text)?;
        if !job.wait()?.success() {
            return Err("a job failed".into());
        }
        for (rate, line) in rates.iter_mut().zip(text.lines()) {
            *rate += line.parse::<f64>()?;
        }
    }
    Ok(rates)
}

/// What a rank does: trains each case, and if it is the first says how fast all do.
fn rank() -> Result<()> {
    Mpi::job(|ranks| {
        ranks.set_threads(NonZeroUsize::MIN);
        for (case, (_, images, steps, synchronised)) in CASES.into_iter().enumerate() {
            let size = (images, steps, synchronised);
            let seconds = if case == 0 { mnist(ranks, size)? } else { mobilenet(ranks, size)? };
            if ranks.rank() == 0 {
                println!("{}", (ranks.size() * images * steps) as f64 / seconds);
            }
        }
        Ok::<_, TrainError>(())
    })?;
    Ok(())
}

/// Seconds that a network of that type takes for so many steps, behind some that do not count.
macro_rules! timed {
    ($name:ident, $Model:ty, [$($size:literal),*], $classes:literal) => {
        fn $name(
            ranks: &Mpi,
            (images, steps, synchronised): (usize, usize, bool),
        ) -> std::result::Result<f64, TrainError> {
            let device = Cpu::seed_from_u64(ranks.rank() as u64);
            let mut model = <$Model>::build(&device);
            let pictures: Tensor<(usize, $(Const<$size>),*), f32, Cpu> =
                device.sample_like(&(images, $(Const::<$size>),*), rand_distr::StandardNormal);
            let labels = (0..images).map(|i| i % $classes);
            let labels = Classes::<_, $classes>::new((images,), labels.collect::<Vec<_>>())?;
            let mut run = |steps: usize| {
                let source = |_| (0..steps).map(|_| Ok((pictures.clone(), labels.clone())));
                let loss = SparseCategoricalCrossentropy::from_logits();
                let fit = Fit::new(Sgd::new(1e-3).momentum(0.9), loss).ranks(ranks);
                let fit = if synchronised { fit.synchronise_batch_norm() } else { fit };
                let start = Instant::now();
                fit.run(&mut model, &source)?;
                Ok::<_, TrainError>(start.elapsed().as_secs_f64())
            };
            run(2)?;
            run(steps)
        }
    };
}

timed!(mnist, MnistCnn<Cpu>, [28, 28, 1], 10);
timed!(mobilenet, MobileNetV2<224, Cpu>, [224, 224, 3], 1000);
