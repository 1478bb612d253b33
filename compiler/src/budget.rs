//! `#[budget(params <= …, macs <= …, activations <= … @ batch …)]`: what a model may cost.

use formwork_ir::{Dim, Graph, Kind, Node, Symbol, thousands};

use crate::ast::{Budget, Model as Source, Quantity};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Model;

/// Reports the budgets that a model exceeds, or that cannot be told to hold.
pub fn check(source: &Source, model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    for budget in &source.budgets {
        if let Err(Wrong { title, notes, help }) = hold(budget, model) {
            let (first, last) = budget.span;
            let mut diagnostic = Diagnostic::new(Code::Budget, first, title).to(last).notes(notes);
            diagnostic.help = help;
            diagnostics.push(diagnostic);
        }
    }
}

/// Why a budget does not hold, or cannot be told to.
#[derive(Default)]
struct Wrong {
    title: String,
    notes: Option<String>,
    help: Option<String>,
}

impl Wrong {
    fn help(title: String, help: String) -> Self {
        Wrong { title, help: Some(help), ..Wrong::default() }
    }
}

fn hold(budget: &Budget, model: &Model) -> Result<(), Wrong> {
    let Budget { quantity, limit, .. } = budget;
    let (name, what) = (model.graph.name(), quantity.what());
    if let Some(other) = model.submodels.first() {
        let other = other.path.segments.last().map(|last| last.ident.to_string());
        let other = other.unwrap_or_default();
        let title = format!("`{name}` applies `{other}`, whose {what} rustc alone counts");
        return Err(Wrong::help(title, asserted(name, *quantity, *limit)));
    }
    let (graph, batch) = at(budget, model)?;
    let total = quantity.of(&graph) * &batch;
    let Some(found) = total.known() else {
        let symbols = total.symbols();
        let late: Vec<_> = symbols.iter().map(|symbol| format!("`{}`", symbol.name())).collect();
        let title = format!("the {what} of `{name}` depend on {}", late.join(" and "));
        let sizes: Vec<_> = symbols.iter().map(example).collect();
        let said = format!("{} <= {} @ {}", quantity.name(), written(*limit), sizes.join(" "));
        return Err(Wrong::help(
            title,
            match model.outers.is_empty() {
                true => format!("say at which size: `{said}`"),
                false => asserted(name, *quantity, *limit),
            },
        ));
    };
    let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
    if found <= limit {
        return Ok(());
    }
    let at = match quantity {
        Quantity::Activations => format!(" at batch {batch}"),
        _ => String::new(),
    };
    let [total, excess, limit] = [found, found - limit, limit].map(|n| thousands(&n.into()));
    let title =
        format!("`{name}` has {total} {what}{at}, {excess} more than its budget of {limit}");
    let cost = |node: &Node| quantity.of_node(&graph, node) * &batch;
    let mut costs: Vec<_> = graph.nodes().map(|(_, node)| (cost(node), &node.name)).collect();
    costs.sort_by_key(|(cost, _)| std::cmp::Reverse(cost.known()));
    let largest = costs.iter().take(3).filter(|(cost, _)| !cost.is(0)).map(|(cost, layer)| {
        let share = 100.0 * cost.known().unwrap_or(0) as f64 / found as f64;
        format!("`{layer}` {} ({share:.0} %)", thousands(cost))
    });
    let notes = Some(format!("most are in {}", largest.collect::<Vec<_>>().join(", ")));
    Err(Wrong { title, notes, help: None })
}

/// A number as a budget may say it: `5_000_000`.
fn written(n: u64) -> String {
    thousands(&Dim::from(n as usize)).replace(',', "_")
}

/// A size as a budget may say it.
fn example(symbol: &Symbol) -> String {
    let size = if symbol.kind() == Kind::Runtime { 224 } else { 10 };
    format!("{} {size}", symbol.name())
}

/// The network at the sizes that a budget names, and the batch.
fn at(budget: &Budget, model: &Model) -> Result<(Graph, Dim), Wrong> {
    let mut batch = None;
    let mut numbers = Vec::new();
    let (name, declared) = (model.graph.name(), model.graph.declared().symbols());
    for (size, n) in &budget.at {
        if size == "batch" {
            batch = Some(*n);
        } else if let Some(own) = declared.iter().find(|own| size == own.symbol.name()) {
            if !own.sizes.has(*n as u64) {
                let title = format!("`{name}` does not run at `{size} {n}`");
                return Err(Wrong::help(title, format!("{size} must be {}", own.sizes)));
            }
            numbers.push((own.symbol.name(), *n));
        } else {
            let names: Vec<_> = declared.iter().map(|ranged| ranged.symbol.name()).collect();
            let help = match names.as_slice() {
                [] => "it has none: only `batch` can be said".to_owned(),
                names => format!("its sizes are `batch`, {}", names.join(", ")),
            };
            let title = format!("`{name}` has no size `{size}`");
            return Err(Wrong::help(title, help));
        }
    }
    if budget.quantity == Quantity::Activations && batch.is_none() {
        let title = "activations grow with the batch".to_owned();
        let limit = written(budget.limit);
        let help = format!("say with which: `activations <= {limit} @ batch 8`");
        return Err(Wrong::help(title, help));
    }
    let batch = Dim::from(batch.filter(|_| budget.quantity == Quantity::Activations).unwrap_or(1));
    let numbers = model.numbers(&numbers);
    if numbers.is_empty() {
        return Ok((model.graph.clone(), batch));
    }
    let numbers: Vec<_> = numbers.iter().map(|(name, n)| (&**name, *n)).collect();
    match Graph::parse_at(&model.graph.to_string(), &numbers) {
        Ok(graph) => Ok((graph, batch)),
        Err(error) => {
            let title = format!("`{name}` does not run at these sizes: {}", error.message);
            Err(Wrong { title, ..Wrong::default() })
        }
    }
}

/// How rustc checks what it alone can count.
fn asserted(name: &str, quantity: Quantity, limit: u64) -> String {
    match quantity.constant() {
        Some(constant) => {
            format!(
                "let rustc check it: `const _: () = assert!({name}::{constant} <= {});`",
                written(limit)
            )
        }
        None => "remove the budget".to_owned(),
    }
}

impl Quantity {
    fn what(self) -> &'static str {
        match self {
            Quantity::Params => "parameters",
            Quantity::Macs => "multiply-adds",
            Quantity::Activations => "activations",
        }
    }

    /// The constant of the model that has it.
    fn constant(self) -> Option<&'static str> {
        match self {
            Quantity::Params => Some("PARAMS"),
            Quantity::Macs => Some("MACS"),
            Quantity::Activations => None,
        }
    }

    fn of(self, graph: &Graph) -> Dim {
        match self {
            Quantity::Params => graph.total_params(),
            Quantity::Macs => graph.macs(),
            Quantity::Activations => graph.activations(),
        }
    }

    fn of_node(self, graph: &Graph, node: &Node) -> Dim {
        match self {
            Quantity::Params => {
                let values = node.params.iter().map(|&id| graph.param(id).values());
                values.fold(Dim::Known(0), |sum, n| sum + n)
            }
            Quantity::Macs => node.macs.clone(),
            Quantity::Activations => node.activations(),
        }
    }
}
