//! Generic parameters, and what a `where` says of them.

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
        let help = "a size is `H`, known when the model runs, or `const C: usize`, known to rustc";
        match param {
            GenericParam::Type(param) if param.bounds.is_empty() && param.default.is_none() => {
                let ident = param.ident.clone();
                symbols.push(Symbol { ident, kind: SymbolKind::Runtime });
            }
            GenericParam::Const(param) if is_usize(&param.ty) => {
                let default = match &param.default {
                    None => None,
                    Some((_, Expr::Lit(ExprLit { lit: Lit::Int(n), .. }))) => {
                        Some(n.base10_parse()?)
                    }
                    Some((_, other)) => {
                        let help = "write it as a number: `const CLASSES: usize = 21`";
                        cx.unsupported(place(other), "this default is not a number", help);
                        None
                    }
                };
                let ident = param.ident.clone();
                symbols.push(Symbol { ident, kind: SymbolKind::Generic(default) });
            }
            param => {
                cx.unsupported(place(param), "a model is generic over sizes only", help);
                // It is a size for what follows, so that nothing more is said of it.
                let (ident, kind) = match param {
                    GenericParam::Type(param) => (&param.ident, SymbolKind::Runtime),
                    GenericParam::Const(param) => (&param.ident, SymbolKind::Generic(None)),
                    GenericParam::Lifetime(_) => continue,
                };
                symbols.push(Symbol { ident: ident.clone(), kind });
            }
        }
    }
    for symbol in &symbols {
        if symbol.ident.to_string().starts_with("r#") {
            let span = symbol.ident.span();
            cx.unsupported((span, span), "a size is not named by a keyword", "another name");
        }
    }
    Ok(symbols)
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
        if !input.peek(Token![,]) {
            break;
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
    let (rule, last) = rule(cx, input)?;
    Ok(Clause { name, rule, span: (first, last) })
}

fn rule(cx: &mut Context, input: ParseStream) -> syn::Result<(Rule, proc_macro2::Span)> {
    /// Makes a rule of the number after a sign.
    type Bound = fn(u64) -> Rule;
    let next = input.lookahead1();
    let bound: Option<Bound> = if next.peek(Token![>=]) {
        Some(|n| Rule::Between(n, None))
    } else if next.peek(Token![<=]) {
        Some(|n| Rule::Between(1, Some(n)))
    } else if next.peek(Token![>]) {
        Some(|n| Rule::Between(n.saturating_add(1), None))
    } else if next.peek(Token![<]) {
        Some(|n| Rule::Between(1, Some(n.saturating_sub(1))))
    } else if next.peek(Token![!=]) {
        Some(Rule::Not)
    } else {
        None
    };
    if let Some(bound) = bound {
        input.parse::<BinOp>()?;
        let (n, last) = number(input)?;
        return Ok((bound(n), last));
    }
    if next.peek(Token![%]) {
        input.parse::<Token![%]>()?;
        let modulus = number(input)?;
        if modulus.0 == 0 {
            return Err(syn::Error::new(modulus.1, "nothing is divided by 0"));
        }
        let (remainders, last) = remainders(input)?;
        if let Some(n) = remainders.iter().find(|n| **n >= modulus.0) {
            let message = format!("no remainder of a division by {} is {n}", modulus.0);
            return Err(syn::Error::new(last, message));
        }
        return Ok((Rule::Remainders(modulus.0, remainders), last));
    }
    if next.peek(Token![in]) {
        input.parse::<Token![in]>()?;
        let (from, to, last) = range(input)?;
        return Ok((Rule::Between(from, Some(to)), last));
    }
    if next.peek(Token![==]) {
        input.parse::<Token![==]>()?;
        let value = Expr::parse_without_eager_brace(input)?;
        let last = place(&value).1;
        if let Expr::Lit(ExprLit { lit: Lit::Int(n), .. }) = &value {
            let n = n.base10_parse()?;
            return Ok((Rule::Between(n, Some(n)), last));
        }
        return Ok((Rule::Equal(expr::expr(cx, &value, 0)), last));
    }
    Err(next.error())
}

fn number(input: ParseStream) -> syn::Result<(u64, proc_macro2::Span)> {
    let number: LitInt = input.parse()?;
    Ok((number.base10_parse()?, number.span()))
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
