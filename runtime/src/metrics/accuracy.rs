use super::{Mean, argmax, metric};

/// The share of places whose highest channel is the one that the labels say, 0..=1: Keras'
/// `SparseCategoricalAccuracy` and `CategoricalAccuracy`.
#[derive(Clone, Debug, Default)]
pub struct Accuracy {
    mean: Mean,
}

/// The share of places where fewer than `k` channels are higher than the one that the labels say,
/// 0..=1: Keras' `SparseTopKCategoricalAccuracy` and `TopKCategoricalAccuracy`.
#[derive(Clone, Debug)]
pub struct TopKAccuracy {
    k: usize,
    mean: Mean,
}

impl Accuracy {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Accuracy::default()
    }
}

impl TopKAccuracy {
    /// Nothing counted yet; Keras' default for `k` is 5.
    pub fn new(k: usize) -> Self {
        TopKAccuracy { k, mean: Mean::default() }
    }
}

metric!(
    "accuracy", Accuracy, [], CategoricalLabels,
    counts: mean, value: |metric| metric.mean.value(),
    |metric, output, truth| {
        for (row, class, weight) in truth.answers(&output)? {
            metric.mean.add(f64::from(u8::from(argmax(row) == class)), weight);
        }
        Ok(())
    }
);

metric!(
    "top_k_accuracy", TopKAccuracy, [], CategoricalLabels,
    counts: mean, value: |metric| metric.mean.value(),
    |metric, output, truth| {
        for (row, class, weight) in truth.answers(&output)? {
            let higher = row.iter().filter(|value| **value > row[class]).count();
            metric.mean.add(f64::from(u8::from(higher < metric.k)), weight);
        }
        Ok(())
    }
);
