//! A run of the bench: outputs checked, then rounds in which the peers take turns.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use crate::Result;
use crate::peers::{Peer, Places};
use crate::process::Process;
use crate::results::{Cell, Entrant, Memory, Row, median};
use crate::task::Task;

/// What is left of a peer's threads goes to sleep in this time.
const PAUSE: Duration = Duration::from_millis(100);

/// How a run is done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the peers are.
    pub places: Places,
    /// Threads of each peer.
    pub threads: usize,
    /// Rounds.
    pub rounds: usize,
    /// Runs of a peer in a round, at least.
    pub runs: usize,
    /// Seconds of a peer in a round, at least.
    pub seconds: f64,
    /// Where what the peers print is kept.
    pub logs: PathBuf,
}

/// The peers of a run, each with its process.
pub struct Campaign<'a> {
    plan: &'a Plan,
    peers: &'a [&'a Peer],
    processes: Vec<Result<Process, String>>,
}

impl<'a> Campaign<'a> {
    /// Starts every peer.
    pub fn start(plan: &'a Plan, peers: &'a [&'a Peer]) -> Self {
        let processes = peers.iter().map(|peer| start(plan, peer)).collect();
        Campaign { plan, peers, processes }
    }

    /// Who takes part, and who is absent.
    pub fn entrants(&self) -> Vec<Entrant> {
        let entrant = |(peer, process): (&&Peer, &Result<Process, String>)| Entrant {
            title: peer.title.to_owned(),
            version: process.as_ref().map(|process| process.version.clone()).map_err(Clone::clone),
        };
        self.peers.iter().zip(&self.processes).map(entrant).collect()
    }

    /// Checks and times the peers at a task.
    pub fn row(&mut self, task: &Task) -> Row {
        let title = task.row();
        let mut checked = Vec::new();
        for (peer, process) in self.peers.iter().zip(&mut self.processes) {
            let found = check(self.plan, peer, process, task).map_err(|error| error.to_string());
            match &found {
                Ok(apart) => eprintln!("{title}: {} differs by {apart:.1e}", peer.title),
                Err(reason) => eprintln!("{title}: {}: {reason}", peer.title),
            }
            checked.push(found);
        }
        let mut times = vec![Vec::new(); self.peers.len()];
        for round in 0..self.plan.rounds {
            // Nobody always comes after the same.
            let mut turns: Vec<_> = self.processes.iter_mut().enumerate().collect();
            if round % 2 == 1 {
                turns.reverse();
            }
            for (peer, process) in turns {
                let (Ok(process), Ok(_)) = (process, &checked[peer]) else { continue };
                sleep(PAUSE);
                match time(self.plan, process) {
                    Ok(found) => times[peer].extend(found),
                    Err(error) => checked[peer] = Err(error.to_string()),
                }
            }
        }
        let cells = checked.into_iter().zip(&mut times).map(|(checked, times)| {
            let difference = checked?;
            let seconds = median(times).ok_or("nothing was timed")?;
            Ok(Cell { seconds, difference })
        });
        let &Task { title, batch, flops, .. } = task;
        let ours = self.peers.iter().filter(|peer| peer.is_ours()).count();
        Row { model: title.to_owned(), batch, flops, ours, cells: cells.collect() }
    }

    /// The most memory that a fresh process of each peer held that did nothing but the task.
    pub fn memory(&self, task: &Task) -> Memory {
        let bytes = self.peers.iter().zip(&self.processes).map(|(peer, process)| {
            process.as_ref().ok()?;
            let mut fresh = start(self.plan, peer).ok()?;
            task.load(&mut fresh)
                .and_then(|()| {
                    fresh.ask(&["run", "3", "0"])?;
                    Ok(fresh.ask(&["memory"])?.parse()?)
                })
                .ok()
        });
        Memory { model: task.memory(), bytes: bytes.collect() }
    }
}

fn start(plan: &Plan, peer: &Peer) -> Result<Process, String> {
    Process::start(peer, &plan.places, plan.threads, &plan.logs).map_err(|error| error.to_string())
}

/// Makes a peer ready and says how far from what is expected it is.
fn check(
    plan: &Plan,
    peer: &Peer,
    process: &mut Result<Process, String>,
    task: &Task,
) -> Result<f64> {
    let running = process.as_mut().map_err(|reason| reason.clone())?;
    let apart = task.check(running, &plan.logs.join("output.f32"));
    if apart.is_err() && running.has_ended() {
        // The next row may be one that it takes.
        *process = start(plan, peer);
    }
    apart
}

/// The seconds of each run, after some that are not counted.
fn time(plan: &Plan, process: &mut Process) -> Result<Vec<f64>> {
    let run = |process: &mut Process, runs: usize, seconds: f64| {
        process.ask(&["run", &runs.to_string(), &seconds.to_string()])
    };
    run(process, 1, plan.seconds / 4.0)?;
    let times = run(process, plan.runs, plan.seconds)?;
    times.split(' ').map(|seconds| Ok(seconds.parse()?)).collect()
}
