//! Networks as pictures: small ones as they are written, random ones as XML.

#[path = "../common/mod.rs"]
mod common;

use std::fs;
use std::path::Path;

use common::graph;
use formwork_ir::{Graph, Plot};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

/// A residual block, a pool, and two outputs, one with a name of its own.
const SMALL: &str = r#"
model Small
size H where H % 2 == 0
image = input(in 0..=1) : [_, H, 8, 3]
stem.conv2d = conv2d(image; 4, (3, 3), padding = same) : [_, H, 8, 4]
stem.relu = relu(stem.conv2d) : [_, H, 8, 4]
block.conv2d = conv2d(stem.relu; 4, (3, 3), padding = same, bias = false) : [_, H, 8, 4]
block.batch_norm = batch_norm(block.conv2d) : [_, H, 8, 4]
block.relu = relu(block.batch_norm) : [_, H, 8, 4]
block.conv2d_1 = conv2d(block.relu; 4, (1, 1)) : [_, H, 8, 4]
block.add = add(block.conv2d_1, stem.relu) : [_, H, 8, 4]
block.max_pool2d = max_pool2d(block.add; (2, 2)) : [_, H/2, 4, 4]
again = conv2d(block.max_pool2d; 4, (1, 1)) as shared : [_, H/2, 4, 4]
twice = conv2d(again; 4, (1, 1)) as shared : [_, H/2, 4, 4]
return twice, block.add
"#;

fn check(file: &str, found: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plot").join(file);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, found).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, found, "in {}; BLESS=1 accepts what is found", file.display());
}

#[test]
fn a_small_network_is_drawn_as_it_is_written() {
    let graph = Graph::parse(SMALL).expect("a graph");
    let plot = Plot::layers(&graph);
    check("small.svg", &plot.svg());
    check("small.dot", &plot.dot());
    check("small.mmd", &plot.mermaid());
    check("small.blocks.mmd", &Plot::blocks(&graph).mermaid());
}

#[test]
fn names_that_mean_something_elsewhere_are_escaped() {
    let text = "model M\nx = input() : [_, 4]\n\
                y = apply(x; \"A<B, \\\"c\\\"> & #d\") as y : [_, 4] asserted\nreturn y\n";
    let plot = Plot::layers(&Graph::parse(text).expect("a graph"));
    let svg = plot.svg();
    let document = roxmltree::Document::parse(&svg).expect("XML");
    let texts: Vec<_> = document.descendants().filter_map(|node| node.text()).collect();
    assert!(texts.contains(&"A<B, \"c\"> & #d"), "{texts:?}");
    assert!(plot.dot().contains(r#"A<B, \"c\"> & #d"#), "{}", plot.dot());
    assert!(plot.mermaid().contains("A#60;B, #34;c#34;#62; #38; #35;d"), "{}", plot.mermaid());
}

proptest! {
    #[test]
    fn a_random_network_is_xml_that_shows_every_layer(seed in any::<u64>()) {
        let graph = graph(seed);
        for plot in [Plot::layers(&graph), Plot::blocks(&graph)] {
            let svg = plot.svg();
            prop_assert_eq!(&svg, &plot.svg());
            let document = roxmltree::Document::parse(&svg);
            prop_assert!(document.is_ok(), "{:?}", document);
            let document = document.expect("checked");
            let titles = document.descendants().filter(|node| node.has_tag_name("title"));
            let names: Vec<_> = titles.filter_map(|node| node.text()).flat_map(|text| text.split(", ")).collect();
            for (_, node) in graph.nodes() {
                prop_assert_eq!(names.iter().filter(|name| **name == node.name).count(), 1);
            }
            // There are as many edges as in the other texts.
            let arrows = |text: &str, arrow: &str| text.matches(arrow).count();
            let lines = document.descendants().filter(|node| node.has_tag_name("path")).count() - 1;
            prop_assert_eq!(arrows(&plot.dot(), " -> "), lines);
            prop_assert_eq!(arrows(&plot.mermaid(), " --> "), lines);
        }
    }
}
