use super::framework::Framework;
use super::help::help;
use super::layout::Layout;
use super::misfit::{Misfit, Misfits, nearest};
use super::network::{Parameter, Parameters};
use super::obstacles::obstacles;
use super::pairing::Pairing;
use super::report::{How, Matched, Report};
use super::rules::Rules;
use super::source::layers;
use super::target::{Slot, targets};
use super::words::words;
use crate::{Dtype, Entry, Format, WeightFile};

/// Which tensor of a file is which parameter of a model.
#[derive(Clone, Debug)]
pub struct Fit {
    /// That, for people.
    pub report: Report,
    /// For each row of the report, the tensor of the file, and how its values lie.
    pub(super) tensors: Vec<(usize, Layout)>,
}

/// Finds a tensor of a file for each parameter of a model.
pub(super) fn fit(
    file: &WeightFile,
    rules: &Rules,
    parameters: &Parameters,
) -> Result<Fit, Misfits> {
    let (told, ordered) = told(file);
    let names: Vec<_> = file.entries().iter().map(|entry| entry.name.as_str()).collect();
    let framework = match rules.framework.or(told) {
        Some(framework) => Ok(framework),
        None => Framework::of(&names, &parameters.list),
    };
    let framework = framework.map_err(|names| Misfits {
        framework: names[0].0,
        list: vec![Misfit::Frameworks { names }],
        help: vec!["say which: `Loader::framework`".to_owned()],
    })?;
    let mut fitting = Fitting {
        entries: file.entries(),
        rules,
        framework,
        rows: Vec::new(),
        misfits: obstacles(file, parameters, framework),
        kept: Vec::new(),
    };
    fitting.run(&parameters.list, ordered);
    let Fitting { rows, misfits, kept, .. } = fitting;
    if !misfits.is_empty() {
        let help = help(&misfits, rules, framework);
        return Err(Misfits { list: misfits, framework, help });
    }
    let (mut matched, mut tensors) = (Vec::new(), Vec::new());
    for Row { row, index, layout } in rows {
        matched.push(row);
        tensors.push((index, layout));
    }
    let ignored = names.iter().filter(|name| rules.ignores(name)).map(|&name| name.to_owned());
    let notes = match framework {
        Framework::Pytorch => parameters.notes.clone(),
        _ => Vec::new(),
    };
    let report = Report { framework, matched, kept, ignored: ignored.collect(), notes };
    Ok(Fit { report, tensors })
}

/// Whose names and layouts a file has, where its format tells, and whether it keeps the order of the
/// layers.
fn told(file: &WeightFile) -> (Option<Framework>, bool) {
    match file.format() {
        // It is sorted when it is written.
        Format::Safetensors => (None, false),
        #[cfg(feature = "formats")]
        Format::Npz => (None, true),
        #[cfg(feature = "formats")]
        Format::Pytorch => (Some(Framework::Pytorch), true),
        #[cfg(feature = "formats")]
        Format::KerasH5 => (Some(Framework::Keras), true),
        // What the configuration does not list is in the order of the alphabet.
        #[cfg(feature = "formats")]
        Format::Keras | Format::KerasWeights => {
            let listed = super::configuration::Configuration::of(file).layers();
            let ordered = file.entries().iter().all(|entry| {
                listed.contains(super::source::split(&entry.name, Framework::Keras).0)
            });
            (Some(Framework::Keras), ordered)
        }
    }
}

struct Fitting<'a> {
    entries: &'a [Entry],
    rules: &'a Rules,
    framework: Framework,
    rows: Vec<Row>,
    misfits: Vec<Misfit>,
    kept: Vec<String>,
}

/// A parameter that has a tensor.
struct Row {
    row: Matched,
    index: usize,
    layout: Layout,
}

/// A tensor that is mapped to a parameter of that name.
type Single = (usize, String);

impl Fitting<'_> {
    fn run(&mut self, parameters: &[Parameter], ordered: bool) {
        let before = self.misfits.len();
        let (single, whole) = self.maps(parameters);
        let open = parameters
            .iter()
            .filter(|parameter| single.iter().all(|(_, mapped)| *mapped != parameter.name));
        let targets = targets(open, self.framework);
        let mut layers = layers(self.entries, self.rules, self.framework);
        for layer in &mut layers {
            layer.tensors.retain(|(_, index)| single.iter().all(|(own, _)| own != index));
        }
        layers.retain(|layer| !layer.tensors.is_empty());
        let mut pairing = Pairing::new(&targets, &layers, self.entries);
        pairing.misfits = self.misfits.split_off(before);
        pairing.map(whole);
        pairing.names(self.framework, self.rules, parameters);
        let nothing = pairing.pairs.iter().all(Option::is_none) && single.is_empty();
        let chain = targets.iter().all(|target| target.behind);
        let foreign = self.framework != Framework::Formwork;
        let alone = foreign && chain && nothing && !self.rules.partial;
        if pairing.misfits.is_empty() && (self.rules.by_order || alone) {
            pairing.order(self.rules, ordered);
        }
        let wrong = !pairing.misfits.is_empty();
        self.misfits.append(&mut pairing.misfits);
        let left = pairing.left();
        let unused = left.iter().flat_map(|&layer| &layers[layer].tensors).map(|(_, index)| *index);
        let (mut unused, mut missing): (Vec<_>, Vec<_>) = (unused.collect(), Vec::new());
        for (index, name) in &single {
            let parameter = parameters.iter().find(|parameter| parameter.name == *name);
            let Some(parameter) = parameter else { continue };
            let layout = Layout::new(&parameter.role, &parameter.sizes, self.framework);
            let kind = String::new();
            self.take(&Slot { kind, parameter, layout }, *index, How::Mapped);
        }
        for (target, pair) in targets.iter().zip(&pairing.pairs) {
            let mut used = Vec::new();
            for slot in &target.slots {
                let tensor =
                    pair.and_then(|(layer, how)| Some((layers[layer].tensor(&slot.kind)?, how)));
                match tensor {
                    Some((index, how)) => {
                        used.push(index);
                        self.take(slot, index, how);
                    }
                    None => missing.push(slot.parameter),
                }
            }
            let own = pair.iter().flat_map(|&(layer, _)| &layers[layer].tensors);
            unused.extend(own.map(|(_, index)| *index).filter(|index| !used.contains(index)));
        }
        // Where the order is not the same, that is what is wrong.
        if !wrong {
            self.unmatched(&missing, unused);
        }
        let place = |row: &Row| parameters.iter().position(|own| own.name == row.row.parameter);
        self.rows.sort_by_key(place);
    }

    /// Tensors that are mapped to parameters, each by itself, and what is said of whole layers.
    fn maps(&mut self, parameters: &[Parameter]) -> (Vec<Single>, Vec<(String, String)>) {
        let (mut single, mut whole) = (Vec::<Single>::new(), Vec::new());
        let tensor = |index: usize| self.entries[index].name.clone();
        for (from, to) in &self.rules.maps {
            let parameter = parameters.iter().any(|parameter| parameter.name == *to);
            let index = self.entries.iter().position(|entry| entry.name == *from);
            match (index, parameter) {
                (Some(index), true) => match single.iter().find(|(_, mapped)| mapped == to) {
                    Some(&(other, _)) if other != index => {
                        let names = [other, index].map(tensor);
                        self.misfits.push(Misfit::MappedTwice { name: to.clone(), names });
                    }
                    _ => single.push((index, to.clone())),
                },
                (None, true) => {
                    let meant = nearest(from, self.entries.iter().map(|entry| &*entry.name));
                    self.misfits.push(Misfit::Mapped { place: "file", name: from.clone(), meant });
                }
                (Some(_), false) => {
                    let meant = nearest(to, parameters.iter().map(|parameter| &*parameter.name));
                    let place = "parameters of the model";
                    self.misfits.push(Misfit::Mapped { place, name: to.clone(), meant });
                }
                (None, false) => whole.push((from.clone(), to.clone())),
            }
        }
        (single, whole)
    }

    fn take(&mut self, slot: &Slot, index: usize, how: How) {
        let (entry, parameter) = (&self.entries[index], slot.parameter);
        let name = parameter.name.clone();
        let is_float = matches!(entry.dtype, Dtype::F16 | Dtype::Bf16 | Dtype::F32 | Dtype::F64);
        let misfit = match &slot.layout {
            Err(reason) => Misfit::Role { name, reason: reason.clone() },
            Ok(layout) if !slot.takes(&entry.shape) => Misfit::Shape {
                name,
                tensor: entry.name.clone(),
                expected: layout.shape().to_vec(),
                found: entry.shape.clone(),
                framework: self.framework,
            },
            Ok(_) if !is_float => {
                Misfit::Dtype { name: entry.name.clone(), found: entry.dtype.to_string() }
            }
            Ok(layout) => {
                let Parameter { role, sizes, .. } = parameter;
                let change = words(role, sizes, layout, self.framework, &entry.shape);
                let row = Matched { parameter: name, tensor: entry.name.clone(), how, change };
                return self.rows.push(Row { row, index, layout: layout.clone() });
            }
        };
        self.misfits.push(misfit);
    }

    /// What has no counterpart.
    fn unmatched(&mut self, missing: &[&Parameter], mut unused: Vec<usize>) {
        unused.sort_unstable();
        let (framework, entries) = (self.framework, self.entries);
        let spelled = |parameter: &&Parameter| framework.name(parameter);
        if self.rules.partial {
            self.kept.extend(missing.iter().map(|parameter| parameter.name.clone()));
        } else {
            let left = || unused.iter().map(|&index| entries[index].name.as_str());
            self.misfits.extend(missing.iter().map(|parameter| {
                let meant = nearest(&spelled(parameter), left());
                Misfit::Missing { name: parameter.name.clone(), meant }
            }));
        }
        let names: Vec<_> = missing.iter().map(spelled).collect();
        self.misfits.extend(unused.iter().map(|&index| {
            let name = entries[index].name.clone();
            let meant = nearest(&name, names.iter().map(String::as_str));
            let meant = meant.and_then(|meant| {
                let index = names.iter().position(|name| *name == meant)?;
                Some(missing[index].name.clone())
            });
            Misfit::Extra { name, meant }
        }));
    }
}
