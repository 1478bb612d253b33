//! For Markdown.

use std::collections::BTreeSet;

use super::Plot;

impl Plot {
    /// The network as a Mermaid flowchart, which GitHub and others draw in Markdown.
    pub fn mermaid(&self) -> String {
        let mut text = "flowchart TD\n".to_owned();
        let tints = self.items.iter().map(|item| item.rows[0].chips[0].tint);
        for (i, (item, tint)) in self.items.iter().zip(tints.clone()).enumerate() {
            let lines: Vec<_> = item.lines().iter().map(|line| escaped(line)).collect();
            text += &format!("  n{i}[\"{}\"]:::{}\n", lines.join("<br>"), tint.name());
        }
        for (from, to) in &self.edges {
            text += &format!("  n{from} --> n{to}\n");
        }
        for tint in tints.collect::<BTreeSet<_>>() {
            let (name, colour) = (tint.name(), tint.colour());
            text += &format!("  classDef {name} fill:{colour},stroke:#555,color:#000\n");
        }
        text
    }
}

/// A text within quotes, as plain letters: Mermaid reads HTML there.
fn escaped(text: &str) -> String {
    let special = |char: char| "\"#&<>`\\".contains(char);
    let written = text.chars().map(|char| match special(char) {
        true => format!("#{};", char as u32),
        false => char.to_string(),
    });
    written.collect()
}
