use serde::{Deserialize, Serialize};

/// What was measured, an epoch a row.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct History {
    /// The rows, in order.
    pub rows: Vec<Row>,
}

/// What was measured in an epoch.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The epoch, 1 for the first.
    pub epoch: usize,
    /// Updates of the weights until its end.
    pub step: u64,
    /// Names and values: `loss`, metrics, the same with `val_`, `learning_rate`.
    pub values: Vec<(String, f64)>,
}

impl Row {
    /// A value by its name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

impl History {
    /// The last epoch's value of that name.
    pub fn last(&self, name: &str) -> Option<f64> {
        self.rows.last()?.get(name)
    }

    /// The values of that name, one an epoch that has it.
    pub fn values(&self, name: &str) -> Vec<f64> {
        self.rows.iter().filter_map(|row| row.get(name)).collect()
    }
}
