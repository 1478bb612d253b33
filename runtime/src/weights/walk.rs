//! dfdx's walks over a model's tensors, by their names.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorMut, ViewTensorName,
    ViewTensorRef,
};
use dfdx::prelude::{Device, HasShape, Shape, Tensor};
#[cfg(feature = "train")]
use safetensors::tensor::TensorView;
use safetensors::tensor::{Dtype, View};

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
    let mut each = Each(|name, sizes: &[usize], _: &dyn Fn() -> Vec<f32>| {
        tensors.push((name, sizes.to_vec()));
    });
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut each });
    tensors
}

/// All tensors of a model.
pub(crate) fn read<D: Device<f32>, M: TensorCollection<f32, D>>(model: &M) -> Vec<Named> {
    let mut tensors = Vec::new();
    let mut each = Each(|name, sizes: &[usize], values: &dyn Fn() -> Vec<f32>| {
        tensors.push(Named { name, sizes: sizes.to_vec(), values: values() });
    });
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut each });
    tensors
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

/// Calls a function with each tensor's name, sizes and, if it asks for them, values.
struct Each<F>(F);

impl<D: Device<f32>, F: FnMut(String, &[usize], &dyn Fn() -> Vec<f32>)> TensorVisitor<f32, D>
    for Each<F>
{
    type Viewer = (ViewTensorRef, ViewTensorName);
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, D>,
        (tensor, name): (&Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        self.0(name, tensor.shape().concrete().as_ref(), &|| tensor.as_vec());
        Ok(None)
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
