//! A file that is written beside the one it replaces.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// A file that takes `path`'s place once all is written.
pub(super) struct Replacement(BufWriter<NamedTempFile>);

impl Replacement {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut builder = Builder::new();
        // As other new files, not as a secret.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(parent.unwrap_or(Path::new(".")))?;
        Ok(Replacement(BufWriter::with_capacity(1 << 20, file)))
    }

    pub(super) fn replace(self, path: &Path) -> io::Result<()> {
        let file = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(path).map(|_| ()).map_err(|e| e.error)
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
