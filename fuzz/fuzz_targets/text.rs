//! No text makes a graph's reader panic, and what it reads can be printed.
#![no_main]

use formwork_ir::{Graph, Summary};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(graph) = Graph::parse(text) {
        let _ = (graph.to_string(), Summary(&graph).to_string());
    }
});
