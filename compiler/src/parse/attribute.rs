//! The attributes of a model, and of a block, that are formwork's own.

use formwork_ir::Dim;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitInt, LitStr, Token};

use super::Context;
use super::item::place;
use crate::ast::{Budget, Model, Quantity, Twin, TwinKind, WeightsFile};
use crate::diagnostic::{Code, Diagnostic};

/// Takes formwork's own attributes out of those of a model.
pub(super) fn take(cx: &mut Context, model: &mut Model) {
    let attrs = std::mem::take(&mut model.attrs);
    for attr in attrs {
        let twin = TwinKind::ALL.into_iter().find(|kind| attr.path().is_ident(kind.name()));
        if let Some(kind) = twin {
            self::twin(cx, model, kind, &attr);
        } else if attr.path().is_ident("budget") {
            budget(cx, model, &attr);
        } else if attr.path().is_ident("weights") {
            weights(cx, model, &attr);
        } else if attr.path().is_ident(CHECKPOINT) {
            let title = "`checkpoint` belongs to a block";
            let help = "write it before the `fn` of each block that training may run again";
            unfit(cx, &attr, title, help);
        } else {
            model.attrs.push(attr);
        }
    }
}

/// `#[checkpoint]`
const CHECKPOINT: &str = "checkpoint";

/// Whether one of a block's attributes says so; but for documentation there is no other.
pub(super) fn checkpoint(cx: &mut Context, attrs: &[Attribute]) -> bool {
    for attr in attrs.iter().filter(|attr| !attr.path().is_ident("doc")) {
        if !attr.path().is_ident(CHECKPOINT) {
            let title = "a block has no such attribute";
            unfit(cx, attr, title, "there is `#[checkpoint]`: training keeps less of the block");
        } else if attr.meta.require_path_only().is_err() {
            unfit(cx, attr, "`checkpoint` takes no arguments", "`#[checkpoint]`");
        }
    }
    attrs.iter().any(|attr| attr.path().is_ident(CHECKPOINT))
}

fn unfit(cx: &mut Context, attr: &Attribute, title: &str, help: &str) {
    let span = place(attr);
    cx.report(Diagnostic::new(Code::Syntax, span.0, title).to(span.1).help(help));
}

/// `#[fold_batch_norm(Name)]`
fn twin(cx: &mut Context, model: &mut Model, kind: TwinKind, attr: &Attribute) {
    let (span, name) = (place(attr), kind.name());
    let report = |code, title: String| Diagnostic::new(code, span.0, title).to(span.1);
    let Ok(ident) = attr.parse_args::<Ident>() else {
        let title = format!("`{name}` takes the name of the model that it declares");
        cx.report(report(Code::Syntax, title).help(format!("`#[{name}(Other)]`")));
        return;
    };
    if model.twins.iter().any(|other| other.kind == kind) {
        let title = format!("`{name}` is declared twice");
        cx.report(report(Code::Duplicate, title).help("remove one of them"));
    }
    model.twins.push(Twin { kind, ident, span });
}

/// `#[weights("digits.safetensors")]`
fn weights(cx: &mut Context, model: &mut Model, attr: &Attribute) {
    let span = place(attr);
    let report = |code, title| Diagnostic::new(code, span.0, title).to(span.1);
    let Ok(path) = attr.parse_args::<LitStr>() else {
        let title = "`weights` takes the path of a file, from the folder of the crate's Cargo.toml";
        cx.report(report(Code::Syntax, title).help("`#[weights(\"digits.safetensors\")]`"));
        return;
    };
    let (path, span) = (path.value(), (path.span(), path.span()));
    if model.weights.replace(WeightsFile { path, span }).is_some() {
        let diagnostic = report(Code::Duplicate, "`weights` is declared twice");
        cx.report(diagnostic.help("a model's weights stand in one file: remove one of them"));
    }
}

/// `#[budget(params <= 5_000_000, macs <= 300_000_000 @ H 224 W 224)]`
fn budget(cx: &mut Context, model: &mut Model, attr: &Attribute) {
    let limits = attr.parse_args_with(Punctuated::<Budget, Token![,]>::parse_terminated);
    match limits {
        Ok(limits) if limits.is_empty() => {
            cx.syntax(syn::Error::new_spanned(attr, format!("a budget of what? {EXAMPLE}")));
        }
        Ok(limits) => model.budgets.extend(limits),
        Err(error) => cx.syntax(error),
    }
}

const EXAMPLE: &str = "`#[budget(params <= 5_000_000, activations <= 20_000_000 @ batch 8)]`";

impl syn::parse::Parse for Budget {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name: Ident = input.parse()?;
        let quantity = Quantity::ALL.into_iter().find(|quantity| name == quantity.name());
        let quantity = quantity.ok_or_else(|| {
            let message = format!("a budget is of `params`, `macs` or `activations`: {EXAMPLE}");
            syn::Error::new(name.span(), message)
        })?;
        if !input.peek(Token![<=]) {
            let message = format!("expected `<=` and the most that is allowed: {EXAMPLE}");
            return Err(input.error(message));
        }
        input.parse::<Token![<=]>()?;
        let limit: LitInt = input.parse()?;
        let mut last = limit.span();
        let limit = limit.base10_parse()?;
        let mut at = Vec::new();
        if input.peek(Token![@]) {
            input.parse::<Token![@]>()?;
            while !input.is_empty() && !input.peek(Token![,]) {
                let size: Ident = input.parse()?;
                let number: LitInt = input.parse()?;
                last = number.span();
                let within = |n: &usize| (1..=Dim::MAX).contains(n);
                let n = number.base10_parse().ok().filter(within);
                let wrong = || syn::Error::new(last, format!("no size is {number}"));
                at.push((size, n.ok_or_else(wrong)?));
            }
        }
        Ok(Budget { quantity, limit, at, span: (name.span(), last) })
    }
}
