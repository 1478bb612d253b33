//! A graph as text, one line a node, and back: what an expansion carries, snapshots show and
//! tests compare.
//!
//! ```text
//! model Digits
//! image = input(in 0..=1) : [_, 28, 28, 1]
//! conv2d = conv2d(image; 32, (3, 3), padding = same) : [_, 28, 28, 32]
//! return conv2d
//! ```
//!
//! Arguments that have their default are left out.

use std::collections::HashMap;
use std::fmt;

use crate::{
    Application, Dim, Domain, Graph, Kind, Node, NodeId, Op, Ranged, Scheme, Shape, Sizes, Source,
    Symbol, Value, find,
};

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |ids: &[NodeId]| {
            let names: Vec<_> = ids.iter().map(|&id| self.node(id).name.as_str()).collect();
            names.join(", ")
        };
        writeln!(f, "model {}", self.name())?;
        for Ranged { symbol, sizes } in self.declared().symbols() {
            writeln!(f, "{} {}", keyword(symbol.kind()), clauses(symbol.name(), sizes))?;
        }
        for Ranged { symbol, sizes } in self.widest() {
            writeln!(f, "widest {}", clauses(symbol.name(), sizes))?;
        }
        for scope in self.checkpoints() {
            writeln!(f, "{CHECKPOINT}{scope}")?;
        }
        for (_, Node { name, source, inputs, shape, scheme, asserted, weights, .. }) in self.nodes()
        {
            match source {
                Source::Input => {
                    let scheme = scheme.map(|scheme| format!("{IN}{scheme}")).unwrap_or_default();
                    writeln!(f, "{name} = {INPUT}({scheme}) : {shape}")?;
                }
                Source::Model(model) => {
                    let (inputs, model) = (names(inputs), Value::Str(model.clone()));
                    let weights = weights.as_deref().unwrap_or(name);
                    let apply = format!("{APPLY}({inputs}; {model}){WEIGHTS}{weights}");
                    writeln!(f, "{name} = {apply} : {shape}{ASSERTED}")?;
                }
                Source::Layer(op) => {
                    let (layer, args) = (op.spec().name, args(op));
                    let asserted = if *asserted { ASSERTED } else { "" };
                    let args = match weights {
                        Some(weights) => format!("{args}){WEIGHTS}{weights}"),
                        None => format!("{args})"),
                    };
                    writeln!(f, "{name} = {layer}({}{args} : {shape}{asserted}", names(inputs))?;
                }
            }
        }
        writeln!(f, "return {}", names(self.outputs()))
    }
}

/// Stands before a scope that training runs again.
const CHECKPOINT: &str = "checkpoint ";
/// Stands before the name of the layer whose weights a layer shares.
const WEIGHTS: &str = " as ";
/// Makes an input of the model.
const INPUT: &str = "input";
/// Stands before what became of an input's pixels.
const IN: &str = "in ";
/// Applies another model.
const APPLY: &str = "apply";
/// Follows a shape that was not proved.
const ASSERTED: &str = " asserted";

fn keyword(kind: Kind) -> &'static str {
    match kind {
        Kind::Runtime => "size",
        Kind::Generic => "const",
        Kind::Outer => "outer",
    }
}

/// `H where H % 16 == 0`
fn clauses(name: &str, sizes: &Sizes) -> String {
    match sizes.clauses(name).as_slice() {
        [] => name.to_owned(),
        clauses => format!("{name} where {}", clauses.join(", ")),
    }
}

/// The arguments of a layer that differ from their defaults, as they follow its inputs.
fn args(op: &Op) -> String {
    let mut text = String::new();
    for (arg, value) in op.spec().args.iter().zip(op.write()) {
        let separator = if text.is_empty() { "; " } else { ", " };
        match arg.default {
            None => text += &format!("{separator}{value}"),
            Some(default) if default() == value => {}
            Some(_) => text += &format!("{separator}{} = {value}", arg.name),
        }
    }
    text
}

/// A text that is not a graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// Line of the text, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

impl Graph {
    /// Reads what [`Display`](fmt::Display) wrote. Shapes are inferred anew, and must be those
    /// that are written.
    pub fn parse(text: &str) -> Result<Graph, ParseError> {
        Graph::parse_at(text, &[])
    }

    /// As [`Graph::parse`], with numbers for some of the symbols.
    pub fn parse_at(text: &str, numbers: &[(&str, usize)]) -> Result<Graph, ParseError> {
        let wrong = |line, message: String| ParseError { line, message };
        let mut lines =
            text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
        let (i, first) = lines.next().unwrap_or((0, ""));
        let name = first
            .strip_prefix("model ")
            .ok_or_else(|| wrong(i + 1, "expected `model …`".to_owned()))?;
        let (mut domain, mut widest) = (Domain::default(), Vec::new());
        let mut lines = lines.peekable();
        while let Some(&(i, line)) = lines.peek() {
            let read = read_sizes(line, numbers, &mut domain, &mut widest);
            if !read.map_err(|message| wrong(i + 1, message))? {
                break;
            }
            lines.next();
        }
        let mut graph = Graph::new(name, domain);
        graph.set_widest(widest);
        let mut ids = HashMap::new();
        for (i, line) in lines {
            let read = read_line(line, numbers, &mut graph, &mut ids);
            read.map_err(|message| wrong(i + 1, message))?;
        }
        Ok(graph)
    }
}

/// Reads a line about a symbol; `false` where it is none.
fn read_sizes(
    line: &str,
    numbers: &[(&str, usize)],
    domain: &mut Domain,
    widest: &mut Vec<Ranged>,
) -> Result<bool, String> {
    let Some((keyword, rest)) = line.split_once(' ').filter(|_| !line.contains(" = ")) else {
        return Ok(false);
    };
    let (name, clauses) = rest.split_once(" where ").unwrap_or((rest, ""));
    let sizes = || Sizes::parse(name, clauses).ok_or_else(|| format!("no sizes: `{clauses}`"));
    let kind = match keyword {
        "size" => Kind::Runtime,
        "const" => Kind::Generic,
        "outer" => Kind::Outer,
        "widest" => {
            let symbol = Symbol::new(name, Kind::Runtime);
            widest.push(Ranged { symbol, sizes: sizes()? });
            return Ok(true);
        }
        _ => return Ok(false),
    };
    if domain.lookup(name).is_some() {
        return Err(format!("`{name}` is declared twice"));
    }
    let sizes = sizes()?;
    if numbers.iter().all(|(own, _)| *own != name) {
        domain.declare(Symbol::new(name, kind), sizes);
    }
    Ok(true)
}

fn read_line(
    line: &str,
    numbers: &[(&str, usize)],
    graph: &mut Graph,
    ids: &mut HashMap<String, NodeId>,
) -> Result<(), String> {
    let lookup = |names: &str, ids: &HashMap<String, NodeId>| -> Result<Vec<NodeId>, String> {
        let names = names.split(',').map(str::trim);
        names.map(|n| ids.get(n).copied().ok_or(format!("no node `{n}`"))).collect()
    };
    if let Some(outputs) = line.strip_prefix("return ") {
        graph.set_outputs(&lookup(outputs, ids)?);
        return Ok(());
    }
    if let Some(scope) = line.strip_prefix(CHECKPOINT).filter(|_| !line.contains(" = ")) {
        graph.add_checkpoint(scope);
        return Ok(());
    }
    let (name, rest) = line.split_once(" = ").ok_or("expected `name = layer(…) : shape`")?;
    let (call, shape) = rest.rsplit_once(" : ").ok_or("expected ` : shape` at the end")?;
    let written = shape.trim_end_matches(ASSERTED);
    let declared = graph.declared().clone();
    let sizes = |name: &str| {
        let number = numbers.iter().find(|(own, _)| *own == name);
        number.map_or_else(|| declared.lookup(name), |(_, n)| Some(Dim::from(*n)))
    };
    let any = |name: &str| if name == "_" { Some(Dim::batch()) } else { sizes(name) };
    // A layer's own shape rule says its shape, unless there was no telling.
    let asserted = written.len() < shape.len();
    let (layer, inside) = call.split_once('(').ok_or("expected `layer(…)`")?;
    let said = layer == INPUT || asserted;
    let shape = said.then(|| read_shape(written, &any)).transpose()?;
    let (inside, weights) = match inside.rsplit_once(WEIGHTS) {
        Some((inside, weights)) if inside.ends_with(')') => (inside, Some(weights)),
        _ => (inside, None),
    };
    let inside = inside.strip_suffix(')').ok_or("expected `)`")?;
    let id = if let (Some(shape), INPUT, false) = (&shape, layer, asserted) {
        let scheme = match inside.strip_prefix(IN) {
            Some(text) => Some(Scheme::parse(text).ok_or_else(|| format!("no scheme `{text}`"))?),
            None => None,
        };
        graph.pixels(name, shape.clone(), scheme)
    } else if let (Some(shape), APPLY) = (&shape, layer) {
        let (inputs, model) = inside.split_once(';').ok_or("expected a model")?;
        let Value::Str(model) = Value::parse(model)? else {
            return Err("expected a model's name".to_owned());
        };
        let weights = weights.unwrap_or(name);
        graph.model(name, &model, &lookup(inputs, ids)?, shape.clone(), weights)
    } else {
        let (inputs, args) = inside.split_once(';').unwrap_or((inside, ""));
        let inputs = lookup(inputs, ids)?;
        let spec = find(layer).ok_or_else(|| format!("no layer `{layer}`"))?;
        let op = spec.call(&Value::parse_args(args, Some(&sizes))?)?;
        let (fewest, most) = spec.inputs.range();
        if !(fewest..=most).contains(&inputs.len()) {
            return Err(format!(
                "`{layer}` takes {fewest} to {most} tensors, got {}",
                inputs.len()
            ));
        }
        let called: Vec<_> = vec!["the input"; inputs.len()];
        let asserted = shape.as_ref();
        let application =
            Application { name, op, inputs: &inputs, called: &called, asserted, weights };
        graph.apply(application).map_err(|fault| fault.title)?
    };
    let found = &graph.node(id).shape;
    if numbers.is_empty() && found.to_string() != written {
        return Err(format!("`{name}` is written as {written} but is {found}"));
    }
    match ids.insert(name.to_owned(), id) {
        None => Ok(()),
        Some(_) => Err(format!("`{name}` is defined twice")),
    }
}

fn read_shape(text: &str, sizes: &dyn Fn(&str) -> Option<Dim>) -> Result<Shape, String> {
    let wrong = || format!("not a shape: {text}");
    let inside = text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let dims = inside.ok_or_else(wrong)?.split(',').enumerate().map(|(axis, text)| {
        let dim = Dim::parse(text, sizes)?;
        let within = match dim {
            Dim::Known(n) => (1..=Dim::MAX as i64).contains(&n),
            Dim::Symbolic(_) => !dim.is_huge(),
        };
        let batch = dim.symbols().iter().any(Symbol::is_batch);
        let misplaced = batch && (axis > 0 || dim != Dim::batch());
        if within && !misplaced { Ok(dim) } else { Err(wrong()) }
    });
    Ok(Shape::new(dims.collect::<Result<Vec<_>, _>>()?))
}
