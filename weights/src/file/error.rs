//! Why a file cannot be read or written.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The system cannot read or write it.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not what it seems to be, or holds what cannot be read.
    #[error("{}: {message}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// It is of no known format.
    #[error(
        "{} is no weight file: expected {}; found a file that starts with {found}",
        path.display(),
        super::format::KNOWN
    )]
    Unknown {
        /// The file.
        path: PathBuf,
        /// Its first bytes.
        found: String,
    },
}

/// What goes wrong where the name of the file is not at hand.
#[derive(Debug)]
pub(crate) enum Problem {
    Io(io::Error),
    Format(String),
}

impl Problem {
    pub(crate) fn in_file(self, path: &Path) -> FileError {
        let path = path.to_owned();
        match self {
            Problem::Io(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
                let message = "it ends before what it announces: it was cut short".into();
                FileError::Format { path, message }
            }
            Problem::Io(source) => FileError::Io { path, source },
            Problem::Format(message) => FileError::Format { path, message },
        }
    }
}

impl Problem {
    /// The problem, with the tensor whose bytes cannot be what was written.
    pub(crate) fn in_tensor(self, name: &str) -> Self {
        use io::ErrorKind::{InvalidData, InvalidInput};
        match self {
            Problem::Io(source) if matches!(source.kind(), InvalidData | InvalidInput) => {
                Problem::Format(format!("`{name}`: {source}"))
            }
            other => other,
        }
    }
}

#[cfg(feature = "formats")]
impl Problem {
    /// The problem, with what part of the file has it.
    pub(crate) fn at(self, part: &str) -> Self {
        match self {
            Problem::Io(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
                Problem::Format(format!("`{part}`: it ends before what it announces"))
            }
            Problem::Io(source) => Problem::Format(format!("`{part}`: {source}")),
            Problem::Format(message) => Problem::Format(format!("`{part}`: {message}")),
        }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Problem::Io(error)
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Problem::Format(message)
    }
}

impl From<&str> for Problem {
    fn from(message: &str) -> Self {
        Problem::Format(message.into())
    }
}
