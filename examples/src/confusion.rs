//! Which classes are taken for which.

use std::fmt;

/// Counts of (true class, predicted class).
#[derive(Clone, Debug)]
pub struct Confusion {
    classes: usize,
    counts: Vec<usize>,
}

impl Confusion {
    /// No prediction yet, of `classes` classes.
    pub fn new(classes: usize) -> Self {
        Confusion { classes, counts: vec![0; classes * classes] }
    }

    /// Counts one prediction. Both are below the number of classes.
    pub fn add(&mut self, truth: usize, predicted: usize) {
        self.row_mut(truth)[predicted] += 1;
    }

    /// The share of right predictions, 0..=1; 0 where there is none.
    pub fn accuracy(&self) -> f64 {
        let right: usize = (0..self.classes).map(|class| self.row(class)[class]).sum();
        share(right, self.counts.iter().sum())
    }

    fn row(&self, truth: usize) -> &[usize] {
        &self.counts[truth * self.classes..][..self.classes]
    }

    fn row_mut(&mut self, truth: usize) -> &mut [usize] {
        &mut self.counts[truth * self.classes..][..self.classes]
    }
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |n: usize| n.to_string().len();
        let width = self.counts.iter().map(|&n| digits(n)).max().unwrap_or(1).max(2) + 1;
        let label = digits(self.classes.saturating_sub(1)).max("true".len());
        write!(f, "{:label$} │", "true")?;
        for class in 0..self.classes {
            write!(f, "{class:width$}")?;
        }
        writeln!(f, "  predicted")?;
        writeln!(f, "{:─<label$}─┼{:─<2$}", "", "", width * self.classes + 9)?;
        for truth in 0..self.classes {
            write!(f, "{truth:label$} │")?;
            let row = self.row(truth);
            for &count in row {
                match count {
                    0 => write!(f, "{:>width$}", "·")?,
                    _ => write!(f, "{count:width$}")?,
                }
            }
            let right = 100.0 * share(row[truth], row.iter().sum());
            writeln!(f, "  {right:5.1} %")?;
        }
        Ok(())
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_prints() {
        let mut confusion = Confusion::new(3);
        for (truth, predicted, times) in [(0, 0, 98), (0, 2, 2), (1, 1, 7), (2, 1, 1)] {
            (0..times).for_each(|_| confusion.add(truth, predicted));
        }
        assert_eq!(confusion.accuracy(), 105.0 / 108.0);
        let expect = "
true │  0  1  2  predicted
─────┼──────────────────
   0 │ 98  ·  2   98.0 %
   1 │  ·  7  ·  100.0 %
   2 │  ·  1  ·    0.0 %
";
        assert_eq!(format!("\n{confusion}"), expect);
    }

    #[test]
    fn nothing_is_right_before_the_first_prediction() {
        assert_eq!(Confusion::new(10).accuracy(), 0.0);
    }
}
