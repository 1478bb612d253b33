//! Keras' files: HDF5, alone or in an archive with the model's configuration.

mod config;
mod datasets;
mod hdf5;
mod layers;
mod named;
mod names;

use std::io::{Cursor, Read};

use crate::file::{Format, Problem, Source, Span, Table};
use crate::zip::Member;
use datasets::Datasets;

pub(crate) use hdf5::MAGIC;

const WEIGHTS: &str = "model.weights.h5";
const CONFIG: &str = "config.json";
const METADATA: &str = "metadata.json";

/// Whether an archive is Keras'.
pub(crate) fn is_zipped(members: &[Member]) -> bool {
    members.iter().any(|member| member.name == WEIGHTS)
}

/// The table of a `.keras` archive.
pub(crate) fn zipped(mut source: Box<dyn Source>, members: &[Member]) -> Result<Table, Problem> {
    let span =
        |name: &str| members.iter().find(|member| member.name == name).map(|member| member.span);
    let mut text = |name: &str| match span(name) {
        None => Ok(None),
        Some(span) => {
            let text = String::from_utf8(unpacked(&mut *source, span, name)?);
            text.map(Some).map_err(|_| Problem::from(format!("its {name} is no text")))
        }
    };
    let config = text(CONFIG)?;
    let version = text(METADATA)?.and_then(|text| {
        let json: serde_json::Value = serde_json::from_str(&text).ok()?;
        Some(json.get("keras_version")?.as_str()?.to_owned())
    });
    let weights = span(WEIGHTS).ok_or("it has no model.weights.h5")?;
    let file = if weights.deflated {
        let bytes = unpacked(&mut *source, weights, WEIGHTS)?;
        let span = Span::plain(0, bytes.len() as u64);
        hdf5::open(Box::new(Cursor::new(bytes)), span)
    } else {
        hdf5::open(source, weights)
    };
    let mut datasets = Datasets::new(file.map_err(|problem| problem.at(WEIGHTS))?);
    layers::find(&mut datasets, config.as_deref())?;
    Ok(datasets.table(Format::Keras, config, version))
}

/// The bytes of a file in the archive, if they are no more than such a file could have.
fn unpacked(source: &mut dyn Source, span: Span, name: &str) -> Result<Vec<u8>, Problem> {
    if span.size > 64 * span.stored.max(1 << 10) {
        return Err(format!(
            "its {name} is deflated to less than a 64th: expected as Keras writes it"
        )
        .into());
    }
    let mut bytes = Vec::new();
    let read = span.read(source, 0)?.read_to_end(&mut bytes);
    read.map_err(|e| Problem::Io(e).at(name))?;
    Ok(bytes)
}

/// The table of a `.weights.h5` or an `.h5`.
pub(crate) fn hdf5(source: Box<dyn Source>, length: u64) -> Result<Table, Problem> {
    let mut datasets = Datasets::new(hdf5::open(source, Span::plain(0, length))?);
    if let Some(config) = named::find(&mut datasets)? {
        let version = hdf5::text(&datasets.root(), "keras_version")?;
        return Ok(datasets.table(Format::KerasH5, config, version));
    }
    layers::find(&mut datasets, None)?;
    Ok(datasets.table(Format::KerasWeights, None, None))
}
