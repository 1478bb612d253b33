//! The `where` of a block, checked where it is called.

use formwork_ir::{Condition, Dim, Fault};

use super::call::CallSite;
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
            Rule::Remainders(modulus, remainders) => {
                let text = match remainders.as_slice() {
                    [one] => format!("{name} % {modulus} == {one}"),
                    many => format!("{name} % {modulus} in {many:?}"),
                };
                match (size.known(), remainders.as_slice()) {
                    (Some(n), _) => {
                        let holds = remainders.contains(&(n as u64 % modulus));
                        (vec![decided(holds)], text)
                    }
                    (None, &[one]) => {
                        let rest = size.clone() - one as usize;
                        (vec![Condition::divides(*modulus as usize, &rest)], text)
                    }
                    (None, _) => {
                        let title = "several remainders cannot be checked of a symbolic size";
                        self.report(site.id, at(Code::Argument, clause.span, title));
                        return false;
                    }
                }
            }
            Rule::Between(from, to) => {
                let mut conditions = vec![Condition::at_least(&size, &(*from as usize).into())];
                conditions.extend(to.map(|to| Condition::at_least(&(to as usize).into(), &size)));
                let text = match to {
                    Some(to) => format!("{name} in {from}..={to}"),
                    None => format!("{name} >= {from}"),
                };
                (conditions, text)
            }
            Rule::Not(n) => {
                let differs = size.known().is_some_and(|size| size as u64 != *n);
                (vec![decided(differs)], format!("{name} != {n}"))
            }
            Rule::Equal(value) => match self.expr(value).size() {
                Some(value) => {
                    (vec![Condition::equal(&size, &value)], format!("{name} == {value}"))
                }
                None => return false,
            },
        };
        let here = match size.to_string() {
            own if own == name => format!("not every `{name}` is such"),
            size => format!("here `{name}` is {size}"),
        };
        let title = format!("`{}` needs `{text}`; {here}", block.ident);
        let place = (site.name, site.end);
        for condition in conditions {
            let Some(node) = self.last_node() else { return false };
            if let Err(fault) = self.require(condition, Fault::call(title.clone()), place, node) {
                self.report(site.id, at(Code::Argument, place, fault.title));
                return false;
            }
        }
        true
    }
}

/// A condition that holds, or one that does not.
fn decided(holds: bool) -> Condition {
    Condition::equal(&Dim::Known(i64::from(!holds)), &Dim::Known(0))
}
