//! Sizes with a name instead of a number: a model's generic parameters with its `where`, and
//! constants of the user's crate.

use formwork_ir::{Dim, Domain, Kind, Sizes, Symbol};
use proc_macro2::TokenStream;

use super::value::Value;
use super::{Elaborator, at};
use crate::ast::{self, Clause, Expr, Rule, SymbolKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Outer;
use crate::suggest;

impl<'a> Elaborator<'a> {
    /// Declares a model's symbols; `bounded` says whether with the sizes that its `where` allows,
    /// or with all.
    pub(super) fn declare_symbols(&mut self, source: &'a ast::Model, bounded: bool) {
        let mut domain = Domain::default();
        let (equal, ranges): (Vec<_>, Vec<_>) =
            source.clauses.iter().partition(|clause| matches!(clause.rule, Rule::Equal(_)));
        let is_equal = |name: &str| equal.iter().any(|clause| clause.name == name);
        for symbol in &source.symbols {
            let name = symbol.ident.to_string();
            if domain.lookup(&name).is_some() || self.env.get(&name).is_some() {
                let title = format!("`{name}` is declared twice");
                let diagnostic = Diagnostic::new(Code::Duplicate, symbol.ident.span(), title);
                self.diagnostics.push(diagnostic);
                continue;
            }
            if is_equal(&name) {
                continue;
            }
            let kind = match symbol.kind {
                SymbolKind::Runtime => Kind::Runtime,
                SymbolKind::Generic(_) => Kind::Generic,
            };
            let own = ranges.iter().filter(|clause| clause.name == name);
            let sizes = own.filter(|_| bounded).fold(Sizes::ALL, |sizes, clause| {
                let title = match narrow(&sizes, &clause.rule) {
                    Some(narrower) if !narrower.is_empty() => return narrower,
                    Some(_) => format!("no size `{name}` is such"),
                    None => format!("`{name}` has too many remainders to look at"),
                };
                self.diagnostics.push(at(Code::Argument, clause.span, title));
                sizes
            });
            let symbol = domain.declare(Symbol::new(&name, kind), sizes);
            self.env.define(name, Dim::from(symbol).into());
        }
        self.graph = formwork_ir::Graph::new(self.graph.name(), domain);
        for clause in &equal {
            self.env.define(clause.name.to_string(), Value::Unknown);
        }
        for (i, clause) in equal.iter().enumerate() {
            if equal[..i].iter().any(|earlier| earlier.name == clause.name) {
                self.equals_already(clause);
            } else {
                self.declare_equal(source, clause);
            }
        }
        for clause in &ranges {
            if self.known_symbol(source, clause) && is_equal(&clause.name.to_string()) {
                self.equals_already(clause);
            }
        }
    }

    fn equals_already(&mut self, clause: &Clause) {
        let title = format!("`{}` is said to equal something else already", clause.name);
        let help = "say this of what it equals";
        self.diagnostics.push(at(Code::Argument, clause.span, title).help(help));
    }

    /// `where W == 2 * H`: `W` stands for that from here on.
    fn declare_equal(&mut self, source: &'a ast::Model, clause: &'a Clause) {
        let Rule::Equal(value) = &clause.rule else { return };
        let name = clause.name.to_string();
        let known = self.known_symbol(source, clause);
        let value = match self.expr(value) {
            value @ (Value::Int(_) | Value::Size(_)) => value,
            Value::Unknown if !self.diagnostics.is_empty() => Value::Unknown,
            Value::Unknown => {
                let title = format!("what `{name}` equals is not known here");
                let help = "it may depend on symbols of which no `==` speaks, and on those of which \
                            an earlier one does";
                self.diagnostics.push(at(Code::Argument, clause.span, title).help(help));
                Value::Unknown
            }
            other => {
                let title = format!("{} is no size", other.kind());
                self.diagnostics.push(at(Code::Type, value.span, title));
                Value::Unknown
            }
        };
        if known {
            self.equal.push((clause.name.clone(), value.size()));
            self.env.define(name, value);
        }
    }

    /// Whether a clause speaks of a symbol of the model.
    fn known_symbol(&mut self, source: &ast::Model, clause: &Clause) -> bool {
        let names: Vec<_> = source.symbols.iter().map(|symbol| symbol.ident.to_string()).collect();
        let name = clause.name.to_string();
        if names.contains(&name) {
            return true;
        }
        let title = format!("`{}` has no symbol `{name}`", source.ident);
        let diagnostic = Diagnostic::new(Code::UnknownName, clause.name.span(), title);
        let close = suggest::closest(&name, names.iter().map(String::as_str));
        self.diagnostics.push(match close {
            Some(close) => diagnostic.help(format!("did you mean `{close}`?")),
            None => diagnostic.help(format!("declare it: `struct {}<{name}>(…)`", source.ident)),
        });
        false
    }

    /// Every symbol that is known when the model runs is the size of an input.
    pub(super) fn check_symbols(&mut self, source: &ast::Model) {
        for ast::Symbol { ident, kind } in &source.symbols {
            let name = ident.to_string();
            let found = self.graph.inputs().any(|(_, node)| {
                let symbols = node.shape.dims().iter().filter_map(Dim::symbol);
                symbols.into_iter().any(|symbol| symbol.name() == name)
            });
            let equal = self.equal.iter().any(|(equal, _)| *equal == name);
            if matches!(kind, SymbolKind::Runtime) && !found && !equal && self.inputs_known {
                let title = format!("no input tells what `{name}` is");
                let help = format!(
                    "it must be a dimension of an input by itself: `(image: [_, {name}, …])`"
                );
                let diagnostic = Diagnostic::new(Code::Unused, ident.span(), title).help(help);
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// `{SIZE}`: a size that rustc evaluates.
    pub(super) fn outer(&mut self, expr: &Expr, tokens: &TokenStream) -> Value {
        let text = tokens.to_string();
        if let Some(value) = self.env.get(&text).filter(|value| value.size().is_some()) {
            return value.clone();
        }
        if text.is_empty() {
            let title = "a constant of your crate belongs between the braces";
            return self.report(expr.id, at(Code::Syntax, expr.span, title).help("`{SIZE}`"));
        }
        let known = self.outers.iter().find(|outer| outer.tokens.to_string() == text);
        let name = match known {
            Some(outer) => outer.name.clone(),
            None => {
                let name = self.outer_name(&text);
                self.outers.push(Outer { name: name.clone(), tokens: tokens.clone() });
                self.graph.declare(Symbol::new(&name, Kind::Outer));
                self.env.define(name.clone(), Dim::from(Symbol::new(&name, Kind::Outer)).into());
                name
            }
        };
        Dim::from(Symbol::new(&name, Kind::Outer)).into()
    }

    /// A name for a constant: its own, or one made of what it is computed from.
    fn outer_name(&self, text: &str) -> String {
        let last = text.rsplit("::").next().unwrap_or(text).trim();
        let word: String =
            last.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let starts_well = word.starts_with(|c: char| c.is_ascii_alphabetic());
        let word = if starts_well { word } else { format!("SIZE_{word}") };
        let taken = |name: &String| self.graph.declared().lookup(name).is_some();
        let numbered = (1..).map(|i| format!("{word}_{i}"));
        let mut names = std::iter::once(word.clone()).chain(numbered);
        names.find(|name| !taken(name)).unwrap_or(word)
    }
}

/// Of these sizes the ones of which a rule holds.
pub(super) fn narrow(sizes: &Sizes, rule: &Rule) -> Option<Sizes> {
    match rule {
        Rule::Remainders(modulus, remainders) => sizes.and_every(*modulus, remainders),
        Rule::Between(from, to) => Some(sizes.and_between(*from, *to)),
        Rule::Not(n) => Some(sizes.and_not(*n)),
        Rule::Equal(_) => Some(sizes.clone()),
    }
}
