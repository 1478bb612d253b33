//! The header of a safetensors file.

use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::Shape;
use crate::file::Problem;

/// The header's length and the header, padded so that values are aligned.
pub(super) fn header(shapes: &[Shape], counts: &[usize]) -> Result<Vec<u8>, Problem> {
    if shapes.iter().any(|(name, _)| name == "__metadata__") {
        return Err("`__metadata__` cannot be the name of a tensor".into());
    }
    let mut end = 0;
    let infos = shapes.iter().zip(counts).map(|((name, shape), count)| {
        let start = end;
        end += count * size_of::<f32>();
        let data_offsets = (start, end);
        (name.clone(), TensorInfo { dtype: Dtype::F32, shape: shape.clone(), data_offsets })
    });
    let header = Metadata::new(None, infos.collect()).map_err(|e| e.to_string())?;
    let mut json = serde_json::to_vec(&header).map_err(|e| e.to_string())?;
    json.resize(json.len().next_multiple_of(8), b' ');
    Ok([&(json.len() as u64).to_le_bytes(), json.as_slice()].concat())
}
