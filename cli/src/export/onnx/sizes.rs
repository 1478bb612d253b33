//! Sizes that are known when the network runs, as values of it.

use formwork_ir::Dim;
use syn::{BinOp, Expr, Lit};

use super::Lowering;
use super::builder::Attr;
use super::layout::Order;
use crate::export::Layout;

impl Lowering<'_> {
    /// Sizes as a vector of whole numbers.
    ///
    /// # Errors
    /// If one is no size of an input, nor made of those.
    pub fn sizes(&mut self, what: &str, sizes: &[Dim]) -> Result<String, String> {
        let scope = self.scope.clone();
        let known = |dim: &Dim| match dim {
            Dim::Known(n) => Some(*n),
            Dim::Symbolic(_) => None,
        };
        if let Some(numbers) = sizes.iter().map(known).collect::<Option<Vec<_>>>() {
            return Ok(self.b.ints(&scope, what, &numbers));
        }
        let parts = sizes.iter().map(|dim| self.size(dim)).collect::<Result<Vec<_>, _>>()?;
        match parts.as_slice() {
            [one] => Ok(one.clone()),
            parts => {
                let parts: Vec<_> = parts.iter().map(String::as_str).collect();
                Ok(self.b.node(&scope, "Concat", &parts, &[("axis", Attr::Int(0))]))
            }
        }
    }

    /// A size as a vector of one number.
    fn size(&mut self, dim: &Dim) -> Result<String, String> {
        let scope = self.scope.clone();
        if let Dim::Known(n) = dim {
            return Ok(self.b.ints(&scope, "size", &[*n]));
        }
        if let Some(symbol) = dim.symbol() {
            return self.symbol(symbol.name());
        }
        let expression =
            syn::parse_str(&dim.source()).map_err(|_| format!("`{dim}` is no size"))?;
        self.expression(&expression)
    }

    /// An expression of symbols as [`Dim::source`] writes it.
    fn expression(&mut self, expression: &Expr) -> Result<String, String> {
        let scope = self.scope.clone();
        let strange = || "a size is beyond what can be written".to_owned();
        match expression {
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(n) => {
                    let n: i64 = n.base10_parse().map_err(|_| strange())?;
                    Ok(self.b.ints(&scope, "size", &[n]))
                }
                _ => Err(strange()),
            },
            Expr::Path(path) => {
                let ident = path.path.get_ident().ok_or_else(strange)?.to_string();
                self.symbol(&ident)
            }
            Expr::Binary(binary) => {
                let op = match binary.op {
                    BinOp::Add(_) => "Add",
                    BinOp::Sub(_) => "Sub",
                    BinOp::Mul(_) => "Mul",
                    // Nothing is below 0 where it is divided.
                    BinOp::Div(_) => "Div",
                    _ => return Err(strange()),
                };
                let (left, right) =
                    (self.expression(&binary.left)?, self.expression(&binary.right)?);
                Ok(self.b.node(&scope, op, &[&left, &right], &[]))
            }
            _ => Err(strange()),
        }
    }

    /// The size of the input that a symbol is.
    fn symbol(&mut self, name: &str) -> Result<String, String> {
        if let Some(known) = self.symbols.get(name) {
            return Ok(known.clone());
        }
        let place = self.graph.inputs().find_map(|(_, input)| {
            let is = |dim: &Dim| dim.symbol().is_some_and(|symbol| symbol.name() == name);
            let axis = input.shape.dims().iter().position(is)?;
            let first = self.layout == Layout::Nchw && input.shape.rank() == 4;
            let axis = if first { Order::ChannelsFirst.axis(axis) } else { axis };
            Some((input.name.clone(), axis as i64))
        });
        let (input, axis) = place.ok_or_else(|| {
            format!("`{name}` is the size of no input: say it with `--at {name}=…`")
        })?;
        let range = [("start", Attr::Int(axis)), ("end", Attr::Int(axis + 1))];
        let size = self.b.node(&input, "Shape", &[&input], &range);
        self.symbols.insert(name.to_owned(), size.clone());
        Ok(size)
    }
}
