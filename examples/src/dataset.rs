//! Pictures of handwritten digits with their labels.

use std::io::Read;

use formwork::train::Sample;

use crate::idx::{Idx, IdxError};

/// Height and width of a picture.
pub const SIDE: usize = 28;
/// Number of labels: the digits 0 to 9.
pub const CLASSES: usize = 10;

/// Greyscale pictures of [`SIDE`] × [`SIDE`] pixels, each with its label.
#[derive(Debug)]
pub struct Dataset {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

/// Why digits cannot be loaded.
#[derive(thiserror::Error, Debug)]
pub enum DatasetError {
    /// A file is damaged.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// The files hold something else.
    #[error(
        "expected [n, {SIDE}, {SIDE}] pictures and [n] labels, found {pictures:?} and {labels:?}"
    )]
    Sizes {
        /// Sizes of the pictures.
        pictures: Vec<usize>,
        /// Sizes of the labels.
        labels: Vec<usize>,
    },
    /// A label is no digit.
    #[error("label {index} is {label}, expected a digit below {CLASSES}")]
    Label {
        /// Which one.
        index: usize,
        /// Its value.
        label: u8,
    },
}

impl Dataset {
    /// The 9,000 digits to learn from.
    pub fn train() -> Result<Self, DatasetError> {
        Self::read(
            &include_bytes!("../data/train-images.idx.gz")[..],
            &include_bytes!("../data/train-labels.idx.gz")[..],
        )
    }

    /// The 1,000 digits that are held out.
    pub fn test() -> Result<Self, DatasetError> {
        Self::read(
            &include_bytes!("../data/test-images.idx.gz")[..],
            &include_bytes!("../data/test-labels.idx.gz")[..],
        )
    }

    /// Reads gzipped IDX files of `[n, 28, 28]` pictures and of `[n]` labels.
    pub fn read(pictures: impl Read, labels: impl Read) -> Result<Self, DatasetError> {
        Self::new(Idx::read(pictures)?, Idx::read(labels)?)
    }

    /// Puts `[n, 28, 28]` pictures and `[n]` labels together.
    pub fn new(pictures: Idx, labels: Idx) -> Result<Self, DatasetError> {
        match (&*pictures.sizes, &*labels.sizes) {
            ([n, SIDE, SIDE], [m]) if n == m => {}
            _ => {
                return Err(DatasetError::Sizes { pictures: pictures.sizes, labels: labels.sizes });
            }
        }
        let wrong = labels.values.iter().position(|&label| usize::from(label) >= CLASSES);
        if let Some(index) = wrong {
            return Err(DatasetError::Label { index, label: labels.values[index] });
        }
        Ok(Dataset { pixels: pictures.values, labels: labels.values })
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels of one picture, row by row, 0 the background.
    pub fn picture(&self, index: usize) -> &[u8] {
        &self.pixels[index * SIDE * SIDE..][..SIDE * SIDE]
    }

    /// The digit that a picture shows.
    pub fn label(&self, index: usize) -> usize {
        self.labels[index].into()
    }

    /// Some pictures as one `[n, 28, 28, 1]` batch of values in 0..=1.
    pub fn batch(&self, indices: &[usize]) -> Vec<f32> {
        let mut values = Vec::with_capacity(indices.len() * SIDE * SIDE);
        for &index in indices {
            values.extend(self.picture(index).iter().map(|&pixel| f32::from(pixel) / 255.0));
        }
        values
    }

    /// The digits that some pictures show.
    pub fn labels(&self, indices: &[usize]) -> Vec<usize> {
        indices.iter().map(|&i| self.label(i)).collect()
    }
}

/// A picture of values in 0..=1, and its label.
impl formwork::train::Dataset for Dataset {
    type Item = (Vec<f32>, usize);

    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize, _: u64) -> Sample<Self::Item> {
        Ok((self.batch(&[index]), self.label(index)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pictures: &[usize], labels: &[u8], expect: &str) {
        let pixels = vec![0; pictures.iter().product()];
        let pictures = Idx { sizes: pictures.to_vec(), values: pixels };
        let labels = Idx { sizes: vec![labels.len()], values: labels.to_vec() };
        assert_eq!(Dataset::new(pictures, labels).unwrap_err().to_string(), expect);
    }

    #[test]
    fn refuses_what_does_not_belong_together() {
        let sizes = "expected [n, 28, 28] pictures and [n] labels, found";
        check(&[2, 28, 28], &[1], &format!("{sizes} [2, 28, 28] and [1]"));
        check(&[1, 28, 32], &[1], &format!("{sizes} [1, 28, 32] and [1]"));
        check(&[28, 28], &[1], &format!("{sizes} [28, 28] and [1]"));
        check(&[2, 28, 28], &[9, 10], "label 1 is 10, expected a digit below 10");
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let error = Dataset::read(&[0; 32][..], &[0; 32][..]).unwrap_err();
        assert_eq!(error.to_string(), "invalid gzip header");
    }

    #[test]
    fn the_digits_are_complete() {
        for (digits, count) in [(Dataset::train(), 9_000), (Dataset::test(), 1_000)] {
            let digits = digits.unwrap();
            assert_eq!(digits.len(), count);
            for class in 0..CLASSES {
                let share = (0..count).filter(|&i| digits.label(i) == class).count();
                assert!((count * 8 / 100..count * 12 / 100).contains(&share), "{class}: {share}");
            }
        }
    }

    #[test]
    fn batches_are_scaled() {
        let mut pixels = vec![0; 2 * SIDE * SIDE];
        pixels[SIDE * SIDE] = 255;
        let pictures = Idx { sizes: vec![2, SIDE, SIDE], values: pixels };
        let labels = Idx { sizes: vec![2], values: vec![7, 2] };
        let digits = Dataset::new(pictures, labels).unwrap();
        let batch = digits.batch(&[1, 0]);
        assert_eq!((batch.len(), batch[0], batch.iter().sum()), (2 * SIDE * SIDE, 1.0, 1.0));
        assert_eq!(digits.labels(&[1, 0]), [2, 7]);
    }
}
