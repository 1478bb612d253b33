//! A factor and a shift for each channel.

use formwork_ir::layers::{DepthwiseConv2d, Rescaling};
use formwork_ir::{Dim, NodeId};
use serde_json::Value as Json;

use super::Reader;
use super::arguments::last;
use super::config::Layer;
use crate::import::names;

/// Keras' `backend.epsilon()`.
const EPSILON: f32 = 1e-7;

impl Reader<'_> {
    /// `(x - mean) / max(√variance, ε)` of each channel, or the way back with `invert`.
    pub fn normalization(
        &mut self,
        layer: &Layer,
        name: &str,
        input: NodeId,
    ) -> Result<NodeId, String> {
        let read = |kind: &str| match self.values.get(&format!("{name}/{kind}")) {
            Some(values) => Ok(values.clone()),
            None => match layer.config.get(kind) {
                Some(json) if !json.is_null() => numbers(Some(json), 0.0),
                _ => Err(format!("neither the file nor its configuration has its {kind}")),
            },
        };
        let rank = self.builder.graph.node(input).shape.rank();
        match layer.config.get("axis") {
            // No axis: one mean for all values.
            None | Some(Json::Null) => {}
            Some(Json::Array(axes)) if axes.is_empty() => {}
            Some(axis) if last(axis, rank) => {}
            Some(axis) => return Err(format!("its axis is {axis}; a layer has numbers a channel")),
        }
        let (mean, variance) = (read("mean")?, read("variance")?);
        if mean.len() != variance.len() {
            let (means, variances) = (mean.len(), variance.len());
            return Err(format!("it has {means} means and {variances} variances"));
        }
        let deviations = variance.iter().map(|variance| variance.sqrt().max(EPSILON));
        let each = mean.iter().zip(deviations);
        let (scale, offset) = match layer.config.get("invert").and_then(Json::as_bool) {
            Some(true) => each.map(|(&mean, deviation)| (deviation, mean)).unzip(),
            _ => each.map(|(mean, deviation)| (1.0 / deviation, -mean / deviation)).unzip(),
        };
        self.affine(&names::clean(&name.replace('/', ".")), input, scale, offset)
    }

    /// A factor and a shift for all channels, or for each: a 1×1 depthwise convolution.
    pub fn affine(
        &mut self,
        name: &str,
        input: NodeId,
        scale: Vec<f32>,
        offset: Vec<f32>,
    ) -> Result<NodeId, String> {
        if let (&[scale], &[offset]) = (scale.as_slice(), offset.as_slice()) {
            let [scale, offset] =
                [scale, offset].map(|x| x.to_string().parse().unwrap_or(f64::from(x)));
            let op = Rescaling::new(scale).offset(offset);
            return self.builder.layer(name, op, &[input], Vec::new(), None);
        }
        let shape = &self.builder.graph.node(input).shape;
        let channels =
            shape.dims().last().and_then(Dim::known).ok_or("its channels are no number")?;
        if shape.rank() != 4 {
            return Err("numbers for each channel are for images".to_owned());
        }
        let each = |values: Vec<f32>| match values.len() {
            1 => Ok(vec![values[0]; channels]),
            n if n == channels => Ok(values),
            n => Err(format!("it has {n} numbers for {channels} channels")),
        };
        let values = vec![Some(each(scale)?), Some(each(offset)?)];
        self.builder.layer(name, DepthwiseConv2d::new([1, 1]), &[input], values, None)
    }
}

/// A number or a list of them, however deep.
pub fn numbers(json: Option<&Json>, default: f32) -> Result<Vec<f32>, String> {
    match json {
        None | Some(Json::Null) => Ok(vec![default]),
        Some(Json::Array(items)) => {
            let parts: Result<Vec<_>, _> =
                items.iter().map(|item| numbers(Some(item), default)).collect();
            Ok(parts?.concat())
        }
        Some(json) => match json.as_f64() {
            Some(x) => Ok(vec![x as f32]),
            None => Err(format!("{json} is no number")),
        },
    }
}
