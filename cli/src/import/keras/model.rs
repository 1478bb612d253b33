//! The layers of a model, applied in the order of what they read.

use std::collections::{HashMap, HashSet};

use formwork_ir::NodeId;

use super::Reader;
use super::call::{Arg, Call, Place};
use super::config::{Layer, Net};

/// What an application of a layer makes; `None` if that is reported already.
type Made = Option<Vec<NodeId>>;

impl Reader<'_> {
    /// Applies the layers of a model to `given`, or to inputs of its own: what it returns.
    pub fn model(
        &mut self,
        net: &Net,
        given: Option<&[Option<NodeId>]>,
        path: &str,
        shared: bool,
    ) -> Vec<Option<NodeId>> {
        let several = net.layers.iter().filter(|layer| layer.calls.len() > 1);
        let several = several.map(|layer| layer.name.as_str()).collect();
        let mut made = Applied { several, made: HashMap::new() };
        for (i, place) in net.inputs.iter().enumerate() {
            let node = match given {
                Some(given) => given.get(i).copied().flatten(),
                None => net
                    .layers
                    .iter()
                    .find(|layer| layer.name == place.layer)
                    .and_then(|layer| self.input(layer)),
            };
            made.insert(&place.layer, place.call, node.map(|node| vec![node]));
        }
        // A layer may be listed before what it reads, if it is applied several times.
        let calls = net.layers.iter().flat_map(|layer| {
            layer.calls.iter().enumerate().map(move |(i, call)| (layer, i, call))
        });
        let mut waiting: Vec<_> = calls.collect();
        loop {
            let count = waiting.len();
            let mut later = Vec::new();
            for (layer, i, call) in waiting {
                let known = |arg: &Arg| match arg {
                    Arg::Tensor(place) => made.find(place).is_some(),
                    _ => true,
                };
                if !call.args.iter().all(known) {
                    later.push((layer, i, call));
                    continue;
                }
                let shared = shared || layer.calls.len() > 1;
                let nodes = self.call(layer, call, &made, path, shared);
                made.insert(&layer.name, i, nodes);
            }
            waiting = later;
            if waiting.len() == count {
                break;
            }
        }
        for (layer, ..) in waiting {
            self.problem(layer, path, "it reads something that no layer makes");
        }
        let output = |place: &Place| {
            let nodes = made.find(place)?.as_ref()?;
            nodes.get(place.output).copied()
        };
        net.outputs.iter().map(output).collect()
    }

    /// Applies a layer once; what is wrong is reported.
    fn call<'n>(
        &mut self,
        layer: &Layer,
        call: &'n Call,
        made: &Applied<'n>,
        path: &str,
        shared: bool,
    ) -> Made {
        let given = |arg: &'n Arg| match arg {
            Arg::Tensor(place) => {
                Some(made.find(place)?.as_ref().and_then(|nodes| nodes.get(place.output).copied()))
            }
            _ => None,
        };
        let nodes: Vec<Option<NodeId>> = call.args.iter().filter_map(given).collect();
        let name = format!("{path}{}", layer.name);
        if let Some(inner) = &layer.inner {
            if let Some(what) = call.refused(&layer.class) {
                self.problem(layer, path, what);
                return None;
            }
            if nodes.len() != inner.inputs.len() {
                let (given, takes) = (nodes.len(), inner.inputs.len());
                let what = format!("it is a model of {takes} inputs, applied to {given} tensors");
                self.problem(layer, path, what);
                return None;
            }
            let made = self.model(inner, Some(&nodes), &format!("{name}/"), shared);
            return made.into_iter().collect();
        }
        let inputs: Option<Vec<_>> = nodes.into_iter().collect();
        let made = match inputs {
            Some(inputs) => self.apply(layer, &name, call, &inputs, shared),
            // Of what comes after a problem, whether there is such a layer is all that is known.
            None => match self.is_known(layer) {
                true => return None,
                false => Err("no layer does this".to_owned()),
            },
        };
        match made {
            Ok(node) => Some(vec![node]),
            Err(what) => {
                self.problem(layer, path, what);
                None
            }
        }
    }
}

/// What the applications of a model's layers made.
struct Applied<'n> {
    /// The layers that are applied several times.
    several: HashSet<&'n str>,
    made: HashMap<(&'n str, usize), Made>,
}

impl<'n> Applied<'n> {
    /// Of a layer that is applied once it does not matter which application is meant: files may
    /// count those of other models before it.
    fn key(&self, layer: &'n str, call: usize) -> (&'n str, usize) {
        (layer, if self.several.contains(layer) { call } else { 0 })
    }

    fn insert(&mut self, layer: &'n str, call: usize, made: Made) {
        self.made.insert(self.key(layer, call), made);
    }

    fn find(&self, place: &'n Place) -> Option<&Made> {
        self.made.get(&self.key(&place.layer, place.call))
    }
}
