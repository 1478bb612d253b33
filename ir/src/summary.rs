use std::fmt;

use crate::shape::product;
use crate::{Dim, Graph, Node, NodeId, Ranged, Sizes, Source};

/// The table that Keras' `model.summary()` prints: every layer with its output shape and its
/// number of parameters, then the totals.
pub struct Summary<'a>(pub &'a Graph);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let graph = self.0;
        let rows: Vec<_> = graph.nodes().map(|(id, node)| self.row(id, node)).collect();
        let header = ["layer", "kind", "output", "params", "reads"].map(str::to_owned);
        let width = |i: usize| {
            let cells = rows.iter().chain([&header]).map(|row| row[i].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths = [0, 1, 2, 3, 4].map(width);
        let line = |f: &mut fmt::Formatter, row: &[String; 5]| {
            let [a, b, c, d, e] = widths;
            let text = format!(
                "{:a$}  {:b$}  {:c$}  {:>d$}  {:e$}",
                row[0], row[1], row[2], row[3], row[4]
            );
            writeln!(f, "{}", text.trim_end())
        };
        writeln!(f, "model {}", graph.name())?;
        line(f, &header)?;
        writeln!(f, "{}", "─".repeat(widths.iter().sum::<usize>() + 8))?;
        for row in &rows {
            line(f, row)?;
        }
        let (total, trainable) = (graph.total_params(), graph.trainable_params());
        writeln!(f, "total params         {:>15}", thousands(&total))?;
        writeln!(f, "trainable params     {:>15}", thousands(&trainable))?;
        writeln!(f, "non-trainable params {:>15}", thousands(&(total - trainable)))?;
        write!(f, "multiply-adds a sample {:>13}", thousands(&graph.macs()))?;
        for model in graph.applied() {
            write!(f, "\nand those of `{model}`")?;
        }
        let (works, besides) = graph.domain().contract();
        for Ranged { symbol, sizes } in works.iter().filter(|works| works.sizes != Sizes::ALL) {
            write!(f, "\n{} must be {sizes}", symbol.name())?;
            let widest = graph.widest().iter().find(|w| w.symbol.name() == symbol.name());
            if let Some(widest) = widest {
                write!(f, "; the layers would take {}", widest.sizes)?;
            }
        }
        besides.iter().try_for_each(|condition| write!(f, "\n{condition}"))?;
        let training = graph.training().iter();
        training.map(|checked| &checked.condition).try_for_each(|c| write!(f, "\n{c} in training"))
    }
}

impl Summary<'_> {
    fn row(&self, id: NodeId, node: &Node) -> [String; 5] {
        let graph = self.0;
        let kind = match (&node.source, node.scheme) {
            (Source::Input, Some(scheme)) => format!("input in {scheme}"),
            (Source::Input, None) => "input".to_owned(),
            (Source::Layer(op), _) => op.spec().name.to_owned(),
            (Source::Model(model), _) => model.clone(),
        };
        let params = node.params.iter().map(|&id| product(&graph.param(id).shape));
        let params = params.fold(Dim::Known(0), |sum, n| sum + n);
        let reads: Vec<_> = node.inputs.iter().map(|&id| graph.node(id).name.as_str()).collect();
        let params = match &node.source {
            Source::Model(_) => "its own".to_owned(),
            _ if params.is(0) => String::new(),
            _ if !graph.brings(id) => "shared".to_owned(),
            _ => thousands(&params),
        };
        [node.name.clone(), kind, node.shape.to_string(), params, reads.join(", ")]
    }
}

/// `1234567` as `1,234,567`; an expression as it is.
pub fn thousands(n: &Dim) -> String {
    let digits = n.to_string();
    if n.known().is_none() {
        return digits;
    }
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
