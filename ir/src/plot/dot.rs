//! For Graphviz.

use super::Plot;

impl Plot {
    /// The network in Graphviz' language: `dot -Tsvg net.dot`.
    pub fn dot(&self) -> String {
        let mut text = format!(
            "digraph {} {{\n  node [shape=box, style=filled, fontname=\"Helvetica\"]\n",
            quoted(&self.name)
        );
        for (i, item) in self.items.iter().enumerate() {
            let colour = item.rows[0].chips[0].tint.colour();
            let lines = item.lines().join("\n");
            text += &format!("  n{i} [label={}, fillcolor=\"{colour}\"]\n", quoted(&lines));
        }
        for (from, to) in &self.edges {
            text += &format!("  n{from} -> n{to}\n");
        }
        text + "}\n"
    }
}

/// A string with its lines centred.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}
