use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{History, TrainError};
use crate::weights::Named;

/// The end of an epoch, as callbacks see it, in the order in which they were given.
pub struct Moment<'a> {
    /// All rows; the last is that of this epoch.
    pub history: &'a History,
    /// Whether this is the last epoch.
    pub stop: bool,
    /// What the schedule's learning rates are multiplied by from now on.
    pub rate_factor: f64,
    /// Which rank this is of a [parallel](super::parallel) training: only 0 writes files.
    pub rank: usize,
    pub(super) read: &'a dyn Fn() -> Vec<Named>,
    pub(super) write: Option<Vec<Named>>,
}

impl<'a> Moment<'a> {
    /// Of a training that goes on as it did.
    pub(super) fn of(history: &'a History, rank: usize, read: &'a dyn Fn() -> Vec<Named>) -> Self {
        Moment { history, stop: false, rate_factor: 1.0, rank, read, write: None }
    }

    /// What was measured of that name in this epoch.
    ///
    /// # Errors
    /// If there is no such.
    pub fn monitor(&self, name: &str) -> Result<f64, TrainError> {
        self.history.last(name).ok_or_else(|| {
            let names = self.history.rows.last().into_iter().flat_map(|row| &row.values);
            let names: Vec<_> = names.map(|(name, _)| format!("`{name}`")).collect();
            TrainError::Monitor { monitor: name.to_owned(), measured: names.join(", ") }
        })
    }

    /// All tensors of the model.
    pub fn weights(&self) -> Vec<Named> {
        (self.read)()
    }

    /// Gives the model other weights, by name, when all callbacks were called.
    pub fn set_weights(&mut self, weights: Vec<Named>) {
        self.write = Some(weights);
    }
}

/// What happens at the end of each epoch.
pub trait Callback {
    /// The epoch is over.
    ///
    /// # Errors
    /// Whatever should end the training.
    fn epoch(&mut self, moment: &mut Moment) -> Result<(), TrainError>;

    /// The training is over: it was stopped, or all epochs are done.
    ///
    /// # Errors
    /// Whatever the caller should know.
    fn end(&mut self, _: &mut Moment) -> Result<(), TrainError> {
        Ok(())
    }

    /// What it must know again when a training is resumed: part of each checkpoint.
    fn state(&self) -> Value {
        Value::Null
    }

    /// Takes up the state that it had.
    fn restore(&mut self, _: &Value) {}

    /// Tensors that are part of its state.
    fn tensors(&self) -> &[Named] {
        &[]
    }

    /// Takes up the tensors that it had.
    fn restore_tensors(&mut self, _: Vec<Named>) {}
}

/// How long a monitored value did not become better.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(super) struct Plateau {
    best: Option<f64>,
    waited: usize,
}

impl Plateau {
    /// Whether the value is the best so far, by more than `min_delta`. What is not finite never is.
    pub(super) fn improves(&mut self, value: f64, min_delta: f64, larger: bool) -> bool {
        let better = match self.best {
            _ if !value.is_finite() => false,
            None => true,
            Some(best) if larger => value > best + min_delta,
            Some(best) => value < best - min_delta,
        };
        match better {
            true => (self.best, self.waited) = (Some(value), 0),
            false => self.waited += 1,
        }
        better
    }
}

/// A value is better larger, unless its name says that it is a loss or an error.
pub(super) fn larger_is_better(monitor: &str) -> bool {
    !["loss", "error", "crossentropy"].iter().any(|small| monitor.contains(small))
}

/// Stops a training whose monitored value does not become better. Larger values are better unless
/// the name contains `loss`, `error` or `crossentropy`.
pub struct EarlyStopping {
    monitor: String,
    patience: usize,
    min_delta: f64,
    restore_best_weights: bool,
    plateau: Plateau,
    best: Vec<Named>,
}

impl EarlyStopping {
    /// Stops after `patience` epochs in which `monitor` (`val_loss`, say) was never better.
    pub fn new(monitor: &str, patience: usize) -> Self {
        EarlyStopping {
            monitor: monitor.to_owned(),
            patience,
            min_delta: 0.0,
            restore_best_weights: false,
            plateau: Plateau::default(),
            best: Vec::new(),
        }
    }

    /// What counts as better.
    #[must_use]
    pub fn min_delta(mut self, min_delta: f64) -> Self {
        self.min_delta = min_delta;
        self
    }

    /// Gives the model the weights of the best epoch in the end.
    #[must_use]
    pub fn restore_best_weights(mut self) -> Self {
        self.restore_best_weights = true;
        self
    }
}

impl Callback for EarlyStopping {
    fn epoch(&mut self, moment: &mut Moment) -> Result<(), TrainError> {
        let value = moment.monitor(&self.monitor)?;
        if self.plateau.improves(value, self.min_delta, larger_is_better(&self.monitor)) {
            if self.restore_best_weights {
                self.best = moment.weights();
            }
        } else if self.plateau.waited >= self.patience {
            moment.stop = true;
        }
        Ok(())
    }

    fn end(&mut self, moment: &mut Moment) -> Result<(), TrainError> {
        if !self.best.is_empty() {
            moment.set_weights(self.best.clone());
        }
        Ok(())
    }

    fn state(&self) -> Value {
        serde_json::to_value(&self.plateau).unwrap_or_default()
    }

    fn restore(&mut self, state: &Value) {
        self.plateau = Plateau::deserialize(state).unwrap_or_default();
    }

    fn tensors(&self) -> &[Named] {
        &self.best
    }

    fn restore_tensors(&mut self, tensors: Vec<Named>) {
        self.best = tensors;
    }
}

/// Lowers the learning rate when the monitored value does not become better.
pub struct ReduceLrOnPlateau {
    monitor: String,
    factor: f64,
    patience: usize,
    min_delta: f64,
    plateau: Plateau,
}

impl ReduceLrOnPlateau {
    /// Multiplies the rate by `factor` (Keras' default is 0.1) after `patience` (10) epochs in
    /// which `monitor` was not better by 0.0001.
    pub fn new(monitor: &str, factor: f64, patience: usize) -> Self {
        let (monitor, plateau) = (monitor.to_owned(), Plateau::default());
        ReduceLrOnPlateau { monitor, factor, patience, min_delta: 1e-4, plateau }
    }

    /// What counts as better.
    #[must_use]
    pub fn min_delta(mut self, min_delta: f64) -> Self {
        self.min_delta = min_delta;
        self
    }
}

impl Callback for ReduceLrOnPlateau {
    fn epoch(&mut self, moment: &mut Moment) -> Result<(), TrainError> {
        let value = moment.monitor(&self.monitor)?;
        let better = self.plateau.improves(value, self.min_delta, larger_is_better(&self.monitor));
        if !better && self.plateau.waited >= self.patience {
            self.plateau.waited = 0;
            moment.rate_factor *= self.factor;
        }
        Ok(())
    }

    fn state(&self) -> Value {
        serde_json::to_value(&self.plateau).unwrap_or_default()
    }

    fn restore(&mut self, state: &Value) {
        self.plateau = Plateau::deserialize(state).unwrap_or_default();
    }
}
