//! Names that are bound and never read. A walk over the syntax, so that it holds whatever else
//! is wrong with a model.

use crate::ast::{Arg, Body, Expr, ExprKind, File, Name, ParamKind, Pattern, Shape, Stmt};
use crate::diagnostic::{Code, Diagnostic};
use crate::suggest;

/// Reports every unused input, parameter and `let` of a file.
pub fn check(file: &File, diagnostics: &mut Vec<Diagnostic>) {
    for model in &file.models {
        let mut walk = Walk { names: Vec::new(), diagnostics };
        for input in &model.inputs {
            walk.names.push(Bound { name: &input.name, what: "input ", read: false });
        }
        walk.body(&model.body);
        walk.leave(0);
    }
    for block in &file.blocks {
        let mut walk = Walk { names: Vec::new(), diagnostics };
        for param in &block.params {
            walk.names.push(Bound { name: &param.name, what: "parameter ", read: false });
        }
        for param in &block.params {
            if let ParamKind::Tensor(Some(shape)) = &param.kind {
                walk.shape(shape);
            }
        }
        for shape in &block.outputs {
            walk.shape(shape);
        }
        walk.body(&block.body);
        walk.leave(0);
    }
}

struct Bound<'a> {
    name: &'a Name,
    what: &'static str,
    read: bool,
}

struct Walk<'a, 'd> {
    names: Vec<Bound<'a>>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'a> Walk<'a, '_> {
    /// Leaves a scope: what was bound since and not read is reported.
    fn leave(&mut self, entered: usize) {
        for Bound { name, what, read } in self.names.drain(entered..) {
            let text = name.ident.to_string();
            if !read && !text.starts_with('_') {
                let title = format!("{what}`{text}` is never used");
                let help = format!("use it, remove it, or call it `_{text}`");
                let diagnostic = Diagnostic::new(Code::Unused, name.ident.span(), title);
                self.diagnostics.push(diagnostic.help(help));
            }
        }
    }

    fn read(&mut self, name: &str) {
        let is_bound = self.names.iter().any(|bound| bound.name.ident == name);
        let name = if is_bound { name.to_owned() } else { self.meant(name) };
        if let Some(bound) = self.names.iter_mut().rev().find(|bound| bound.name.ident == name) {
            bound.read = true;
        }
    }

    /// As [`Self::read`], of a name that may be a layer's or a block's.
    fn read_layer(&mut self, name: &str) {
        if let Some(bound) = self.names.iter_mut().rev().find(|bound| bound.name.ident == name) {
            bound.read = true;
        }
    }

    /// The name that a misspelt one stands for: it counts as read.
    fn meant(&self, name: &str) -> String {
        let names: Vec<_> = self.names.iter().map(|bound| bound.name.ident.to_string()).collect();
        suggest::closest(name, names.iter().map(String::as_str)).unwrap_or_default().to_owned()
    }

    fn bind(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::Ignore => {}
            Pattern::Name(name) => self.names.push(Bound { name, what: "", read: false }),
            Pattern::Tuple(patterns, _) => patterns.iter().for_each(|pattern| self.bind(pattern)),
        }
    }

    fn body(&mut self, body: &'a Body) {
        let entered = self.names.len();
        for stmt in &body.stmts {
            match stmt {
                Stmt::Let { pattern, ascription, value } => {
                    if let Some(crate::ast::Ascription::Shape(shape)) = ascription {
                        self.shape(shape);
                    }
                    self.expr(value);
                    self.bind(pattern);
                }
                Stmt::Assign { value, .. } | Stmt::Expr(value) => self.expr(value),
                Stmt::For { pattern, iter, body } => {
                    self.expr(iter);
                    let entered = self.names.len();
                    self.bind(pattern);
                    self.body(body);
                    self.leave(entered);
                }
            }
        }
        if let Some(value) = &body.value {
            self.expr(value);
        }
        self.leave(entered);
    }

    fn shape(&mut self, shape: &'a Shape) {
        self.exprs(&shape.dims);
    }

    fn exprs(&mut self, exprs: &'a [Expr]) {
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    fn args(&mut self, args: &'a [Arg]) {
        args.iter().for_each(|arg| self.expr(&arg.value));
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Str(_) => {}
            ExprKind::Any | ExprKind::Outer(_) => {}
            // What could not be read may have read anything.
            ExprKind::Wrong => self.names.iter_mut().for_each(|bound| bound.read = true),
            ExprKind::Name(name) => self.read(&name.to_string()),
            ExprKind::Tuple(items) | ExprKind::Array(items) => self.exprs(items),
            ExprKind::Range(a, b, _) | ExprKind::Binary(a, _, b) | ExprKind::Index(a, b) => {
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Unary(_, value) | ExprKind::Cast(value, _) | ExprKind::Allow(_, value) => {
                self.expr(value);
            }
            ExprKind::Apply(_, args) => self.args(args),
            ExprKind::Call(name, args) => {
                self.read(&name.to_string());
                self.args(args);
            }
            ExprKind::Chain(receiver, methods) => {
                self.expr(receiver);
                for method in methods {
                    // `x.head()` reads a layer that a `let` holds.
                    self.read_layer(&method.name.to_string());
                    self.args(&method.args);
                }
            }
            ExprKind::If(condition, then, otherwise) => {
                self.expr(condition);
                self.body(then);
                otherwise.iter().for_each(|otherwise| self.expr(otherwise));
            }
            ExprKind::Block(body) => self.body(body),
        }
    }
}
