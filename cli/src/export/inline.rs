//! Models that are applied by a model, as parts of its own network.

use std::borrow::Cow;

use formwork_compiler::Model;
use formwork_ir::{Application, Dim, Graph, NodeId, Shape, Source};

use crate::at::{self, Size};

/// The most models within models.
const DEEPEST: usize = 16;

/// The network of `model`, which is `graph` at these sizes, with those it applies put in place.
///
/// # Errors
/// If a model is not among `models`, or does not fit.
pub fn inline(
    model: &Model,
    graph: Graph,
    sizes: &[Size],
    models: &[&Model],
) -> Result<Graph, Vec<String>> {
    if graph.nodes().all(|(_, node)| !matches!(node.source, Source::Model(_))) {
        return Ok(graph);
    }
    let mut whole = Graph::new(graph.name(), graph.domain().clone());
    let inputs: Vec<_> = graph
        .inputs()
        .map(|(_, node)| whole.pixels(&node.name, node.shape.clone(), node.scheme))
        .collect();
    let sizes: Vec<_> = sizes.iter().map(|at| (at.name.as_str(), at.size)).collect();
    let sizes = model.numbers(&sizes);
    let place = Place { prefix: "", weights: "", sizes: &sizes, depth: 0 };
    let outputs = splice(&mut whole, model, &graph, &inputs, models, &place)?;
    whole.set_outputs(&outputs);
    Ok(whole)
}

/// Numbers for sizes.
type Numbers<'a> = Vec<(Cow<'a, str>, usize)>;

/// Where a network goes: what its nodes and its parameters are called within the whole, and the
/// sizes that it has there.
struct Place<'a> {
    prefix: &'a str,
    weights: &'a str,
    sizes: &'a Numbers<'a>,
    depth: usize,
}

fn splice(
    whole: &mut Graph,
    model: &Model,
    graph: &Graph,
    inputs: &[NodeId],
    models: &[&Model],
    place: &Place,
) -> Result<Vec<NodeId>, Vec<String>> {
    let mut given = inputs.iter();
    let mut ids: Vec<NodeId> = Vec::new();
    for (_, node) in graph.nodes() {
        let own: Vec<_> = node.inputs.iter().map(|id| ids[id.index()]).collect();
        let name = format!("{}{}", place.prefix, node.name);
        let weights = node.weights.as_deref().unwrap_or(&node.name);
        let weights = format!("{}{weights}", place.weights);
        let id = match &node.source {
            Source::Input => match given.next() {
                Some(&id) => id,
                None => return Err(vec![format!("`{name}` is given no tensor")]),
            },
            Source::Layer(op) => {
                let called: Vec<_> = own.iter().map(|_| "its input").collect();
                let asserted = node.asserted.then_some(&node.shape);
                let (op, weights) = (op.clone(), Some(weights.as_str()));
                let inputs = own.as_slice();
                let (name, called) = (name.as_str(), called.as_slice());
                let application = Application { name, op, inputs, called, asserted, weights };
                whole
                    .apply(application)
                    .map_err(|fault| vec![format!("`{name}`: {}", fault.title)])?
            }
            Source::Model(written) => {
                let within = |problems: Vec<String>| -> Vec<String> {
                    problems.into_iter().map(|problem| format!("`{name}`: {problem}")).collect()
                };
                let (inner, graph, sizes) =
                    find(model, node.weights.as_deref(), written, whole, &own, models, place)
                        .map_err(within)?;
                let (prefix, weights) = (format!("{name}."), format!("{weights}."));
                let (sizes, depth) = (&sizes, place.depth + 1);
                let place = Place { prefix: &prefix, weights: &weights, sizes, depth };
                let outputs = splice(whole, inner, &graph, &own, models, &place).map_err(within)?;
                match outputs.as_slice() {
                    &[output] => {
                        let (found, said) = (&whole.node(output).shape, &node.shape);
                        if !fits(said, found) {
                            return Err(vec![format!(
                                "`{name}` is {said}, `{written}` makes {found}"
                            )]);
                        }
                        output
                    }
                    outputs => {
                        let n = outputs.len();
                        return Err(vec![format!("`{name}`: `{written}` makes {n} tensors")]);
                    }
                }
            }
        };
        ids.push(id);
    }
    Ok(graph.outputs().iter().map(|id| ids[id.index()]).collect())
}

/// The model that is applied, its network at the sizes of its inputs, and those sizes.
fn find<'a>(
    model: &Model,
    weights: Option<&str>,
    written: &str,
    whole: &Graph,
    inputs: &[NodeId],
    models: &[&'a Model],
    place: &Place,
) -> Result<(&'a Model, Graph, Numbers<'static>), Vec<String>> {
    if place.depth >= DEEPEST {
        return Err(vec![format!("`{written}`: more than {DEEPEST} models within each other")]);
    }
    let path = model.submodels.iter().find(|own| Some(own.name.as_str()) == weights);
    let last = path.and_then(|own| own.path.segments.last());
    let inner = last.and_then(|last| models.iter().find(|model| model.ident == last.ident));
    let (Some(last), Some(inner)) = (last, inner) else {
        let help = "its `model!` must stand in the same file or folder";
        return Err(vec![format!("`{written}` is not here: {help}")]);
    };
    let mut given: Vec<(String, usize)> = Vec::new();
    if let syn::PathArguments::AngleBracketed(arguments) = &last.arguments {
        for (argument, (generic, _)) in arguments.args.iter().zip(&inner.generics) {
            let n = number(argument, place.sizes).ok_or_else(|| {
                let help = "its arguments must be numbers, or sizes that are: `--at N=10`";
                vec![format!("`{written}`: {help}")]
            })?;
            given.push((generic.to_string(), n));
        }
    }
    let borrowed: Vec<_> = given.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    let numbers = inner.numbers(&borrowed).into_iter();
    let mut numbers: Numbers = numbers.map(|(name, n)| (name.into_owned().into(), n)).collect();
    let shapes = inner.graph.inputs().map(|(_, input)| &input.shape);
    for (shape, &given) in shapes.zip(inputs) {
        bind(shape, &whole.node(given).shape, &mut numbers);
    }
    let known: Vec<_> = numbers.iter().map(|(name, n)| (&**name, *n)).collect();
    let graph = at::at(&inner.graph, &known)?;
    for ((_, input), &given) in graph.inputs().zip(inputs) {
        let found = &whole.node(given).shape;
        if !fits(&input.shape, found) {
            let (name, shape) = (&input.name, &input.shape);
            return Err(vec![format!("`{written}` takes `{name}: {shape}`, got {found}")]);
        }
    }
    // Symbols that stay would be those of another model.
    let symbolic = |(_, node): (NodeId, &formwork_ir::Node)| match &node.source {
        Source::Layer(op) => op.write().iter().any(|value| !value.symbols().is_empty()),
        _ => false,
    };
    if let Some((_, node)) = graph.nodes().find(|node| symbolic(*node)) {
        let help = "say the sizes with `--at`";
        return Err(vec![format!("`{written}`: `{}` depends on a symbol: {help}", node.name)]);
    }
    Ok((inner, graph, numbers))
}

/// Whether a shape is one that is declared, as far as that is numbers.
fn fits(declared: &Shape, found: &Shape) -> bool {
    let agrees = |(own, found): (&Dim, &Dim)| own.known().is_none() || own == found;
    declared.rank() == found.rank() && declared.dims().iter().zip(found.dims()).all(agrees)
}

/// The number that an argument of a type is, or that a size of that name has.
fn number(argument: &syn::GenericArgument, sizes: &Numbers) -> Option<usize> {
    match argument {
        syn::GenericArgument::Const(syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Int(n), ..
        })) => n.base10_parse().ok(),
        syn::GenericArgument::Type(syn::Type::Path(path)) => {
            let name = path.path.get_ident()?;
            sizes.iter().find(|(own, _)| name == own).map(|(_, n)| *n)
        }
        _ => None,
    }
}

/// Symbols of a declared shape that are numbers in the one that is given.
fn bind(declared: &Shape, given: &Shape, numbers: &mut Numbers) {
    for (own, size) in declared.dims().iter().zip(given.dims()) {
        if let (Some(symbol), Some(n)) = (own.symbol(), size.known())
            && !symbol.is_batch()
            && numbers.iter().all(|(name, _)| name != symbol.name())
        {
            numbers.push((symbol.name().to_owned().into(), n));
        }
    }
}
