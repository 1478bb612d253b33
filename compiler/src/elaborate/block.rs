use proc_macro2::Ident;

use super::call::{CallSite, Given};
use super::value::{Value, type_name};
use super::{Elaborator, at};
use crate::ast::{Block, Param, ParamKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::suggest;

impl<'a> Elaborator<'a> {
    /// Calls a block: its body runs anew, in a scope of its own.
    pub(super) fn call_block(
        &mut self,
        site: &CallSite,
        block: &'a Block,
        given: Vec<Given<'a>>,
    ) -> Value {
        if self.calls.len() >= Self::MOST_CALLS {
            let title = format!("block `{}` calls itself without end", block.ident);
            return self.report(site.id, Diagnostic::new(Code::Limit, site.name, title));
        }
        let Some(values) = self.block_args(site, block, given) else {
            return Value::Unknown;
        };
        let note = self.call_note(block, &values);
        let caller = std::mem::take(&mut self.env);
        let callable = self.bind_params(site, block, values);
        self.names.enter_block(&block.ident.to_string());
        if block.checkpoint {
            self.graph.add_checkpoint(&self.names.scope());
        }
        self.calls.push(note);
        let value = if callable { self.body(&block.body) } else { Value::Unknown };
        self.check_returned(block, &value);
        self.calls.pop();
        self.names.leave();
        self.env = caller;
        value
    }

    /// One value a parameter, in order; `None` where the arguments do not fit the parameters.
    fn block_args(
        &mut self,
        site: &CallSite,
        block: &'a Block,
        given: Vec<Given<'a>>,
    ) -> Option<Vec<Value>> {
        let params = &block.params;
        let mut slots: Vec<Option<Value>> = params.iter().map(|_| None).collect();
        let mut complete = true;
        for (position, given) in given.into_iter().enumerate() {
            let index = match given.name {
                Some(name) => params.iter().position(|param| param.name.ident == *name),
                None => Some(position),
            };
            let problem = match (index, index.and_then(|i| slots.get_mut(i))) {
                (Some(_), Some(slot)) if slot.is_none() => {
                    *slot = Some(given.value);
                    continue;
                }
                (Some(i), Some(_)) => {
                    let title =
                        format!("`{}`: `{}` is given twice", block.ident, params[i].name.ident);
                    at(Code::Argument, given.place, title)
                }
                _ => self.no_param(block, given.name, given.place),
            };
            self.report(given.id, problem);
            complete = false;
        }
        for (param, slot) in params.iter().zip(&mut slots) {
            if slot.is_some() {
                continue;
            }
            match &param.default {
                Some(default) => {
                    // A default sees none of the caller's variables.
                    let caller = std::mem::take(&mut self.env);
                    *slot = Some(self.expr(default));
                    self.env = caller;
                }
                None if complete => {
                    let name = &param.name.ident;
                    let title = format!("`{}` needs `{name}`", block.ident);
                    let help = format!("it is declared `{}`", signature(block));
                    let diagnostic = Diagnostic::new(Code::Argument, site.name, title).help(help);
                    self.report(site.id, diagnostic);
                    complete = false;
                }
                None => {}
            }
        }
        if complete { slots.into_iter().collect() } else { None }
    }

    fn no_param(
        &self,
        block: &Block,
        name: Option<&Ident>,
        place: crate::ast::Place,
    ) -> Diagnostic {
        let Some(name) = name else {
            let title = format!("`{}` takes {} arguments", block.ident, block.params.len());
            return at(Code::Argument, place, title)
                .help(format!("it is declared `{}`", signature(block)));
        };
        let title = format!("block `{}` has no parameter `{name}`", block.ident);
        let diagnostic = Diagnostic::new(Code::UnknownArgument, name.span(), title);
        let names: Vec<_> = block.params.iter().map(|p| p.name.ident.to_string()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        match suggest::argument(&name.to_string(), &names) {
            Some(close) => diagnostic.help(format!("did you mean `{close}`?")),
            None => diagnostic.help(format!("it is declared `{}`", signature(block))),
        }
    }

    /// Binds the parameters in the (new) environment; whether all of them fit.
    fn bind_params(&mut self, site: &CallSite, block: &'a Block, values: Vec<Value>) -> bool {
        let mut fits = true;
        for (param, value) in block.params.iter().zip(values) {
            let name = &param.name.ident;
            let problem = match (&param.kind, &value) {
                (_, Value::Unknown) => {
                    // A pattern's dimensions are unknown with the tensor.
                    fits &= !matches!(param.kind, ParamKind::Tensor(Some(_)));
                    None
                }
                (ParamKind::Tensor(Some(pattern)), Value::Tensor(node)) => {
                    let matched = self.match_shape(
                        site,
                        &format!("`{}`: `{name}`", block.ident),
                        pattern,
                        *node,
                    );
                    matched.err().map(|why| (why, self.trace(*node)))
                }
                (ParamKind::Tensor(Some(_)), other) => Some((
                    format!("`{}`: `{name}` is a tensor, got {}", block.ident, other.kind()),
                    None,
                )),
                (ParamKind::Value(ty), value) if !value.fits(ty) => {
                    let (block, ty) = (&block.ident, type_name(ty));
                    Some((format!("`{block}`: `{name}` takes {ty}, got {}", value.kind()), None))
                }
                _ => None,
            };
            if let Some((title, trace)) = problem {
                let mut diagnostic = Diagnostic::new(Code::Argument, site.name, title).to(site.end);
                diagnostic.notes.extend(trace);
                let help = format!("it is declared `{}`", signature(block));
                self.report(site.id, diagnostic.help(help));
                fits = false;
            }
            self.env.bind(&param.name, value);
        }
        fits && self.check_clauses(site, block)
    }

    fn check_returned(&mut self, block: &'a Block, value: &Value) {
        let place = super::last_step(&block.body);
        if block.outputs.is_empty() || value.is_unknown() {
            return;
        }
        let values = match value {
            Value::Tuple(values) => values.clone(),
            value => vec![value.clone()],
        };
        let id = block.body.value.as_ref().map_or(0, |value| value.id);
        if values.len() != block.outputs.len()
            || !values.iter().all(|v| matches!(v, Value::Tensor(_)))
        {
            let declared = super::tensors(block.outputs.len());
            let title = format!(
                "`{}` is declared to return {declared} but returns {}",
                block.ident,
                value.kind()
            );
            self.report(id, at(Code::Output, place, title));
            return;
        }
        let name = format!("the value of `{}`", block.ident);
        for (shape, value) in block.outputs.iter().zip(&values) {
            if let Value::Tensor(node) = value {
                self.assert_shape(&name, shape, *node, id);
            }
        }
    }

    /// How a note names this call: `` in `conv_bn(x: [_, 8, 8, 3], filters = 32)` ``.
    fn call_note(&self, block: &Block, values: &[Value]) -> String {
        let arg = |(param, value): (&Param, &Value)| {
            let name = &param.name.ident;
            match value {
                Value::Tensor(node) => format!("{name}: {}", self.graph.node(*node).shape),
                value => match value.to_ir() {
                    Some(value) => format!("{name} = {value}"),
                    None => name.to_string(),
                },
            }
        };
        let args: Vec<_> = block.params.iter().zip(values).map(arg).collect();
        format!("in `{}({})`", block.ident, args.join(", "))
    }
}

/// A block's head, without types: `conv_bn(x, filters, stride)`.
fn signature(block: &Block) -> String {
    let params = block.params.iter().map(|param| match param.default {
        Some(_) => format!("{} = …", param.name.ident),
        None => param.name.ident.to_string(),
    });
    format!("fn {}({})", block.ident, params.collect::<Vec<_>>().join(", "))
}
