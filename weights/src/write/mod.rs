//! Writes weight files.

#[cfg(feature = "formats")]
mod npz;
mod replace;
mod safetensors;

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use replace::Replacement;

use crate::file::{FileError, Format, Problem};

/// A tensor to be written.
#[derive(Clone, PartialEq, Debug)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Its values, row-major.
    pub values: Vec<f32>,
}

/// A tensor's name and sizes.
type Shape = (String, Vec<usize>);

/// Writes tensors as f32, in their order.
///
/// A file of that name is replaced when all is written, or left as it was.
///
/// # Errors
/// If the file cannot be written, a name comes twice, or a tensor has not as many values as its
/// sizes say.
pub fn write(path: impl AsRef<Path>, format: Format, tensors: &[Tensor]) -> Result<(), FileError> {
    let shapes: Vec<_> = tensors.iter().map(|t| (t.name.clone(), t.shape.clone())).collect();
    write_each(path, format, &shapes, |index| Ok(Cow::Borrowed(tensors[index].values.as_slice())))
}

/// As [`write()`], one tensor at a time: `values` is called for each index of `shapes`, in order.
///
/// # Errors
/// As [`write()`], and those of `values`.
pub fn write_each<'a, E: From<FileError>>(
    path: impl AsRef<Path>,
    format: Format,
    shapes: &[(String, Vec<usize>)],
    mut values: impl FnMut(usize) -> Result<Cow<'a, [f32]>, E>,
) -> Result<(), E> {
    let path = path.as_ref();
    let in_file = |problem: Problem| problem.in_file(path);
    let counts = counts(shapes).map_err(in_file)?;
    let mut file = Replacement::of(path).map_err(|e| in_file(e.into()))?;
    let mut writer = Writer::new(&mut file, format, shapes, &counts).map_err(in_file)?;
    for (index, ((name, shape), count)) in shapes.iter().zip(counts).enumerate() {
        let values = values(index)?;
        if values.len() != count {
            let found = values.len();
            let message = format!("`{name}` is {shape:?}: {count} values expected, {found} found");
            return Err(in_file(message.into()).into());
        }
        writer.push(name, shape, &values).map_err(in_file)?;
    }
    writer.finish().map_err(in_file)?;
    file.replace(path).map_err(|e| in_file(e.into()))?;
    Ok(())
}

/// Writes one tensor after the other.
enum Writer<'a> {
    Safetensors(&'a mut Replacement),
    #[cfg(feature = "formats")]
    Npz(rawzip::ZipArchiveWriter<&'a mut Replacement>),
}

impl<'a> Writer<'a> {
    fn new(
        file: &'a mut Replacement,
        format: Format,
        shapes: &[Shape],
        counts: &[usize],
    ) -> Result<Self, Problem> {
        match format {
            Format::Safetensors => {
                file.write_all(&safetensors::header(shapes, counts)?)?;
                Ok(Writer::Safetensors(file))
            }
            #[cfg(feature = "formats")]
            Format::Npz => Ok(Writer::Npz(rawzip::ZipArchiveWriter::new(file))),
            #[cfg(feature = "formats")]
            other => Err(format!("{other} files are read, not written").into()),
        }
    }

    #[cfg_attr(not(feature = "formats"), expect(unused_variables, reason = "the header has them"))]
    fn push(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Result<(), Problem> {
        match self {
            Writer::Safetensors(file) => Ok(bytes(file, values)?),
            #[cfg(feature = "formats")]
            Writer::Npz(archive) => npz::push(archive, name, shape, values),
        }
    }

    fn finish(self) -> Result<(), Problem> {
        match self {
            Writer::Safetensors(_) => Ok(()),
            #[cfg(feature = "formats")]
            Writer::Npz(archive) => {
                archive.finish().map(|_| ()).map_err(|e| io::Error::other(e).into())
            }
        }
    }
}

fn bytes(file: &mut impl Write, values: &[f32]) -> io::Result<()> {
    values.chunks(8192).try_for_each(|values| {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        file.write_all(&bytes)
    })
}

/// How many values each tensor has.
fn counts(shapes: &[Shape]) -> Result<Vec<usize>, Problem> {
    let mut names = HashSet::new();
    let mut bytes = 0usize;
    let each = shapes.iter().map(|(name, shape)| {
        if !names.insert(name) {
            return Err(format!("`{name}` comes twice").into());
        }
        let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
        let size = count.and_then(|count| count.checked_mul(size_of::<f32>()));
        match size.and_then(|size| bytes.checked_add(size)) {
            Some(sum) => bytes = sum,
            None => return Err(format!("`{name}` would be {shape:?}: that is too large").into()),
        }
        Ok(count.unwrap_or_default())
    });
    each.collect()
}
