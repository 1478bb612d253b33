//! What is suspect in a network and stands in its file: the statement allows it.

use std::collections::BTreeSet;

use formwork_compiler::Diagnostic;

/// The text of a model with `#[allow(…)]` before each statement that a warning points into.
pub fn allow(text: &str, warnings: &[Diagnostic]) -> String {
    let lines: Vec<_> = text.lines().collect();
    let mut allowed = BTreeSet::new();
    for warning in warnings {
        if let Some(lint) = warning.code.lint() {
            let line = warning.span.0.start().line.saturating_sub(1);
            allowed.insert((statement(&lines, line), lint.name()));
        }
    }
    let mut written = String::new();
    for (i, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        for (_, lint) in allowed.range((i, "")..(i + 1, "")) {
            written += &format!("{indent}#[allow({lint})]\n");
        }
        written += &format!("{line}\n");
    }
    written
}

/// The line that the statement of a line starts on.
fn statement(lines: &[&str], line: usize) -> usize {
    let ends = |line: &&str| line.ends_with([';', '{', '}']);
    let before = lines.iter().take(line).rposition(ends);
    before.map_or(line, |before| before + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_starts_behind_the_last() {
        let check = |text: &str, line, expect| {
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(statement(&lines, line), expect, "{text}");
        };
        check("fn a(x) {\n    x\n        .relu()\n}", 2, 1);
        check("let a = x;\n(a + b).relu()", 1, 1);
        check("if C == 1 {\n    y = x;\n}\nlet z = concat(x, y)\n    .relu();", 4, 3);
        check("x", 0, 0);
    }
}
