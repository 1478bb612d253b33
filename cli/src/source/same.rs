//! Whether two graphs are the same network.

use std::collections::HashMap;
use std::hash::Hash;

use formwork_ir::{Graph, NodeId, Ranged, Source};

use super::layer::normal;

/// A one-to-one relation, found pair by pair.
struct Pairs<T>(HashMap<T, T>, HashMap<T, T>);

impl<T: Clone + Eq + Hash> Pairs<T> {
    fn new() -> Self {
        Pairs(HashMap::new(), HashMap::new())
    }

    /// Relates two things; whether they are new to each other, `None` if one has another partner.
    fn relate(&mut self, a: &T, b: &T) -> Option<bool> {
        match (self.0.get(a), self.1.get(b)) {
            (None, None) => {
                self.0.insert(a.clone(), b.clone());
                self.1.insert(b.clone(), a.clone());
                Some(true)
            }
            (Some(partner), Some(_)) if partner == b => Some(false),
            _ => None,
        }
    }
}

/// Compares two networks but for names and the order of independent layers: each parameter of
/// `given` with the one of `found`; or what differs.
///
/// What no output depends on is not compared.
pub fn parameters(given: &Graph, found: &Graph) -> Result<Vec<(String, String)>, String> {
    let symbols = |graph: &Graph| {
        let symbols = graph.declared().symbols().iter();
        // Multiples of 4 are at least 4, whether that is said or not.
        let clauses = |ranged: &Ranged| ranged.sizes.clauses(ranged.symbol.name());
        symbols.map(|ranged| (ranged.symbol.clone(), clauses(ranged))).collect::<Vec<_>>()
    };
    if symbols(given) != symbols(found) {
        return Err("the sizes that are declared differ".to_owned());
    }
    if given.outputs().len() != found.outputs().len() || given.outputs().is_empty() {
        return Err("the outputs differ".to_owned());
    }
    let inputs: Vec<_> = given.inputs().map(|(id, _)| id).collect();
    let others: Vec<_> = found.inputs().map(|(id, _)| id).collect();
    if inputs.len() != others.len() {
        return Err("the inputs differ".to_owned());
    }
    let mut open: Vec<(NodeId, NodeId)> = inputs.into_iter().zip(others).collect();
    open.extend(given.outputs().iter().copied().zip(found.outputs().iter().copied()));
    let (mut nodes, mut params, mut weights) = (Pairs::new(), Pairs::new(), Pairs::new());
    while let Some((a, b)) = open.pop() {
        let (node, other) = (given.node(a), found.node(b));
        let differ = |what: &str| format!("`{}` and `{}`: {what}", node.name, other.name);
        match nodes.relate(&a, &b) {
            None => return Err(differ("the wiring differs")),
            Some(false) => continue,
            Some(true) => {}
        }
        let same = match (&node.source, &other.source) {
            (Source::Input, Source::Input) => true,
            (Source::Layer(op), Source::Layer(other)) => normal(op) == normal(other),
            (Source::Model(model), Source::Model(applied)) => {
                let [a, b] = [node, other].map(|n| n.weights.clone().unwrap_or_default());
                model == applied && weights.relate(&a, &b).is_some()
            }
            _ => false,
        };
        if !same {
            return Err(differ("the layers differ"));
        }
        if (&node.shape, node.scheme, node.asserted) != (&other.shape, other.scheme, other.asserted)
        {
            return Err(differ("the shapes differ"));
        }
        if node.inputs.len() != other.inputs.len() || node.params.len() != other.params.len() {
            return Err(differ("the inputs differ"));
        }
        for (a, b) in node.params.iter().zip(&other.params) {
            if params.relate(a, b).is_none() {
                return Err(differ("the sharing of weights differs"));
            }
        }
        open.extend(node.inputs.iter().copied().zip(other.inputs.iter().copied()));
    }
    let name = |id| found.param(id).name.clone();
    let pair = |(id, param): (_, &formwork_ir::Parameter)| {
        params.0.get(&id).map(|&other| (param.name.clone(), name(other)))
    };
    Ok(given.params().filter_map(pair).collect())
}
