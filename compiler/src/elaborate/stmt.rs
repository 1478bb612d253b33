use super::env::AssignError;
use super::value::{Value, type_name};
use super::{Elaborator, at};
use crate::ast::{self, Ascription, Body, Pattern, Stmt};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Site;
use crate::suggest;

impl<'a> Elaborator<'a> {
    /// Runs a body in a scope of its own.
    pub(super) fn body(&mut self, body: &'a Body) -> Value {
        let entered = self.env.enter();
        for stmt in &body.stmts {
            self.stmt(stmt);
        }
        let value = body.value.as_ref().map_or(Value::Unit, |value| self.expr(value));
        self.env.leave(entered);
        value
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Let { pattern, ascription, value } => {
                let first = self.graph.nodes().len();
                if let Some(Ascription::Shape(shape)) = ascription {
                    self.expect(value, shape);
                }
                let found = self.in_scope_of(pattern, value);
                self.expected = None;
                if let Some(ascription) = ascription {
                    self.ascribe(pattern, ascription, &found, value);
                }
                self.name_sites(pattern, &found, first);
                self.bind(pattern, found, value);
            }
            Stmt::Assign { name, value } => self.assign(name, value),
            Stmt::For { pattern, iter, body } => self.run_for(pattern, iter, body),
            Stmt::Expr(expr) => {
                let value = self.expr(expr);
                if !matches!(value, Value::Unit | Value::Unknown) {
                    let title = format!("this makes {} that nothing uses", value.kind());
                    let help = "name it with `let`, assign it, or end the body with it";
                    self.report(expr.id, at(Code::Unused, expr.span, title).help(help));
                }
            }
        }
    }

    /// Evaluates the value of a `let`; its name becomes part of its layers' names.
    fn in_scope_of(&mut self, pattern: &Pattern, value: &'a ast::Expr) -> Value {
        let Pattern::Name(name) = pattern else {
            return self.expr(value);
        };
        self.names.enter_binding(&name.ident.to_string());
        let found = self.expr(value);
        self.names.leave();
        found
    }

    fn assign(&mut self, name: &'a proc_macro2::Ident, value: &'a ast::Expr) {
        let text = name.to_string();
        let first = self.graph.nodes().len();
        self.names.enter_binding(&text);
        let found = self.expr(value);
        self.names.leave();
        self.name_site(name, &found, first);
        let diagnostic = match self.env.assign(&text, found) {
            Ok(()) => return,
            Err(AssignError::Immutable) => {
                let title = format!("`{text}` is not declared `mut`");
                let help =
                    format!("declare it so, `let mut {text} = …`, or bind it anew with `let`");
                Diagnostic::new(Code::Type, name.span(), title).help(help)
            }
            Err(AssignError::Unknown) => {
                let title = format!("no variable `{text}` to assign to");
                let diagnostic = Diagnostic::new(Code::UnknownName, name.span(), title);
                match suggest::closest(&text, self.env.names()) {
                    Some(close) => diagnostic.help(format!("did you mean `{close}`?")),
                    None => diagnostic.help(format!("declare it: `let mut {text} = …;`")),
                }
            }
        };
        self.report(value.id, diagnostic);
    }

    fn run_for(&mut self, pattern: &'a Pattern, iter: &'a ast::Expr, body: &'a Body) {
        let items = match self.expr(iter) {
            Value::Range(start, end) if end.saturating_sub(start) <= Self::MOST_STEPS as i64 => {
                (start..end).map(Value::Int).collect()
            }
            Value::Array(items) => items,
            Value::Unknown => return,
            Value::Span(..) => {
                let title = "how often this loop runs depends on a size";
                let help = "the layers of a model are decided while it is compiled: loop over a \
                            number";
                self.report(iter.id, at(Code::Type, iter.span, title).help(help));
                return;
            }
            Value::Range(..) => {
                let title = "this loop has more rounds than a network has layers";
                self.report(iter.id, at(Code::Limit, iter.span, title));
                return;
            }
            other => {
                let title = format!("`for` runs over a range or an array, not {}", other.kind());
                let help = "`for i in 0..3 { … }`, `for (filters, n) in [(64, 2), (128, 2)] { … }`";
                self.report(iter.id, at(Code::Type, iter.span, title).help(help));
                return;
            }
        };
        for item in items {
            if self.steps > Self::MOST_STEPS {
                return;
            }
            let entered = self.env.enter();
            self.bind(pattern, item, iter);
            if let Value::Tensor(_) = self.body(body) {
                let title = "a loop's body has no value: this tensor goes nowhere";
                let place = super::last_step(body);
                let help = "assign it to a variable that is declared `mut` before the loop";
                self.report(iter.id, at(Code::Unused, place, title).help(help));
            }
            self.env.leave(entered);
        }
    }

    /// Binds the names of a pattern to a value.
    pub(super) fn bind(&mut self, pattern: &Pattern, value: Value, from: &ast::Expr) {
        match pattern {
            Pattern::Ignore => {}
            Pattern::Name(name) => self.env.bind(name, value),
            Pattern::Tuple(patterns, place) => {
                let items = value.items().filter(|items| items.len() == patterns.len());
                let items = match (items, &value) {
                    (Some(items), _) => items.to_vec(),
                    (None, Value::Unknown) => vec![Value::Unknown; patterns.len()],
                    (None, _) => {
                        let found = match value.items() {
                            Some(items) => format!("{} of {}", value.kind(), items.len()),
                            None => value.kind().to_owned(),
                        };
                        let title = format!("expected {} values, found {found}", patterns.len());
                        self.report(from.id, at(Code::Type, *place, title));
                        vec![Value::Unknown; patterns.len()]
                    }
                };
                for (pattern, item) in patterns.iter().zip(items) {
                    self.bind(pattern, item, from);
                }
            }
        }
    }

    /// Checks what a `let` says of its value.
    fn ascribe(
        &mut self,
        pattern: &Pattern,
        ascription: &'a Ascription,
        found: &Value,
        from: &ast::Expr,
    ) {
        let name = match pattern {
            Pattern::Name(name) => format!("`{}`", name.ident),
            _ => "the value".to_owned(),
        };
        match (ascription, found) {
            (_, Value::Unknown) => {}
            (Ascription::Shape(shape), Value::Tensor(node)) => {
                self.assert_shape(&name, shape, *node, from.id);
            }
            (Ascription::Shape(shape), other) => {
                let title = format!("{name} is declared as a tensor but is {}", other.kind());
                self.report(from.id, at(Code::Type, shape.span, title));
            }
            (Ascription::Type(ty), value) if !value.fits(ty) => {
                let title =
                    format!("{name} is declared as {} but is {}", type_name(ty), value.kind());
                self.report(from.id, at(Code::Type, from.span, title));
            }
            (Ascription::Type(_), _) => {}
        }
    }

    /// Notes which nodes, new since `first`, the names of a pattern name.
    fn name_sites(&mut self, pattern: &Pattern, value: &Value, first: usize) {
        match (pattern, value) {
            (Pattern::Name(name), value) => self.name_site(&name.ident, value, first),
            (Pattern::Tuple(patterns, _), value) => {
                for (pattern, item) in patterns.iter().zip(value.items().unwrap_or_default()) {
                    self.name_sites(pattern, item, first);
                }
            }
            (Pattern::Ignore, _) => {}
        }
    }

    fn name_site(&mut self, name: &proc_macro2::Ident, value: &Value, first: usize) {
        if let Value::Tensor(node) = value
            && node.index() >= first
        {
            let site: &mut Site = &mut self.sites[node.index()];
            site.binding.get_or_insert_with(|| name.clone());
        }
    }
}
