use formwork_ir::{Dim, NodeId, Shape};

use super::value::Value;
use super::{Elaborator, at};
use crate::ast::{self, ExprKind, Id};
use crate::diagnostic::Code;

impl<'a> Elaborator<'a> {
    /// The shape of a model's input: a batch, and a vector or an image. An image's batch may be
    /// a number; elsewhere a shape that begins with one is an image without its batch.
    pub(super) fn input_shape(&mut self, source: &'a ast::Shape) -> Option<Shape> {
        let dims = self.dims(source)?;
        let list = |dims: &[Dim]| dims.iter().map(Dim::to_string).collect::<Vec<_>>().join(", ");
        let written = list(&dims);
        let batch = dims.first() == Some(&Dim::Batch);
        let (title, help) = match (batch, dims.len()) {
            (true, 2 | 4 | 5) | (false, 4) => return Some(Shape::new(dims)),
            (true, 3) => (
                format!("`[{written}]` has no channels; a greyscale image is `[{written}, 1]`"),
                "shapes are [batch, height, width, channels]; a flat input is [batch, features]",
            ),
            (false, 3) => (
                format!("`[{written}]` has no batch dimension; write `[_, {written}]`"),
                "shapes are written whole, batch first; `_` is any batch size",
            ),
            (false, 2) => (
                format!(
                    "`[{written}]` has no batch and no channels; a greyscale image is \
                     `[_, {written}, 1]`"
                ),
                "shapes are [batch, height, width, channels]; a flat input is `[_, features]`",
            ),
            (false, 1) => (
                format!("`[{written}]` has no batch dimension; write `[_, {written}]`"),
                "shapes are written whole, batch first; `_` is any batch size",
            ),
            _ => (
                format!("`[{written}]` is no shape of an input"),
                "an image is `[_, height, width, channels]`, a vector `[_, features]`",
            ),
        };
        self.diagnostics.push(at(Code::Shape, source.span, title).help(help));
        None
    }

    /// A shape that something is declared to have.
    pub(super) fn declared(&mut self, source: &'a ast::Shape) -> Option<Shape> {
        self.dims(source).map(Shape::new)
    }

    fn dims(&mut self, source: &'a ast::Shape) -> Option<Vec<Dim>> {
        let dims = source.dims.iter().enumerate().map(|(axis, dim)| self.dim(axis, dim));
        // Every dimension is looked at, so that each is reported.
        dims.collect::<Vec<_>>().into_iter().collect()
    }

    fn dim(&mut self, axis: usize, dim: &'a ast::Expr) -> Option<Dim> {
        if let ExprKind::Name(name) = &dim.kind
            && self.env.get(&name.to_string()).is_none()
        {
            let title = format!("`{name}` has no value here");
            let help = "symbolic dimensions are not supported yet: write the size as a number";
            self.report(dim.id, at(Code::Unsupported, dim.span, title).help(help));
            return None;
        }
        let (title, help) = match self.expr(dim) {
            Value::Unknown => return None,
            Value::Any if axis == 0 => return Some(Dim::Batch),
            Value::Any => (
                "only the batch may be `_`".to_owned(),
                "write the size as a number: it is what is checked",
            ),
            Value::Int(n) if (1..=Dim::MAX as i64).contains(&n) => {
                return Some(Dim::Known(n as usize));
            }
            Value::Int(n) => (format!("{n} is no size"), "sizes are whole numbers from 1"),
            other => (format!("{} is no size", other.kind()), "sizes are whole numbers from 1"),
        };
        self.report(dim.id, at(Code::Shape, dim.span, title).help(help));
        None
    }

    /// Checks a shape that a `let` or a block says a tensor has.
    pub(super) fn assert_shape(&mut self, name: &str, shape: &'a ast::Shape, node: NodeId, id: Id) {
        let Some(declared) = self.declared(shape) else {
            return;
        };
        let found = self.graph.node(node).shape.clone();
        if declared != found {
            let title = format!("{name} is declared {declared} but is {found}");
            let diagnostic = at(Code::Declared, shape.span, title).notes(self.trace(node));
            self.report(id, diagnostic);
        }
    }

    /// Matches a tensor's shape with a block parameter's pattern, and binds its dimensions.
    pub(super) fn match_shape(
        &mut self,
        name: &str,
        pattern: &'a ast::Shape,
        node: NodeId,
        bound: &mut Vec<(String, usize)>,
    ) -> Result<(), String> {
        let shape = self.graph.node(node).shape.clone();
        if pattern.dims.len() != shape.rank() {
            let n = pattern.dims.len();
            return Err(format!("{name} must have {n} dimensions; it is {shape}"));
        }
        for (axis, (part, &dim)) in pattern.dims.iter().zip(shape.dims()).enumerate() {
            let what = shape.axis_name(axis);
            match (&part.kind, dim) {
                (ExprKind::Any, _) => {}
                (ExprKind::Name(symbol), Dim::Known(size)) => {
                    let symbol = symbol.to_string();
                    match bound.iter().find(|(other, _)| *other == symbol) {
                        None => bound.push((symbol, size)),
                        Some((_, other)) if *other == size => {}
                        Some((_, other)) => {
                            return Err(format!(
                                "{name} is {shape}: its {what} {size} is not `{symbol}`, which is {other}"
                            ));
                        }
                    }
                }
                (ExprKind::Int(n), Dim::Known(size)) if *n == size as i64 => {}
                (ExprKind::Int(n), dim) => {
                    return Err(format!("{name} is {shape}: its {what} must be {n}, not {dim}"));
                }
                (_, Dim::Batch) => {
                    return Err("the batch of a pattern is `_`".to_owned());
                }
                _ => {
                    return Err("a pattern is made of `_`, names and numbers".to_owned());
                }
            }
        }
        Ok(())
    }
}
