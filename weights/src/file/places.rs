//! Tensors whose values lie in the file as they are.

use std::io::{Seek, SeekFrom};

use super::values::{self, Order};
use super::{Entry, Problem, Source, Values};

/// Where the values of a tensor lie.
pub(crate) struct Place {
    pub(crate) start: u64,
    pub(crate) order: Order,
}

impl Place {
    /// Row-major values, the lowest byte first.
    pub(crate) fn plain(start: u64) -> Self {
        Place { start, order: Order::Little }
    }
}

/// A file, and where the values of each tensor lie in it.
pub(crate) struct Places {
    pub(crate) source: Box<dyn Source>,
    pub(crate) length: u64,
    pub(crate) places: Vec<Place>,
}

impl Values for Places {
    fn values(&mut self, index: usize, entry: &Entry) -> Result<Vec<f32>, Problem> {
        let place = &self.places[index];
        let count = entry.count().ok_or_else(|| too_large(entry))?;
        self.source.seek(SeekFrom::Start(place.start))?;
        let justified = usize::try_from(self.length).unwrap_or(usize::MAX);
        values::read(&mut self.source, entry.dtype, place.order, count, justified)
    }
}

fn too_large(entry: &Entry) -> Problem {
    format!("`{}` would be {:?}: that is more than can be addressed", entry.name, entry.shape)
        .into()
}
