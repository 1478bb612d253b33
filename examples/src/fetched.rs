//! What `scripts/fetch-data` fetches.

use std::path::{Path, PathBuf};

use formwork::Loader;

/// A file or folder of it.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/data").join(name)
}

/// A weight file of it.
pub fn weights(name: &str) -> Result<Loader, String> {
    Loader::open(path(name)).map_err(|error| format!("{error}; `scripts/fetch-data` fetches it"))
}
