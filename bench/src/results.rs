//! What a run of the bench found.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::machine::Machine;

/// What runs found: the last one at inference, and the last one at training.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// At inference.
    pub inference: Option<Measured>,
    /// At training.
    pub training: Option<Measured>,
}

/// What a run found.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// Where it ran.
    pub machine: Machine,
    /// What was run.
    pub command: String,
    /// When: a date.
    pub date: String,
    /// Threads of each peer.
    pub threads: usize,
    /// Rounds in which the peers took turns.
    pub rounds: usize,
    /// Floating-point operations a second that as many threads do, in registers.
    pub peak: f64,
    /// The peers; formwork is the first, and what it can be told follows.
    pub peers: Vec<Entrant>,
    /// Timings.
    pub rows: Vec<Row>,
    /// The most memory of a process that loads a network and runs it at batch 1, or trains it.
    pub memory: Vec<Memory>,
}

/// A peer of a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entrant {
    /// Its name.
    pub title: String,
    /// Its version, or why it is absent.
    pub version: Result<String, String>,
}

/// A network at a batch size.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The network.
    pub model: String,
    /// Images at once.
    pub batch: usize,
    /// Floating-point operations of the batch.
    pub flops: f64,
    /// How many of the peers, the first, are formwork.
    pub ours: usize,
    /// What was found of each peer, or why there is nothing.
    pub cells: Vec<Result<Cell, String>>,
}

/// A peer at a network.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// The median of all runs.
    pub seconds: f64,
    /// How far its output is from the definition, relative to the largest value; its losses from
    /// those that are expected.
    pub difference: f64,
}

/// How much memory a network takes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Memory {
    /// The network; its row's title, where it is trained.
    pub model: String,
    /// Bytes of each peer.
    pub bytes: Vec<Option<u64>>,
}

impl Results {
    /// What was kept in a file; nothing if there is none.
    ///
    /// # Errors
    /// If it holds something else.
    pub fn read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Results::default());
        }
        let results = serde_json::from_slice(&fs::read(path)?);
        Ok(results.map_err(|error| format!("{}: {error}", path.display()))?)
    }

    /// Keeps them.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        Ok(fs::write(path, serde_json::to_vec_pretty(self)?)?)
    }
}

impl Row {
    /// What the row is called.
    pub fn title(&self) -> String {
        format!("{} b{}", self.model, self.batch)
    }

    /// The seconds of a peer.
    pub fn seconds(&self, peer: usize) -> Option<f64> {
        self.cells.get(peer)?.as_ref().ok().map(|cell| cell.seconds)
    }

    /// The fastest peer other than formwork, and its seconds.
    pub fn fastest(&self) -> Option<(usize, f64)> {
        let timed =
            (self.ours..self.cells.len()).filter_map(|peer| Some((peer, self.seconds(peer)?)));
        timed.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// How much longer a peer takes than the fastest one other than formwork.
    pub fn ratio(&self, peer: usize) -> Option<f64> {
        Some(self.seconds(peer)? / self.fastest()?.1)
    }
}

/// The value in the middle; of an even number, the mean of the two there.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn what_is_kept_is_read_again_and_what_is_something_else_is_not() {
        let path = std::env::temp_dir().join(format!("formwork-bench-{}.json", std::process::id()));
        assert_eq!(Results::read(&path).expect("nothing yet"), Results::default());
        let trained = crate::report::tests::measured();
        let results = Results { inference: None, training: Some(trained) };
        results.write(&path).expect("written");
        let read = Results::read(&path);
        fs::write(&path, r#"{"rows": []}"#).expect("written");
        let other = Results::read(&path);
        fs::remove_file(&path).expect("removed");
        assert_eq!(read.expect("read"), results);
        assert!(other.expect_err("something else").to_string().contains("rows"));
    }

    #[test]
    fn ratios_are_to_the_fastest_of_the_others() {
        let cell = |seconds| Ok(Cell { seconds, difference: 0.0 });
        let cells = vec![cell(1.0), cell(4.0), Err("absent".to_owned()), cell(2.0)];
        let row = Row { model: "Net".to_owned(), batch: 8, flops: 1.0, ours: 1, cells };
        assert_eq!(row.fastest(), Some((3, 2.0)));
        let ratios: Vec<_> = (0..4).map(|peer| row.ratio(peer)).collect();
        assert_eq!(ratios, [Some(0.5), Some(2.0), None, Some(1.0)]);
        assert_eq!(row.title(), "Net b8");
        let row = Row { ours: 2, ..row };
        assert_eq!(row.ratio(1), Some(2.0));
    }
}
