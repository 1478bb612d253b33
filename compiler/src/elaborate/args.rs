use formwork_ir::{self as ir, Op, Spec};

use super::call::{CallSite, Given};
use super::value::Value;
use super::{Elaborator, at};
use crate::diagnostic::{Code, Diagnostic};
use crate::suggest;

impl Elaborator<'_> {
    /// Reads the arguments of a layer. Everything wrong with them is reported.
    pub(super) fn layer_args(
        &mut self,
        site: &CallSite,
        spec: &Spec,
        given: &[Given],
    ) -> Option<Op> {
        let mut values: Vec<Option<ir::Value>> = vec![None; spec.args.len()];
        let mut sources: Vec<Option<usize>> = vec![None; spec.args.len()];
        let mut complete = true;
        for (position, arg) in given.iter().enumerate() {
            let index = match arg.name {
                Some(name) => spec.args.iter().position(|a| *name == a.name),
                None => Some(position).filter(|&i| i < spec.args.len()),
            };
            let problem = match index {
                None => Some(no_argument(spec, arg)),
                Some(i) if sources[i].is_some() => {
                    let title = format!("`{}`: `{}` is given twice", spec.name, spec.args[i].name);
                    Some(at(Code::Argument, arg.place, title))
                }
                Some(i) => {
                    sources[i] = Some(position);
                    match arg.value.to_ir() {
                        Some(value) => {
                            values[i] = Some(value);
                            None
                        }
                        None if arg.value.is_unknown() => {
                            complete = false;
                            None
                        }
                        None => Some(wrong_kind(spec, i, arg, None)),
                    }
                }
            };
            if let Some(problem) = problem {
                self.report(arg.id, problem);
                complete = false;
            }
        }
        for (arg, source) in spec.args.iter().zip(&sources) {
            if arg.default.is_none() && source.is_none() && complete {
                let title = format!("`{}` needs `{}`: {}", spec.name, arg.name, arg.expects);
                let help = format!("`{}`", usage(spec));
                let diagnostic = Diagnostic::new(Code::Argument, site.name, title).help(help);
                self.report(site.id, diagnostic);
                complete = false;
            }
        }
        // What can be read is read, so that each wrong argument is reported.
        for (i, arg) in spec.args.iter().enumerate() {
            if let (Some(value), Some(source)) = (&values[i], sources[i])
                && let Err(hint) = (arg.check)(value)
            {
                let given = &given[source];
                self.report(given.id, wrong_kind(spec, i, given, hint));
                complete = false;
            }
        }
        if !complete {
            return None;
        }
        (spec.read)(&values).ok()
    }
}

fn no_argument(spec: &Spec, given: &Given) -> Diagnostic {
    let names: Vec<_> = spec.args.iter().map(|arg| arg.name).collect();
    let takes = match names.as_slice() {
        [] => "it takes none".to_owned(),
        names => format!("it takes {}", names.join(", ")),
    };
    let Some(name) = given.name else {
        let n = names.len();
        let title = match &given.value {
            Value::Tensor(_) => format!("`{}` takes one tensor", spec.name),
            _ => format!("`{}` takes no more than {n} arguments", spec.name),
        };
        return at(Code::Argument, given.place, title).help(takes);
    };
    let text = name.to_string();
    let close = suggest::argument(&text, &names);
    let title = format!("`{}` has no argument `{text}`", spec.name);
    let title = match close {
        Some(close) => format!("{title}; did you mean `{close}`?"),
        None => title,
    };
    let diagnostic = Diagnostic::new(Code::UnknownArgument, name.span(), title);
    match (close, text.as_str()) {
        (Some(_), _) => diagnostic,
        (None, "data_format") => {
            diagnostic.help("tensors are always (batch, height, width, channels)")
        }
        (None, "input_shape") => {
            diagnostic.help("the model's inputs say it: `struct Name(image: [_, 28, 28, 1])`")
        }
        (None, _) => diagnostic.help(takes),
    }
}

fn wrong_kind(spec: &Spec, arg: usize, given: &Given, hint: Option<String>) -> Diagnostic {
    let arg = &spec.args[arg];
    let found = match given.value.to_ir() {
        Some(value) => format!("`{value}`"),
        None => given.value.kind().to_owned(),
    };
    let title = format!("`{}`: `{}` takes {}, got {found}", spec.name, arg.name, arg.expects);
    let diagnostic = at(Code::Argument, given.place, title);
    match hint {
        Some(hint) => diagnostic.help(hint),
        None => diagnostic,
    }
}

/// A call as it is written: `x.conv2d(filters, kernel, …)`.
fn usage(spec: &Spec) -> String {
    let required = spec.args.iter().filter(|arg| arg.default.is_none()).map(|arg| arg.name);
    let mut args: Vec<_> = required.collect();
    if args.len() < spec.args.len() {
        args.push("…");
    }
    format!("x.{}({})", spec.name, args.join(", "))
}
