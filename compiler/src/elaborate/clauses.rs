//! The `where` of a block, checked where the block is called.

use formwork_ir::{Condition, Dim, Fault, Sizes};

use super::call::CallSite;
use super::symbols::narrow;
use super::value::Value;
use super::{Elaborator, at};
use crate::ast::{self, Clause, Rule};
use crate::diagnostic::{Code, Diagnostic};

impl<'a> Elaborator<'a> {
    /// Checks the `where` of a block that is called.
    pub(super) fn check_clauses(&mut self, site: &CallSite, block: &'a ast::Block) -> bool {
        block.clauses.iter().all(|clause| self.check_clause(site, block, clause))
    }

    fn check_clause(&mut self, site: &CallSite, block: &'a ast::Block, clause: &'a Clause) -> bool {
        let name = clause.name.to_string();
        let Some(size) = self.env.get(&name).and_then(Value::size) else {
            let title = format!("`{name}` is no size that `{}` is called with", block.ident);
            let help = "a size is named in a parameter: `x: [_, H, W, C]`";
            let diagnostic = Diagnostic::new(Code::UnknownName, clause.name.span(), title);
            self.report(site.id, diagnostic.help(help));
            return false;
        };
        let (conditions, text) = match &clause.rule {
            Rule::Equal(value) => match self.expr(value).size() {
                Some(value) => {
                    (vec![Condition::equal(&size, &value)], format!("{name} == {value}"))
                }
                None => return false,
            },
            rule if self.holds(rule, &size) => return true,
            rule => {
                let Some(conditions) = conditions(rule, &size) else {
                    let title = "several remainders cannot be checked of a symbolic size";
                    self.report(site.id, at(Code::Argument, clause.span, title));
                    return false;
                };
                let text = allowed(rule).map(|sizes| sizes.clauses(&name).join(", "));
                (conditions, text.unwrap_or_default())
            }
        };
        let here = if size.to_string() == name {
            String::new()
        } else {
            format!("; here `{name}` is {size}")
        };
        let title = format!("`{}` needs `{text}`{here}", block.ident);
        let place = (site.name, site.end);
        for condition in conditions {
            let Some(node) = self.last_node() else { return false };
            if let Err(fault) = self.require(condition, Fault::call(title.clone()), place, node) {
                let mut diagnostic = at(Code::Argument, place, fault.title);
                diagnostic.help =
                    size.symbol().zip(allowed(&clause.rule)).map(|(symbol, sizes)| {
                        let clauses = sizes.clauses(symbol.name()).join(", ");
                        format!("declare the sizes that it takes: `where {clauses}`")
                    });
                self.report(site.id, diagnostic);
                return false;
            }
        }
        true
    }

    /// Whether a rule is known to hold of a size that is a number or a symbol.
    fn holds(&self, rule: &Rule, size: &Dim) -> bool {
        if let Some(n) = size.known() {
            return allowed(rule).is_some_and(|sizes| sizes.has(n as u64));
        }
        let domain = self.graph.domain();
        if let Rule::Not(n) = rule {
            let (above, below) = (Dim::from(*n as usize + 1), Dim::from(*n as usize) - 1);
            let apart = [Condition::at_least(size, &above), Condition::at_least(&below, size)];
            if apart.iter().any(|condition| domain.always(condition)) {
                return true;
            }
        }
        let symbol = size.symbol();
        let declared =
            domain.symbols().iter().find(|ranged| Some(&ranged.symbol) == symbol.as_ref());
        declared.is_some_and(|ranged| {
            let narrower = narrow(&ranged.sizes, rule);
            narrower.is_some_and(|sizes| sizes.clauses("") == ranged.sizes.clauses(""))
        })
    }
}

/// What must be for a rule to hold of a size of which it is not known to hold; `None` where that
/// is no conjunction.
fn conditions(rule: &Rule, size: &Dim) -> Option<Vec<Condition>> {
    let number = |n: u64| Dim::from(n as usize);
    let never = || vec![Condition::equal(&number(0), &number(1))];
    Some(match rule {
        _ if size.known().is_some() => never(),
        Rule::Remainders(modulus, remainders) => match remainders.as_slice() {
            &[one] => vec![Condition::divides(*modulus as usize, &(size - one as usize))],
            _ => return None,
        },
        Rule::Between(from, to) => {
            let below = to.map(|to| Condition::at_least(&number(to), size));
            std::iter::once(Condition::at_least(size, &number(*from))).chain(below).collect()
        }
        Rule::Not(_) | Rule::Equal(_) => never(),
    })
}

/// The sizes of which a rule holds, if it says it of numbers.
fn allowed(rule: &Rule) -> Option<Sizes> {
    match rule {
        Rule::Equal(_) => None,
        rule => narrow(&Sizes::ALL, rule),
    }
}
