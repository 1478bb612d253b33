use std::collections::HashMap;

use formwork_ir::{Dim, Graph, Node, NodeId, Op, Source};

use super::flow::Flow;
use super::notes::notes;
use super::role::{Role, roles};

/// A network with those that are parts of it.
#[derive(Clone, Debug)]
pub struct Network {
    /// Its graph; the sizes of its parameters are numbers.
    pub graph: Graph,
    /// The models in it, each with what stands before the dot in the names of its parameters.
    pub parts: Vec<(String, Network)>,
}

/// What a network needs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parameters {
    /// The tensors, in the order in which their layers run.
    pub list: Vec<Parameter>,
    /// What PyTorch has otherwise, so that no weights of its fit: a sentence for each.
    pub obstacles: Vec<String>,
    /// What PyTorch does otherwise by default, where its files do not say what was done.
    pub notes: Vec<String>,
}

/// A tensor that a network needs.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// Its name: `e1.conv2d.kernel`.
    pub name: String,
    /// Its sizes.
    pub sizes: Vec<usize>,
    /// What it is in its layer.
    pub role: Role,
    /// Whether its layer is a separable convolution, which PyTorch has two layers for.
    pub(super) separable: bool,
    /// Whether it is the first of a layer that cannot run before the layer before it has.
    pub(super) behind: bool,
}

impl Parameter {
    /// A tensor of which nothing is known but its name and its sizes.
    pub fn unknown(name: &str, sizes: &[usize]) -> Self {
        let reason = "the model says nothing of its layers".to_owned();
        let (name, sizes) = (name.to_owned(), sizes.to_vec());
        Parameter { name, sizes, role: Role::Unknown(reason), separable: false, behind: false }
    }

    /// The name of its layer, and its kind there: `e1.conv2d` and `kernel`.
    pub fn layer(&self) -> (&str, &str) {
        self.name.rsplit_once('.').unwrap_or(("", &self.name))
    }
}

impl From<Graph> for Network {
    fn from(graph: Graph) -> Self {
        Network { graph, parts: Vec::new() }
    }
}

impl Network {
    /// All parameters, in the order in which their layers run, those of parts included.
    pub fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::default();
        self.collect("", &Flow::new(self), &mut parameters);
        parameters.notes = notes(self.graphs().into_iter());
        parameters
    }

    fn graphs(&self) -> Vec<&Graph> {
        let parts = self.parts.iter().flat_map(|(_, part)| part.graphs());
        std::iter::once(&self.graph).chain(parts).collect()
    }

    pub(super) fn part(&self, node: &Node) -> Option<&Network> {
        let weights = node.weights.as_ref()?;
        self.parts.iter().find(|(name, _)| name == weights).map(|(_, part)| part)
    }

    fn collect(&self, scope: &str, flow: &Flow, parameters: &mut Parameters) {
        parameters.obstacles.extend(flow.obstacles.iter().cloned());
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut reached = Reached::new(self);
        for (id, node) in self.graph.nodes() {
            match &node.source {
                Source::Input => {}
                Source::Model(_) => {
                    let found = (self.part(node), &node.weights, flow.parts.get(&id));
                    let (Some(part), Some(weights), Some(inner)) = found else { continue };
                    let mut own = Parameters::default();
                    part.collect(&format!("{scope}{weights}."), inner, &mut own);
                    if let Some(first) = own.list.first_mut() {
                        first.behind = reached.next(id);
                    }
                    parameters.obstacles.append(&mut own.obstacles);
                    add(&mut parameters.list, &mut known, own.list);
                }
                Source::Layer(op) => {
                    if node.params.is_empty() {
                        continue;
                    }
                    let behind = reached.next(id);
                    let roles = roles(op, &self.graph, node, flow, id);
                    let own =
                        node.params.iter().zip(roles).enumerate().map(|(i, (&param, role))| {
                            let param = self.graph.param(param);
                            let sizes =
                                param.shape.iter().map(|size| Dim::known(size).unwrap_or(0));
                            Parameter {
                                name: format!("{scope}{}", param.name),
                                sizes: sizes.collect(),
                                role,
                                separable: matches!(op, Op::SeparableConv2d(_)),
                                behind: behind || i > 0,
                            }
                        });
                    add(&mut parameters.list, &mut known, own.collect());
                }
            }
        }
    }
}

/// Adds those that are not there yet; a layer that is applied several times must be the same.
fn add(all: &mut Vec<Parameter>, known: &mut HashMap<String, usize>, new: Vec<Parameter>) {
    for parameter in new {
        match known.get(&parameter.name) {
            None => {
                known.insert(parameter.name.clone(), all.len());
                all.push(parameter);
            }
            Some(&index) if all[index].role != parameter.role => {
                let reason = "its layer is applied to values that lie in different orders";
                all[index].role = Role::Unknown(reason.to_owned());
            }
            Some(_) => {}
        }
    }
}

/// Follows which layers with parameters must run one after the other.
struct Reached<'a> {
    network: &'a Network,
    last: Option<NodeId>,
}

impl<'a> Reached<'a> {
    fn new(network: &'a Network) -> Self {
        Reached { network, last: None }
    }

    /// Whether a node needs what the last one made.
    fn next(&mut self, id: NodeId) -> bool {
        let Some(last) = self.last.replace(id) else { return true };
        let graph = &self.network.graph;
        let mut seen = vec![false; graph.nodes().len()];
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if id == last {
                return true;
            }
            let before = graph.node(id).inputs.iter().filter(|input| **input >= last);
            for &input in before {
                if !std::mem::replace(&mut seen[input.index()], true) {
                    open.push(input);
                }
            }
        }
        false
    }
}
