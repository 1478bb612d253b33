//! ONNX files as graphs.
//!
//! Constants are decoded ([`decode`]), patterns that exporters write out are brought together again
//! ([`rewrite`]), and the nodes are lowered one by one to layers ([`lower`]). A value of ONNX is a
//! [`view`] of a node's: its axes are those of the node in some order, merged, or of size 1, so
//! that (batch, channels, height, width) costs nothing.

mod decode;
mod fold;
mod lower;
mod rewrite;
mod step;
mod steps;
mod tensor;
mod view;

use std::path::Path;

use prost::Message;

use super::{Imported, Problem};
use crate::onnx::proto::ModelProto;
use lower::Lower;
use steps::Steps;

/// The most values of a constant that is computed, not read: of sizes and masks, not of weights.
const MOST_COMPUTED: usize = 1 << 16;
/// The versions of ONNX' operators that are read.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=25;

/// Reads a model.
///
/// `weights` says whether external data must be there.
///
/// # Errors
/// Everything in it that has no layer here.
pub fn read(
    path: &Path,
    bytes: &[u8],
    name: &str,
    weights: bool,
) -> Result<Imported, Vec<Problem>> {
    let of_file = |what: String| vec![Problem::of_file(what)];
    let model = ModelProto::decode(bytes).map_err(|error| {
        of_file(format!("this is neither an ONNX file nor one of Keras': {error}"))
    })?;
    let opset = model.opset_import.iter().find(|set| is_standard(&set.domain));
    let opset = opset.map_or(1, |set| set.version);
    if !OPSETS.contains(&opset) {
        let (first, last) = OPSETS.into_inner();
        return Err(of_file(format!(
            "it uses opset {opset} of ONNX, formwork reads {first} to {last}; \
             `onnx.version_converter` converts it"
        )));
    }
    let torch = model.producer_name == "pytorch";
    let Some(graph) = &model.graph else {
        return Err(of_file("it holds no graph".to_owned()));
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let decoder = decode::Decoder { folder, absent_allowed: !weights };
    let steps = Steps::read(graph, &decoder, opset, torch)?;
    let steps = rewrite::rewrite(steps);
    let first = Lower::run(&steps, graph, name, None)?;
    let domain = match first.graph.mismatches() {
        [] => return Ok(first),
        _ => first.graph.domain(),
    };
    // Its layers fit some sizes only: declared for those.
    Lower::run(&steps, graph, name, Some(domain))
}

fn is_standard(domain: &str) -> bool {
    matches!(domain, "" | "ai.onnx")
}
