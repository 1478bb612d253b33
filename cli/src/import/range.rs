//! `--range`: which values the inputs take, as a model says it.

use formwork_ir::{Graph, NodeId};

use super::imported::Problem;

/// Says of every image among the inputs which values it takes: `0.0..=1.0`, `imagenet`,
/// `(x - 127) / 128`.
pub fn declare(graph: &mut Graph, range: &str) -> Result<(), Problem> {
    let images = graph.inputs().filter(|(_, node)| node.shape.rank() == 4);
    let images: Vec<(NodeId, String)> =
        images.map(|(id, node)| (id, node.shape.to_string())).collect();
    for (image, shape) in images {
        // What a range means is the compiler's to say.
        let channels = shape.rsplit(", ").next().unwrap_or_default();
        let model = format!(
            "struct Range(x: [_, 1, 1, {channels} in {range}) -> [_, {channels} {{ x.flatten() }}"
        );
        let wrong = |what: String| Problem::of_file(format!("`--range {range}`: {what}"));
        let tokens =
            model.parse().map_err(|error: proc_macro2::LexError| wrong(error.to_string()))?;
        let (models, diagnostics) = formwork_compiler::check(tokens);
        if let Some(error) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
            return Err(wrong(error.text()));
        }
        let input = models.first().and_then(|model| model.graph.inputs().next());
        let scheme = input.and_then(|(_, node)| node.scheme);
        graph.set_scheme(image, scheme.ok_or_else(|| wrong("no range".to_owned()))?);
    }
    Ok(())
}
