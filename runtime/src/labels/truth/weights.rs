//! How much each place counts.

use super::{Truth, Values};
use crate::{Backend, Error};

impl<D: Backend> Truth<D> {
    /// The weight of each place, if any counts less than another.
    fn weights_of_places(&self) -> Option<Vec<f32>> {
        let even = self.weights.is_none() && self.valid.is_none();
        (!even).then(|| (0..self.places()).map(|place| self.weight(place)).collect())
    }

    /// As [`weights_of_places`](Self::weights_of_places), with the weight of each place's class.
    /// Of labels that are not quite one-hot, that of each class counts for its part.
    pub(crate) fn weights(&self, of_class: Option<&[f32]>) -> Result<Option<Vec<f32>>, Error> {
        let Some(of_class) = self.class_weights(of_class)? else {
            return Ok(self.weights_of_places());
        };
        let mean = |row: &[f32]| row.iter().zip(of_class).map(|(part, of)| part * of).sum();
        let classes: Vec<f32> = match &self.values {
            Values::Classes(classes, _) => {
                let of = |&class: &u32| of_class.get(class as usize).copied().unwrap_or(0.0);
                classes.iter().map(of).collect()
            }
            Values::Dense(_) => self.to_vec().chunks_exact(of_class.len()).map(mean).collect(),
        };
        let weights = classes.iter().enumerate().map(|(place, of)| of * self.weight(place));
        Ok(Some(weights.collect()))
    }

    /// The class weights, one for each channel.
    pub(crate) fn class_weights<'a>(
        &self,
        weights: Option<&'a [f32]>,
    ) -> Result<Option<&'a [f32]>, Error> {
        match weights {
            Some(weights) if weights.len() != self.channels() || weights.is_empty() => {
                let expected = format!("{} class weights", self.channels());
                Err(Error::shape(expected, weights.len()))
            }
            _ => Ok(weights),
        }
    }

    /// The weight of each value of the output, if any counts less than another.
    pub(crate) fn weights_of_values(&self) -> Option<Vec<f32>> {
        Some(self.repeated(self.weights_of_places()?.into_iter()))
    }

    /// 1 for each value of the output that counts, otherwise 0.
    pub(crate) fn validity_of_values(&self) -> Vec<f32> {
        self.repeated((0..self.places()).map(|place| f32::from(u8::from(self.is_valid(place)))))
    }

    /// A number for each place as one for each value.
    fn repeated(&self, values: impl Iterator<Item = f32>) -> Vec<f32> {
        values.flat_map(|value| std::iter::repeat_n(value, self.channels())).collect()
    }
}
