//! Generic parameters, and what a `where` says of them.

use formwork_ir::Dim;
use syn::parse::ParseStream;
use syn::token::Bracket;
use syn::{BinOp, Expr, ExprLit, GenericParam, Ident, Lit, LitInt, RangeLimits, Token};

use super::item::place;
use super::{Context, expr};
use crate::ast::{Clause, Rule, Symbol, SymbolKind};

/// `<H, W, const CLASSES: usize = 21>`, if any.
pub(super) fn symbols(cx: &mut Context, input: ParseStream) -> syn::Result<Vec<Symbol>> {
    if !input.peek(Token![<]) {
        return Ok(Vec::new());
    }
    let generics: syn::Generics = input.parse()?;
    let mut symbols = Vec::new();
    for param in &generics.params {
        let (ident, kind) = match param {
            GenericParam::Type(param) => {
                if !param.bounds.is_empty() || param.default.is_some() {
                    let title =
                        format!("`{}` is a size: it has no bound and no default", param.ident);
                    let help =
                        "what holds of it is said in a `where`: `where H % 16 == 0, H >= 32`";
                    cx.unsupported(place(param), &title, help);
                }
                (&param.ident, SymbolKind::Runtime)
            }
            GenericParam::Const(param) => {
                if !is_usize(&param.ty) {
                    let help = format!("`const {}: usize`", param.ident);
                    cx.unsupported(place(&param.ty), "a size is a `usize`", &help);
                }
                let default = param.default.as_ref();
                let default = default.map(|(_, value)| default_size(cx, value)).transpose()?;
                (&param.ident, SymbolKind::Generic(default.flatten()))
            }
            param => {
                let help = "a size is `H`, known when the model runs, or `const C: usize`, known to \
                            rustc";
                cx.unsupported(place(param), "a model is generic over sizes only", help);
                continue;
            }
        };
        if ident.to_string().starts_with("r#") {
            let at = (ident.span(), ident.span());
            cx.unsupported(at, "a size is not named by a keyword", "another name");
        }
        symbols.push(Symbol { ident: ident.clone(), kind });
    }
    Ok(symbols)
}

fn default_size(cx: &mut Context, value: &Expr) -> syn::Result<Option<usize>> {
    if let Expr::Lit(ExprLit { lit: Lit::Int(n), .. }) = value {
        return Ok(Some(size(n)? as usize));
    }
    let help = "write it as a number: `const CLASSES: usize = 21`";
    cx.unsupported(place(value), "this default is not a number", help);
    Ok(None)
}

fn is_usize(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident("usize"))
}

/// `where H % 16 == 0, W >= 32`, if any.
pub(super) fn clauses(cx: &mut Context, input: ParseStream) -> syn::Result<Vec<Clause>> {
    let mut clauses = Vec::new();
    if !input.peek(Token![where]) {
        return Ok(clauses);
    }
    input.parse::<Token![where]>()?;
    while !input.peek(syn::token::Brace) {
        clauses.push(clause(cx, input)?);
        if input.peek(syn::token::Brace) {
            break;
        }
        if !input.peek(Token![,]) {
            let message = "expected `,` or the body: `where H % 16 == 0, W % 16 == 0 { … }`";
            return Err(input.error(message));
        }
        input.parse::<Token![,]>()?;
    }
    Ok(clauses)
}

fn clause(cx: &mut Context, input: ParseStream) -> syn::Result<Clause> {
    let Ok(name) = input.parse::<Ident>() else {
        return Err(
            input.error("expected what holds of a size, such as `H % 16 == 0` or `H >= 32`")
        );
    };
    let first = name.span();
    let (rule, last) = rule(cx, input, &name)?;
    Ok(Clause { name, rule, span: (first, last) })
}

fn rule(
    cx: &mut Context,
    input: ParseStream,
    name: &Ident,
) -> syn::Result<(Rule, proc_macro2::Span)> {
    /// No larger periods are looked at.
    const LARGEST: u64 = 1 << 16;
    /// Makes a rule of the number after a sign.
    type Bound = fn(u64) -> Rule;
    let bound: Option<Bound> = if input.peek(Token![>=]) {
        Some(|n| Rule::Between(n, None))
    } else if input.peek(Token![<=]) {
        Some(|n| Rule::Between(1, Some(n)))
    } else if input.peek(Token![>]) {
        Some(|n| Rule::Between(n.saturating_add(1), None))
    } else if input.peek(Token![<]) {
        Some(|n| Rule::Between(1, Some(n.saturating_sub(1))))
    } else if input.peek(Token![!=]) {
        Some(Rule::Not)
    } else {
        None
    };
    if let Some(bound) = bound {
        input.parse::<BinOp>()?;
        let (n, last) = number(input)?;
        return Ok((bound(n), last));
    }
    if input.peek(Token![%]) {
        input.parse::<Token![%]>()?;
        let modulus = number(input)?;
        if modulus.0 == 0 {
            return Err(syn::Error::new(modulus.1, "nothing is divided by 0"));
        }
        if modulus.0 > LARGEST {
            let message = format!("remainders are looked at of divisions by up to {LARGEST}");
            return Err(syn::Error::new(modulus.1, message));
        }
        let (remainders, last) = remainders(input)?;
        if let Some(n) = remainders.iter().find(|n| **n >= modulus.0) {
            let message = format!("no remainder of a division by {} is {n}", modulus.0);
            return Err(syn::Error::new(last, message));
        }
        return Ok((Rule::Remainders(modulus.0, remainders), last));
    }
    if input.peek(Token![in]) {
        input.parse::<Token![in]>()?;
        if input.peek(Bracket) {
            let message = format!(
                "expected a range, `{name} in 32..=64`; a list is of remainders, \
                 `{name} % 16 in [0, 8]`"
            );
            return Err(input.error(message));
        }
        let (from, to, last) = range(input)?;
        return Ok((Rule::Between(from, Some(to)), last));
    }
    if input.peek(Token![==]) {
        input.parse::<Token![==]>()?;
        let value = Expr::parse_without_eager_brace(input)?;
        let last = place(&value).1;
        if let Expr::Lit(ExprLit { lit: Lit::Int(n), .. }) = &value {
            let n = size(n)?;
            return Ok((Rule::Between(n, Some(n)), last));
        }
        return Ok((Rule::Equal(expr::expr(cx, &value, 0)), last));
    }
    let message = format!(
        "expected what holds of `{name}`, such as `{name} % 16 == 0`, `{name} >= 32` or \
         `{name} == 2 * W`"
    );
    Err(input.error(message))
}

fn number(input: ParseStream) -> syn::Result<(u64, proc_macro2::Span)> {
    let number: LitInt = input.parse()?;
    Ok((size(&number)?, number.span()))
}

/// A number that a size may be.
fn size(number: &LitInt) -> syn::Result<u64> {
    let size = number.base10_parse().ok().filter(|n| *n <= Dim::MAX as u64);
    let message = || format!("no size is as large as {number}: {} is the largest", Dim::MAX);
    size.ok_or_else(|| syn::Error::new(number.span(), message()))
}

/// `== 0`, `in [0, 4..=8]`, `in 0..4`
fn remainders(input: ParseStream) -> syn::Result<(Vec<u64>, proc_macro2::Span)> {
    /// No list of remainders is longer.
    const LONGEST: u64 = 1 << 16;
    if input.peek(Token![==]) {
        input.parse::<Token![==]>()?;
        let (one, last) = number(input)?;
        return Ok((vec![one], last));
    }
    input.parse::<Token![in]>()?;
    if !input.peek(Bracket) {
        let (from, to, last) = range(input)?;
        return Ok(((from..=to.min(from.saturating_add(LONGEST))).collect(), last));
    }
    let content;
    let bracket = syn::bracketed!(content in input);
    let mut list = Vec::new();
    while !content.is_empty() {
        if content.peek2(Token![..]) {
            let (from, to, _) = range(&content)?;
            list.extend(from..=to.min(from.saturating_add(LONGEST)));
        } else {
            list.push(number(&content)?.0);
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok((list, bracket.span.close()))
}

/// `32..64` or `32..=64`: the first and the last.
fn range(input: ParseStream) -> syn::Result<(u64, u64, proc_macro2::Span)> {
    let (from, first) = number(input)?;
    let limits: RangeLimits = input.parse()?;
    let (end, last) = number(input)?;
    let to = match limits {
        RangeLimits::HalfOpen(_) => end.checked_sub(1),
        RangeLimits::Closed(_) => Some(end),
    };
    match to.filter(|to| *to >= from) {
        Some(to) => Ok((from, to, last)),
        None => Err(syn::Error::new(first, "this range is empty")),
    }
}
