//! `--at H=224,W=224`: numbers for the sizes of a model.

use std::str::FromStr;

use formwork_compiler::closest;
use formwork_ir::{Graph, Ranged};

/// Numbers for sizes, on a command line.
#[derive(clap::Args)]
pub struct At {
    /// Numbers for sizes that the model leaves open: `H=224,W=224`
    #[arg(long = "at", value_name = "SIZE=N", value_delimiter = ',')]
    sizes: Vec<Size>,
}

/// A size with its number.
#[derive(Clone, Debug)]
struct Size {
    name: String,
    number: usize,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("expected a size and a whole number from 1 on, as `H=224`, found `{text}`");
        let (name, number) = text.split_once('=').ok_or_else(wrong)?;
        let number = number.trim().parse().ok().filter(|&n| n > 0).ok_or_else(wrong)?;
        Ok(Size { name: name.trim().to_owned(), number })
    }
}

impl At {
    /// Whether every size is one of these models'; the error says which is not.
    pub fn known<'a>(&self, graphs: impl Iterator<Item = &'a Graph>) -> Result<(), String> {
        let symbols = graphs.flat_map(|graph| graph.declared().symbols());
        let mut names: Vec<_> = symbols.map(|ranged| ranged.symbol.name()).collect();
        names.sort_unstable();
        names.dedup();
        for Size { name, .. } in self.sizes.iter().filter(|size| !names.contains(&&*size.name)) {
            let known = match (closest(name, names.iter().copied()), names.as_slice()) {
                (Some(close), _) => format!("did you mean `{close}`?"),
                (None, []) => "all sizes are numbers already".to_owned(),
                (None, names) => format!("there are: {}", names.join(", ")),
            };
            return Err(format!("no size is called `{name}`; {known}"));
        }
        Ok(())
    }

    /// The model with its sizes as numbers.
    ///
    /// # Errors
    /// If it does not run at them.
    pub fn graph(&self, graph: &Graph) -> Result<Graph, String> {
        let (works, besides) = graph.domain().contract();
        for Ranged { symbol, sizes } in works {
            let Some(n) = self.number(symbol.name()) else { continue };
            if !sizes.has(n as u64) {
                let nearest: Vec<_> =
                    sizes.nearest(n as u64).iter().flatten().map(u64::to_string).collect();
                let (model, name) = (graph.name(), symbol.name());
                return Err(format!(
                    "`{model}` does not run at {name} = {n}: {name} must be {sizes}; near it: {}",
                    nearest.join(", ")
                ));
            }
        }
        for condition in besides {
            let symbols = condition.symbols();
            let known = symbols.iter().all(|symbol| self.number(symbol.name()).is_some());
            let number = |name: &str| self.number(name).unwrap_or(1) as i64;
            if known && !condition.holds(&|symbol| number(symbol.name())) {
                return Err(format!("`{}` needs {condition}", graph.name()));
            }
        }
        if self.sizes.is_empty() {
            return Ok(graph.clone());
        }
        let numbers: Vec<_> = self.sizes.iter().map(|size| (&*size.name, size.number)).collect();
        Graph::parse_at(&graph.to_string(), &numbers).map_err(|error| error.message)
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.sizes.iter().find(|size| size.name == name).map(|size| size.number)
    }
}
