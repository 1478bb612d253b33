//! What the peers are timed at: a network at a batch size, run or trained.

use std::fs;
use std::path::Path;

use formwork_bench_worker::Files;

use crate::Result;
use crate::models::Model;
use crate::prepare::expectation;
use crate::process::Process;
use crate::reference::difference;
use crate::training::{LOSSES, Trained, expected_losses};

/// Farther from the definition than this, relative to the largest value, is another network.
const MOST_APART: f64 = 1e-3;
/// What the peers are timed at.
pub struct Task {
    /// The network's name in tables.
    pub title: &'static str,
    /// Images at once.
    pub batch: usize,
    /// Floating-point operations of the batch.
    pub flops: f64,
    files: Files,
    expected: Expected,
}

/// What a peer is compared with before it is timed.
enum Expected {
    /// The output of the network.
    Output(Vec<f64>),
    /// The losses of the first steps, and how far from each another way of rounding may be.
    Losses(Vec<f64>, [f64; LOSSES]),
}

impl Task {
    /// To run a network.
    ///
    /// # Errors
    /// If what is expected of it cannot be read.
    pub fn inference(model: &Model, files: &Files, batch: usize) -> Result<Self> {
        let (title, flops) = (model.title, model.flops() * batch as f64);
        let expected = Expected::Output(expectation(files, batch)?);
        Ok(Task { title, batch, flops, files: files.clone(), expected })
    }

    /// To train a network.
    ///
    /// # Errors
    /// If what is expected of it cannot be read.
    pub fn training(trained: &Trained, files: &Files) -> Result<Self> {
        let (title, batch, flops) = (trained.title, trained.training.batch, trained.flops());
        let expected = Expected::Losses(expected_losses(files)?, trained.apart);
        Ok(Task { title, batch, flops, files: files.clone(), expected })
    }

    /// What its row is called.
    pub fn row(&self) -> String {
        format!("{} b{}", self.title, self.batch)
    }

    /// Whether the memory that it takes is told: of a network that runs at batch 1.
    pub fn tells_memory(&self) -> bool {
        self.batch == 1 || self.trains()
    }

    /// What it is called where memory is told.
    pub fn memory(&self) -> String {
        if self.trains() { self.row() } else { self.title.to_owned() }
    }

    fn trains(&self) -> bool {
        matches!(self.expected, Expected::Losses(..))
    }

    /// Makes a peer ready.
    ///
    /// # Errors
    /// What the peer says is wrong.
    pub fn load(&self, process: &mut Process) -> Result<()> {
        let command = if self.trains() { "train" } else { "load" };
        let folder = self.files.folder().display().to_string();
        process.ask(&[command, &folder, &self.batch.to_string()])?;
        Ok(())
    }

    /// Makes a peer ready, and says how far from what is expected it is; `file` is written over.
    ///
    /// # Errors
    /// What the peer says is wrong, or that it does something else.
    pub fn check(&self, process: &mut Process, file: &Path) -> Result<f64> {
        self.load(process)?;
        match &self.expected {
            Expected::Output(expected) => {
                let apart = difference(expected, &output(process, file)?);
                match apart <= MOST_APART {
                    true => Ok(apart),
                    false => {
                        Err(format!("its output differs by {apart:.1e} of the largest value")
                            .into())
                    }
                }
            }
            Expected::Losses(expected, most) => {
                let losses = expected.iter().map(|_| match output(process, file)?.as_slice() {
                    &[loss] => Ok(f64::from(loss)),
                    other => Err(format!("{} losses of a step", other.len()).into()),
                });
                compared(expected, &losses.collect::<Result<Vec<_>>>()?, most)
            }
        }
    }
}

/// What a peer returns when it runs once more.
fn output(process: &mut Process, file: &Path) -> Result<Vec<f32>> {
    process.ask(&["run", "1", "0"])?;
    process.ask(&["output", &file.display().to_string()])?;
    let bytes = fs::read(file)?;
    let values = bytes.chunks_exact(4);
    Ok(values.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}

/// The largest difference of two trainings' losses, relative to those that are expected.
///
/// # Errors
/// If one is farther than `most`, or no number.
pub fn compared(expected: &[f64], found: &[f64], most: &[f64; LOSSES]) -> Result<f64> {
    let mut largest = 0.0;
    for (step, ((expected, found), most)) in expected.iter().zip(found).zip(most).enumerate() {
        let apart = (found - expected).abs() / expected.abs();
        if apart.is_nan() || apart > *most {
            let step = step + 1;
            return Err(format!(
                "another training: its loss at step {step} is {found:.5}, not {expected:.5}"
            )
            .into());
        }
        largest = f64::max(largest, apart);
    }
    Ok(largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_that_differ_are_another_training() {
        let (expected, most) = ([2.0, 1.0, 0.5], [1e-4, 1e-2, 2e-2]);
        assert_eq!(compared(&expected, &expected, &most).expect("the same"), 0.0);
        let apart = compared(&expected, &[2.0001, 1.0, 0.5], &most).expect("rounding");
        assert!((apart - 5e-5).abs() < 1e-9, "{apart}");
        for (step, other) in [(1, [2.01, 1.0, 0.5]), (2, [2.0, 0.98, 0.5]), (3, [2.0, 1.0, 0.52])] {
            let error = compared(&expected, &other, &most).expect_err("another").to_string();
            assert!(error.contains(&format!("at step {step} ")), "{error}");
        }
        assert!(compared(&expected, &[2.0, f64::NAN, 0.5], &most).is_err());
    }
}
