//! The results as Markdown.

use std::fmt::Write;

use crate::machine::Machine;
use crate::results::{Measured, Results, Row};

/// The page of all results.
pub fn page(results: &Results) -> String {
    let mut page = String::from("# Results\n\nWritten by `scripts/bench`; ");
    page += "[README.md](README.md) says how this is measured.\n\n";
    if let Some(measured) = &results.inference {
        page += &inference(measured);
    }
    if let Some(measured) = &results.training {
        page += &training(measured);
    }
    page
}

fn inference(measured: &Measured) -> String {
    let mut text = about(measured);
    text += "\n## Verdict\n\n";
    text += &verdicts(measured);
    text += "\n![Time relative to the fastest peer](ratios.svg)\n";
    text += "\n## Time of a batch, median, in milliseconds\n\n";
    text += &times(measured);
    text += "\n## Time relative to the fastest peer other than formwork\n\n";
    text += &ratios(measured);
    let peak = measured.peak;
    _ = writeln!(text, "\n## Percent of the peak of {:.0} GFLOP/s\n", peak / 1e9);
    text += "Operations are those of the definition, whatever algorithm computes it; a Winograd \
             convolution does fewer.\n\n";
    text += &each(measured, |row, peer| {
        Some(format!("{:.0}", 100.0 * row.flops / row.seconds(peer)? / peak))
    });
    text += "\n## Largest difference from the definition in 64 bits\n\n";
    text += "Relative to the largest value of the output.\n\n";
    text += &differences(measured);
    if !measured.memory.is_empty() {
        text += "\n## Peak memory at batch 1, in MB\n\n";
        text += "Of a process that loads the network and runs it.\n\n";
        text += &memory(measured);
    }
    text + &missing("##", measured)
}

fn training(measured: &Measured) -> String {
    let mut text = String::from("\n## Training steps\n\n");
    text += "Forward, loss, backward and update, of the networks as they are declared, batch norms \
             included.\n\n";
    text += &about(measured);
    text.push('\n');
    text += &verdicts(measured);
    text += "\n![Time of a step relative to the fastest peer](training.svg)\n";
    text += "\n### Time of a step, median, in milliseconds\n\n";
    text += &times(measured);
    text += "\n### Time of a step relative to the fastest peer other than formwork\n\n";
    text += &ratios(measured);
    text += "\n### Largest relative difference of the first three losses\n\n";
    text += "From those of formwork layer by layer, without a plan.\n\n";
    text += &differences(measured);
    if !measured.memory.is_empty() {
        text += "\n### Peak memory of a training, in MB\n\n";
        text += "Of a process that loads the network and trains it for three steps.\n\n";
        text += &memory(measured);
    }
    text + &missing("###", measured)
}

/// A table of the rows, by peer.
fn each(measured: &Measured, cell: impl Fn(&Row, usize) -> Option<String>) -> String {
    let line = |row: &Row| {
        let cells = (0..measured.peers.len()).map(|peer| cell(row, peer));
        (row.title(), cells.map(or_nothing).collect())
    };
    table(&titles(measured), &measured.rows.iter().map(line).collect::<Vec<_>>())
}

fn titles(measured: &Measured) -> Vec<String> {
    measured.peers.iter().map(|peer| peer.title.clone()).collect()
}

fn times(measured: &Measured) -> String {
    let peers = measured.peers.len();
    each(measured, |row, peer| {
        let seconds = row.seconds(peer)?;
        let best = (0..peers).filter_map(|peer| row.seconds(peer)).fold(f64::MAX, f64::min);
        let text = number(1e3 * seconds);
        Some(if seconds == best { format!("**{text}**") } else { text })
    })
}

fn ratios(measured: &Measured) -> String {
    each(measured, |row, peer| row.ratio(peer).map(|ratio| format!("{ratio:.2}")))
}

fn differences(measured: &Measured) -> String {
    each(measured, |row, peer| {
        let cell = row.cells.get(peer)?.as_ref().ok()?;
        Some(format!("{:.0e}", cell.difference))
    })
}

fn memory(measured: &Measured) -> String {
    let lines = measured.memory.iter().map(|memory| {
        let cell = |bytes: &Option<u64>| bytes.map(|bytes| (bytes / 1_000_000).to_string());
        (memory.model.clone(), memory.bytes.iter().map(cell).map(or_nothing).collect())
    });
    table(&titles(measured), &lines.collect::<Vec<_>>())
}

/// Where and how it was measured, and who takes part.
fn about(measured: &Measured) -> String {
    let Measured { machine, command, date, threads, rounds, .. } = measured;
    let Machine { processor, cores, instructions, memory, system, rustc } = machine;
    let (instructions, memory) = (instructions.join(", "), memory >> 30);
    let mut text = format!(
        "{date}, {processor}, {cores} cores, {instructions}; {memory} GiB; {system}; {rustc}. \
         {threads} threads, {rounds} rounds: `{command}`.\n\n"
    );
    for peer in &measured.peers {
        match &peer.version {
            Ok(version) => _ = writeln!(text, "- {} {version}", peer.title),
            Err(reason) => _ = writeln!(text, "- {}: absent: {reason}", peer.title),
        }
    }
    text
}

/// Who is the fastest, in each row.
fn verdicts(measured: &Measured) -> String {
    let rows = &measured.rows;
    let verdict = |row: &Row| {
        let Some((peer, other)) = row.fastest() else { return "no other ran".to_owned() };
        let fastest = &measured.peers[peer].title;
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
fn missing(level: &str, measured: &Measured) -> String {
    let mut text = String::new();
    for row in &measured.rows {
        for (peer, cell) in measured.peers.iter().zip(&row.cells) {
            if let (Ok(_), Err(reason)) = (&peer.version, cell) {
                _ = writeln!(text, "- {}, {}: {reason}", row.title(), peer.title);
            }
        }
    }
    if text.is_empty() { text } else { format!("\n{level} What did not run\n\n{text}") }
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
