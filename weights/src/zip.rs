//! Zip archives: npz, PyTorch's and Keras' files.

use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};

use crate::file::{Problem, Source, Span};

/// A file in an archive.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// Deflate makes no more than this of a byte.
pub(crate) const EXPANSION: u64 = 1032;

/// The files of an archive, in its order.
pub(crate) fn members(
    source: Box<dyn Source>,
    length: u64,
) -> Result<(Box<dyn Source>, Vec<Member>), Problem> {
    let wrong = |e: rawzip::Error| Problem::Format(format!("as a zip archive it is broken: {e}"));
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_seekable(source, &mut buffer).map_err(wrong)?;
    let mut entries = archive.entries(&mut buffer);
    let mut members = Vec::new();
    let mut left = length;
    while let Some(entry) = entries.next_entry().map_err(wrong)? {
        let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        let (start, end) =
            archive.get_entry(entry.wayfinder()).map_err(wrong)?.compressed_data_range();
        let deflated = match entry.compression_method() {
            CompressionMethod::STORE => false,
            CompressionMethod::DEFLATE => true,
            other => {
                return Err(format!("`{name}` is compressed by {other}: expected deflate").into());
            }
        };
        if entry.flags().is_encrypted() {
            return Err(format!("`{name}` is encrypted").into());
        }
        let (stored, size) = (end - start, entry.uncompressed_size_hint());
        let largest = if deflated { stored.saturating_mul(EXPANSION) } else { stored };
        // What two members share is counted twice: no honest archive has it.
        let fits = left.checked_sub(stored).filter(|_| end <= length && size <= largest);
        left = fits.ok_or_else(|| {
            format!(
                "`{name}` is said to have {size} bytes: it cannot, in a file of {length}; it was \
                 cut short, or is no honest archive"
            )
        })?;
        let crc = entry.crc32();
        members.push(Member { name, span: Span { start, stored, size, deflated, crc } });
    }
    Ok((archive.into_inner().into_inner(), members))
}
