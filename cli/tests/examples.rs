//! The examples of the layer table, as models.

use formwork_ir::TABLE;

#[test]
fn every_example_compiles_to_its_output() {
    for spec in TABLE {
        let example = spec.example;
        let (inputs, body, output) = (example.inputs, example.body, example.output);
        let model = format!("struct Example({inputs}) -> {output} {{ {body} }}");
        let (models, diagnostics) = formwork_compiler::check(model.parse().unwrap());
        let texts: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.text()).collect();
        assert_eq!(texts, [""; 0], "{model}");
        let graph = &models[0].graph;
        let found: Vec<_> =
            graph.outputs().iter().map(|&id| graph.node(id).shape.to_string()).collect();
        assert_eq!(found, [output], "{model}");
        assert!(graph.nodes().len() > 1, "{model}");
    }
}
