//! Steps of a training, one at a time: the training runs on a thread of its own, which waits for
//! its turn whenever it asks for a batch.

use std::cell::Cell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use formwork_bench_worker::{Files, Running};

use super::Trained;
use crate::Result;

/// A training that goes on by a step at a time.
pub struct Steps {
    go: Option<Sender<()>>,
    done: Receiver<f32>,
    thread: Option<JoinHandle<Result<(), String>>>,
    loss: f32,
}

/// What the training sees of it.
pub struct Turns {
    go: Receiver<()>,
    done: Sender<f32>,
    /// The loss of the step that is under way.
    pub loss: Cell<f32>,
}

impl Steps {
    /// Reads a folder, and begins.
    ///
    /// # Errors
    /// If the training cannot begin.
    pub fn begin(trained: &'static Trained, files: Files) -> Result<Self> {
        let (go, ordered) = channel();
        let (told, done) = channel();
        let thread = thread::spawn(move || {
            let turns = Turns { go: ordered, done: told, loss: Cell::new(f32::NAN) };
            (trained.fit)(&files, &turns).map_err(|error| error.to_string())
        });
        let mut steps = Steps { go: Some(go), done, thread: Some(thread), loss: f32::NAN };
        steps.wait()?;
        Ok(steps)
    }

    /// Until the training asks for a batch.
    fn wait(&mut self) -> Result<()> {
        if let Ok(loss) = self.done.recv() {
            self.loss = loss;
            return Ok(());
        }
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(Err(error))) => Err(error.into()),
            Some(Err(_)) => Err("the training panicked".into()),
            _ => Err("the training has ended".into()),
        }
    }
}

impl Running for Steps {
    fn run(&mut self) -> Result<()> {
        if let Some(go) = &self.go {
            // If nobody listens, the training has ended, and says why.
            _ = go.send(());
        }
        self.wait()
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        Ok(vec![self.loss])
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        // There are no more batches then.
        self.go = None;
        self.thread.take().map(JoinHandle::join);
    }
}

impl Turns {
    /// Says that the step is done, and waits for the next turn; false if there is none.
    pub fn next(&self) -> bool {
        self.done.send(self.loss.get()).is_ok() && self.go.recv().is_ok()
    }
}
