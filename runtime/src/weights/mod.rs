//! Weights in files: see [`Weights`].

mod error;
mod walk;

use std::borrow::Cow;
use std::path::Path;

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::Device;
use formwork_weights::fit::{Framework, Loader, Network, Parameter, Parameters, Report, written};
#[cfg(feature = "train")]
use formwork_weights::fit::{Misfit, Misfits};
use formwork_weights::{Format, write_each};

pub use error::WeightsError;
pub use walk::Named;
pub(crate) use walk::{read, values_of, vectors_of};

use walk::{give, sizes};

/// A model that knows its network. [`model!`](crate::model) implements it.
pub trait HasGraph {
    /// The network, and those that are parts of it.
    ///
    /// Tensors that it does not know are saved and loaded under their own names alone.
    ///
    /// # Errors
    /// If its text cannot be read.
    fn network() -> Result<Network, formwork_ir::ParseError>;
}

/// Saves and loads the tensors of a model.
pub trait Weights<D: Device<f32>>: TensorCollection<f32, D> + HasGraph {
    /// Writes all tensors, running statistics included, under the names that they have in the
    /// model: as npz if the path ends in `.npz`, else as safetensors.
    ///
    /// A file of that name is replaced when all is written, or left as it was.
    ///
    /// # Errors
    /// If the file cannot be written, or the path ends as those of formats that are only read do:
    /// `.pth`, `.pt`, `.h5`, `.hdf5` or `.keras`.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        save(path.as_ref(), read(self))
    }

    /// As [`Weights::save`], with the names and layouts of another framework: `conv2d.weight` and
    /// (outputs, inputs, height, width) for PyTorch.
    ///
    /// # Errors
    /// As [`Weights::save`], and if that framework's layout of a tensor is not known.
    fn save_as(&self, path: impl AsRef<Path>, framework: Framework) -> Result<(), WeightsError> {
        let path = path.as_ref();
        let parameters = parameters(self)?;
        let written = written(&parameters, framework)
            .map_err(|misfits| WeightsError::Misfits { path: path.to_owned(), misfits })?;
        let mut tensors = read(self);
        for tensor in &mut tensors {
            if let Some(own) = written.iter().find(|own| own.parameter.name == tensor.name) {
                tensor.name.clone_from(&own.name);
                tensor.sizes = own.layout.shape().to_vec();
                tensor.values = own.layout.from_ours(std::mem::take(&mut tensor.values));
            }
        }
        save(path, tensors)
    }

    /// Reads all tensors from a weight file, of this model or of the same network in Keras or
    /// PyTorch: names, layouts and what is flattened are theirs, and follow from the model's graph.
    /// Says what was read from where.
    ///
    /// A file with the model's own names must hold exactly its tensors; what else a checkpoint of
    /// a training holds is left out: tensors whose names have a `/`. For any other, layers are
    /// matched by their names, or, where no name is equal and the model is one chain of layers, by
    /// their order. [`Weights::load_with`] takes more.
    ///
    /// # Errors
    /// If the file cannot be read or does not fit: then the error lists all that differs, and the
    /// model keeps its weights.
    fn load(&mut self, path: impl AsRef<Path>) -> Result<Report, WeightsError> {
        self.load_with(Loader::open(path)?)
    }

    /// As [`Weights::load`], with what else is said of how the file fits.
    ///
    /// ```no_run
    /// # use formwork::prelude::*;
    /// # use formwork::{Loader, Weights};
    /// # model! { struct Net(x: [_, 8]) -> [_, 2] { x.dense(2) } }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut net = Net::build(&Cpu::default());
    /// let loader = Loader::open("net.safetensors")?.prefix("module.", "").by_order();
    /// println!("{}", net.load_with(loader)?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Weights::load`].
    fn load_with(&mut self, mut loader: Loader) -> Result<Report, WeightsError> {
        let parameters = parameters(self)?;
        let misfits = |misfits| {
            let path = loader.file().path().to_owned();
            WeightsError::Misfits { path, misfits }
        };
        let fit = loader.fit(&parameters).map_err(misfits)?;
        let values = loader.values(&fit)?;
        let names = fit.report.matched.iter().map(|row| row.parameter.as_str());
        give(self, names.zip(values.into_iter().map(Cow::Owned)).collect());
        Ok(fit.report)
    }
}

impl<D: Device<f32>, M: TensorCollection<f32, D> + HasGraph> Weights<D> for M {}

/// What the model needs: of tensors that its network does not know, their names and sizes.
fn parameters<D: Device<f32>, M: TensorCollection<f32, D> + HasGraph>(
    model: &M,
) -> Result<Parameters, WeightsError> {
    let mut parameters = M::network()?.parameters();
    for (name, sizes) in sizes(model) {
        let known = parameters.list.iter_mut().find(|parameter| parameter.name == name);
        match known {
            Some(known) if known.sizes == sizes => {}
            Some(known) => *known = Parameter::unknown(&name, &sizes),
            None => parameters.list.push(Parameter::unknown(&name, &sizes)),
        }
    }
    Ok(parameters)
}

fn save(path: &Path, tensors: Vec<Named>) -> Result<(), WeightsError> {
    let format = Format::to_write(path)?;
    let shapes: Vec<_> = tensors.iter().map(|own| (own.name.clone(), own.sizes.clone())).collect();
    write_each(path, format, &shapes, |index| Ok(Cow::Borrowed(tensors[index].values.as_slice())))
}

/// Gives the model's tensors the values of a checkpoint, if those are all of them.
#[cfg(feature = "train")]
pub(crate) fn write<D: Device<f32>, M: TensorCollection<f32, D>>(
    model: &mut M,
    tensors: &[Named],
    path: &Path,
) -> Result<(), WeightsError> {
    let list = misfits(&sizes(model), tensors);
    if !list.is_empty() {
        let misfits = Misfits { list, framework: Framework::Formwork, help: Vec::new() };
        return Err(WeightsError::Misfits { path: path.to_owned(), misfits });
    }
    let values = tensors.iter().map(|Named { name, values, .. }| (name.as_str(), values.into()));
    give(model, values.collect());
    Ok(())
}

/// What stands between a model, of those names and sizes, and tensors of the same names.
#[cfg(feature = "train")]
fn misfits(model: &[(String, Vec<usize>)], tensors: &[Named]) -> Vec<Misfit> {
    let missing_or_other = model.iter().filter_map(|(name, sizes)| {
        let name = name.clone();
        match tensors.iter().find(|tensor| tensor.name == name) {
            None => Some(Misfit::Missing { name, meant: None }),
            Some(tensor) if tensor.sizes != *sizes => Some(Misfit::Shape {
                tensor: name.clone(),
                name,
                expected: sizes.clone(),
                found: tensor.sizes.clone(),
                framework: Framework::Formwork,
            }),
            Some(_) => None,
        }
    });
    let extra = tensors.iter().filter(|tensor| model.iter().all(|(name, _)| *name != tensor.name));
    let extra = extra.map(|tensor| Misfit::Extra { name: tensor.name.clone(), meant: None });
    missing_or_other.chain(extra).collect()
}
