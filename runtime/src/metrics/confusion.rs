use std::fmt;

use super::{argmax, metric, share};
use crate::Error;

/// Which classes are taken for which: how often a place of each class was found to be of each.
///
/// Printed, it is a table with the share of each class that was found, its recall. As a metric its
/// value is the accuracy.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ConfusionMatrix {
    counts: Counts,
    ignore_class: Option<u32>,
}

/// How often each class was taken for each.
#[derive(Clone, PartialEq, Debug, Default)]
struct Counts {
    classes: usize,
    /// Row-major (true class, predicted class).
    values: Vec<f64>,
}

impl Counts {
    fn of_classes(classes: usize) -> Self {
        Counts { classes, values: vec![0.0; classes * classes] }
    }

    fn reset(&mut self) {
        self.values.fill(0.0);
    }

    fn state(&self) -> Vec<f64> {
        self.values.clone()
    }

    fn restore(&mut self, state: &[f64]) -> bool {
        let classes = state.len().isqrt();
        let fits = classes * classes == state.len() && [0, classes].contains(&self.classes);
        if fits {
            *self = Counts { classes, values: state.to_vec() };
        }
        fits
    }
}

impl ConfusionMatrix {
    /// Nothing counted yet; the first batch says how many classes there are.
    pub fn new() -> Self {
        ConfusionMatrix::default()
    }

    /// Nothing counted yet, of so many classes.
    pub fn of_classes(classes: usize) -> Self {
        ConfusionMatrix { counts: Counts::of_classes(classes), ignore_class: None }
    }

    /// Does not count the places whose label is this class, besides those that are void.
    #[must_use]
    pub fn ignore_class(mut self, class: u32) -> Self {
        self.ignore_class = Some(class);
        self
    }

    /// Number of classes; 0 before the first batch.
    pub fn classes(&self) -> usize {
        self.counts.classes
    }

    /// How often a place of class `truth` was found to be of class `predicted`, weights counted.
    pub fn count(&self, truth: usize, predicted: usize) -> f64 {
        let Counts { classes, values } = &self.counts;
        match truth < *classes && predicted < *classes {
            true => values[truth * classes + predicted],
            false => 0.0,
        }
    }

    /// The share of places that were found to be what they are, 0..=1; 0 of nothing.
    pub fn accuracy(&self) -> f64 {
        let right = (0..self.classes()).map(|class| self.count(class, class)).sum();
        share(right, self.counts.values.iter().sum()).unwrap_or(0.0)
    }

    /// Of each class the share of what was found to be it that is it; `None` if nothing was.
    pub fn precision(&self) -> Vec<Option<f64>> {
        self.each(|right, _, found| share(right, found))
    }

    /// Of each class the share that was found to be it; `None` if there is nothing of it.
    pub fn recall(&self) -> Vec<Option<f64>> {
        self.each(|right, there, _| share(right, there))
    }

    /// Of each class the intersection over the union of what is it and what was found to be it;
    /// `None` if that is nothing.
    pub fn iou(&self) -> Vec<Option<f64>> {
        self.each(|right, there, found| share(right, there + found - right))
    }

    /// Of each class twice the intersection over the sum of what is it and what was found to be
    /// it; `None` if that is nothing.
    pub fn dice(&self) -> Vec<Option<f64>> {
        self.each(|right, there, found| share(2.0 * right, there + found))
    }

    /// Of each class what `f` makes of what was right, of what there is and of what was found.
    fn each(&self, f: impl Fn(f64, f64, f64) -> Option<f64>) -> Vec<Option<f64>> {
        let classes = 0..self.classes();
        let of = |class| {
            let there = classes.clone().map(|other| self.count(class, other)).sum();
            let found = classes.clone().map(|other| self.count(other, class)).sum();
            f(self.count(class, class), there, found)
        };
        classes.clone().map(of).collect()
    }

    /// Both are below the number of classes.
    pub(super) fn add(&mut self, truth: usize, predicted: usize, weight: f64) {
        self.counts.values[truth * self.counts.classes + predicted] += weight;
    }

    /// Makes room for so many classes, if nothing has been counted of others.
    fn size(&mut self, classes: usize) -> Result<(), Error> {
        match self.classes() {
            0 => self.counts = Counts::of_classes(classes),
            own if own != classes => {
                return Err(Error::shape(format!("an output of {own} channels"), classes));
            }
            _ => {}
        }
        Ok(())
    }
}

metric!(
    "confusion_matrix", ConfusionMatrix, [], CategoricalLabels,
    counts: counts, value: |metric| metric.accuracy(),
    |metric, output, truth| {
        metric.size(truth.channels())?;
        let truth = truth.ignoring(metric.ignore_class)?;
        for (row, class, weight) in truth.answers(&output)? {
            metric.add(class, argmax(row), weight);
        }
        Ok(())
    }
);

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |count: f64| match count {
            0.0 => "·".to_owned(),
            _ if count.fract() == 0.0 => format!("{count:.0}"),
            _ => format!("{count:.2}"),
        };
        let cells: Vec<_> = self.counts.values.iter().map(|&count| text(count)).collect();
        let digits = self.classes().saturating_sub(1).to_string().len();
        let widest = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(1);
        let width = widest.max(digits).max(2) + 1;
        let label = digits.max("true".len());
        write!(f, "{:label$} │", "true")?;
        for class in 0..self.classes() {
            write!(f, "{class:width$}")?;
        }
        writeln!(f, "  predicted")?;
        writeln!(f, "{:─<label$}─┼{:─<2$}", "", "", width * self.classes() + 9)?;
        for (truth, recall) in self.recall().into_iter().enumerate() {
            write!(f, "{truth:label$} │")?;
            for cell in &cells[truth * self.classes()..][..self.classes()] {
                write!(f, "{cell:>width$}")?;
            }
            match recall {
                Some(recall) => writeln!(f, "  {:5.1} %", 100.0 * recall)?,
                None => writeln!(f, "      ·")?,
            }
        }
        Ok(())
    }
}
