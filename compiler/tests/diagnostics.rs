//! Diagnostics as data: `tests/diagnostics/*.rs` hold models with what is wrong written under
//! the faulty code, as the compiler says it. `BLESS=1` writes the files anew.

use std::fmt::Write;
use std::path::Path;

use formwork_compiler::{Diagnostic, check};

const BETWEEN: &str = "// ---\n";

/// The source with its diagnostics written under the lines they point at.
fn annotate(source: &str) -> String {
    let is_note = |line: &str| line.starts_with("//") && !line.starts_with("///");
    let lines = source.lines().filter(|line| !is_note(line));
    let source: String = lines.map(|line| format!("{line}\n")).collect();
    let mut diagnostics = match source.parse() {
        Ok(tokens) => check(tokens).1,
        Err(error) => panic!("not tokens: {error}\n{source}"),
    };
    diagnostics.sort_by_key(|d| {
        let start = d.span.0.start();
        (start.line, start.column)
    });
    let mut text = String::new();
    for (i, line) in source.lines().enumerate() {
        writeln!(text, "{line}").unwrap();
        for diagnostic in diagnostics.iter().filter(|d| d.span.0.start().line == i + 1) {
            text += &note(diagnostic, line);
        }
    }
    text
}

fn note(diagnostic: &Diagnostic, line: &str) -> String {
    let (start, end) = (diagnostic.span.0.start(), diagnostic.span.1.end());
    let last = if end.line == start.line { end.column } else { line.chars().count() };
    let indent = " ".repeat(start.column.saturating_sub(2));
    let carets = "^".repeat(last.saturating_sub(start.column).max(1));
    let mut text = format!("//{indent}{carets} {:?}\n", diagnostic.code);
    for line in diagnostic.text().lines() {
        writeln!(text, "//{indent}{line}").unwrap();
    }
    text
}

fn check_file(path: &Path) {
    let written = std::fs::read_to_string(path).unwrap();
    let cases: Vec<_> = written.split(BETWEEN).map(annotate).collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, cases.join(BETWEEN)).unwrap();
        return;
    }
    for (written, found) in written.split(BETWEEN).zip(&cases) {
        assert_eq!(written, found, "in {}; BLESS=1 accepts what is found", path.display());
    }
}

#[test]
fn every_diagnostic_is_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        check_file(&file);
    }
}
