//! Commands on standard input, an answer to each on standard output:
//!
//! | | |
//! |---|---|
//! | (at the start) | `ok VERSION` |
//! | `load FOLDER BATCH` | makes that network ready to run |
//! | `train FOLDER BATCH` | makes that network ready to be trained: a run is a step |
//! | `run TIMES SECONDS` | runs it that often at least and for that long at least: `ok` and the seconds of each run |
//! | `output FILE` | what the last run returned, (batch, height, width, channels), as raw f32; of a step its loss |
//! | `memory` | the most memory that the process ever held, in bytes |
//!
//! What goes wrong is answered by `error` and a line of text.

use std::io::{BufRead, Write, stdin, stdout};
use std::time::{Duration, Instant};

use crate::{Files, Result};

/// A framework that loads networks.
pub trait Peer {
    /// Its version.
    fn version(&self) -> String;

    /// Makes a network ready to run on the first `batch` of its images.
    ///
    /// # Errors
    /// Whatever goes wrong.
    fn load(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>>;

    /// Makes a network ready for steps of training on the first `batch` of its images.
    ///
    /// # Errors
    /// Whatever goes wrong.
    fn train(&mut self, _: &Files, _: usize) -> Result<Box<dyn Running>> {
        Err("it does not train".into())
    }
}

/// A network that is ready to run, or to be trained.
pub trait Running {
    /// Runs it once, to the end; trains it one step.
    ///
    /// # Errors
    /// Whatever goes wrong.
    fn run(&mut self) -> Result<()>;

    /// What the last run returned: (batch, height, width, channels); the loss of the last step,
    /// before it moved the weights.
    ///
    /// # Errors
    /// Whatever goes wrong.
    fn output(&mut self) -> Result<Vec<f32>>;
}

/// The most runs that are timed at once.
const MOST_RUNS: usize = 2000;

/// Answers commands until there are no more.
///
/// # Errors
/// If nobody listens.
pub fn serve(mut peer: impl Peer) -> Result<()> {
    say(&Ok(peer.version()))?;
    let mut running = None;
    for line in stdin().lock().lines() {
        let line = line?;
        let words: Vec<_> = line.split('\t').collect();
        say(&answer(&mut peer, &mut running, &words))?;
    }
    Ok(())
}

fn say(answer: &Result<String>) -> Result<()> {
    let line = match answer {
        Ok(text) => format!("ok {text}"),
        Err(error) => format!("error {}", error.to_string().replace('\n', " ")),
    };
    let mut out = stdout().lock();
    writeln!(out, "{}", line.trim_end())?;
    Ok(out.flush()?)
}

fn answer(
    peer: &mut impl Peer,
    running: &mut Option<Box<dyn Running>>,
    words: &[&str],
) -> Result<String> {
    match words {
        ["load", folder, batch] => {
            *running = None;
            *running = Some(peer.load(&Files::new(*folder), batch.parse()?)?);
            Ok(String::new())
        }
        ["train", folder, batch] => {
            *running = None;
            *running = Some(peer.train(&Files::new(*folder), batch.parse()?)?);
            Ok(String::new())
        }
        ["run", times, seconds] => {
            let running = running.as_mut().ok_or("nothing is loaded")?;
            time(running.as_mut(), times.parse()?, Duration::from_secs_f64(seconds.parse()?))
        }
        ["output", file] => {
            let values = running.as_mut().ok_or("nothing is loaded")?.output()?;
            let bytes: Vec<_> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            std::fs::write(file, bytes)?;
            Ok(String::new())
        }
        ["memory"] => Ok(peak_memory()?.to_string()),
        _ => Err(format!("no command: {words:?}").into()),
    }
}

fn time(running: &mut dyn Running, times: usize, least: Duration) -> Result<String> {
    let mut seconds = Vec::new();
    let begin = Instant::now();
    while seconds.len() < times || begin.elapsed() < least && seconds.len() < MOST_RUNS {
        let start = Instant::now();
        running.run()?;
        seconds.push(format!("{:.7}", start.elapsed().as_secs_f64()));
    }
    Ok(seconds.join(" "))
}

/// The most memory that this process ever held, in bytes.
///
/// # Errors
/// Where the system does not say it as Linux does.
pub fn peak_memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB"));
    Ok(1024 * kilobytes.ok_or("no VmHWM in /proc/self/status")?.trim().parse::<u64>()?)
}
