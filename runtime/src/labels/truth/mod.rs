mod weights;

use crate::var::show;
use crate::{Backend, Error, Var};

/// Labels of an output as losses and metrics read them: what each place should be, how much it
/// counts, and whether it counts at all.
#[derive(Clone, Debug)]
pub struct Truth<D: Backend> {
    /// Sizes of the output.
    dims: Vec<usize>,
    values: Values<D>,
    /// One a place.
    weights: Option<Vec<f32>>,
    /// Whether a place counts.
    valid: Option<Vec<bool>>,
}

#[derive(Clone, Debug)]
enum Values<D: Backend> {
    /// The class of each place, and how many there are.
    Classes(Vec<u32>, usize),
    Dense(Var<D>),
}

impl<D: Backend> Truth<D> {
    /// A class below `classes` for each place, those of the class `void` left out.
    pub(super) fn sparse(
        places: &[usize],
        values: &[u32],
        void: Option<u32>,
        classes: usize,
        dims: &[usize],
    ) -> Result<Self, Error> {
        let Some((&channels, expected)) = dims.split_last() else {
            return Err(Error::shape("an output with channels", show(dims)));
        };
        if places != expected {
            return Err(Error::shape(format!("labels {expected:?}"), show(places)));
        }
        if classes != channels && (classes, channels) != (2, 1) {
            return Err(Error::shape(format!("labels of {channels} classes"), classes));
        }
        filled(dims)?;
        let truth = Truth {
            dims: dims.to_vec(),
            values: Values::Classes(values.to_vec(), classes),
            weights: None,
            valid: None,
        };
        truth.ignoring(void)
    }

    /// A number for each value of the output.
    pub(super) fn dense(values: Var<D>, dims: &[usize]) -> Result<Self, Error> {
        if values.dims() != dims {
            return Err(Error::shape(format!("labels {dims:?}"), show(values.dims())));
        }
        filled(dims)?;
        Ok(Truth { dims: dims.to_vec(), values: Values::Dense(values), weights: None, valid: None })
    }

    /// The same, with a weight for each place or for each sample.
    pub(super) fn weighted(mut self, shape: &[usize], weights: &[f32]) -> Result<Self, Error> {
        let places = &self.dims[..self.dims.len() - 1];
        if shape != places && shape != &places[..1] {
            let expected = format!("weights {:?} or {places:?}", &places[..1]);
            return Err(Error::shape(expected, show(shape)));
        }
        let repeat = self.places() / weights.len().max(1);
        let weights = weights.iter().flat_map(|&weight| std::iter::repeat_n(weight, repeat));
        self.weights = Some(match self.weights {
            Some(old) => old.iter().zip(weights).map(|(old, weight)| old * weight).collect(),
            None => weights.collect(),
        });
        Ok(self)
    }

    /// The same without the places of a class; of one-hot labels, that of the highest value.
    pub(crate) fn ignoring(mut self, class: Option<u32>) -> Result<Self, Error> {
        let Some(ignored) = class else { return Ok(self) };
        let classes = self.class_of_each();
        let valid = classes.iter().map(|&class| class != ignored);
        self.valid = Some(match self.valid {
            Some(old) => old.iter().zip(valid).map(|(&old, valid)| old && valid).collect(),
            None => valid.collect(),
        });
        Ok(self)
    }

    /// The same, of labels that have a class for each channel.
    pub(crate) fn of_all_channels(self) -> Result<Self, Error> {
        match self.classes() {
            Some(classes) if classes != self.channels() => Err(self.other_classes()),
            _ => Ok(self),
        }
    }

    /// Sizes of the output.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        self.dims[..self.dims.len() - 1].iter().product()
    }

    /// Number of channels of the output.
    pub fn channels(&self) -> usize {
        self.dims[self.dims.len() - 1]
    }

    /// Whether the place counts.
    pub fn is_valid(&self, place: usize) -> bool {
        self.valid.as_ref().is_none_or(|valid| valid[place])
    }

    /// How much the place counts: 0 if it does not.
    pub fn weight(&self, place: usize) -> f32 {
        let weight = self.weights.as_ref().map_or(1.0, |weights| weights[place]);
        if self.is_valid(place) { weight } else { 0.0 }
    }

    /// Number of places that count.
    pub fn valid(&self) -> usize {
        match &self.valid {
            Some(valid) => valid.iter().filter(|valid| **valid).count(),
            None => self.places(),
        }
    }

    /// The class of each place; of one-hot labels the first of the highest values, of one channel
    /// 1 for what is above ½.
    pub fn class_of_each(&self) -> Vec<u32> {
        match &self.values {
            Values::Classes(classes, _) => classes.clone(),
            Values::Dense(values) => {
                let values = values.clone().into_values().as_vec();
                values.chunks_exact(self.channels().max(1)).map(class).collect()
            }
        }
    }

    /// The number that each value of the output should be, `[places, channels]` row-major. Places
    /// that do not count are 0.
    pub fn to_vec(&self) -> Vec<f32> {
        let channels = self.channels();
        match &self.values {
            Values::Classes(classes, _) => {
                let mut values = vec![0.0; classes.len() * channels];
                for (place, row) in values.chunks_exact_mut(channels.max(1)).enumerate() {
                    match (&mut *row, classes[place]) {
                        _ if !self.is_valid(place) => {}
                        ([value], class) => *value = class as f32,
                        (row, class) => row[class as usize] = 1.0,
                    }
                }
                values
            }
            Values::Dense(values) => {
                let mut values = values.clone().into_values().as_vec();
                for (place, row) in values.chunks_exact_mut(channels.max(1)).enumerate() {
                    if !self.is_valid(place) {
                        row.fill(0.0);
                    }
                }
                values
            }
        }
    }

    /// As [`to_vec`](Self::to_vec), on the device.
    pub(crate) fn to_var(&self, device: &D) -> Result<Var<D>, Error> {
        match &self.values {
            Values::Dense(values) if self.valid.is_none() => Ok(values.clone()),
            _ => Var::from_vec(device, self.to_vec(), &self.dims),
        }
    }

    /// Of each place that counts the output's channels, the class that it should be and its weight.
    pub(crate) fn answers<'a>(
        &'a self,
        output: &'a [f32],
    ) -> Result<impl Iterator<Item = (&'a [f32], usize, f64)>, Error> {
        let channels = self.channels();
        if self.classes().is_some_and(|classes| classes != channels) || channels == 0 {
            return Err(self.other_classes());
        }
        let answer = move |(place, (row, class)): (usize, (&'a [f32], u32))| {
            let weight = f64::from(self.weight(place));
            self.is_valid(place).then_some((row, class as usize, weight))
        };
        let rows = output.chunks_exact(channels).zip(self.class_of_each());
        Ok(rows.enumerate().filter_map(answer))
    }

    /// Number of classes of sparse labels.
    fn classes(&self) -> Option<usize> {
        match &self.values {
            Values::Classes(_, classes) => Some(*classes),
            Values::Dense(_) => None,
        }
    }

    fn other_classes(&self) -> Error {
        let found = self.classes().unwrap_or(self.channels());
        Error::shape(format!("labels of {} classes", self.channels().max(1)), found)
    }
}

/// Checks that there is something to compare.
fn filled(dims: &[usize]) -> Result<(), Error> {
    match dims.contains(&0) {
        true => Err(Error::shape("a batch of at least one", show(dims))),
        false => Ok(()),
    }
}

/// The class that a place's values say.
fn class(row: &[f32]) -> u32 {
    match row {
        [value] => u32::from(*value > 0.5),
        _ => crate::metrics::argmax(row) as u32,
    }
}
