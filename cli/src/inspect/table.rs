//! The tensors of a weight file.

use std::collections::BTreeMap;

use formwork_ir::thousands;
use formwork_weights::{Entry, WeightFile};

use crate::report;

/// A line for each tensor, then the totals; with what is known of the values if they are read.
pub fn text(mut file: WeightFile, values: bool) -> Result<String, Vec<String>> {
    let entries = file.entries().to_vec();
    let mut header = vec!["tensor", "shape", "dtype", "values"];
    if values {
        header.extend(["min", "max", "mean", "not finite"]);
    }
    let mut rows = vec![header.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    let (mut totals, mut left) = (BTreeMap::new(), 0);
    for (i, entry) in entries.iter().enumerate() {
        let Entry { name, shape, dtype } = entry;
        let mut row = vec![shown(name), format!("{shape:?}"), dtype.to_string(), count(entry)];
        if values {
            let values =
                file.values(i).map_err(|error| vec![report::error(format_args!("{error}"))])?;
            let known = Statistics::of(&values);
            left += known.not_finite;
            row.extend(known.cells());
        }
        rows.push(row);
        *totals.entry(dtype.to_string()).or_insert(0_u64) += size(entry);
    }
    let all = totals.values().fold(0_u64, |all, n| all.saturating_add(*n));
    let each: Vec<_> = totals.iter().map(|(dtype, n)| format!("{} {dtype}", number(*n))).collect();
    let mut text = format!("{}: {}\n", file.path().display(), file.format());
    text += &table(&rows, &[3, 4, 5, 6, 7]);
    text += &format!("{} tensors, {} values: {}\n", entries.len(), number(all), each.join(", "));
    if left > 0 {
        text += &format!("{} values are not finite\n", number(left));
    }
    for line in file.left_out() {
        text += &format!("left out: {}\n", shown(line));
    }
    Ok(text)
}

/// A longer cell is not waited for: it moves what follows it in its line.
const WIDEST: usize = 200;

/// Rows of cells below a header; the cells of some columns stand at the right.
fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or_default().min(WIDEST)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(i, (cell, &width))| {
            if right.contains(&i) { format!("{cell:>width$}") } else { format!("{cell:width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let mut lines: Vec<_> = rows.iter().map(line).collect();
    let whole = widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
    lines.insert(lines.len().min(1), "─".repeat(whole) + "\n");
    lines.concat()
}

/// A text of a file, which a terminal shows as it is.
fn shown(text: &str) -> String {
    let escaped = |c: char| match c.is_control() {
        true => c.escape_debug().to_string(),
        false => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn size(entry: &Entry) -> u64 {
    entry.shape.iter().fold(1, |product: u64, &n| product.saturating_mul(n as u64))
}

fn count(entry: &Entry) -> String {
    number(size(entry))
}

fn number(n: u64) -> String {
    thousands(&usize::try_from(n).unwrap_or(usize::MAX).into())
}

/// What is known of the values of a tensor.
struct Statistics {
    min: f32,
    max: f32,
    mean: f64,
    /// NaN and the infinities.
    not_finite: u64,
}

impl Statistics {
    /// Of the finite values.
    fn of(values: &[f32]) -> Self {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let n = finite().count();
        Statistics {
            min: finite().fold(f32::INFINITY, f32::min),
            max: finite().fold(f32::NEG_INFINITY, f32::max),
            mean: finite().map(f64::from).sum::<f64>() / n as f64,
            not_finite: (values.len() - n) as u64,
        }
    }

    fn cells(&self) -> [String; 4] {
        let Statistics { min, max, mean, not_finite } = self;
        let cell = |x: f64| match x.abs() {
            size if !size.is_finite() => String::new(),
            size if size > 0.0 && size < 1e-3 => format!("{x:.3e}"),
            _ => format!("{x:.4}"),
        };
        let strange = if *not_finite > 0 { number(*not_finite) } else { String::new() };
        [cell((*min).into()), cell((*max).into()), cell(*mean), strange]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_too_long() {
        let long = "1".repeat(70_000);
        let rows =
            [["shape", "n"], [&long, "7"], ["2", "8"]].map(|row| row.map(str::to_owned).to_vec());
        let short = format!("2{}  8", " ".repeat(WIDEST - 1));
        let lines = [
            format!("shape{}  n", " ".repeat(WIDEST - 5)),
            "─".repeat(WIDEST + 3),
            format!("{long}  7"),
            short,
        ];
        assert_eq!(table(&rows, &[1]).lines().collect::<Vec<_>>(), lines);
    }
}
