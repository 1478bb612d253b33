//! The peers, and how their processes are started.

use std::path::PathBuf;
use std::process::Command;

use crate::Result;
use crate::formwork::Told;

/// A framework that is timed.
pub struct Peer {
    /// Its name in commands.
    pub name: &'static str,
    /// Its name in tables.
    pub title: &'static str,
    /// Whether it trains networks.
    pub trains: bool,
    kind: Kind,
}

enum Kind {
    /// This binary, told something.
    Formwork(Told),
    /// A module of `bench/python`.
    Python,
    /// A crate of `bench/peers`.
    Rust,
}

/// The peers, in the order of the tables, formwork first.
pub static PEERS: &[Peer] = &[
    Peer { name: "formwork", title: "formwork", trains: true, kind: Kind::Formwork(Told::Nothing) },
    Peer {
        name: "formwork_exact",
        title: "formwork, exact",
        trains: false,
        kind: Kind::Formwork(Told::Exact),
    },
    Peer {
        name: "formwork_small",
        title: "formwork, small",
        trains: false,
        kind: Kind::Formwork(Told::Small),
    },
    Peer { name: "onnxruntime", title: "ONNX Runtime", trains: false, kind: Kind::Python },
    Peer { name: "openvino", title: "OpenVINO", trains: false, kind: Kind::Python },
    Peer { name: "torch_compile", title: "torch.compile", trains: true, kind: Kind::Python },
    Peer { name: "torch", title: "PyTorch", trains: true, kind: Kind::Python },
    Peer { name: "tensorflow", title: "TensorFlow", trains: true, kind: Kind::Python },
    Peer { name: "tensorflow_xla", title: "TensorFlow XLA", trains: true, kind: Kind::Python },
    Peer { name: "tract", title: "tract", trains: false, kind: Kind::Rust },
    Peer { name: "burn", title: "burn", trains: true, kind: Kind::Rust },
    Peer { name: "candle", title: "candle", trains: true, kind: Kind::Rust },
];

/// The peer of that name.
///
/// # Errors
/// If there is none.
pub fn find(name: &str) -> Result<&'static Peer> {
    let known = || PEERS.iter().map(|peer| peer.name).collect::<Vec<_>>().join(", ");
    let peer = PEERS.iter().find(|peer| peer.name == name);
    Ok(peer.ok_or_else(|| format!("no peer `{name}`; there are {}", known()))?)
}

/// Where the peers are.
#[derive(Clone, Debug)]
pub struct Places {
    /// A Python that has `bench/requirements.txt`.
    pub python: PathBuf,
    /// `bench/python`.
    pub modules: PathBuf,
    /// Where cargo puts the binaries of `bench/peers`.
    pub binaries: PathBuf,
}

impl Peer {
    /// Whether it is formwork.
    pub fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Formwork(_))
    }

    /// What starts its process.
    ///
    /// # Errors
    /// If this binary does not know where it is.
    pub fn command(&self, places: &Places, threads: usize) -> Result<Command> {
        let mut command = match self.kind {
            Kind::Formwork(told) => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("worker");
                match told {
                    Told::Nothing => {}
                    Told::Exact => _ = command.arg("--exact"),
                    Told::Small => _ = command.arg("--small"),
                }
                command
            }
            Kind::Python => {
                let mut command = Command::new(&places.python);
                command.arg(places.modules.join("worker.py")).arg(self.name);
                command
            }
            Kind::Rust => Command::new(places.binaries.join(format!("peer-{}", self.name))),
        };
        command.arg(threads.to_string());
        // OpenMP of PyTorch, rayon of candle, burn and dfdx.
        for name in ["OMP_NUM_THREADS", "RAYON_NUM_THREADS"] {
            command.env(name, threads.to_string());
        }
        Ok(command)
    }
}
