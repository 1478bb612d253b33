//! The results as Markdown.

use std::fmt::Write;

use crate::machine::Machine;
use crate::results::{Results, Row};

/// The page of a run.
pub fn page(results: &Results) -> String {
    let Results { machine, peers, rows, .. } = results;
    let titles: Vec<_> = peers.iter().map(|peer| peer.title.clone()).collect();
    let each = |cell: &dyn Fn(&Row, usize) -> Option<String>| {
        let lines = rows.iter().map(|row| (row.title(), (0..peers.len()).map(|p| cell(row, p))));
        let lines = lines.map(|(title, cells)| (title, cells.map(or_nothing).collect()));
        table(&titles, &lines.collect::<Vec<_>>())
    };
    let mut page = String::from("# Results\n\nWritten by `scripts/bench`; ");
    page += "[README.md](README.md) says how this is measured.\n\n";
    page += &about(results, machine);
    page += "\n## Verdict\n\n";
    page += &verdicts(rows, &titles);
    page += "\n![Time relative to the fastest peer](ratios.svg)\n";
    page += "\n## Time of a batch, median, in milliseconds\n\n";
    page += &each(&|row, peer| {
        let seconds = row.seconds(peer)?;
        let best = (0..peers.len()).filter_map(|peer| row.seconds(peer)).fold(f64::MAX, f64::min);
        let text = number(1e3 * seconds);
        Some(if seconds == best { format!("**{text}**") } else { text })
    });
    page += "\n## Time relative to the fastest peer other than formwork\n\n";
    page += &each(&|row, peer| row.ratio(peer).map(|ratio| format!("{ratio:.2}")));
    let peak = results.peak / 1e9;
    _ = writeln!(page, "\n## Percent of the peak of {peak:.0} GFLOP/s\n");
    page += "Operations are those of the definition, whatever algorithm computes it; a Winograd \
             convolution does fewer.\n\n";
    page += &each(&|row, peer| {
        Some(format!("{:.0}", 100.0 * row.flops / row.seconds(peer)? / results.peak))
    });
    page += "\n## Largest difference from the definition in 64 bits\n\n";
    page += "Relative to the largest value of the output.\n\n";
    page += &each(&|row, peer| {
        Some(match row.cells.get(peer)? {
            Ok(cell) => format!("{:.0e}", cell.difference),
            Err(_) => return None,
        })
    });
    if !results.memory.is_empty() {
        page += "\n## Peak memory at batch 1, in MB\n\n";
        page += "Of a process that loads the network and runs it.\n\n";
        let lines = results.memory.iter().map(|memory| {
            let cell = |bytes: &Option<u64>| bytes.map(|bytes| (bytes / 1_000_000).to_string());
            (memory.model.clone(), memory.bytes.iter().map(cell).map(or_nothing).collect())
        });
        page += &table(&titles, &lines.collect::<Vec<_>>());
    }
    page + &missing(results)
}

fn about(results: &Results, machine: &Machine) -> String {
    let Results { command, date, threads, rounds, .. } = results;
    let Machine { processor, cores, instructions, memory, system, rustc } = machine;
    let (instructions, memory) = (instructions.join(", "), memory >> 30);
    let mut text = format!(
        "{date}, {processor}, {cores} cores, {instructions}; {memory} GiB; {system}; {rustc}. \
         {threads} threads, {rounds} rounds: `{command}`.\n\n"
    );
    for peer in &results.peers {
        match &peer.version {
            Ok(version) => _ = writeln!(text, "- {} {version}", peer.title),
            Err(reason) => _ = writeln!(text, "- {}: absent: {reason}", peer.title),
        }
    }
    text
}

/// Who is the fastest, in each row.
fn verdicts(rows: &[Row], titles: &[String]) -> String {
    let verdict = |row: &Row| {
        let Some((peer, other)) = row.fastest() else { return "no other ran".to_owned() };
        let fastest = &titles[peer];
        match row.seconds(0) {
            None => format!("{fastest} wins: formwork did not run"),
            Some(own) if own < other => {
                format!("formwork wins: {:.2}× as fast as {fastest}", other / own)
            }
            Some(own) => format!("{fastest} wins: formwork takes {:.2}× as long", own / other),
        }
    };
    let won = rows.iter().filter(|row| row.ratio(0).is_some_and(|ratio| ratio < 1.0)).count();
    let lines: Vec<_> = rows.iter().map(|row| (row.title(), vec![verdict(row)])).collect();
    let head = format!("formwork is the fastest in {won} of {}", rows.len());
    table(&[head], &lines)
}

/// Why cells are empty.
fn missing(results: &Results) -> String {
    let mut text = String::new();
    for row in &results.rows {
        for (peer, cell) in results.peers.iter().zip(&row.cells) {
            if let (Ok(_), Err(reason)) = (&peer.version, cell) {
                _ = writeln!(text, "- {}, {}: {reason}", row.title(), peer.title);
            }
        }
    }
    if text.is_empty() { text } else { format!("\n## What did not run\n\n{text}") }
}

fn table(head: &[String], lines: &[(String, Vec<String>)]) -> String {
    let mut text = format!("| | {} |\n|---|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for (title, cells) in lines {
        _ = writeln!(text, "| {title} | {} |", cells.join(" | "));
    }
    text
}

fn or_nothing(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| "–".to_owned())
}

/// Three digits that count.
fn number(x: f64) -> String {
    let digits = (2 - x.log10().floor() as i32).clamp(0, 3) as usize;
    format!("{x:.digits$}")
}

#[cfg(test)]
#[path = "report_tests.rs"]
pub mod tests;
