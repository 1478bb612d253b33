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
    #[serde(with = "numbers")]
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

/// Numbers as JSON has them, and as text those that it has not: `NaN` and `inf`.
mod numbers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Number {
        Finite(f64),
        Other(String),
    }

    pub fn serialize<S: Serializer>(values: &[(String, f64)], to: S) -> Result<S::Ok, S::Error> {
        let number = |value: f64| match value.is_finite() {
            true => Number::Finite(value),
            false => Number::Other(value.to_string()),
        };
        to.collect_seq(values.iter().map(|(name, value)| (name, number(*value))))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, f64)>, D::Error> {
        let values = Vec::<(String, Number)>::deserialize(from)?;
        let number = |value| match value {
            Number::Finite(value) => Ok(value),
            Number::Other(text) => text.parse().map_err(D::Error::custom),
        };
        values.into_iter().map(|(name, value)| Ok((name, number(value)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_value_is_read_as_it_was_written() {
        let all = [0.1, -0.0, 1.0, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY];
        for value in all.into_iter().chain([f64::NAN]) {
            let row = Row { epoch: 1, step: 2, values: vec![("loss".to_owned(), value)] };
            let text = serde_json::to_string(&row).unwrap();
            let read: Row = serde_json::from_str(&text).unwrap();
            let same = read.values[0].1;
            assert!(
                same == value && same.is_sign_negative() == value.is_sign_negative()
                    || same.is_nan() && value.is_nan(),
                "{text}"
            );
        }
    }
}
