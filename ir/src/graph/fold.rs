//! The same network without batch normalisation: [`Graph::fold_batch_norm`] and
//! [`Graph::remove_batch_norm`].

use std::collections::{HashMap, HashSet};

use super::without::Without;
use super::{Graph, Node, NodeId, Source};
use crate::{Layout, Linear, Op};

/// What becomes of the parameters of a layer that batch norms are folded into.
#[derive(Clone, PartialEq, Debug)]
pub struct Fold {
    /// The layer.
    pub layer: NodeId,
    /// How it sums products.
    pub linear: Linear,
    /// The batch norms, in the order they ran, each with whether it stood before the layer.
    pub norms: Vec<(NodeId, Side)>,
}

/// Where a batch norm stood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The layer read what it made.
    Before,
    /// It read what the layer made.
    After,
}

/// A batch norm that cannot be folded: why, and what can be done.
#[derive(Clone, PartialEq, Debug)]
pub struct Refusal {
    /// The batch norm.
    pub norm: NodeId,
    /// Why it cannot.
    pub reason: String,
    /// What can be done.
    pub help: String,
}

impl Graph {
    /// The batch norms.
    pub fn norms(&self) -> impl Iterator<Item = NodeId> {
        self.nodes().filter(|(_, node)| is_norm(node)).map(|(id, _)| id)
    }

    /// The network that computes the same at inference without batch norms: each is a factor and
    /// a term a channel, which the layer before it takes into its kernel and bias, or the layers
    /// after it do.
    ///
    /// # Errors
    /// The batch norms for which that would not be exact.
    pub fn fold_batch_norm(&self) -> Result<(Without, Vec<Fold>), Vec<Refusal>> {
        let mut folding = Folding { graph: self, readers: self.readers(), folds: Vec::new() };
        let mut refusals = Vec::new();
        for norm in self.norms() {
            if let Err((reason, help)) = folding.fold(norm) {
                refusals.push(Refusal { norm, reason, help });
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let folds = folding.folds;
        let biased: HashSet<_> = folds.iter().map(|fold| fold.layer).collect();
        Ok((Without::new(self, &biased), folds))
    }

    /// The network without batch norms, which computes something else: to be trained on. Layers
    /// that batch norms stood behind have a bias.
    pub fn remove_batch_norm(&self) -> Without {
        let before = |norm| self.node(self.node(norm).inputs[0]);
        let owner = |node: &Node| node.weights.clone().unwrap_or_else(|| node.name.clone());
        let owners: HashSet<_> = self.norms().map(|norm| owner(before(norm))).collect();
        let is_biased = |node: &Node| linear(node).is_some() && owners.contains(&owner(node));
        let biased = self.nodes().filter(|(_, node)| is_biased(node)).map(|(id, _)| id);
        Without::new(self, &biased.collect())
    }

    /// Who reads each node; `None` is the model's caller.
    fn readers(&self) -> HashMap<NodeId, Vec<Option<NodeId>>> {
        let mut readers: HashMap<_, Vec<_>> = HashMap::new();
        for (id, node) in self.nodes() {
            for input in &node.inputs {
                readers.entry(*input).or_default().push(Some(id));
            }
        }
        for output in &self.outputs {
            readers.entry(*output).or_default().push(None);
        }
        readers
    }
}

pub(super) fn is_norm(node: &Node) -> bool {
    matches!(node.source, Source::Layer(Op::BatchNorm(_)))
}

fn linear(node: &Node) -> Option<Linear> {
    match &node.source {
        Source::Layer(op) => op.linear(),
        _ => None,
    }
}

struct Folding<'a> {
    graph: &'a Graph,
    readers: HashMap<NodeId, Vec<Option<NodeId>>>,
    folds: Vec<Fold>,
}

/// Why a batch norm cannot be folded, and what can be done.
type Why = (String, String);

impl Folding<'_> {
    fn fold(&mut self, norm: NodeId) -> Result<(), Why> {
        let graph = self.graph;
        self.own(norm)?;
        let before = graph.node(norm).inputs[0];
        // What the batch norms between were folded into.
        let folded = |fold: &&Fold| fold.norms.contains(&(before, Side::After));
        let layer = self.folds.iter().find(folded).map_or(before, |fold| fold.layer);
        if let Some(linear) = linear(graph.node(layer)) {
            let behind = self.behind(norm, before, layer);
            if behind.is_ok() || !self.all_linear(norm) {
                behind?;
                self.add(layer, linear, norm, Side::After);
                return Ok(());
            }
        }
        let mut layers = Vec::new();
        for &reader in self.readers.get(&norm).into_iter().flatten() {
            let linear = reader.and_then(|reader| Some((reader, linear(graph.node(reader))?)));
            let Some((reader, linear)) = linear else {
                return Err(self.nothing_near(norm, before));
            };
            if !linear.whole {
                return Err(self.not_whole(norm, reader, &linear));
            }
            self.own(reader)?;
            layers.push((reader, linear));
        }
        for (layer, linear) in layers {
            self.add(layer, linear, norm, Side::Before);
        }
        Ok(())
    }

    /// Whether the layer's output is read by this batch norm alone.
    fn behind(&self, norm: NodeId, before: NodeId, layer: NodeId) -> Result<(), Why> {
        let [norm_name, name] = [norm, layer].map(|id| &self.graph.node(id).name);
        let other = self.readers[&before].iter().find(|reader| **reader != Some(norm));
        match other {
            None => {}
            Some(None) => {
                return Err((
                    format!("the model returns the output of `{name}`, which it normalises, too"),
                    format!("return the output of `{norm_name}`, or of a layer of its own"),
                ));
            }
            Some(Some(other)) => {
                let other = &self.graph.node(*other).name;
                return Err((
                    format!("`{other}` reads the output of `{name}`, which it normalises, too"),
                    format!("let `{other}` read the output of `{norm_name}`, or of another layer"),
                ));
            }
        }
        self.own(layer)
    }

    /// Whether a layer's parameters are read in one place.
    fn own(&self, layer: NodeId) -> Result<(), Why> {
        let node = self.graph.node(layer);
        let Some(weights) = &node.weights else { return Ok(()) };
        let shares = |(_, other): &(_, &Node)| other.weights.as_ref() == Some(weights);
        match self.graph.nodes().filter(shares).count() {
            1 => Ok(()),
            times => Err((
                format!("`{weights}` is applied {times} times with one set of weights"),
                "give each application a layer of its own".to_owned(),
            )),
        }
    }

    fn all_linear(&self, norm: NodeId) -> bool {
        let readers = self.readers.get(&norm).into_iter().flatten();
        let mut readers = readers.map(|reader| reader.map(|id| linear(self.graph.node(id))));
        readers.all(|linear| matches!(linear, Some(Some(linear)) if linear.whole))
    }

    fn nothing_near(&self, norm: NodeId, before: NodeId) -> Why {
        let (name, before) = (&self.graph.node(norm).name, self.graph.node(before));
        let layer = match &before.source {
            Source::Input => {
                return (
                    format!("it normalises the input `{}`", before.name),
                    "normalise the input before it is handed to the model".to_owned(),
                );
            }
            Source::Layer(op) => op.spec().name,
            Source::Model(model) => model,
        };
        (
            format!("it normalises the output of `{}`, and `{layer}` has no kernel", before.name),
            format!("apply `{name}` right after a convolution or `dense`, before `{layer}`"),
        )
    }

    /// A layer that reads a batch norm, but cannot take it in.
    fn not_whole(&self, norm: NodeId, layer: NodeId, linear: &Linear) -> Why {
        let [norm, layer] = [norm, layer].map(|id| &self.graph.node(id).name);
        let behind = format!("apply `{norm}` behind `{layer}`");
        match linear.kernels.contains(&Layout::Transposed) {
            true => {
                (format!("`{layer}`, which reads it, adds up fewer products at the edges"), behind)
            }
            false => (
                format!(
                    "`{layer}`, which reads it, pads its output with zeros, which it would move"
                ),
                format!("{behind}, or say `padding = valid` in `{layer}`"),
            ),
        }
    }

    fn add(&mut self, layer: NodeId, linear: Linear, norm: NodeId, side: Side) {
        match self.folds.iter_mut().find(|fold| fold.layer == layer) {
            Some(fold) => fold.norms.push((norm, side)),
            None => self.folds.push(Fold { layer, linear, norms: vec![(norm, side)] }),
        }
    }
}
