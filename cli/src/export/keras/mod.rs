//! Networks as the source of a Keras 3 model.

mod call;
mod layer;
mod names;
mod steps;
mod windows;

use std::collections::HashMap;

use formwork_ir::{Dim, Graph, Node, NodeId, Source};

use call::Call;
use names::{Names, layer_name, snake};
use steps::Step;

/// The text of a Python file: a function that makes the model, and one that loads its weights.
///
/// # Errors
/// All that Keras cannot express.
pub fn source(graph: &Graph) -> Result<String, Vec<String>> {
    let mut names = Names::new();
    let mut writer = Writer {
        graph,
        function: names.fresh(&snake(graph.name())),
        names,
        lines: Vec::new(),
        values: HashMap::new(),
        shared: HashMap::new(),
    };
    let mut problems = Vec::new();
    for (id, node) in graph.nodes() {
        let written = match node.name.contains(['/', '-']) {
            true => {
                Err("its name has a `/` or a `-`, which stands for the dot in Keras".to_owned())
            }
            false => writer.node(id, node),
        };
        if let Err(problem) = written {
            problems.push(format!("`{}`: {problem}", node.name));
            writer.values.insert(id, PASSING.to_owned());
        }
    }
    if problems.is_empty() { Ok(writer.file()) } else { Err(problems) }
}

/// A file while it is written.
struct Writer<'a> {
    graph: &'a Graph,
    /// The name of the function.
    function: String,
    names: Names,
    /// The function's body.
    lines: Vec<String>,
    /// What each value is called.
    values: HashMap<NodeId, String>,
    /// What layers that are applied several times are called.
    shared: HashMap<String, String>,
}

/// What a value is called that only the next line reads.
const PASSING: &str = "x";

impl Writer<'_> {
    fn node(&mut self, id: NodeId, node: &Node) -> Result<(), String> {
        let op = match &node.source {
            Source::Input => {
                let target = self.names.fresh(&node.name);
                let sizes: Vec<_> = node.shape.sample().iter().map(size).collect();
                let args = vec![tuple(&sizes), text("name", &layer_name(&node.name))];
                self.lines.push(Call::new("keras.Input", args).assigned(&target));
                self.values.insert(id, target);
                return Ok(());
            }
            Source::Model(model) => return Err(format!("`{model}` stands in its place")),
            Source::Layer(op) => op,
        };
        let shapes: Vec<_> =
            node.inputs.iter().map(|&input| &self.graph.node(input).shape).collect();
        let steps = layer::steps(op, &shapes, &node.shape)?;
        let target =
            if self.passes(id) { PASSING.to_owned() } else { self.names.fresh(&node.name) };
        let inputs: Vec<_> = node.inputs.iter().map(|input| self.values[input].clone()).collect();
        let mut value = match inputs.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        for step in &steps {
            let line = match step {
                Step::Code(call) => call.with(&value).assigned(&target),
                Step::Layer { class, args, part } => {
                    self.layer(node, class, args, *part, &value, &target)
                }
            };
            self.lines.push(line);
            value.clone_from(&target);
        }
        self.values.insert(id, value);
        Ok(())
    }

    /// Applies a layer, which may be one that is applied elsewhere, too.
    fn layer(
        &mut self,
        node: &Node,
        class: &str,
        args: &[String],
        part: Option<&str>,
        value: &str,
        target: &str,
    ) -> String {
        let owner = node.weights.as_ref().filter(|_| !node.params.is_empty() && part.is_none());
        let name = match (owner, part) {
            (Some(weights), _) => layer_name(weights),
            (None, Some(part)) => layer_name(&format!("{}.{part}", node.name)),
            (None, None) => layer_name(&node.name),
        };
        let args = args.iter().cloned().chain([text("name", &name)]).collect();
        let call = Call::new(class, args);
        let Some(weights) = owner else {
            return call.applied(value).assigned(target);
        };
        let users = self.graph.nodes().filter(|(_, other)| other.weights.as_ref() == Some(weights));
        if users.count() == 1 {
            return call.applied(value).assigned(target);
        }
        let layer = match self.shared.get(weights) {
            Some(layer) => layer.clone(),
            None => {
                let layer = self.names.fresh(&format!("{weights}_layer"));
                self.shared.insert(weights.clone(), layer.clone());
                self.lines.push(call.assigned(&layer));
                layer
            }
        };
        Call::new(&layer, vec![value.to_owned()]).assigned(target)
    }

    /// Whether the next node is the only one that reads a value.
    fn passes(&self, id: NodeId) -> bool {
        let readers = self.graph.nodes().filter(|(_, node)| node.inputs.contains(&id));
        let readers: Vec<_> = readers.map(|(reader, _)| reader.index()).collect();
        !self.graph.outputs().contains(&id) && readers == [id.index() + 1]
    }

    fn file(mut self) -> String {
        let graph = self.graph;
        let of = |ids: &mut dyn Iterator<Item = NodeId>| {
            let names: Vec<_> = ids.map(|id| self.values[&id].clone()).collect();
            match names.as_slice() {
                [one] => one.clone(),
                many => format!("[{}]", many.join(", ")),
            }
        };
        let inputs = of(&mut graph.inputs().map(|(id, _)| id));
        let outputs = of(&mut graph.outputs().iter().copied());
        let args = vec![inputs, outputs, text("name", graph.name())];
        self.lines.push(Call::new("keras.Model", args).returned());
        let body = self.lines.concat();
        let pixels = graph.inputs().filter_map(|(_, node)| {
            Some(format!("\n\n    Pixels of `{}` are `in {}`.", node.name, node.scheme?))
        });
        let pixels: String = pixels.collect();
        let end = if pixels.is_empty() { "" } else { "\n    " };
        let layers = if body.contains("layers.") { "from keras import layers\n" } else { "" };
        let ops = if body.contains("ops.") { "from keras import ops\n" } else { "" };
        let numpy = if body.contains("interpolation(") { INTERPOLATION } else { "" };
        let (name, function) = (graph.name(), &self.function);
        format!(
            "\"\"\"{name} as a Keras model, exported by formwork.\"\"\"\n\n\
             import keras\nimport numpy\n{layers}{ops}\n\n\
             def {function}():\n    \"\"\"The network; `load` sets its weights.{pixels}{end}\"\"\"\n\
             {body}{numpy}{LOAD}"
        )
    }
}

/// A size of an input as Keras has it.
fn size(dim: &Dim) -> String {
    dim.known().map_or_else(|| "None".to_owned(), |n| n.to_string())
}

/// `(a, b)`, `(a,)`.
fn tuple(items: &[String]) -> String {
    match items {
        [one] => format!("({one},)"),
        items => format!("({})", items.join(", ")),
    }
}

/// `key="value"`.
fn text(key: &str, value: &str) -> String {
    format!("{key}=\"{value}\"")
}

/// A matrix that makes so many pixels of so many others, the outermost of which stay in place.
const INTERPOLATION: &str = r#"

def interpolation(inputs, outputs):
    """Weights of bilinear interpolation with corners aligned, (outputs, inputs)."""
    places = numpy.arange(outputs) * (inputs - 1) / max(outputs - 1, 1)
    distances = numpy.abs(places[:, None] - numpy.arange(inputs))
    return numpy.maximum(1 - distances, 0).astype("float32")
"#;

const LOAD: &str = r#"

def load(model, path):
    """Sets the weights from a .safetensors or .npz file, checked by name and shape."""
    if str(path).endswith(".npz"):
        values = dict(numpy.load(path))
    else:
        from safetensors.numpy import load_file

        values = load_file(path)
    values = {name: value for name, value in values.items() if "/" not in name}
    variables = {
        f"{layer.name.replace('-', '.')}.{variable.name}": variable
        for layer in model.layers
        for variable in layer.weights
    }
    wrong = [f"`{name}` is not in the file" for name in variables if name not in values]
    wrong += [
        f"`{name}` is not in the model" for name in values if name not in variables
    ]
    for name in variables.keys() & values.keys():
        found, expected = tuple(values[name].shape), tuple(variables[name].shape)
        if found != expected:
            wrong.append(f"`{name}` is {found} in the file, {expected} in the model")
    if wrong:
        raise ValueError("\n".join(wrong))
    for name, variable in variables.items():
        variable.assign(values[name])
"#;
