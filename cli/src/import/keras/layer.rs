//! One layer of a model.

use formwork_ir::{NodeId, Op};
use serde_json::Value as Json;

use super::affine::numbers;
use super::call::{Arg, Call};
use super::config::Layer;
use super::{Reader, activation, arguments, operations};
use crate::import::imported::Values;
use crate::import::names;

impl Reader<'_> {
    pub fn is_known(&self, layer: &Layer) -> bool {
        let own = ["Activation", "Normalization", "InputLayer", "Identity"];
        own.contains(&layer.class.as_str())
            || layer.is_operation
            || operations::only_in_training(&layer.class)
            || layer.class == "TFOpLambda"
            || arguments::spec(&layer.class).is_some()
    }

    pub fn apply(
        &mut self,
        layer: &Layer,
        name: &str,
        call: &Call,
        inputs: &[NodeId],
        shared: bool,
    ) -> Result<NodeId, String> {
        let first = *inputs.first().ok_or("it is applied to nothing")?;
        // Files of older versions do not say which are operations; layers take no numbers.
        let number = |arg: &Arg| matches!(arg, Arg::Value(value) if value.is_number());
        let with_number = call.args.iter().any(number);
        let is_operation = layer.is_operation || layer.class == "TFOpLambda" || with_number;
        if let Some(what) = call.refused(&layer.class).filter(|_| !is_operation) {
            return Err(what);
        }
        if operations::only_in_training(&layer.class) {
            let what = format!("`{}`, which only training has,", layer.class);
            self.left_out.entry(what).or_default().insert(format!("`{name}`"));
            return Ok(first);
        }
        let path = names::clean(&name.replace('/', "."));
        if is_operation {
            let shape = self.builder.graph.node(first).shape.clone();
            let ops = operations::read(layer, call, inputs.len(), &shape, self.old)?;
            return self.chain(&path, ops, inputs);
        }
        let rank = self.builder.graph.node(first).shape.rank();
        match layer.class.as_str() {
            "Identity" => return Ok(first),
            "Activation" => {
                let json = layer.config.get("activation").unwrap_or(&Json::Null);
                return self.chain(&path, activation::activation(json, self.old)?, inputs);
            }
            "Normalization" => return self.normalization(layer, name, first),
            "Rescaling"
                if layer.config.get("scale").is_some_and(Json::is_array)
                    || layer.config.get("offset").is_some_and(Json::is_array) =>
            {
                let list = |key: &str, default| numbers(layer.config.get(key), default);
                return self.affine(&path, first, list("scale", 1.0)?, list("offset", 0.0)?);
            }
            _ => {}
        }
        let spec = arguments::spec(&layer.class).ok_or("no layer does this")?;
        let mut read = arguments::read(spec, &layer.config, rank, self.old)?;
        if let Op::GroupNorm(norm) = &mut read.op
            && layer.config.get("groups").and_then(Json::as_i64) == Some(-1)
        {
            let shape = &self.builder.graph.node(first).shape;
            norm.groups = shape[rank - 1].known().unwrap_or(norm.groups);
        }
        // How weights start does not matter where they are there.
        let matters = |what: &String| !self.weights || !what.contains("_initializer");
        for what in read.left_out.into_iter().filter(matters) {
            self.left_out.entry(what).or_default().insert(format!("`{name}`"));
        }
        let owner = shared.then_some(name);
        let kinds = self.builder.kinds(&read.op, inputs)?;
        let values: Result<Vec<_>, _> = kinds.iter().map(|kind| self.weight(name, kind)).collect();
        let owner = owner.filter(|_| !kinds.is_empty());
        let node = self.builder.layer(&path, read.op, inputs, values?, owner)?;
        self.chain(&format!("{path}_activation"), read.activation, &[node])
    }

    /// Layers without weights, one after another.
    pub fn chain(&mut self, name: &str, ops: Vec<Op>, inputs: &[NodeId]) -> Result<NodeId, String> {
        let mut nodes = inputs.to_vec();
        for op in ops {
            nodes = vec![self.builder.layer(name, op, &nodes, Vec::new(), None)?];
        }
        nodes.first().copied().ok_or_else(|| "it is applied to nothing".to_owned())
    }

    /// The values of a weight of a layer, as Keras of any version calls it.
    pub fn weight(&self, layer: &str, kind: &str) -> Result<Values, String> {
        let mut kinds = vec![kind];
        if kind == "kernel" {
            kinds.push("depthwise_kernel");
        }
        let names = kinds.iter().map(|kind| format!("{layer}/{kind}"));
        match names.filter_map(|name| self.values.get(&name)).next() {
            Some(values) => Ok(Some(values.clone())),
            None if !self.weights => Ok(None),
            None => Err(format!("the file holds no `{layer}/{kind}`")),
        }
    }
}
