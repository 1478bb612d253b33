//! Models that are applied by a model, as parts of its own network.

use formwork_compiler::Model;
use formwork_ir::{Application, Dim, Graph, NodeId, Shape, Source};

use crate::at;

/// The most models within models.
const DEEPEST: usize = 16;

/// The network of `model`, which is `graph` at some sizes, with those it applies put in place.
///
/// # Errors
/// If a model is not among `models`, or does not fit.
pub fn inline(model: &Model, graph: Graph, models: &[&Model]) -> Result<Graph, Vec<String>> {
    if graph.nodes().all(|(_, node)| !matches!(node.source, Source::Model(_))) {
        return Ok(graph);
    }
    let mut whole = Graph::new(graph.name(), graph.domain().clone());
    let inputs: Vec<_> = graph
        .inputs()
        .map(|(_, node)| whole.pixels(&node.name, node.shape.clone(), node.scheme))
        .collect();
    let place = Place { prefix: "", weights: "", depth: 0 };
    let outputs = splice(&mut whole, model, &graph, &inputs, models, &place)?;
    whole.set_outputs(&outputs);
    Ok(whole)
}

/// Where a network goes: what its nodes and its parameters are called within the whole.
struct Place<'a> {
    prefix: &'a str,
    weights: &'a str,
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
                let (inner, graph) =
                    find(model, node.weights.as_deref(), written, whole, &own, models, place)
                        .map_err(within)?;
                let (prefix, weights) = (format!("{name}."), format!("{weights}."));
                let depth = place.depth + 1;
                let place = Place { prefix: &prefix, weights: &weights, depth };
                let outputs = splice(whole, inner, &graph, &own, models, &place).map_err(within)?;
                match outputs.as_slice() {
                    [output] => *output,
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

/// The model that is applied, and its network at the sizes of its inputs.
fn find<'a>(
    model: &Model,
    weights: Option<&str>,
    written: &str,
    whole: &Graph,
    inputs: &[NodeId],
    models: &[&'a Model],
    place: &Place,
) -> Result<(&'a Model, Graph), Vec<String>> {
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
    let mut numbers: Vec<(String, usize)> = Vec::new();
    if let syn::PathArguments::AngleBracketed(arguments) = &last.arguments {
        let given = arguments.args.iter().zip(&inner.generics);
        for (argument, (generic, _)) in given {
            match number(argument) {
                Some(n) => numbers.push((generic.to_string(), n)),
                None => {
                    let help = "its arguments must be numbers";
                    return Err(vec![format!("`{written}`: {help}")]);
                }
            }
        }
    }
    for (generic, default) in &inner.generics {
        let name = generic.to_string();
        if let (Some(n), true) = (default, numbers.iter().all(|(own, _)| *own != name)) {
            numbers.push((name, *n));
        }
    }
    let shapes = inner.graph.inputs().map(|(_, input)| &input.shape);
    for (shape, &given) in shapes.zip(inputs) {
        bind(shape, &whole.node(given).shape, &mut numbers);
    }
    let numbers: Vec<_> = numbers.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    let graph = at::at(&inner.graph, &numbers)?;
    for ((_, input), &given) in graph.inputs().zip(inputs) {
        let found = &whole.node(given).shape;
        let differs = |(own, found): (&Dim, &Dim)| own.known().is_some() && own != found;
        if input.shape.rank() != found.rank()
            || input.shape.dims().iter().zip(found.dims()).any(differs)
        {
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
    Ok((inner, graph))
}

fn number(argument: &syn::GenericArgument) -> Option<usize> {
    match argument {
        syn::GenericArgument::Const(syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Int(n), ..
        })) => n.base10_parse().ok(),
        _ => None,
    }
}

/// Symbols of a declared shape that are numbers in the one that is given.
fn bind(declared: &Shape, given: &Shape, numbers: &mut Vec<(String, usize)>) {
    for (own, size) in declared.dims().iter().zip(given.dims()) {
        if let (Some(symbol), Some(n)) = (own.symbol(), size.known())
            && !symbol.is_batch()
            && numbers.iter().all(|(name, _)| name != symbol.name())
        {
            numbers.push((symbol.name().to_owned(), n));
        }
    }
}
