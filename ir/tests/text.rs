//! Graphs and values as text.

mod common;

use common::{graph, shapes};
use formwork_ir::{Graph, Value, shifts};
use proptest::prelude::{any, prop_assert_eq, proptest};

#[test]
fn random_graphs_hold_layers() {
    let layers: usize = (0..50).map(|seed| graph(seed).nodes().len() - shapes().len()).sum();
    assert!(layers > 200, "{layers}");
}

#[test]
fn of_checkpoints_in_one_another_the_outermost_counts() {
    let text = "model Net\n\
                checkpoint a.b.c\n\
                checkpoint a.bc\n\
                checkpoint a.b\n\
                checkpoint a.b.d\n\
                checkpoint = input() : [_, 4]\n\
                a.b.c.relu = relu(checkpoint) : [_, 4]\n\
                a.b = relu(a.b.c.relu) : [_, 4]\n\
                a.bc.relu = relu(a.b) : [_, 4]\n\
                return a.bc.relu\n";
    let graph = Graph::parse(text).unwrap();
    assert_eq!(graph.checkpoints(), ["a.bc", "a.b"]);
    let of: Vec<_> = graph.nodes().map(|(_, node)| graph.checkpoint_of(node)).collect();
    assert_eq!(of, [None, Some(1), None, Some(0)]);
    assert_eq!(Graph::parse(&graph.to_string()), Ok(graph));
}

proptest! {
    #[test]
    fn a_graph_reads_back_as_it_was_written(seed in any::<u64>()) {
        let graph = graph(seed);
        prop_assert_eq!(Graph::parse(&graph.to_string()), Ok(graph));
    }

    #[test]
    fn a_graph_with_a_hole_or_a_patch_never_panics(
        seed in any::<u64>(),
        at in any::<proptest::sample::Index>(),
        length in 0..8usize,
        patch in "[-_a-z0-9.,;:=()\\[\\] \n]{0,8}",
    ) {
        let mut text = graph(seed).to_string();
        let at = at.index(text.len());
        if (at..=at + length).all(|i| text.is_char_boundary(i)) {
            text.replace_range(at..at + length, &patch);
        }
        let _ = Graph::parse(&text).map(|graph| shifts(&graph).len());
    }

    #[test]
    fn no_text_panics(text in any::<String>(), plain in "[-_a-z0-9.,=()\\[\\]\" \\\\]{0,40}") {
        let _ = Graph::parse(&text);
        let _ = Value::parse(&text);
        if let Ok(value) = Value::parse(&plain) {
            prop_assert_eq!(Value::parse(&value.to_string()), Ok(value));
        }
    }
}

#[test]
fn a_graph_begins_with_its_name() {
    for text in ["", "\n\n", "a = input() : [_, 4]", "model"] {
        assert!(Graph::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn what_is_no_graph_is_an_error_with_its_line() {
    let check = |line: &str, expect: &str| {
        let text = format!("model M\na = input() : [_, 4]\n{line}");
        let error = Graph::parse(&text).expect_err(line);
        assert_eq!(error.to_string(), format!("line 3: {expect}"));
    };
    check("b = input() : [3, _]", "not a shape: [3, _]");
    check("b = input() : [_, 0]", "not a shape: [_, 0]");
    check("b = input() : [_, 9999999999]", "not a shape: [_, 9999999999]");
    check("b = input(in torch) : [_, 4]", "no scheme `torch`");
    check("b = dens(a; 3) : [_, 3]", "no layer `dens`");
    check("b = dense(c; 3) : [_, 3]", "no node `c`");
    check("b = dense(a, a; 3) : [_, 3]", "`dense` takes 1 to 1 tensors, got 2");
    check("b = dense(a; 3) : [_, 4]", "`b` is written as [_, 4] but is [_, 3]");
    check("a = dense(a; 3) : [_, 3]", "`a` is defined twice");
    check("b", "expected `name = layer(…) : shape`");
    check("return b", "no node `b`");
    check("model N", "expected `name = layer(…) : shape`");
}
