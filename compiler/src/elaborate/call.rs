use formwork_ir::{self as ir, At, Group, NodeId, Op, Spec, find};
use proc_macro2::{Ident, Span};

use super::value::{Applies, Value};
use super::{Elaborator, at};
use crate::ast::{Arg, Expr, Id, Place};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Site;
use crate::suggest;

/// The tensor before the dot of a method call, and the expression it comes from, if one.
pub(super) struct Receiver<'a> {
    pub(super) value: Value,
    pub(super) from: Option<&'a Expr>,
}

/// Where a call stands.
#[derive(Clone, Copy)]
pub(super) struct CallSite {
    pub(super) id: Id,
    /// The name that is called.
    pub(super) name: Span,
    /// The closing parenthesis.
    pub(super) end: Span,
}

/// An evaluated argument.
pub(super) struct Given<'a> {
    pub(super) id: Id,
    pub(super) name: Option<&'a Ident>,
    pub(super) value: Value,
    pub(super) place: Place,
    /// The expression, unless it is the receiver of a chain's later call.
    pub(super) from: Option<&'a Expr>,
}

/// What a layer is called, where that is not left to the counter of its kind.
#[derive(Default)]
pub(super) struct Named<'a> {
    pub(super) name: Option<String>,
    /// The layer whose weights it shares.
    pub(super) weights: Option<&'a str>,
}

impl<'a> Elaborator<'a> {
    /// Calls whatever has that name: a block, a layer, a method of a value, a keyword.
    pub(super) fn call(
        &mut self,
        id: Id,
        name: &'a Ident,
        end: Span,
        receiver: Option<Receiver<'a>>,
        args: &'a [Arg],
    ) -> Value {
        let site = CallSite { id, name: name.span(), end };
        let text = name.to_string();
        let is_method = receiver.is_some();
        let mut given = self.given(receiver.map(|receiver| (receiver, site.name)), args);
        if let Some(Value::Layer(layer)) = self.env.get(&text) {
            let layer = layer.clone();
            return self.apply_again(&site, name, &layer, given);
        }
        if let Some(block) = self.blocks.get(text.as_str()).copied() {
            return self.call_block(&site, block, given);
        }
        let on_value = is_method
            && !matches!(given[0].value, Value::Tensor(_) | Value::Unknown)
            && !holds_tensor(&given[0].value);
        if on_value {
            let arguments = given[1..].iter().map(|given| given.value.clone()).collect();
            return self.value_method(&site, &text, given.swap_remove(0).value, arguments);
        }
        let tensors = given.iter().any(|g| holds_tensor(&g.value) || g.value == Value::Unknown);
        match find(&text) {
            Some(spec) if spec.group == Group::Activation && !tensors => word(text, given),
            Some(spec) => self.call_layer(&site, spec, given),
            None if !tensors && ir::Initializer::names().any(|init| init == text) => {
                word(text, given)
            }
            None => self.unknown_layer(&site, &text, &given),
        }
    }

    /// The evaluated arguments of a call; the receiver of a method is the first.
    pub(super) fn given(
        &mut self,
        receiver: Option<(Receiver<'a>, Span)>,
        args: &'a [Arg],
    ) -> Vec<Given<'a>> {
        let mut given = Vec::new();
        if let Some((Receiver { value, from }, method)) = receiver {
            let place = from.map_or((method, method), |from| from.span);
            given.push(Given {
                id: from.map_or(0, |from| from.id),
                name: None,
                value,
                place,
                from,
            });
        }
        for arg in args {
            let value = self.expr(&arg.value);
            let Expr { id, span, .. } = arg.value;
            let (name, from) = (arg.name.as_ref(), Some(&arg.value));
            given.push(Given { id, name, value, place: span, from });
        }
        given
    }

    fn unknown_layer(&mut self, site: &CallSite, text: &str, given: &[Given]) -> Value {
        let alias = |spec: &&Spec| spec.aliases.contains(&text);
        let layers = ir::TABLE.iter().map(|spec| spec.name);
        let blocks: Vec<_> = self.blocks.keys().map(String::as_str).collect();
        let known = ir::TABLE.iter().find(alias).map(|spec| spec.name);
        let close = known.or_else(|| suggest::closest(text, layers.chain(blocks)));
        let called_tensor = given.is_empty() && self.env.get(text).is_some();
        let title = match called_tensor {
            true => format!("`{text}` is a value, not a layer or a block"),
            false => format!("no layer `{text}`"),
        };
        let title = match (&close, called_tensor) {
            (Some(close), false) => format!("{title}; did you mean `{close}`?"),
            _ => title,
        };
        let diagnostic = Diagnostic::new(Code::UnknownLayer, site.name, title);
        self.report(
            site.id,
            match close {
                Some(_) => diagnostic,
                None => diagnostic.help(
                    "`formwork layers` lists the layers; a block is declared `fn name(x) { … }`",
                ),
            },
        )
    }

    fn call_layer(&mut self, site: &CallSite, spec: &'static Spec, given: Vec<Given<'a>>) -> Value {
        let (fewest, most) = spec.inputs.range();
        let mut inputs: Vec<(Value, Option<&'a Expr>, Place)> = Vec::new();
        let mut rest = Vec::new();
        for given in given {
            let leading = rest.is_empty() && given.name.is_none();
            match given.value {
                Value::Tensor(_) if leading => inputs.push((given.value, given.from, given.place)),
                Value::Unknown if leading && inputs.len() < most => {
                    inputs.push((given.value, given.from, given.place));
                }
                // `concat([a, b])`, as Keras writes it.
                Value::Array(items) | Value::Tuple(items)
                    if leading && items.iter().any(holds_tensor) =>
                {
                    inputs.extend(items.into_iter().map(|item| (item, None, given.place)));
                }
                _ => rest.push(given),
            }
        }
        if inputs.len() > most {
            return self.report(site.id, wrong_count(site, spec, inputs.len()));
        }
        let unapplied = inputs.is_empty() && spec.inputs == ir::Inputs::One;
        let name = self.layer_name(spec, &mut rest);
        let places: Vec<_> = rest.iter().map(|given| (given.name, given.place)).collect();
        let op = self.layer_args(site, spec, &rest);
        if inputs.iter().any(|(value, ..)| value.is_unknown()) {
            return Value::Unknown;
        }
        if let (true, Some(op), Some(name)) = (unapplied, &op, &name) {
            return self.reusable(name.clone(), Applies::Layer(op.clone()));
        }
        if inputs.len() < fewest {
            let diagnostic = wrong_count(site, spec, inputs.len());
            return self.report(site.id, diagnostic);
        }
        let (Some(op), Some(name)) = (op, name) else {
            return Value::Unknown;
        };
        let mut nodes = Vec::new();
        let mut called = Vec::new();
        for (value, from, place) in &inputs {
            let Value::Tensor(node) = value else {
                let title = format!("`{}` takes tensors, got {}", spec.name, value.kind());
                return self.report(site.id, at(Code::Type, *place, title));
            };
            nodes.push(*node);
            called.push(self.called(*node, *from));
        }
        // An argument is pointed at where it is given; so is an input of a call like `add(a, b)`.
        let place = |part: At| match part {
            At::Arg(arg) => {
                let index = spec.args.iter().position(|a| a.name == arg);
                places.iter().enumerate().find_map(|(i, (name, place))| match name {
                    Some(name) if *name == arg => Some(*place),
                    None if Some(i) == index => Some(*place),
                    _ => None,
                })
            }
            At::Input(i) if i > 0 => inputs.get(i).map(|(_, _, place)| *place),
            _ => None,
        };
        self.add_layer(site, op, &nodes, &called, Named { name, weights: None }, &place)
    }

    /// Takes `name = "…"` out of the arguments. `None` where it was reported; `Some(None)` where
    /// no name is given.
    fn layer_name(&mut self, spec: &Spec, rest: &mut Vec<Given<'a>>) -> Option<Option<String>> {
        let own = spec.args.iter().any(|arg| arg.name == "name");
        let position = rest.iter().position(|g| g.name.is_some_and(|name| name == "name"));
        let Some(position) = position.filter(|_| !own) else {
            return Some(None);
        };
        let given = rest.remove(position);
        let problem = match &given.value {
            Value::Unknown => return None,
            Value::Str(name) if is_name(name) => match self.names.given(name) {
                Some(full) => return Some(Some(full)),
                None => {
                    let title = format!("two layers are named `{name}`");
                    at(Code::Duplicate, given.place, title)
                        .help("names are unique within a `let` or a block's call")
                }
            },
            _ => at(Code::Argument, given.place, "a layer's name is a string")
                .help("letters, digits, `_`, `-` and `/`: `name = \"stem\"`"),
        };
        self.report(given.id, problem);
        None
    }

    /// Adds a layer, and the activation it carries, to the graph.
    pub(super) fn add_layer(
        &mut self,
        site: &CallSite,
        op: Op,
        inputs: &[NodeId],
        called: &[String],
        named: Named,
        place: &dyn Fn(At) -> Option<Place>,
    ) -> Value {
        let layer = op.spec().name;
        let names: Vec<_> = called.iter().map(String::as_str).collect();
        let shapes: Vec<_> = inputs.iter().map(|&id| self.graph.node(id).shape.clone()).collect();
        let operands = names.iter().zip(&shapes).map(|(name, shape)| ir::Operand { name, shape });
        let operands: Vec<_> = operands.collect();
        let call = ir::Call::new(layer, &operands, self.graph.domain());
        if let Some(parts) = op.parts(&call) {
            let needs = call.into_needs();
            let settled = parts.and_then(|parts| {
                let mut needs = needs.into_iter();
                needs.try_for_each(|need| self.graph.require(layer, need)).map(|()| parts)
            });
            let parts = match settled {
                Ok(parts) => parts,
                Err(fault) => return self.fault(site, fault, inputs, place),
            };
            self.notice_mismatch(|fault| {
                (place(fault.at).unwrap_or((site.name, site.name)), inputs)
            });
            let add = |part| self.add_layer(site, part, inputs, called, Named::default(), place);
            return Value::Tuple(parts.into_iter().map(add).collect());
        }
        let activation = op.activation().cloned();
        let full = named.name.unwrap_or_else(|| self.names.layer(layer));
        let asserted = self.asserted(site);
        let (asserted, weights, called) = (asserted.as_ref(), named.weights, &names);
        let application = ir::Application { name: &full, op, inputs, called, asserted, weights };
        let node = match self.graph.apply(application) {
            Ok(node) => node,
            Err(fault) => return self.fault(site, fault, inputs, place),
        };
        self.add_site(site);
        self.notice_mismatch(|fault| (place(fault.at).unwrap_or((site.name, site.name)), inputs));
        match activation {
            None => Value::Tensor(node),
            Some(activation) => {
                let called = [format!("the output of `{layer}`")];
                self.add_layer(site, activation, &[node], &called, Named::default(), &|_| None)
            }
        }
    }

    /// Says where the node made last comes from.
    pub(super) fn add_site(&mut self, site: &CallSite) {
        let CallSite { id, name: call, .. } = *site;
        self.sites.push(Site { id, call, binding: None, allowed: self.allowed.clone() });
    }

    /// The shape that the call at this site is said to make.
    pub(super) fn asserted(&self, site: &CallSite) -> Option<ir::Shape> {
        let expected = self.expected.as_ref().filter(|(id, _)| *id == site.id);
        expected.map(|(_, shape)| shape.clone())
    }

    fn fault(
        &mut self,
        site: &CallSite,
        fault: ir::Fault,
        inputs: &[NodeId],
        place: &dyn Fn(At) -> Option<Place>,
    ) -> Value {
        let place = place(fault.at).unwrap_or((site.name, site.name));
        let code = if matches!(fault.at, At::Arg(_)) { Code::Argument } else { Code::Shape };
        let mut diagnostic = at(code, place, fault.title);
        for &input in inputs {
            diagnostic = diagnostic.notes(self.trace(input));
        }
        diagnostic.notes.dedup();
        let declared = self.bounds(inputs);
        if !declared.is_empty() {
            diagnostic = diagnostic.note(format!("declared: `where {}`", declared.join(", ")));
        }
        diagnostic.help = fault.help;
        if fault.undecided {
            let help = "name its value with the shape that you expect, `let y: [_, …] = …;`: this is \
                        then checked when the model runs";
            diagnostic.help = Some(help.to_owned());
        }
        self.report(site.id, diagnostic)
    }
}

fn holds_tensor(value: &Value) -> bool {
    match value {
        Value::Tensor(_) => true,
        value => value.items().is_some_and(|items| items.iter().any(holds_tensor)),
    }
}

/// A keyword value with arguments: `constant(0.1)`, `leaky_relu(0.1)`.
fn word(name: String, given: Vec<Given>) -> Value {
    let arg = |given: Given| {
        let value = given.value.to_ir()?;
        Some((given.name.map(Ident::to_string), value))
    };
    match given.into_iter().map(arg).collect() {
        Some(args) => Value::Word(name, args),
        None => Value::Unknown,
    }
}

fn wrong_count(site: &CallSite, spec: &Spec, found: usize) -> Diagnostic {
    let name = spec.name;
    let (needs, help) = match spec.inputs {
        ir::Inputs::One if found == 0 => ("a tensor", format!("apply it to one: `x.{name}(…)`")),
        ir::Inputs::One => ("one tensor", "`concat` or `add` makes one of several".to_owned()),
        ir::Inputs::Two => ("two tensors", format!("`{name}(a, b)`")),
        ir::Inputs::Many => (
            "two to twelve tensors",
            format!("`{name}(a, b)`; more than twelve take several steps"),
        ),
    };
    let title = format!("`{name}` needs {needs}, got {found}");
    Diagnostic::new(Code::Argument, site.name, title).help(help)
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/');
    !text.is_empty() && text.chars().all(allowed)
}
