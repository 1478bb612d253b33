//! formwork's side of the bench.

use formwork_bench_worker::{Files, Peer, Running};

use crate::{Result, models};

/// What formwork is called in tables: what runs is said.
pub const TITLE: &str = "formwork (portable)";

/// formwork as a peer.
pub struct Formwork;

impl Peer for Formwork {
    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    /// The folder is named after the network.
    fn load(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        let name = files.folder().file_name().and_then(|name| name.to_str());
        models::find(name.unwrap_or_default())?.portable(files, batch)
    }
}
