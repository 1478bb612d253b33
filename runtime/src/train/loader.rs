use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::seed::{derive, permutation};
use super::{Batches, Ranks, Share, TrainError};
use crate::Error;

/// A sample, or why it cannot be read.
pub type Sample<T> = Result<T, Box<dyn StdError + Send + Sync>>;

/// Samples that are read one by one, from any thread.
pub trait Dataset: Send + Sync + 'static {
    /// What a sample is: what it takes to make a batch on the device.
    type Item: Send + 'static;

    /// Number of samples.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A sample. What is random about it, such as an augmentation, follows from `seed`, which is
    /// another for each sample and epoch.
    ///
    /// # Errors
    /// If it cannot be read.
    fn get(&self, index: usize, seed: u64) -> Sample<Self::Item>;
}

impl<T: Clone + Send + Sync + 'static> Dataset for Vec<T> {
    type Item = T;

    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize, _: u64) -> Sample<T> {
        Ok(self[index].clone())
    }
}

/// Makes batches of a data set: in a new order each epoch, prepared ahead by threads.
///
/// The seed and the number of the epoch decide order and samples; the threads do not. Samples are
/// read by the threads; `collate` makes a batch of them where the model trains.
pub struct Loader<S, F> {
    dataset: Arc<S>,
    batch: usize,
    collate: F,
    seed: u64,
    shuffle: bool,
    threads: usize,
    drop_last: bool,
    /// Which part of each batch it makes, of how many.
    part: [usize; 2],
}

impl<S: Dataset, F> Loader<S, F> {
    /// Batches of `batch` samples (at least one) in the data set's own order; the last of an epoch
    /// may be smaller.
    pub fn new<B>(dataset: Arc<S>, batch: usize, collate: F) -> Self
    where
        F: Fn(Vec<S::Item>) -> Result<B, Error>,
    {
        let (seed, shuffle, threads, drop_last) = (0, false, 0, false);
        let (batch, part) = (batch.max(1), [0, 1]);
        Loader { dataset, batch, collate, seed, shuffle, threads, drop_last, part }
    }

    /// In an order that the seed and the epoch decide; samples get seeds of it, too.
    #[must_use]
    pub fn shuffle(mut self, seed: u64) -> Self {
        (self.shuffle, self.seed) = (true, seed);
        self
    }

    /// Prepares batches ahead in that many threads, two in each; 0 reads them when they are
    /// needed.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Leaves a last batch out that would be smaller than the others.
    #[must_use]
    pub fn drop_last(mut self) -> Self {
        self.drop_last = true;
        self
    }

    /// Makes this rank's part of each batch: together, the parts of all ranks are the batches of one
    /// process, with the same samples and seeds.
    ///
    /// Parts are as large as others or by one sample larger. Where the last batch has fewer samples
    /// than there are ranks, those who have none make a batch of its first, which counts for nothing
    /// ([`Share::samples`] is 0), so that all take the same steps.
    #[must_use]
    pub fn ranks(mut self, ranks: &impl Ranks) -> Self {
        self.part = [ranks.rank(), ranks.size()];
        self
    }

    fn count(&self) -> usize {
        match self.drop_last {
            true => self.dataset.len() / self.batch,
            false => self.dataset.len().div_ceil(self.batch),
        }
    }
}

/// What one epoch reads.
struct Epoch<S> {
    dataset: Arc<S>,
    order: Vec<usize>,
    batch: usize,
    part: [usize; 2],
    seed: u64,
}

impl<S: Dataset> Epoch<S> {
    fn samples(&self, batch: usize) -> Result<Vec<S::Item>, TrainError> {
        let whole = self.order.chunks(self.batch).nth(batch).unwrap_or_default();
        let [rank, size] = self.part;
        let own = Share::range(rank, size, whole.len());
        let indices = if own.is_empty() { &whole[..1.min(whole.len())] } else { &whole[own] };
        let sample = |&index: &usize| {
            let sample = self.dataset.get(index, derive(self.seed, &[index as u64]));
            sample.map_err(|source| TrainError::Data { index, source })
        };
        indices.iter().map(sample).collect()
    }
}

impl<S: Dataset, B, F: Fn(Vec<S::Item>) -> Result<B, Error>> Batches for Loader<S, F> {
    type Batch = B;

    fn epoch(&self, epoch: usize, skip: usize) -> impl Iterator<Item = Result<B, TrainError>> {
        let (len, count) = (self.dataset.len(), self.count());
        let seed = derive(self.seed, &[epoch as u64]);
        let order = match self.shuffle {
            true => permutation(len, derive(seed, &[0])),
            false => (0..len).collect(),
        };
        let (dataset, batch, part) = (Arc::clone(&self.dataset), self.batch, self.part);
        let epoch = Arc::new(Epoch { dataset, order, batch, part, seed: derive(seed, &[1]) });
        // Thread `t` of `n` prepares every nth batch, so that taking turns keeps their order.
        let prepared: Vec<Receiver<_>> = (0..self.threads)
            .map(|thread| {
                let (sender, receiver) = sync_channel(2);
                let (epoch, step) = (Arc::clone(&epoch), self.threads);
                thread::spawn(move || {
                    for batch in (skip + thread..count).step_by(step) {
                        if sender.send(epoch.samples(batch)).is_err() {
                            return;
                        }
                    }
                });
                receiver
            })
            .collect();
        (skip..count).map(move |batch| {
            let samples = match prepared.get((batch - skip) % prepared.len().max(1)) {
                Some(thread) => thread.recv().map_err(|_| TrainError::Loader { batch })?,
                None => epoch.samples(batch),
            };
            Ok((self.collate)(samples?)?)
        })
    }

    fn batches(&self) -> Option<usize> {
        Some(self.count())
    }

    fn share(&self, batch: usize) -> Option<Share> {
        let of = self.batch.min(self.dataset.len().saturating_sub(batch * self.batch));
        let [rank, size] = self.part;
        Some(Share { samples: Share::range(rank, size, of).len(), of })
    }
}
