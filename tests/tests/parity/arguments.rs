//! Arguments of a case, and labels of outputs of either rank.

use formwork::dfdx::prelude::{Cpu, Shape, Tensor, TensorFromVec};
use formwork::labels::{
    CategoricalLabels, Classes, DenseLabels, Labels, Output, SparseLabels, Truth, Weighted,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::golden::Array;

/// An output `[batch, channels]` or `[batch, height, width, channels]`.
pub type Rows = (usize, usize);
pub type Pixels = (usize, usize, usize, usize);

/// Arguments by name. What is not asked for in the end is not known here.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Arguments(Map<String, Value>);

impl Arguments {
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.0.remove(name)?;
        Some(serde_json::from_value(value).unwrap_or_else(|error| panic!("{name}: {error}")))
    }

    pub fn finish(self) {
        assert!(self.0.is_empty(), "arguments that are not known: {:?}", self.0);
    }
}

/// Calls the methods of arguments that a case has.
macro_rules! set {
    ($arguments:expr, $value:expr; $($name:ident),*) => {{
        let value = $value;
        $(let value = match $arguments.take(stringify!($name)) {
            Some(argument) => value.$name(argument),
            None => value,
        };)*
        value
    }};
}
pub(crate) use set;

/// Labels of a case: classes, of which 255 is void, or a number for each value.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Given {
    Sparse { shape: Vec<usize>, classes: Vec<u32> },
    Dense { dense: Array },
}

/// Labels of any kind.
pub struct Any<O>(Box<dyn Labels<Cpu, O>>);

impl<O> Labels<Cpu, O> for Any<O> {
    fn truth(&self, dims: &[usize]) -> Result<Truth<Cpu>, formwork::Error> {
        self.0.truth(dims)
    }
}
impl<O> CategoricalLabels<Cpu, O> for Any<O> {}
impl<O> SparseLabels<Cpu, O> for Any<O> {}
impl<O> DenseLabels<Cpu, O> for Any<O> {}

/// An output shape whose labels can be read from a case.
pub trait Ranked: Output<Channels = usize> {
    fn of(dims: &[usize]) -> Self;
    fn labels(given: &Given, weights: &Option<Array>) -> Any<Self>;
}

macro_rules! ranked {
    ($Output:ty, $Places:ty, [$($d:ident)*], [$($p:ident)*]) => {
        impl Ranked for $Output {
            fn of(dims: &[usize]) -> Self {
                let &[$($d),*] = dims else { panic!("an output of another rank: {dims:?}") };
                ($($d),*)
            }

            fn labels(given: &Given, weights: &Option<Array>) -> Any<Self> {
                let weigh = |places: &[usize]| {
                    let &[$($p),*] = places else { panic!("labels of another rank: {places:?}") };
                    weights.as_ref().map(|weights| (($($p,)*), weights.values()))
                };
                match given {
                    Given::Sparse { shape, classes } => {
                        let &[$($p),*] = &shape[..] else { panic!("another rank: {shape:?}") };
                        let places: $Places = ($($p,)*);
                        let labels: Classes<$Places, 3> =
                            Classes::with_void(places, classes.iter().copied(), 255).unwrap();
                        any(labels, weigh(shape))
                    }
                    Given::Dense { dense } => {
                        let labels: Tensor<$Output, f32, Cpu> =
                            tensor(dense, Self::of(&dense.shape));
                        any(labels, weigh(&dense.shape[..dense.shape.len() - 1]))
                    }
                }
            }
        }
    };
}
ranked!(Rows, (usize,), [n c], [n]);
ranked!(Pixels, (usize, usize, usize), [n h w c], [n h w]);

fn any<O, Y, S>(labels: Y, weights: Option<(S, Vec<f32>)>) -> Any<O>
where
    Y: Labels<Cpu, O> + 'static,
    S: Shape,
    Weighted<Y, S>: Labels<Cpu, O> + 'static,
{
    match weights {
        Some((shape, weights)) => Any(Box::new(Weighted::new(labels, shape, weights).unwrap())),
        None => Any(Box::new(labels)),
    }
}

pub fn tensor<O: Shape>(array: &Array, shape: O) -> Tensor<O, f32, Cpu> {
    Cpu::default().tensor_from_vec(array.values(), shape)
}
