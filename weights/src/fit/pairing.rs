//! Which layer of a file is which of the model.

use std::collections::{HashMap, HashSet};

use formwork_ir::layers::TABLE;

use super::framework::Framework;
use super::misfit::{Misfit, nearest};
use super::network::Parameter;
use super::report::How;
use super::rules::Rules;
use super::source::{Layer, split};
use super::target::Target;
use super::tree::{Search, Tree};
use crate::Entry;

/// Of layers that no shape and no name tells apart.
const UNTRIED: &str = "the file keeps no order, and its layers may stand in more orders than can be \
                       tried";

/// The layers of a model and of a file, and which of them belong together.
pub(super) struct Pairing<'a> {
    pub targets: &'a [Target<'a>],
    pub layers: &'a [Layer],
    pub entries: &'a [Entry],
    /// For each layer of the model, that of the file, and how it was found.
    pub pairs: Vec<Option<(usize, How)>>,
    pub misfits: Vec<Misfit>,
}

impl<'a> Pairing<'a> {
    pub(super) fn new(
        targets: &'a [Target<'a>],
        layers: &'a [Layer],
        entries: &'a [Entry],
    ) -> Self {
        let pairs = targets.iter().map(|_| None).collect();
        Pairing { targets, layers, entries, pairs, misfits: Vec::new() }
    }

    /// Those of the model that have none yet.
    fn open(&self) -> Vec<usize> {
        (0..self.targets.len()).filter(|&target| self.pairs[target].is_none()).collect()
    }

    /// Those of the file that have none yet.
    pub(super) fn left(&self) -> Vec<usize> {
        let taken: HashSet<_> = self.pairs.iter().flatten().map(|&(own, _)| own).collect();
        (0..self.layers.len()).filter(|layer| !taken.contains(layer)).collect()
    }

    /// Layers that a user named.
    pub(super) fn map(&mut self, maps: Vec<(String, String)>) {
        for (from, to) in maps {
            let layer =
                self.layers.iter().position(|layer| layer.own == from || layer.name == from);
            let target = self.targets.iter().position(|target| target.name == to);
            if layer.is_none() {
                let meant = nearest(&from, self.layers.iter().map(|layer| layer.own.as_str()));
                self.misfits.push(Misfit::Mapped { place: "file", name: from, meant });
            }
            if target.is_none() {
                let meant = nearest(&to, self.targets.iter().map(|target| target.name.as_str()));
                self.misfits.push(Misfit::Mapped { place: "model", name: to.clone(), meant });
            }
            let (Some(layer), Some(target)) = (layer, target) else { continue };
            match self.pairs[target].replace((layer, How::Mapped)) {
                Some((other, _)) if other != layer => {
                    let names = [other, layer].map(|layer| self.layers[layer].own.clone());
                    self.misfits.push(Misfit::MappedTwice { name: to.clone(), names });
                }
                _ => {}
            }
        }
    }

    /// Layers of one name.
    pub(super) fn names(&mut self, framework: Framework, rules: &Rules, all: &[Parameter]) {
        let exact = framework == Framework::Formwork;
        let canonical = |name: &str| if exact { name.to_owned() } else { canonical(name) };
        // Keras counts the layers of a class from the start of the program: without the first of
        // them in the file, there was a model before, and its numbers are not ours.
        let ours: HashSet<_> = all.iter().map(|own| canonical(&framework.spell(own).0)).collect();
        let theirs = self.entries.iter().map(|entry| rules.renamed(&entry.name));
        let theirs: HashSet<_> = theirs.map(|name| canonical(split(&name, framework).0)).collect();
        let counted_on = |name: &String| {
            framework == Framework::Keras
                && first_of_class(name)
                    .is_some_and(|first| ours.contains(first) && !theirs.contains(first))
        };
        let names = self.targets.iter().map(|target| canonical(&target.name));
        let names: Vec<_> = names.map(|name| (!counted_on(&name)).then_some(name)).collect();
        self.equal(&names, &canonical);
        if exact {
            return;
        }
        // `let fc = x.dense(10)` is `fc.dense` here: a scope of one layer may be called as it is.
        let scope = |target: &Target| {
            let scope = target.layer.rsplit_once('.')?.0;
            let inside = |other: &&Target| {
                other.layer.strip_prefix(scope).is_some_and(|rest| rest.starts_with('.'))
            };
            let alone = self.targets.iter().filter(inside).all(|other| other.layer == target.layer);
            alone.then(|| canonical(&target.name.replacen(target.layer, scope, 1)))
        };
        let scopes: Vec<_> = self.targets.iter().map(scope).collect();
        self.equal(&scopes, &canonical);
    }

    fn equal(&mut self, names: &[Option<String>], canonical: &dyn Fn(&str) -> String) {
        let mut of_name: HashMap<_, Vec<_>> = HashMap::new();
        for layer in self.left() {
            of_name.entry(canonical(&self.layers[layer].name)).or_default().push(layer);
        }
        for target in self.open() {
            let Some(name) = &names[target] else { continue };
            if names.iter().flatten().filter(|other| *other == name).count() > 1 {
                continue;
            }
            match of_name.get(name).map_or(&[][..], Vec::as_slice) {
                [] => {}
                &[layer] => {
                    let Layer { name, own, .. } = &self.layers[layer];
                    let how = if name == own { How::Name } else { How::Rule };
                    self.pairs[target] = Some((layer, how));
                }
                several => {
                    let tensors = several.iter().map(|&layer| self.layers[layer].own.clone());
                    let layer = self.targets[target].name.clone();
                    self.misfits.push(Misfit::Ambiguous { layer, tensors: tensors.collect() });
                }
            }
        }
    }

    /// The layers that are left, in their order; a file may have none.
    pub(super) fn order(&mut self, rules: &Rules, ordered: bool) {
        let (open, left) = (self.open(), self.left());
        let fits = |place: usize, layer: usize| {
            self.targets[open[place]].is(&self.layers[left[layer]], self.entries)
        };
        let places = if rules.partial { open.len().min(left.len()) } else { open.len() };
        let sequence = if ordered {
            let all: Vec<_> = (0..left.len()).collect();
            let good = all.iter().take_while(|&&i| i < open.len() && fits(i, i)).count();
            if good == left.len() && good == places { Ok(all) } else { Err(all) }
        } else {
            let tree = Tree::new(left.iter().map(|&layer| self.layers[layer].name.as_str()));
            let mut search = Search::new(&tree, places, &fits);
            match (search.gave_up(), search.found.as_slice()) {
                (false, [_]) => Ok(search.found.remove(0)),
                (_, [a, b]) => {
                    let place = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or_default();
                    let tensors = [a, b].map(|order| self.layers[left[order[place]]].own.clone());
                    let layer = self.targets[open[place]].name.clone();
                    self.misfits.push(Misfit::Ambiguous { layer, tensors: tensors.into() });
                    return;
                }
                (true, _) => {
                    self.misfits.push(Misfit::Order { text: UNTRIED.to_owned() });
                    return;
                }
                _ => {
                    let mut order = std::mem::take(&mut search.longest);
                    let rest = tree.layers().into_iter().filter(|layer| !order.contains(layer));
                    let rest: Vec<_> = rest.collect();
                    order.extend(rest);
                    Err(order)
                }
            }
        };
        match sequence {
            Ok(order) => {
                for (place, layer) in order.into_iter().enumerate() {
                    self.pairs[open[place]] = Some((left[layer], How::Order));
                }
            }
            Err(order) => {
                let order: Vec<_> = order.into_iter().map(|layer| left[layer]).collect();
                let text = self.disagreement(&open, &order);
                self.misfits.push(Misfit::Order { text });
            }
        }
    }

    /// Both sides around the first place where they differ.
    fn disagreement(&self, open: &[usize], order: &[usize]) -> String {
        const AROUND: usize = 2;
        let same = |place: &usize| match (open.get(*place), order.get(*place)) {
            (Some(&target), Some(&layer)) => {
                self.targets[target].is(&self.layers[layer], self.entries)
            }
            _ => false,
        };
        let most = open.len().max(order.len());
        let first = (0..most).take_while(same).count();
        let places = first.saturating_sub(AROUND)..most.min(first + AROUND + 1);
        let model = |place: usize| open.get(place).map(|&target| self.targets[target].text());
        let file = |place: usize| order.get(place).map(|&layer| self.text(&self.layers[layer]));
        let nothing = || "nothing more".to_owned();
        let rows: Vec<_> = places
            .map(|place| {
                let sign = if place == first { ">" } else { " " };
                let model = model(place).unwrap_or_else(nothing);
                (sign, place + 1, model, file(place).unwrap_or_else(nothing))
            })
            .collect();
        let width = rows.iter().map(|row| row.2.chars().count()).max().unwrap_or_default();
        let mut text = format!(
            "the layers are not the same in the same order, from layer {} on (model | file):",
            first + 1
        );
        for (sign, place, model, file) in rows {
            text += &format!("\n   {sign} {place:3}  {model:width$}  |  {file}");
        }
        text
    }

    fn text(&self, layer: &Layer) -> String {
        let mut tensors: Vec<_> = layer.tensors.iter().collect();
        // Kernels before biases.
        tensors.sort_by(|(a, _), (b, _)| b.cmp(a));
        let tensors = tensors.into_iter().map(|(kind, index)| {
            let shape = &self.entries[*index].shape;
            format!("{kind} {shape:?}")
        });
        format!("{}: {}", layer.own, tensors.collect::<Vec<_>>().join(", "))
    }
}

/// A layer's name, whatever stands between its parts, with our names for Keras' layers.
fn canonical(name: &str) -> String {
    const KERAS: &[(&str, &str)] = &[
        ("batch_normalization", "batch_norm"),
        ("layer_normalization", "layer_norm"),
        ("group_normalization", "group_norm"),
        ("p_re_lu", "prelu"),
    ];
    let name = name.replace(['.', '/'], "_");
    KERAS.iter().fold(name, |name, (theirs, ours)| name.replace(theirs, ours))
}

/// The name that the first layer of its class has, of one that is but a class and a number:
/// `dense` of `dense_2`.
fn first_of_class(name: &str) -> Option<&str> {
    let (first, number) = name.rsplit_once('_')?;
    let is_class = |class: &str| {
        first.strip_suffix(class).is_some_and(|scope| scope.is_empty() || scope.ends_with('_'))
    };
    let counted = number.bytes().all(|byte| byte.is_ascii_digit());
    (counted && TABLE.iter().any(|spec| is_class(spec.name))).then_some(first)
}
