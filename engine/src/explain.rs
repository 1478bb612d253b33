//! The table of a plan's steps.

use std::fmt;

use crate::plan::{Base, Spot, Stages};
use crate::simd::Isa;

/// A plan as a table.
pub(crate) struct Explain<'a> {
    pub stages: &'a Stages,
    pub isa: Isa,
    pub threads: usize,
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
        let stages = self.stages.stages.iter();
        let steps =
            stages.flat_map(|stage| stage.plan.steps.iter().map(|step| (step, stage.passes)));
        steps.enumerate().map(|(index, (step, passes))| {
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
        let Explain { stages, isa, threads, times } = self;
        let (mut weights, mut flops, mut arena) = (0, 0, 0);
        for (index, stage) in stages.stages.iter().enumerate() {
            if stage.passes > 1 {
                let (n, parts) = (index + 1, stage.passes);
                let apart = stage.apart(*threads);
                let how = if apart { "each thread its own" } else { "all threads each" };
                writeln!(f, "stage {n}: the batch in {parts} parts, {how}")?;
            }
            for step in &stage.plan.steps {
                weights += step.kernel.bytes();
                flops += 2 * step.macs * stage.passes as u64;
            }
            arena = arena.max(stage.arena(*threads));
        }
        let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
        write!(f, "{isa}, {threads} threads: {:.1} MFLOP", flops as f64 / 1e6)?;
        if !times.is_empty() {
            write!(f, " in {:.3} ms", times.iter().sum::<u64>() as f64 / 1e6)?;
        }
        let memory = mib(4 * (arena + stages.between));
        writeln!(f, ", weights {:.1} MiB, memory {memory:.1} MiB", mib(weights))
    }
}

fn place(spot: &Spot) -> String {
    match spot.base {
        Base::Arena => spot.offset.to_string(),
        Base::Input(index) => format!("input {index} + {}", spot.offset),
        Base::Output(index) => format!("output {index} + {}", spot.offset),
    }
}
