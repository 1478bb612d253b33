use formwork_ir::{Condition, Dim, Fault, Kind, Need, NodeId, Shape};

use super::call::CallSite;
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
        let any = dims.first() == Some(&Dim::batch());
        let late = |dim: &Dim| dim.symbols().iter().any(|symbol| symbol.kind() == Kind::Runtime);
        // `[N, 784]` is a vector with a named batch, `[H, W]` an image without one.
        let named = dims.len() == 2 && late(&dims[0]) && !late(&dims[1]);
        let batch = any || named;
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
            let help = format!(
                "declare it with the model, `struct {}<{name}>(…)`, to be any size; a constant of \
                 your crate is written `{{{name}}}`",
                self.graph.name()
            );
            self.report(dim.id, at(Code::UnknownName, dim.span, title).help(help));
            // Once is enough.
            self.env.define(name.to_string(), Value::Unknown);
            return None;
        }
        let (title, help) = match self.expr(dim) {
            Value::Unknown => return None,
            Value::Any if axis == 0 => return Some(Dim::batch()),
            Value::Any => (
                "only the batch may be `_`".to_owned(),
                "write the size as a number, or as a symbol that the model declares: it is what \
                 is checked",
            ),
            Value::Int(n) if (1..=Dim::MAX as i64).contains(&n) => return Some(Dim::Known(n)),
            Value::Size(size) => return Some(size),
            Value::Int(n) => (format!("{n} is no size"), "sizes are whole numbers from 1"),
            other => (format!("{} is no size", other.kind()), "sizes are whole numbers from 1"),
        };
        self.report(dim.id, at(Code::Shape, dim.span, title).help(help));
        None
    }

    /// Notes what shape the value of a `let` is said to have: the layer that makes it takes this
    /// for its shape where its own cannot be decided.
    pub(super) fn expect(&mut self, value: &ast::Expr, shape: &'a ast::Shape) {
        let value = match &value.kind {
            ExprKind::Allow(_, value) => value,
            _ => value,
        };
        let id = match &value.kind {
            ExprKind::Chain(_, methods) => methods.last().map_or(value.id, |method| method.id),
            _ => value.id,
        };
        self.expected = self.declared(shape).map(|shape| (id, shape));
    }

    /// Checks a shape that a `let` or a block says a tensor has.
    pub(super) fn assert_shape(&mut self, name: &str, shape: &'a ast::Shape, node: NodeId, id: Id) {
        let Some(declared) = self.declared(shape) else {
            return;
        };
        let found = self.graph.node(node).shape.clone();
        let title = format!("{name} is declared {declared} but is {found}");
        if let Err(fault) = self.require_shape(&declared, node, title, shape.span) {
            let diagnostic = at(Code::Declared, shape.span, fault.title).notes(self.trace(node));
            self.report(id, diagnostic);
        }
    }

    /// Demands that a node has a shape, for all sizes.
    pub(super) fn require_shape(
        &mut self,
        declared: &Shape,
        node: NodeId,
        title: String,
        place: ast::Place,
    ) -> Result<(), Fault> {
        let found = self.graph.node(node).shape.clone();
        let fault = Fault::call(title);
        if declared.rank() != found.rank() {
            return Err(fault);
        }
        for (declared, found) in declared.dims().iter().zip(found.dims()) {
            let condition = Condition::equal(declared, found);
            self.require(condition, fault.clone(), place, node)?;
        }
        Ok(())
    }

    /// Demands a condition, for all sizes.
    pub(super) fn require(
        &mut self,
        condition: Condition,
        fault: Fault,
        place: ast::Place,
        node: NodeId,
    ) -> Result<(), Fault> {
        let name = self.graph.node(node).name.clone();
        self.graph.require(&name, Need { condition, fault, training: false })?;
        let nodes = [node];
        self.notice_mismatch(|_| (place, &nodes));
        Ok(())
    }

    /// Matches a tensor's shape with a block parameter's pattern, and binds its dimensions.
    pub(super) fn match_shape(
        &mut self,
        site: &CallSite,
        name: &str,
        pattern: &'a ast::Shape,
        node: NodeId,
    ) -> Result<(), String> {
        let shape = self.graph.node(node).shape.clone();
        if pattern.dims.len() != shape.rank() {
            let n = pattern.dims.len();
            return Err(format!("{name} must have {n} dimensions; it is {shape}"));
        }
        for (axis, (part, dim)) in pattern.dims.iter().zip(shape.dims()).enumerate() {
            let what = shape.axis_name(axis);
            let wanted = match &part.kind {
                ExprKind::Any => continue,
                ExprKind::Name(symbol) if self.env.get(&symbol.to_string()).is_none() => {
                    self.env.define(symbol.to_string(), Value::from(dim.clone()));
                    continue;
                }
                _ => self.expr(part),
            };
            let Some(wanted) = wanted.size() else {
                return match wanted {
                    Value::Unknown => Ok(()),
                    _ => Err("a pattern is made of `_`, sizes and names for them".to_owned()),
                };
            };
            let title = match &part.kind {
                ExprKind::Name(symbol) => format!(
                    "{name} is {shape}: its {what} must be {wanted}, the block's `{symbol}`, not {dim}"
                ),
                _ => format!("{name} is {shape}: its {what} must be {wanted}, not {dim}"),
            };
            let condition = Condition::equal(dim, &wanted);
            self.require(condition, Fault::call(title), (site.name, site.end), node)
                .map_err(|fault| fault.title)?;
        }
        Ok(())
    }
}
