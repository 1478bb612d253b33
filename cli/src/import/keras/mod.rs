//! Keras models as graphs: the configuration ([`config`]) by the table of layers ([`arguments`]).

mod arguments;
mod config;
mod operations;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use formwork_ir::layers::DepthwiseConv2d;
use formwork_ir::{Dim, Domain, Kind, NodeId, Op, Shape, Sizes, Symbol};
use formwork_weights::WeightFile;
use serde_json::Value as Json;

use super::imported::{Builder, Values};
use super::{Imported, Problem, names};
use config::{Arg, Layer, Net, Place};

/// Whether a file is none of ONNX: Keras' HDF5, its archive, or a configuration alone.
pub fn is_keras(bytes: &[u8]) -> bool {
    [&b"\x89HDF"[..], b"PK\x03\x04", b"{"].iter().any(|start| bytes.starts_with(start))
}

/// Reads a model; `weights` says whether its weights must be there.
///
/// # Errors
/// Every layer that has none here.
pub fn read(
    path: &Path,
    bytes: &[u8],
    name: &str,
    weights: bool,
) -> Result<Imported, Vec<Problem>> {
    let of_file = |what: String| vec![Problem::of_file(what)];
    let (text, values) = if bytes.starts_with(b"{") {
        if weights {
            return Err(of_file("a configuration holds no weights; add `--no-weights`".to_owned()));
        }
        (String::from_utf8_lossy(bytes).into_owned(), HashMap::new())
    } else {
        let mut file = WeightFile::open(path).map_err(|error| of_file(error.to_string()))?;
        let text = file.config().map(str::to_owned).ok_or_else(|| {
            of_file("it holds weights alone; save the whole model: `model.save(…)`".to_owned())
        })?;
        let names: Vec<_> = file.entries().iter().map(|entry| entry.name.clone()).collect();
        let mut values = HashMap::new();
        for (i, name) in names.into_iter().enumerate().filter(|_| weights) {
            values.insert(name, file.values(i).map_err(|error| of_file(error.to_string()))?);
        }
        (text, values)
    };
    let json: Json = serde_json::from_str(&text)
        .map_err(|error| of_file(format!("the configuration is no JSON: {error}")))?;
    let net = Net::read(&json).map_err(of_file)?;
    // Keras 3 says from which module each class is.
    let old = !text.contains("\"module\"");
    let run = |domain| Reader::new(name, &values, weights, old, domain).run(&net);
    let first = run(None)?;
    match first.graph.mismatches() {
        [] => Ok(first),
        // Its layers fit some sizes only: declared for those.
        _ => run(Some(first.graph.domain().clone())),
    }
}

struct Reader<'a> {
    builder: Builder,
    /// The weights of the file, `layer/weight`.
    values: &'a HashMap<String, Vec<f32>>,
    weights: bool,
    old: bool,
    domain: Option<Domain>,
    problems: Vec<Problem>,
    /// What has no place in a model, with the layers that have it.
    left_out: BTreeMap<String, BTreeSet<String>>,
    symbols: usize,
}

/// What an application of a layer makes; `None` if that is reported already.
type Made = Option<Vec<NodeId>>;

impl<'a> Reader<'a> {
    fn new(
        name: &str,
        values: &'a HashMap<String, Vec<f32>>,
        weights: bool,
        old: bool,
        domain: Option<Domain>,
    ) -> Self {
        let builder = Builder::new(name, Domain::default());
        let (problems, left_out) = (Vec::new(), BTreeMap::new());
        Reader { builder, values, weights, old, domain, problems, left_out, symbols: 0 }
    }

    fn run(mut self, net: &Net) -> Result<Imported, Vec<Problem>> {
        let outputs = self.model(net, None, "", false);
        let outputs: Option<Vec<_>> = outputs.into_iter().collect();
        let warning = |(what, layers): (&String, &BTreeSet<String>)| {
            let named: Vec<_> = layers.iter().take(4).map(String::as_str).collect();
            let more = match layers.len() - named.len() {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            format!("{what} is left out of {}{more}", named.join(", "))
        };
        let warnings = self.left_out.iter().map(warning).collect();
        match outputs {
            _ if !self.problems.is_empty() => Err(self.problems),
            Some(outputs) if !outputs.is_empty() => self.builder.finish(&outputs, warnings),
            _ => Err(vec![Problem::of_file("the model returns nothing")]),
        }
    }

    fn problem(&mut self, layer: &Layer, path: &str, what: impl Into<String>) {
        let place = format!("`{}` `{path}{}`", layer.class, layer.name);
        self.problems.push(Problem { place, what: what.into() });
    }

    /// Applies the layers of a model to `given`, or to inputs of its own: what it returns.
    fn model(
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
            layer.calls.iter().enumerate().map(move |(i, args)| (layer, i, args))
        });
        let mut waiting: Vec<_> = calls.collect();
        loop {
            let count = waiting.len();
            let mut later = Vec::new();
            for (layer, i, args) in waiting {
                let known = |arg: &Arg| match arg {
                    Arg::Tensor(place) => made.find(place).is_some(),
                    _ => true,
                };
                if !args.iter().all(known) {
                    later.push((layer, i, args));
                    continue;
                }
                let shared = shared || layer.calls.len() > 1;
                let nodes = self.call(layer, args, &made, path, shared);
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

    fn input(&mut self, layer: &Layer) -> Option<NodeId> {
        let shape =
            ["batch_shape", "batch_input_shape"].iter().find_map(|key| layer.config.get(key));
        let sizes = shape.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let [_, sample @ ..] = sizes else {
            self.problem(layer, "", "it has no shape");
            return None;
        };
        let (mut dims, mut declared) = (Vec::new(), Vec::new());
        for (at, size) in sample.iter().enumerate() {
            let known = size.as_u64().and_then(|n| usize::try_from(n).ok());
            match known.filter(|&n| n > 0 && n <= Dim::MAX) {
                Some(n) => dims.push(Dim::from(n)),
                None if size.is_null() && sample.len() == 3 && at < 2 => {
                    // Each input has a height and a width of its own.
                    let n = self.symbols / 2 + 1;
                    let letter = if at == 0 { "H" } else { "W" };
                    let name = if n == 1 { letter.to_owned() } else { format!("{letter}{n}") };
                    declared.push((at, name));
                    dims.push(Dim::Known(1));
                }
                None => {
                    self.problem(layer, "", format!("axis {} of its shape is {size}", at + 1));
                    return None;
                }
            }
        }
        self.symbols += 2;
        if !matches!(dims.len(), 1 | 3) {
            self.problem(layer, "", "models take images or vectors");
            return None;
        }
        for (at, name) in declared {
            let ranged = self.domain.as_ref().map(|domain| domain.contract().0).unwrap_or_default();
            let known = ranged.into_iter().find(|ranged| ranged.symbol.name() == name);
            let sizes = known.map_or(Sizes::ALL, |ranged| ranged.sizes);
            dims[at] = self.builder.declare(Symbol::new(&name, Kind::Runtime), sizes).into();
        }
        let name = names::clean(&layer.name).replace('.', "_");
        let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
        let name = self.builder.unique(if name.is_empty() { "input" } else { name });
        Some(self.builder.graph.input(&name, Shape::batched(dims)))
    }

    /// Applies a layer once; what is wrong is reported.
    fn call<'n>(
        &mut self,
        layer: &Layer,
        args: &'n [Arg],
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
        let nodes: Vec<Option<NodeId>> = args.iter().filter_map(given).collect();
        let name = format!("{path}{}", layer.name);
        if let Some(inner) = &layer.inner {
            let made = self.model(inner, Some(&nodes), &format!("{name}/"), shared);
            return made.into_iter().collect();
        }
        let inputs: Option<Vec<_>> = nodes.into_iter().collect();
        let made = match inputs {
            Some(inputs) => self.apply(layer, &name, args, &inputs, shared),
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

    fn is_known(&self, layer: &Layer) -> bool {
        let own = ["Activation", "Normalization", "InputLayer", "Identity"];
        own.contains(&layer.class.as_str())
            || layer.is_operation
            || operations::only_in_training(&layer.class)
            || layer.class == "TFOpLambda"
            || arguments::spec(&layer.class).is_some()
    }

    fn apply(
        &mut self,
        layer: &Layer,
        name: &str,
        args: &[Arg],
        inputs: &[NodeId],
        shared: bool,
    ) -> Result<NodeId, String> {
        let first = *inputs.first().ok_or("it is applied to nothing")?;
        if operations::only_in_training(&layer.class) {
            let what = format!("`{}`, which only training has,", layer.class);
            self.left_out.entry(what).or_default().insert(format!("`{name}`"));
            return Ok(first);
        }
        let path = names::clean(&name.replace('/', "."));
        // Files of older versions do not say which are operations; layers take no numbers.
        let with_number = args.iter().any(|arg| matches!(arg, Arg::Number(_)));
        if layer.is_operation || layer.class == "TFOpLambda" || with_number {
            let op = operations::read(layer, args, inputs.len(), self.old)?;
            return self.chain(&path, op, inputs);
        }
        let rank = self.builder.graph.node(first).shape.rank();
        match layer.class.as_str() {
            "Identity" => return Ok(first),
            "Activation" => {
                let json = layer.config.get("activation").unwrap_or(&Json::Null);
                return self.chain(&path, arguments::activation(json, self.old)?, inputs);
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
    fn chain(&mut self, name: &str, ops: Vec<Op>, inputs: &[NodeId]) -> Result<NodeId, String> {
        let mut nodes = inputs.to_vec();
        for op in ops {
            nodes = vec![self.builder.layer(name, op, &nodes, Vec::new(), None)?];
        }
        nodes.first().copied().ok_or_else(|| "it is applied to nothing".to_owned())
    }

    /// The values of a weight of a layer, as Keras of any version calls it.
    fn weight(&self, layer: &str, kind: &str) -> Result<Values, String> {
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

    /// `(x - mean) / √variance`, of each channel.
    fn normalization(
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
        if layer.config.get("invert").and_then(Json::as_bool) == Some(true) {
            return Err("`invert` has no layer".to_owned());
        }
        let (mean, variance) = (read("mean")?, read("variance")?);
        let scale: Vec<_> = variance.iter().map(|x| 1.0 / x.sqrt().max(1e-7)).collect();
        let offset = mean.iter().zip(scale.iter().cycle()).map(|(mean, scale)| -mean * scale);
        let (offset, path) = (offset.collect(), names::clean(&name.replace('/', ".")));
        self.affine(&path, input, scale, offset)
    }

    /// A factor and a shift for all channels, or for each: a 1×1 depthwise convolution.
    fn affine(
        &mut self,
        name: &str,
        input: NodeId,
        scale: Vec<f32>,
        offset: Vec<f32>,
    ) -> Result<NodeId, String> {
        if let (&[scale], &[offset]) = (scale.as_slice(), offset.as_slice()) {
            let [scale, offset] =
                [scale, offset].map(|x| x.to_string().parse().unwrap_or(f64::from(x)));
            let op = formwork_ir::layers::Rescaling::new(scale).offset(offset);
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

/// A number or a list of them, however deep.
fn numbers(json: Option<&Json>, default: f32) -> Result<Vec<f32>, String> {
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
