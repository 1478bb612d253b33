//! What stands before a model's body: documentation, name, sizes, inputs, outputs, `where`.

use formwork_ir::{Graph, Kind, Scheme, Shape};

use super::layout::Lines;

/// Writes everything up to the body's `{`. `inputs` are the names of the inputs.
pub fn write(lines: &mut Lines, graph: &Graph, name: &str, docs: &[String], inputs: &[String]) {
    for line in docs.iter().flat_map(|doc| doc.lines()) {
        // A comment holds no carriage return.
        lines.push(format!("/// {}", line.replace('\r', " ")).trim_end());
    }
    let symbols = graph.declared().symbols();
    let generics: Vec<_> = symbols
        .iter()
        .filter_map(|ranged| match ranged.symbol.kind() {
            Kind::Runtime => Some(ranged.symbol.name().to_owned()),
            Kind::Generic => Some(format!("const {}: usize", ranged.symbol.name())),
            Kind::Outer => None,
        })
        .collect();
    let generics = match generics.as_slice() {
        [] => String::new(),
        some => format!("<{}>", some.join(", ")),
    };
    let input = |(name, (_, node)): (&String, (_, &formwork_ir::Node))| {
        let scheme = node.scheme.map(|scheme| format!(" in {}", range(scheme)));
        format!("{name}: {}{}", shape(&node.shape), scheme.unwrap_or_default())
    };
    let inputs: Vec<_> = inputs.iter().zip(graph.inputs()).map(input).collect();
    let outputs: Vec<_> = graph.outputs().iter().map(|&id| shape(&graph.node(id).shape)).collect();
    let clauses: Vec<_> =
        symbols.iter().flat_map(|ranged| ranged.sizes.clauses(ranged.symbol.name())).collect();
    let brace = if clauses.is_empty() { " {" } else { "" };
    let output = match outputs.as_slice() {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    };
    let open = format!("pub struct {name}{generics}(");
    let whole = format!("{open}{}) -> {output}{brace}", inputs.join(", "));
    if 4 * lines.depth + whole.chars().count() <= super::layout::WIDTH {
        lines.push(&whole);
    } else if outputs.len() > 1 {
        let open = format!("{open}{}) -> (", inputs.join(", "));
        lines.items(&open, &outputs, &format!("){brace}"));
    } else {
        lines.items(&open, &inputs, &format!(") -> {output}{brace}"));
    }
    if !clauses.is_empty() {
        lines.push("where");
        lines.depth += 1;
        clauses.iter().for_each(|clause| lines.push(&format!("{clause},")));
        lines.depth -= 1;
        lines.push("{");
    }
}

/// `[_, H / 2, {SIZE}, 3]`
pub fn shape(shape: &Shape) -> String {
    let dims = shape.dims().iter().map(|dim| match dim.symbol() {
        Some(symbol) if symbol.kind() == Kind::Outer => format!("{{{}}}", symbol.name()),
        _ => dim.source(),
    });
    format!("[{}]", dims.collect::<Vec<_>>().join(", "))
}

/// `0.0..=1.0`, `0..=255`, `imagenet`, one type for both ends; a formula where the dark is more
/// than the bright.
fn range(scheme: Scheme) -> String {
    if let (Some([low, high, denominator]), Scheme::Between(..)) = (scheme.fractions(), scheme)
        && low > high
    {
        let offset = i128::from(low) * 255;
        let (slope, divisor) = (high - low, i128::from(denominator) * 255);
        return format!("({offset} - x * {}) / {divisor}", -slope);
    }
    let text = scheme.to_string();
    let Some((low, high)) = text.split_once("..=") else { return text };
    let small = [low, high].iter().all(|end| matches!(*end, "-1" | "0" | "1"));
    let real = small || low.contains('.') || high.contains('.');
    let end = |end: &str| match real && !end.contains(['.', '/']) {
        true => format!("{end}.0"),
        false => end.to_owned(),
    };
    format!("{}..={}", end(low), end(high))
}
