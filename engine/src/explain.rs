//! The table of a plan's steps.

use std::fmt;
use std::sync::atomic::AtomicU64;

use crate::plan::{Base, Spot, Step};
use crate::simd::Isa;

/// A plan as a table.
pub(crate) struct Explain<'a> {
    /// The steps, and how often each runs.
    pub steps: Vec<(&'a Step, usize)>,
    /// What else there is to say, a line each.
    pub notes: Vec<String>,
    pub isa: Isa,
    pub threads: usize,
    /// Number of values of its memory.
    pub memory: usize,
    /// How many nanoseconds each step took, if that was measured.
    pub times: &'a [u64],
}

const HEAD: [&str; 6] = ["step", "kernel", "output", "MFLOP", "weights KiB", "at"];

impl fmt::Display for Explain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut head: Vec<_> = HEAD.map(str::to_owned).into();
        if !self.times.is_empty() {
            head.extend(["ms", "GFLOP/s"].map(str::to_owned));
        }
        let mut rows = vec![head];
        rows.extend(self.rows());
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: Vec<_> = (0..rows[0].len()).map(|column| width(column).unwrap_or(0)).collect();
        for row in &rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let space = " ".repeat(width - cell.chars().count());
                let number = [3, 4, 6, 7].contains(&column);
                line += &match number {
                    true => format!("{space}{cell}  "),
                    false => format!("{cell}{space}  "),
                };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        self.totals(f)
    }
}

impl Explain<'_> {
    fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.steps.iter().enumerate().map(|(index, &(step, passes))| {
            let flops = 2 * step.macs * passes as u64;
            let mut row = vec![
                step.name.clone(),
                step.kernel.name(),
                format!("{:?}", step.sizes),
                format!("{:.2}", flops as f64 / 1e6),
                format!("{:.1}", step.kernel.bytes() as f64 / 1024.0),
                place(&step.output),
            ];
            if let Some(&time) = self.times.get(index) {
                row.push(format!("{:.3}", time as f64 / 1e6));
                row.push(format!("{:.1}", flops as f64 / time.max(1) as f64));
            }
            row
        })
    }

    fn totals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Explain { steps, notes, isa, threads, memory, times } = self;
        for note in notes {
            writeln!(f, "{note}")?;
        }
        let weights: usize = steps.iter().map(|(step, _)| step.kernel.bytes()).sum();
        let flops: u64 = steps.iter().map(|(step, passes)| 2 * step.macs * *passes as u64).sum();
        let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
        write!(f, "{isa}, {threads} threads: {:.1} MFLOP", flops as f64 / 1e6)?;
        if !times.is_empty() {
            write!(f, " in {:.3} ms", times.iter().sum::<u64>() as f64 / 1e6)?;
        }
        let memory = mib(4 * memory);
        writeln!(f, ", weights {:.1} MiB, memory {memory:.1} MiB", mib(weights))
    }
}

/// The median time of each of `count` steps, in nanoseconds, of runs that note them.
pub(crate) fn medians<E>(
    count: usize,
    runs: usize,
    mut run: impl FnMut(&[AtomicU64]) -> Result<(), E>,
) -> Result<Vec<u64>, E> {
    let mut times = vec![Vec::new(); count];
    for _ in 0..runs.max(1) {
        let noted: Vec<_> = (0..count).map(|_| AtomicU64::new(0)).collect();
        run(&noted)?;
        for (times, time) in times.iter_mut().zip(noted) {
            times.push(time.into_inner());
        }
    }
    let median = |mut times: Vec<u64>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    Ok(times.into_iter().map(median).collect())
}

fn place(spot: &Spot) -> String {
    match spot.base {
        Base::Arena => spot.offset.to_string(),
        Base::Input(index) => format!("input {index} + {}", spot.offset),
        Base::Output(index) => format!("output {index} + {}", spot.offset),
    }
}
