//! The sizes at which a model works, against those it is declared for.

use formwork_ir::{self as ir, Dim, Fault, NodeId, Ranged};

use super::{Elaborator, at};
use crate::ast::Place;
use crate::diagnostic::Code;

impl Elaborator<'_> {
    /// Keeps the first thing that holds at some sizes only, to be reported when all are known.
    /// `site` says where a fault stands and which nodes led there.
    pub(super) fn notice_mismatch<'n>(&mut self, site: impl Fn(&Fault) -> (Place, &'n [NodeId])) {
        let found = &self.graph.mismatches()[self.mismatched..];
        self.mismatched += found.len();
        let Some(need) = found.first().filter(|_| self.mismatch.is_none()) else {
            return;
        };
        let (place, nodes) = site(&need.fault);
        let mut diagnostic = at(Code::Shape, place, need.fault.title.clone());
        if let Some(clauses) = self.graph.declared().clauses(&need.condition) {
            diagnostic = diagnostic.note(format!("this works only where `{clauses}`"));
        }
        for &node in nodes {
            diagnostic = diagnostic.notes(self.trace(node));
        }
        diagnostic.notes.dedup();
        let calls = self.calls.iter().rev().take(Self::NOTED_CALLS).cloned();
        self.mismatch = Some(diagnostic.notes(calls));
    }

    /// What is declared of the symbols in the shapes of some nodes.
    pub(super) fn bounds(&self, nodes: &[NodeId]) -> Vec<String> {
        let shapes = nodes.iter().map(|&node| &self.graph.node(node).shape);
        let symbols: Vec<_> =
            shapes.flat_map(|shape| shape.dims()).flat_map(Dim::symbols).collect();
        let declared = self.graph.declared().symbols().iter();
        let within = declared.filter(|ranged| symbols.contains(&ranged.symbol));
        within.flat_map(|ranged| ranged.sizes.clauses(ranged.symbol.name())).collect()
    }

    /// The sizes of each symbol at which the model works.
    pub(super) fn contract(&self) -> Vec<Ranged> {
        self.graph.domain().contract().0
    }

    /// What to report of a model that works at some of its declared sizes only; `contract` has
    /// the sizes at which it works.
    pub(super) fn report_mismatch(&mut self, contract: &[Ranged]) {
        let Some(diagnostic) = self.mismatch.take() else { return };
        let places: std::collections::HashSet<_> =
            self.graph.mismatches().iter().map(|need| &need.fault.title).collect();
        let diagnostic = match places.len() {
            0 | 1 => diagnostic,
            2 => diagnostic.note("one more place of the model needs such a size"),
            n => diagnostic.note(format!("{} more places of the model need such sizes", n - 1)),
        };
        let help = format!("declare the sizes that work: `where {}`", self.clauses(contract));
        self.diagnostics.push(diagnostic.help(help));
    }

    /// A whole `where`.
    fn clauses(&self, contract: &[Ranged]) -> String {
        let declared = contract.iter().filter(|ranged| !ranged.symbol.is_batch());
        let sizes = declared.flat_map(|ranged| ranged.sizes.clauses(ranged.symbol.name()));
        let equal = self
            .equal
            .iter()
            .filter_map(|(name, value)| Some(format!("{name} == {}", value.as_ref()?.source())));
        sizes.chain(equal).collect::<Vec<_>>().join(", ")
    }
}

/// The symbols that are declared for fewer sizes than the layers would take, `free`, each with
/// those.
pub(super) fn widest(graph: &ir::Graph, free: &[Ranged]) -> Vec<Ranged> {
    let (contract, _) = graph.domain().contract();
    let wider = free.iter().filter(|free| {
        let name = free.symbol.name();
        let own = contract.iter().find(|own| own.symbol.name() == name);
        own.is_some_and(|own| own.sizes.clauses(name) != free.sizes.clauses(name))
    });
    wider.cloned().collect()
}
