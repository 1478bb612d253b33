use super::{Share, TrainError};

/// Where batches come from: a [`Loader`](super::Loader), or a function that makes an iterator of
/// the batches of an epoch.
///
/// Each epoch's batches must follow from its number alone for a training to be repeatable.
pub trait Batches {
    /// A batch: what the model takes, and the labels.
    type Batch;

    /// The batches of an epoch (0 is the first), but for the first `skip`.
    ///
    /// # Errors
    /// Each batch may be one that cannot be read.
    fn epoch(
        &self,
        epoch: usize,
        skip: usize,
    ) -> impl Iterator<Item = Result<Self::Batch, TrainError>>;

    /// How many batches an epoch has, if that is known.
    fn batches(&self) -> Option<usize> {
        None
    }

    /// What this process makes of the batch of that number, of any epoch, where several ranks make
    /// parts of it; `None` if the batches of all ranks are parts of equal size.
    fn share(&self, _batch: usize) -> Option<Share> {
        None
    }
}

/// Skipped batches are made and dropped.
impl<F, I, B> Batches for F
where
    F: Fn(usize) -> I,
    I: IntoIterator<Item = Result<B, TrainError>>,
{
    type Batch = B;

    fn epoch(&self, epoch: usize, skip: usize) -> impl Iterator<Item = Result<B, TrainError>> {
        self(epoch).into_iter().skip(skip)
    }
}
