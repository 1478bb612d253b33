use std::path::Path;

use regex_lite::Regex;

use super::fitting::{Fit, fit};
use super::framework::Framework;
use super::misfit::Misfits;
use super::network::Parameters;
use super::rules::{Rename, Rules};
use crate::{FileError, WeightFile};

/// A weight file, and what is said of how it fits a model.
///
/// Layers are matched one after the other: those that are [mapped](Loader::map), those whose names
/// are equal after the renames ([`Loader::prefix`], [`Loader::regex`]) whatever stands between
/// their parts (`.`, `/` or `_`), and, where that is [asked for](Loader::by_order), the others in
/// their order. Where no name at all is equal and the model's layers can only run in one order,
/// it need not be asked for, unless the file may hold [a part](Loader::partial).
pub struct Loader {
    file: WeightFile,
    rules: Rules,
}

impl Loader {
    /// Opens a file.
    ///
    /// # Errors
    /// If it cannot be read, or is of no known format.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        WeightFile::open(path).map(Loader::from)
    }

    /// Whose names and layouts the file has, where it does not say so, or says something else.
    pub fn framework(mut self, framework: Framework) -> Self {
        self.rules.framework = Some(framework);
        self
    }

    /// Says that a layer of the file is a layer of the model, or a tensor a parameter:
    /// `map("features.0", "conv2d")`, `map("scale", "norm.layer_norm.gamma")`.
    pub fn map(mut self, file: impl Into<String>, model: impl Into<String>) -> Self {
        self.rules.maps.push((file.into(), model.into()));
        self
    }

    /// Replaces the beginning of names of the file: `prefix("module.", "")`.
    pub fn prefix(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.rules.renames.push(Rename::Prefix(from.into(), to.into()));
        self
    }

    /// Replaces what matches in names of the file: `regex(r"^blocks\.(\d+)", "block_${1}")?`.
    ///
    /// # Errors
    /// If the pattern is none.
    pub fn regex(mut self, from: &str, to: impl Into<String>) -> Result<Self, regex_lite::Error> {
        self.rules.renames.push(Rename::Regex(Regex::new(from)?, to.into()));
        Ok(self)
    }

    /// Leaves out tensors of the file by their names there; `*` is any text, `?` one character.
    /// PyTorch's `num_batches_tracked` are left out already.
    pub fn ignore(mut self, pattern: impl Into<String>) -> Self {
        self.rules.ignored.push(pattern.into());
        self
    }

    /// Matches layers that no name matches in the order of the file and of the model. All must
    /// have the same parameters in the same shapes.
    ///
    /// A safetensors file keeps no order, nor does a `.weights.h5`. There layers whose names differ in numbers alone are in
    /// the order of these, those with a prefix in common stand together; what is still open must
    /// follow from the shapes.
    pub fn by_order(mut self) -> Self {
        self.rules.by_order = true;
        self
    }

    /// Lets parameters that the file does not have keep what they have.
    pub fn partial(mut self) -> Self {
        self.rules.partial = true;
        self
    }

    /// The file.
    pub fn file(&self) -> &WeightFile {
        &self.file
    }

    /// Finds a tensor for each parameter.
    ///
    /// # Errors
    /// All that differs.
    pub fn fit(&self, parameters: &Parameters) -> Result<Fit, Misfits> {
        fit(&self.file, &self.rules, parameters)
    }

    /// Reads the values of all matched parameters, as the model has them, in the order of the
    /// report.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn values(&mut self, fit: &Fit) -> Result<Vec<Vec<f32>>, FileError> {
        let tensors = fit.tensors.iter();
        tensors.map(|(index, layout)| Ok(layout.to_ours(self.file.values(*index)?))).collect()
    }
}

impl From<WeightFile> for Loader {
    fn from(file: WeightFile) -> Self {
        Loader { file, rules: Rules::default() }
    }
}
