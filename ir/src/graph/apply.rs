//! Adding a layer to a graph.

use super::{Graph, Node, NodeId, ParamId, Parameter, Source};
use crate::layer::Need;
use crate::{Call, Condition, Dim, Fault, Inferred, Op, Operand, Param, Shape};

/// A layer that is applied to values of a graph.
#[derive(Clone, Debug)]
pub struct Application<'a> {
    /// Unique within the graph.
    pub name: &'a str,
    /// The layer.
    pub op: Op,
    /// What it is applied to.
    pub inputs: &'a [NodeId],
    /// What the inputs are called in a message.
    pub called: &'a [&'a str],
    /// The shape that it has where this cannot be decided.
    pub asserted: Option<&'a Shape>,
    /// Name of the layer whose parameters it reads: the first that says so makes them.
    pub weights: Option<&'a str>,
}

impl Graph {
    /// Applies a layer with parameters of its own: see [`Graph::apply`].
    ///
    /// # Errors
    /// If it does not fit.
    pub fn layer(
        &mut self,
        name: &str,
        op: Op,
        inputs: &[NodeId],
        called: &[&str],
        asserted: Option<&Shape>,
    ) -> Result<NodeId, Fault> {
        self.apply(Application { name, op, inputs, called, asserted, weights: None })
    }

    /// Applies a layer.
    ///
    /// The layer's activation is not applied with it: that is a layer of its own. A layer that
    /// fits at some of the domain's sizes only is added, and noted in [`Graph::mismatches`].
    ///
    /// # Errors
    /// If it does not fit.
    pub fn apply(&mut self, application: Application) -> Result<NodeId, Fault> {
        let Application { name, op, inputs, called, asserted, weights } = application;
        let operands: Vec<_> = inputs
            .iter()
            .zip(called)
            .map(|(&id, name)| Operand { name, shape: &self.node(id).shape })
            .collect();
        let call = Call::new(op.spec().name, &operands, &self.domain);
        let (layer, inferred) = (call.layer, op.infer(&call));
        let needs = call.into_needs();
        let undecided = matches!(&inferred, Err(fault) if fault.undecided);
        let Inferred { mut shape, params, macs } = match (inferred, asserted) {
            (Err(_), Some(shape)) if undecided => Inferred::shape(shape.clone()),
            (inferred, _) => inferred?,
        };
        check_size(layer, &shape, params.iter().map(|param| param.shape.as_slice()))?;
        let positive = shape.dims().iter().map(|dim| Need {
            condition: Condition::at_least(dim, &Dim::Known(1)),
            fault: Fault::call(format!("`{layer}`: nothing is left: {shape} holds no values")),
            training: false,
        });
        let mut asserts = undecided;
        for need in needs.into_iter().chain(positive.collect::<Vec<_>>()) {
            match self.require(name, need) {
                Err(fault) if fault.undecided && asserted.is_some() => asserts = true,
                settled => settled?,
            }
        }
        if let (true, Some(asserted)) = (asserts, asserted) {
            shape = asserted.clone();
        }
        for param in &params {
            self.check_param(layer, param.kind, &param.shape)?;
        }
        let params = self.parameters(layer, name, weights, params)?;
        Ok(self.push(Node {
            name: name.to_owned(),
            source: Source::Layer(op),
            inputs: inputs.to_vec(),
            params,
            shape,
            scheme: None,
            asserted: asserts,
            weights: weights.map(str::to_owned),
            macs,
        }))
    }

    /// The parameters of a node: those of the layer `weights`, or new ones.
    fn parameters(
        &mut self,
        layer: &str,
        name: &str,
        weights: Option<&str>,
        params: Vec<Param>,
    ) -> Result<Vec<ParamId>, Fault> {
        if let Some(weights) = weights
            && let Some(first) = self.nodes.iter().find(|n| n.weights.as_deref() == Some(weights))
        {
            for (wanted, &has) in params.iter().zip(&first.params) {
                let has = &self.param(has).shape;
                if wanted.shape != *has {
                    let [wanted_size, has] =
                        [&wanted.shape, has].map(|dims| Shape::new(dims.as_slice()));
                    let title = format!(
                        "`{layer}`: its {} is {has}, as its first input needs; here it would be \
                         {wanted_size}",
                        wanted.kind
                    );
                    let help = "a layer that is applied several times has one set of weights: \
                                its inputs must have the same channels";
                    return Err(Fault::call(title).help(help));
                }
            }
            return Ok(first.params.clone());
        }
        let owner = weights.unwrap_or(name);
        let first = self.params.len() as u32;
        self.params.extend(params.into_iter().map(|param| Parameter {
            name: format!("{owner}.{}", param.kind),
            shape: param.shape,
            init: param.init,
            fans: param.fans,
            trainable: param.trainable,
        }));
        Ok((first..self.params.len() as u32).map(ParamId).collect())
    }
}

/// The most values one tensor may have.
const MOST_VALUES: usize = 1 << 40;

/// Refuses tensors that no machine holds, so that sizes and products of them never overflow.
fn check_size<'a>(
    layer: &str,
    shape: &'a Shape,
    params: impl Iterator<Item = &'a [Dim]>,
) -> Result<(), Fault> {
    for dims in std::iter::once(shape.dims()).chain(params) {
        let sizes = || dims.iter().filter_map(Dim::known);
        let values = sizes().fold(1, usize::saturating_mul);
        let huge = dims.iter().any(Dim::is_huge);
        let shape = || Shape::new(dims);
        if huge || sizes().any(|n| n > Dim::MAX) || values > MOST_VALUES {
            let title = format!("`{layer}`: {} is too large for any machine", shape());
            return Err(Fault::call(title));
        }
        if dims.iter().any(|dim| matches!(dim, Dim::Known(n) if *n < 1)) {
            let title = format!("`{layer}`: nothing is left: {} holds no values", shape());
            return Err(Fault::call(title));
        }
    }
    Ok(())
}
