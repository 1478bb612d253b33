//! How many images a second several processes train, one thread each and as many images to each: the
//! table of `bench/MPI.md`.
//!
//! ```sh
//! cargo run --release -p formwork-bench --features mpi --bin weak_scaling > bench/MPI.md
//! ```
//!
//! It starts itself by `mpirun`, with 1 rank, 2, and so on up to the number of cores, in turn.

use std::num::NonZeroUsize;
use std::process::{Command, ExitCode};
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
const ROUNDS: usize = 5;

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

/// Measures all numbers of ranks in turn.
fn table() -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let mut rates = vec![vec![Vec::new(); cores]; CASES.len()];
    for round in 0..ROUNDS {
        let forwards = round % 2 == 0;
        for turn in 0..cores {
            let ranks = if forwards { turn } else { cores - 1 - turn };
            for (rates, rate) in rates.iter_mut().zip(job(ranks + 1)?) {
                rates[ranks].push(rate);
            }
        }
    }
    let Machine { processor, instructions, .. } = Machine::this();
    let mut page = format!(
        "# Weak scaling over MPI\n\nWritten by `weak_scaling`: images a second that ranks on one \
         machine train together, one thread each, with as many images to each; the median of \
         {ROUNDS} rounds. {processor}, {cores} cores, {}. {}.\n\n| network | images of a rank |",
        instructions.join(", "),
        said(&["mpirun", "--version"]).lines().next().unwrap_or_default(),
    );
    for ranks in 1..=cores {
        page += &format!(" {ranks} {} | each |", if ranks == 1 { "rank" } else { "ranks" });
    }
    page += &format!("\n|---|---|{}\n", "---|".repeat(2 * cores));
    for ((name, images, ..), rates) in CASES.iter().zip(&mut rates) {
        page += &format!("| {name} | {images} |");
        let mut one = 0.0;
        for (index, rates) in rates.iter_mut().enumerate() {
            let rate = median(rates).ok_or("nothing was measured")?;
            let each = rate / (index + 1) as f64;
            one = if index == 0 { each } else { one };
            page += &format!(" {rate:.1} | {:.0} % |", 100.0 * each / one);
        }
        page += "\n";
    }
    Ok(page)
}

/// The rates of all cases with so many ranks.
fn job(ranks: usize) -> Result<Vec<f64>> {
    let mut command = Command::new("mpirun");
    command.args(["-n", &ranks.to_string(), "--bind-to", "core"]).arg(std::env::current_exe()?);
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(str::parse).collect::<std::result::Result<_, _>>()?)
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
    ($name:ident, $Model:ident, [$($size:literal),*], $classes:literal) => {
        fn $name(
            ranks: &Mpi,
            (images, steps, synchronised): (usize, usize, bool),
        ) -> std::result::Result<f64, TrainError> {
            let device = Cpu::seed_from_u64(ranks.rank() as u64);
            let mut model: $Model<Cpu, f32> = $Model::build(&device);
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

timed!(mnist, MnistCnn, [28, 28, 1], 10);
timed!(mobilenet, MobileNetV2, [224, 224, 3], 1000);
