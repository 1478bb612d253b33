//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use formwork_bench::Result;
use formwork_bench::campaign::Plan;
use formwork_bench::formwork::Told;
use formwork_bench::models::{self, MODELS, Model};
use formwork_bench::peers::{self, PEERS, Peer, Places};
use formwork_bench::training::{TRAINED, Trained};

/// formwork against other frameworks
#[derive(Parser)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Write what the peers read: weights, ONNX, lists of layers, images, expected outputs
    Prepare(Options),
    /// Measure how many operations a second the processor does in registers
    Peak {
        #[arg(default_value_t = 2)]
        threads: usize,
    },
    /// Check, time, and write the results
    Run(Run),
    /// Measure how time grows with batch, size and threads, and memory with depth
    Scale {
        /// The page to write
        #[arg(default_value = "bench/SCALING.md")]
        output: PathBuf,
    },
    /// Write the page of results again
    Page {
        /// What `run` measured: target/bench/results.json
        results: PathBuf,
        /// The folder to write to
        output: PathBuf,
    },
    /// Print formwork's plan of a network, with the time of each step
    Profile {
        #[command(flatten)]
        options: Options,
        /// Images at once: 1, or as many as the network is trained on
        #[arg(long)]
        batch: Option<usize>,
        #[arg(long, default_value_t = 2)]
        threads: usize,
        #[command(flatten)]
        told: Tell,
        /// The steps of a training, there and back, of the networks that are trained
        #[arg(long)]
        train: bool,
    },
    /// Answer commands as a peer
    #[command(hide = true)]
    Worker {
        threads: usize,
        #[command(flatten)]
        told: Tell,
    },
}

#[derive(Args)]
pub struct Tell {
    /// Without Winograd
    #[arg(long, conflicts_with = "small")]
    exact: bool,
    /// With little memory
    #[arg(long)]
    small: bool,
}

impl Tell {
    pub fn told(&self) -> Told {
        match (self.exact, self.small) {
            (true, _) => Told::Exact,
            (_, true) => Told::Small,
            _ => Told::Nothing,
        }
    }
}

#[derive(Args)]
pub struct Options {
    /// The networks, all if none is named
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    models: Vec<String>,
    /// Where files, logs and peers are kept
    #[arg(long, value_name = "FOLDER", default_value = "target/bench")]
    pub work: PathBuf,
    /// The folder of this crate
    #[arg(long, value_name = "FOLDER", default_value = "bench")]
    home: PathBuf,
}

#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    pub options: Options,
    /// Inference or training, both if neither is named; a quick run trains if it is told to
    #[arg(long)]
    only: Option<Part>,
    /// The peers besides formwork, all if none is named
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    peers: Vec<String>,
    /// How often the peers take turns at a network
    #[arg(long, default_value_t = 25)]
    rounds: usize,
    /// Threads of each peer
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// A look: one short round, no memory, results beside the files and not in this crate
    #[arg(long)]
    pub quick: bool,
}

/// A part of the bench.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Part {
    /// Networks that run
    Inference,
    /// Networks that are trained
    Training,
}

impl Options {
    pub fn models(&self) -> Result<Vec<&'static Model>> {
        match self.models.as_slice() {
            [] => Ok(MODELS.iter().collect()),
            names => names.iter().map(|name| models::find(name)).collect(),
        }
    }

    /// Those of the networks that are trained.
    pub fn trained(&self) -> Result<Vec<&'static Trained>> {
        let models = self.models()?;
        let named = |trained: &&Trained| models.iter().any(|model| model.name == trained.name);
        Ok(TRAINED.iter().filter(named).collect())
    }

    /// The folder of the networks' sources.
    pub fn sources(&self) -> PathBuf {
        self.home.join("src/models")
    }

    /// The binary `formwork`, which is built beside this one.
    pub fn exporter(&self) -> PathBuf {
        let own = std::env::current_exe().unwrap_or_default();
        own.with_file_name(format!("formwork{}", std::env::consts::EXE_SUFFIX))
    }
}

impl Run {
    /// Whether that part is run.
    pub fn does(&self, part: Part) -> bool {
        self.only.map_or(part == Part::Inference || !self.quick, |only| only == part)
    }

    /// Those who take part.
    pub fn peers(&self, part: Part) -> Result<Vec<&'static Peer>> {
        let named = match self.peers.as_slice() {
            [] => PEERS.iter().collect(),
            names => names.iter().map(|name| peers::find(name)).collect::<Result<Vec<_>>>()?,
        };
        let ours = PEERS.iter().filter(|peer| peer.is_ours());
        let all = ours.chain(named.into_iter().filter(|peer| !peer.is_ours()));
        Ok(all.filter(|peer| part == Part::Inference || peer.trains).collect())
    }

    pub fn plan(&self) -> Plan {
        let Options { work, home, .. } = &self.options;
        let (rounds, runs, seconds) = if self.quick { (1, 2, 0.1) } else { (self.rounds, 1, 0.1) };
        let places = Places {
            python: work.join("venv/bin/python"),
            modules: home.join("python"),
            binaries: work.join("peers/release"),
        };
        Plan { places, threads: self.threads, rounds, runs, seconds, logs: work.join("logs") }
    }

    /// Where results are written.
    pub fn output(&self) -> PathBuf {
        if self.quick { self.options.work.clone() } else { self.options.home.clone() }
    }

    /// The file of all that was measured, of which `page` writes the results again.
    pub fn kept(&self) -> PathBuf {
        self.options.work.join(if self.quick { "quick.json" } else { "results.json" })
    }

    /// What repeats the run.
    pub fn command(&self) -> String {
        let words: Vec<_> = std::env::args().skip(2).collect();
        format!("scripts/bench {}", words.join(" ")).trim_end().to_owned()
    }
}
