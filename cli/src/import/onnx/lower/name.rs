//! What layers are called, and which of them share weights.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use formwork_ir::NodeId;

use super::{Lower, Step, Steps};
use crate::import::names;

impl Lower<'_> {
    /// The name of a layer: the module that its weights belong to, or the operator's own.
    pub fn name(&self, step: &Step, weight: Option<&str>) -> String {
        if let Some(module) = weight.and_then(module) {
            return module;
        }
        let scope = names::scope(&step.name);
        let op = step.op.rsplit([':', '.']).next().unwrap_or_default().to_ascii_lowercase();
        match scope.rsplit_once('.') {
            _ if scope.is_empty() => op,
            // `layer1.relu.Relu`: the module is called as the operator is.
            Some((module, last)) if names::is_operator(last, &step.op) => module.to_owned(),
            _ => scope,
        }
    }

    /// What a layer has in common with those that it shares weights with, if there are any.
    ///
    /// Exporters store equal vectors once, so a layer without a kernel shares them only if what
    /// is before it shares its own.
    pub fn shared(&mut self, step: &Step, inputs: &[NodeId]) -> Option<String> {
        let key = owner(step)?;
        let several = self.owners.readers.get(&key).is_some_and(|&count| count > 1);
        let kernel = KERNELS.contains(&step.op.as_str());
        let weight = step.inputs.get(1)?;
        if kernel && self.owners.kernels.get(weight).is_some_and(|keys| keys.len() > 1) {
            self.owners.kernels.remove(weight);
            self.warnings.push(format!(
                "layers with different arguments or biases read `{weight}`: each gets a copy, \
                 which training will tell apart"
            ));
        }
        let before = inputs.first().map(|&input| self.builder.graph.node(input));
        let follows = || before.is_some_and(|node| node.weights.is_some());
        (several && (kernel || follows())).then_some(key)
    }
}

const KERNELS: [&str; 5] = ["Conv", "ConvTranspose", "Gemm", "MatMul", super::rewrite::DENSE];

/// Which operators read the same weights.
pub struct Owners {
    /// How many have in common what [`owner`] says.
    readers: HashMap<String, usize>,
    /// For each kernel, what those that read it have in common.
    kernels: HashMap<Rc<str>, HashSet<String>>,
}

impl Owners {
    pub fn of(steps: &Steps) -> Self {
        let mut owners = Owners { readers: HashMap::new(), kernels: HashMap::new() };
        for step in &steps.list {
            let Some(key) = owner(step) else { continue };
            *owners.readers.entry(key.clone()).or_default() += 1;
            if let Some(kernel) = step.inputs.get(1) {
                owners.kernels.entry(kernel.clone()).or_default().insert(key);
            }
        }
        owners
    }
}

/// What two operators must have in common to share their weights: all but the tensor that they are
/// applied to.
fn owner(step: &Step) -> Option<String> {
    let weights = step.inputs.get(1..).filter(|weights| !weights.is_empty())?;
    let attrs = step.attrs.iter().map(|(name, attr)| format!("{name}={attr:?}"));
    let mut attrs: Vec<_> = attrs.collect();
    attrs.sort();
    Some(format!("{} {} {}", step.op, weights.join(" "), attrs.join(" ")))
}

/// `layer1.0.conv1` of `layer1.0.conv1.weight`.
fn module(weight: &str) -> Option<String> {
    let weight = weight.split(':').next()?;
    let (module, kind) = weight.rsplit_once(['.', '/'])?;
    let kinds = ["weight", "kernel", "gamma", "scale", "Conv2D", "MatMul", "depthwise"];
    let known = kinds.iter().any(|known| kind.starts_with(known));
    let module = names::scope(module);
    (known && !module.is_empty()).then_some(module)
}

#[cfg(test)]
mod tests {
    #[test]
    fn modules_are_read_off_their_weights() {
        let check = |weight, expect: Option<&str>| {
            assert_eq!(super::module(weight).as_deref(), expect, "{weight}");
        };
        check("layer1.0.conv1.weight", Some("layer1.0.conv1"));
        check("conv1.weight", Some("conv1"));
        check("onnx::Conv_193", None);
        check("weight", None);
        check("StatefulPartitionedCall/net/conv1/Conv2D/ReadVariableOp:0", None);
        check("net/conv1/kernel:0", Some("net.conv1"));
    }
}
