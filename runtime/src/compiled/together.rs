use std::cell::RefCell;
use std::rc::Rc;

use formwork_engine::Peers;

/// Processes that train a model together, as a run of it knows them.
pub(crate) type Together = Rc<RefCell<dyn TrainTogether>>;

/// What a run has to do with them besides what its plan has.
pub(crate) trait TrainTogether: Peers {
    /// Whether batch norms take the statistics of the batches of all.
    fn synchronised(&self) -> bool;

    /// Hears whether the model runs by a plan, and if not, why.
    fn planned(&mut self, planned: Result<(), String>);

    /// How many rows all have where this process has so many.
    fn rows(&self, own: usize) -> usize;

    /// Makes the gradients, of the parameters that are trained, those of all processes, if they are
    /// to be added up already.
    fn finish(&mut self, gradients: &mut [Vec<f32>]);
}
