//! dfdx's walks over a model's tensors, by their names.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorMut, ViewTensorName,
    ViewTensorRef,
};
use dfdx::prelude::{Device, HasShape, ReshapeTo, Shape, Tensor};
#[cfg(feature = "train")]
use safetensors::tensor::TensorView;
use safetensors::tensor::{Dtype, View};

use crate::Vector;

/// A tensor of a model on the host.
#[derive(Clone, PartialEq, Debug)]
pub struct Named {
    /// Its name in the model.
    pub name: String,
    /// Its sizes.
    pub sizes: Vec<usize>,
    /// Its values, row-major.
    pub values: Vec<f32>,
}

#[cfg(feature = "train")]
impl Named {
    /// A tensor of a file; `None` if it is not made of f32.
    pub(crate) fn of(name: &str, view: &TensorView) -> Option<Self> {
        let words = view.data().chunks_exact(size_of::<f32>());
        let values = words.map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        let (name, sizes) = (name.to_owned(), view.shape().to_vec());
        (view.dtype() == Dtype::F32).then(|| Named { name, sizes, values: values.collect() })
    }
}

/// Name and sizes of each tensor of a model.
pub(super) fn sizes<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &M,
) -> Vec<(String, Vec<usize>)> {
    let mut tensors = Vec::new();
    each(model, &mut |name, tensor| tensors.push((name, tensor.sizes())));
    tensors
}

/// The values of one tensor of a model.
pub(crate) fn values_of<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &M,
    wanted: &str,
) -> Option<Vec<f32>> {
    let mut found = None;
    each(model, &mut |name, tensor| {
        if name == wanted {
            found = Some(tensor.values());
        }
    });
    found
}

/// All tensors of a model as vectors, by their names: the same tensors, whose gradients are theirs.
pub(crate) fn vectors_of<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &M,
) -> Result<BTreeMap<String, Vector<D>>, D::Err> {
    let mut tensors = Ok(BTreeMap::new());
    each(model, &mut |name, tensor| {
        if let Ok(known) = &mut tensors {
            match tensor.vector() {
                Ok(vector) => drop(known.insert(name, vector)),
                Err(error) => tensors = Err(error),
            }
        }
    });
    tensors
}

/// All tensors of a model.
pub(crate) fn read<D: Device<f32>, M: TensorCollection<f32, D>>(model: &M) -> Vec<Named> {
    let mut tensors = Vec::new();
    each(model, &mut |name, tensor| {
        tensors.push(Named { name, sizes: tensor.sizes(), values: tensor.values() });
    });
    tensors
}

/// Calls a function with each tensor of a model and its name.
fn each<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &M,
    visit: &mut dyn FnMut(String, &dyn AnyTensor<D>),
) {
    let mut each = Each(visit);
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut each });
}

/// A tensor of any shape, on any device.
trait AnyTensor<D: Device<f32>> {
    fn vector(&self) -> Result<Vector<D>, D::Err>;
    fn sizes(&self) -> Vec<usize>;
    fn values(&self) -> Vec<f32>;
}

impl<S: Shape, D: Device<f32>> AnyTensor<D> for Tensor<S, f32, D> {
    fn vector(&self) -> Result<Vector<D>, D::Err> {
        self.clone().try_reshape_like(&(self.shape().num_elements(),))
    }

    fn sizes(&self) -> Vec<usize> {
        self.shape().concrete().into()
    }

    fn values(&self) -> Vec<f32> {
        self.as_vec()
    }
}

struct Each<'a, D: Device<f32>>(&'a mut dyn FnMut(String, &dyn AnyTensor<D>));

impl<D: Device<f32>> TensorVisitor<f32, D> for Each<'_, D> {
    type Viewer = (ViewTensorRef, ViewTensorName);
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, D>,
        (tensor, name): (&Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        (self.0)(name, tensor);
        Ok(None)
    }
}

impl View for Named {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.sizes
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.values.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    fn data_len(&self) -> usize {
        self.values.len() * size_of::<f32>()
    }
}

/// Gives the tensors of a model the values of those names; others keep theirs.
pub(super) fn give<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &mut M,
    values: BTreeMap<&str, Cow<[f32]>>,
) {
    let mut give = Give(values);
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut give });
}

struct Give<'a>(BTreeMap<&'a str, Cow<'a, [f32]>>);

impl<D: Device<f32>> TensorVisitor<f32, D> for Give<'_> {
    type Viewer = (ViewTensorMut, ViewTensorName);
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, D>,
        (tensor, name): (&mut Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        if let Some(values) = self.0.remove(name.as_str()) {
            tensor.copy_from(&values);
        }
        Ok(None)
    }
}
