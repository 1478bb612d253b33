use std::fmt::Write;
use std::path::PathBuf;

use super::checkpoint::replace;
use super::{Callback, Moment, TrainError};

/// Writes the history as a CSV file, a row an epoch.
///
/// The file is written anew, from the history that checkpoints keep: a resumed training leaves the
/// same file as one that was never killed.
pub struct CsvLog {
    path: PathBuf,
}

impl CsvLog {
    /// To that file, which is replaced.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        CsvLog { path: path.into() }
    }
}

impl Callback for CsvLog {
    fn epoch(&mut self, moment: &mut Moment) -> Result<(), TrainError> {
        if moment.rank > 0 {
            return Ok(());
        }
        let mut text = "epoch,step".to_owned();
        let rows = &moment.history.rows;
        let names = rows.last().into_iter().flat_map(|row| &row.values);
        let names: Vec<_> = names.map(|(name, _)| name.as_str()).collect();
        names.iter().for_each(|name| text += &format!(",{name}"));
        for row in rows {
            let _ = write!(text, "\n{},{}", row.epoch, row.step);
            for name in &names {
                let value = row.get(name).map_or(String::new(), |value| value.to_string());
                text += &format!(",{value}");
            }
        }
        text.push('\n');
        replace(&self.path, text.as_bytes())
            .map_err(|source| TrainError::File { path: self.path.clone(), source })
    }
}
