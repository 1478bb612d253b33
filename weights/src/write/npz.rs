//! A zip archive of arrays.

use std::io::{self, Write};

use rawzip::ZipArchiveWriter;
use rawzip::path::{EntryPath, ZipFilePath};

use super::replace::Replacement;
use crate::file::Problem;
use crate::npy;

/// Adds an array to an archive.
pub(super) fn push(
    archive: &mut ZipArchiveWriter<&mut Replacement>,
    name: &str,
    shape: &[usize],
    values: &[f32],
) -> Result<(), Problem> {
    let member = format!("{name}.npy");
    if ZipFilePath::from_str(&member).as_str() != member {
        return Err(format!("`{name}` cannot be the name of a file in an archive").into());
    }
    if shape.len() > npy::DIMENSIONS {
        return Err(format!(
            "`{name}` has {} sizes: NumPy's arrays have at most {}",
            shape.len(),
            npy::DIMENSIONS
        )
        .into());
    }
    let wrong = |e: rawzip::Error| Problem::from(io::Error::other(e));
    let (mut file, config) =
        archive.new_file(EntryPath::conformant(member)).start().map_err(wrong)?;
    let mut bytes = config.wrap(&mut file);
    bytes.write_all(&npy::written(shape))?;
    super::bytes(&mut bytes, values)?;
    let (_, descriptor) = bytes.finish().map_err(wrong)?;
    file.finish(descriptor).map_err(wrong)?;
    Ok(())
}
