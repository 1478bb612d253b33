//! Names of fields and variables. All are unique as text, so that the printed expansion compiles
//! as it stands; spans only serve the editor.

use std::collections::{BTreeMap, HashMap, HashSet};

use formwork_ir::{Graph, NodeId, ParamId};
use proc_macro2::{Ident, Span};

use crate::model::{Site, Submodel};

/// The field of each parameter: its dotted name with underscores.
pub(super) fn fields(graph: &Graph) -> HashMap<ParamId, Ident> {
    let mut taken = HashSet::new();
    let field = |(id, param): (ParamId, &formwork_ir::Parameter)| {
        let name = free(&snake(&param.name), |name| taken.contains(name));
        taken.insert(name.clone());
        (id, internal(&name))
    };
    graph.params().map(field).collect()
}

/// The field of each submodel, by its name.
pub(super) fn models(
    submodels: &[Submodel],
    fields: &HashMap<ParamId, Ident>,
) -> BTreeMap<String, Ident> {
    let mut taken: HashSet<_> = fields.values().map(Ident::to_string).collect();
    // A field of every model.
    taken.extend(["frozen", "plans"].map(str::to_owned));
    let mut names = BTreeMap::new();
    for Submodel { name, .. } in submodels {
        let field = free(&snake(name), |field| taken.contains(field));
        taken.insert(field.clone());
        names.insert(name.clone(), internal(&field));
    }
    names
}

/// The variables of a straight-line function: each `let` of the user keeps its name, unless the
/// value that had that name before is still to be read.
pub(super) struct Locals {
    /// Names the user gave, and spare ones: no other variable takes them.
    reserved: HashSet<String>,
    /// The node that a name stands for now.
    holder: HashMap<String, NodeId>,
    variables: HashMap<NodeId, Ident>,
}

impl Locals {
    pub(super) fn new(sites: &[Site]) -> Self {
        let users = sites.iter().filter_map(|site| Some(site.binding.as_ref()?.to_string()));
        Locals { reserved: users.collect(), holder: HashMap::new(), variables: HashMap::new() }
    }

    /// A variable that stands for no node.
    pub(super) fn spare(&mut self, name: &str) -> Ident {
        let name = free(&snake(name), |name| self.reserved.contains(name));
        let ident = internal(&name);
        self.reserved.insert(name);
        ident
    }

    /// Names the value of `node`; `live` says whether a node is still to be read.
    pub(super) fn define(
        &mut self,
        node: NodeId,
        site: &Site,
        name: &str,
        live: impl Fn(NodeId) -> bool,
    ) -> Ident {
        let held = |name: &str| self.holder.get(name).is_some_and(|&node| live(node));
        let taken = |name: &str| held(name) || self.reserved.contains(name);
        let ident = match site.binding.as_ref().filter(|ident| *ident != "_") {
            Some(ident) if is_variable(ident) && !held(&ident.to_string()) => ident.clone(),
            Some(ident) => {
                let name = free(&snake(&ident.to_string()), taken);
                Ident::new(&name, ident.span())
            }
            None => internal(&free(&snake(name), taken)),
        };
        self.holder.insert(ident.to_string(), node);
        self.variables.insert(node, ident.clone());
        ident
    }

    /// The variable that holds the value of `node`.
    pub(super) fn get(&self, node: NodeId) -> &Ident {
        &self.variables[&node]
    }
}

/// Whether a pattern of that name is surely a variable, and no constant in scope: it is in lower
/// case, or one letter.
fn is_variable(ident: &Ident) -> bool {
    let name = ident.to_string();
    name.len() == 1 || !name.starts_with(char::is_uppercase)
}

fn internal(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// `name`, or `name_1`, `name_2` … where it is taken.
pub(super) fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (1..).map(|i| format!("{name}_{i}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken(name)).expect("there is always a next number")
}

/// An identifier from a dotted name: what is no letter or digit becomes `_`, one for several.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.trim_start_matches("r#").chars() {
        match c.is_ascii_alphanumeric() {
            true => snake.push(c.to_ascii_lowercase()),
            false if snake.ends_with('_') => {}
            false => snake.push('_'),
        }
    }
    match syn::parse_str::<Ident>(&snake) {
        Ok(_) => snake,
        Err(_) => format!("v_{}", snake.trim_start_matches('_')),
    }
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn any_name_makes_an_identifier() {
        let check = |name, expect| assert_eq!(snake(name), expect);
        check("e1.Conv2d.kernel", "e1_conv2d_kernel");
        check("block/1 größe", "block_1_gr_e");
        check("type", "v_type");
        check("r#match", "v_match");
        check("7", "v_7");
        check("", "v_");
        check("_", "v_");
    }
}
