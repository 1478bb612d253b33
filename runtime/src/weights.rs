use std::borrow::Cow;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorMut, ViewTensorName,
    ViewTensorRef,
};
use dfdx::prelude::{Device, HasShape, Shape, Tensor};
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, View, serialize_to_file};
#[cfg(feature = "train")]
use safetensors::{serialize, tensor::TensorView};

/// Saves and loads the tensors of a model under the names that they have in it.
pub trait Weights<D: Device<f32>>: TensorCollection<f32, D> {
    /// Writes all tensors, running statistics included, to a `.safetensors` file.
    ///
    /// A file of that name is replaced when all is written, or left as it was.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        let stored = read(self).into_iter().map(|tensor| (tensor.name.clone(), tensor));
        let path = path.as_ref();
        serialize_to_file(stored, None, path).map_err(|e| WeightsError::of(path, e))
    }

    /// Reads all tensors from a `.safetensors` file.
    ///
    /// # Errors
    /// If the file cannot be read, or does not hold exactly the tensors of the model: then the
    /// error lists all that differ, and the model keeps its weights. What else a checkpoint of a
    /// training holds is left out: tensors whose names have a `/`.
    fn load(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|e| WeightsError::of(path, e.into()))?;
        load(self, &bytes, path)
    }
}

impl<D: Device<f32>, M: TensorCollection<f32, D>> Weights<D> for M {}

/// Why weights were not saved or loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no safetensors file.
    #[error("{} is not a safetensors file: {message}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The file holds other tensors than the model.
    #[error("{} does not fit the model:{misfits}", path.display())]
    Misfits {
        /// The file.
        path: PathBuf,
        /// All that differs.
        misfits: Misfits,
    },
}

impl WeightsError {
    pub(crate) fn of(path: &Path, error: SafeTensorError) -> Self {
        let path = path.to_owned();
        match error {
            SafeTensorError::IoError(source) => WeightsError::File { path, source },
            error => WeightsError::Format { path, message: error.to_string() },
        }
    }
}

/// All that differs between a file and a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfits(pub Vec<Misfit>);

/// A line for each.
impl fmt::Display for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|misfit| write!(f, "\n  {misfit}"))
    }
}

/// A tensor that differs between a file and a model.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Misfit {
    /// It is not in the file.
    #[error("`{name}` is not in the file")]
    Missing {
        /// Its name.
        name: String,
    },
    /// It is not in the model.
    #[error("`{name}` is not in the model")]
    Extra {
        /// Its name.
        name: String,
    },
    /// It has other sizes.
    #[error("`{name}` is {found:?} in the file, {expected:?} in the model")]
    Shape {
        /// Its name.
        name: String,
        /// Its sizes in the model.
        expected: Vec<usize>,
        /// Its sizes in the file.
        found: Vec<usize>,
    },
    /// It is not made of f32.
    #[error("`{name}` is {found} in the file, F32 in the model")]
    Dtype {
        /// Its name.
        name: String,
        /// Its type in the file.
        found: String,
    },
}

/// Gives the model's tensors the values of a file, if all of them fit.
fn load<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &mut M,
    bytes: &[u8],
    path: &Path,
) -> Result<(), WeightsError> {
    let file = SafeTensors::deserialize(bytes).map_err(|e| WeightsError::of(path, e))?;
    let misfits = misfits(model, &file);
    if !misfits.is_empty() {
        return Err(WeightsError::Misfits { path: path.to_owned(), misfits: Misfits(misfits) });
    }
    let mut load = Load(&file);
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut load });
    Ok(())
}

/// What stands between a file and a model.
fn misfits<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &M,
    file: &SafeTensors,
) -> Vec<Misfit> {
    let (mut misfits, mut names) = (Vec::new(), BTreeSet::new());
    let mut each = Each(|name: String, sizes: &[usize], _: &dyn Fn() -> Vec<f32>| {
        names.insert(name.clone());
        let Ok(found) = file.tensor(&name) else {
            return misfits.push(Misfit::Missing { name });
        };
        let (shape, dtype) = (found.shape().to_vec(), found.dtype());
        if shape != sizes {
            misfits.push(Misfit::Shape { name, expected: sizes.to_vec(), found: shape });
        } else if dtype != Dtype::F32 {
            misfits.push(Misfit::Dtype { name, found: dtype.to_string() });
        }
    });
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut each });
    let in_file: BTreeSet<_> = file.names().into_iter().map(str::to_owned).collect();
    let extra = in_file.difference(&names).filter(|name| !name.contains('/')).cloned();
    misfits.extend(extra.map(|name| Misfit::Extra { name }));
    misfits
}

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

/// All tensors of a model.
pub(crate) fn read<D: Device<f32>, M: TensorCollection<f32, D>>(model: &M) -> Vec<Named> {
    let mut tensors = Vec::new();
    let mut each = Each(|name, sizes: &[usize], values: &dyn Fn() -> Vec<f32>| {
        tensors.push(Named { name, sizes: sizes.to_vec(), values: values() });
    });
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut each });
    tensors
}

/// Gives the model's tensors other values, if all of them fit: what does not.
#[cfg(feature = "train")]
pub(crate) fn write<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &mut M,
    tensors: &[Named],
    path: &Path,
) -> Result<(), WeightsError> {
    let views = tensors.iter().map(|tensor| (tensor.name.clone(), tensor.clone()));
    let bytes = serialize(views, None).map_err(|e| WeightsError::of(path, e))?;
    load(model, &bytes, path)
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

/// Gives each tensor its values from a file that fits.
struct Load<'a>(&'a SafeTensors<'a>);

impl<D: Device<f32>> TensorVisitor<f32, D> for Load<'_> {
    type Viewer = (ViewTensorMut, ViewTensorName);
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, D>,
        (tensor, name): (&mut Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        if let Ok(found) = self.0.tensor(&name) {
            let words = found.data().chunks_exact(size_of::<f32>());
            let values = words.map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]]));
            tensor.copy_from(&values.collect::<Vec<_>>());
        }
        Ok(None)
    }
}
