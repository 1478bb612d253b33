//! What the examples print about a model.

use std::time::Instant;

/// The last lines of a summary: the totals.
pub fn totals(summary: &str) -> &str {
    summary.find("total params").map_or(summary, |start| &summary[start..])
}

/// Name, kind and output of the layers of a summary whose names start with `prefix`.
pub fn layers(summary: &str, prefix: &str) -> String {
    let rows = summary.lines().filter(|row| row.starts_with(prefix));
    rows.filter_map(|row| row.split_inclusive(']').next()).map(|row| format!("{row}\n")).collect()
}

/// Runs `f` and prints how long it took.
pub fn timed<T>(what: &str, f: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = f();
    println!("{what}: {:.2} s", start.elapsed().as_secs_f64());
    result
}

/// The largest difference between two lists of values, which are equally long; not a number, if a
/// difference is none.
pub fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |most, x| if x.is_nan() || x > most { x } else { most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_the_end_of_a_summary() {
        assert_eq!(totals("model M\nx  [_, 3]\ntotal params 0\nmore"), "total params 0\nmore");
        assert_eq!(totals(""), "");
    }

    #[test]
    fn layers_are_found_by_their_names() {
        let summary = "model M\na.x    relu  [_, 3]  12  b.x\nb.x    relu  [_, 3]\n";
        assert_eq!(layers(summary, "a."), "a.x    relu  [_, 3]\n");
        assert_eq!(layers(summary, "b.x"), "b.x    relu  [_, 3]\n");
        assert_eq!(layers("", "b"), "");
    }

    #[test]
    fn the_largest_difference_counts() {
        assert_eq!(difference(&[1.0, 2.0, -3.0], &[1.0, 2.5, -5.0]), 2.0);
        assert_eq!(difference(&[], &[]), 0.0);
        assert!(difference(&[1.0, f32::NAN, 3.0], &[1.0, 2.0, 9.0]).is_nan());
        assert!(difference(&[f32::INFINITY; 2], &[f32::INFINITY, 0.0]).is_nan());
    }
}
