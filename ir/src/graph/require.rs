//! What must hold of symbols for a graph to be right, at all their sizes.

use super::{Checked, Graph};
use crate::layer::Need;
use crate::{Condition, Dim, Fault, Kind, Shape, Verdict};

impl Graph {
    /// Demands what a layer or an assertion needs of symbols, for all sizes of the domain. What
    /// holds at some of them only is noted in [`Graph::mismatches`]; what rustc or the model's
    /// entry can check, there.
    ///
    /// # Errors
    /// The fault, if it holds at hardly any size, or that cannot be decided.
    pub fn require(&mut self, node: &str, need: Need) -> Result<(), Fault> {
        let Need { condition, fault, training } = need;
        let verdict = self.domain.decide(&condition);
        let symbols = condition.symbols();
        let outer =
            !symbols.is_empty() && symbols.iter().all(|symbol| symbol.kind() == Kind::Outer);
        let checked = |condition, fault| Checked { node: node.to_owned(), condition, fault };
        match verdict {
            Verdict::Always => return Ok(()),
            Verdict::FromSomeSize if training => {
                self.check_training(checked(condition, fault));
                return Ok(());
            }
            _ if outer => self.constants.push(checked(condition.clone(), fault)),
            Verdict::FromSomeSize => {}
            Verdict::OnClasses(..) => {
                let condition = condition.clone();
                self.mismatches.push(Need { condition, fault, training });
            }
            Verdict::Undecided => return Err(fault.undecided()),
            Verdict::Hardly | Verdict::NotAlways => return Err(one_size(&condition, fault)),
        }
        self.domain.assume(&condition);
        Ok(())
    }

    /// Notes what training needs, unless something noted already is at least as much.
    fn check_training(&mut self, checked: Checked) {
        let implies = |a: &Checked, b: &Checked| {
            let ([a, two], [b, other]) = (a.condition.sides(), b.condition.sides());
            two == other && (a == b || self.domain.always(&Condition::at_least(b, a)))
        };
        if self.training.iter().any(|known| implies(known, &checked)) {
            return;
        }
        let kept: Vec<_> =
            self.training.iter().filter(|known| !implies(&checked, known)).cloned().collect();
        self.training = kept;
        self.training.push(checked);
    }

    /// A parameter exists before the model runs.
    pub(super) fn check_param(&self, layer: &str, kind: &str, sizes: &[Dim]) -> Result<(), Fault> {
        let symbols = sizes.iter().flat_map(Dim::symbols);
        let mut late = symbols.filter(|symbol| symbol.kind() == Kind::Runtime);
        let Some(symbol) = late.next() else {
            return Ok(());
        };
        let (sizes, symbol) = (Shape::new(sizes), symbol.name().to_owned());
        let title = format!(
            "`{layer}`: its {kind} would be {sizes}, but `{symbol}` is known only when the model runs"
        );
        let help = format!(
            "`global_avg_pool2d()` or `reduce_mean` make the size of the image matter no more; or \
             declare `const {symbol}: usize`"
        );
        Err(Fault::call(title).help(help))
    }
}

/// How to say that two names mean one size.
fn one_size(condition: &Condition, fault: Fault) -> Fault {
    let [a, b] = condition.sides().each_ref().map(Dim::symbol);
    match (a, b) {
        (Some(a), Some(b)) if condition.is_equality() => fault.help(match (a.name(), b.name()) {
            ("_", name) | (name, "_") => format!("if they are always equal, call both `{name}`"),
            (a, b) => format!("if they are always equal, say so: `where {b} == {a}`"),
        }),
        _ => fault,
    }
}
