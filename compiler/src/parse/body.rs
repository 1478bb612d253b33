use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::token::Brace;
use syn::{Attribute, Expr, Ident, Token};

use super::{Context, expr, shape, skip};
use crate::ast::{self, Body, ExprKind, Name, Pattern, Stmt};
use crate::lint::Lint;

/// `{ … }`
pub(super) fn braced(cx: &mut Context, input: ParseStream) -> syn::Result<Body> {
    let content;
    let brace = syn::braced!(content in input);
    let span = (brace.span.open(), brace.span.close());
    let mut body = Body { stmts: Vec::new(), value: None, span };
    while !content.is_empty() {
        match step(cx, &content) {
            Ok(Step::Stmt(stmt)) => body.stmts.push(stmt),
            Ok(Step::Value(value)) => body.value = Some(Box::new(value)),
            Err(error) => {
                cx.syntax(error);
                skip(&content, |token| matches!(token, TokenTree::Punct(p) if p.as_char() == ';'));
                if content.is_empty() {
                    // The value itself could not be read.
                    body.value = Some(Box::new(wrong(cx, span)));
                }
            }
        }
    }
    if let (None, Some(Stmt::Expr(last))) = (&body.value, body.stmts.last())
        && matches!(last.kind, ExprKind::Wrong)
    {
        // Such as `return x;`, which was reported: what the body is worth is not known.
        body.value = Some(Box::new(wrong(cx, span)));
    }
    Ok(body)
}

enum Step {
    Stmt(Stmt),
    Value(ast::Expr),
}

/// A statement, perhaps with an `#[allow(…)]`, which holds of its value.
fn step(cx: &mut Context, input: ParseStream) -> syn::Result<Step> {
    match input.peek(Token![#]) {
        true => allowed_step(cx, input),
        false => bare_step(cx, input),
    }
}

fn allowed_step(cx: &mut Context, input: ParseStream) -> syn::Result<Step> {
    let attrs = input.call(Attribute::parse_outer)?;
    let lints = attrs.iter().map(allow).collect::<syn::Result<_>>()?;
    let mut step = bare_step(cx, input)?;
    let value = match &mut step {
        Step::Stmt(Stmt::Let { value, .. } | Stmt::Assign { value, .. } | Stmt::Expr(value))
        | Step::Value(value) => value,
        Step::Stmt(Stmt::For { .. }) => {
            let message = "an attribute belongs to a statement with a value";
            return Err(syn::Error::new_spanned(&attrs[0], message));
        }
    };
    let (id, span) = (value.id, value.span);
    let bare = ast::Expr { id, span, kind: ExprKind::Wrong };
    let bare = Box::new(std::mem::replace(value, bare));
    value.kind = ExprKind::Allow(lints, bare);
    Ok(step)
}

/// What an attribute allows; no other attribute is known.
fn allow(attr: &Attribute) -> syn::Result<Lint> {
    let name = attr.parse_args::<Ident>().ok().filter(|_| attr.path().is_ident("allow"));
    let lint = Lint::ALL.into_iter().find(|lint| name.as_ref().is_some_and(|n| n == lint.name()));
    lint.ok_or_else(|| {
        let known = Lint::ALL.map(|lint| format!("`#[allow({})]`", lint.name())).join(" and ");
        let message = format!("only {known} can stand before a statement of a model");
        syn::Error::new_spanned(attr, message)
    })
}

fn bare_step(cx: &mut Context, input: ParseStream) -> syn::Result<Step> {
    if input.peek(Token![let]) {
        input.parse::<Token![let]>()?;
        let pattern = pattern(input)?;
        let ascription = if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            Some(shape::ascription(cx, input)?)
        } else {
            None
        };
        input.parse::<Token![=]>()?;
        let value = value(cx, input)?;
        input.parse::<Token![;]>()?;
        return Ok(Step::Stmt(Stmt::Let { pattern, ascription, value }));
    }
    if input.peek(Token![for]) {
        input.parse::<Token![for]>()?;
        let pattern = pattern(input)?;
        input.parse::<Token![in]>()?;
        let iter = expr::expr(cx, &Expr::parse_without_eager_brace(input)?, 0);
        let body = braced(cx, input)?;
        return Ok(Step::Stmt(Stmt::For { pattern, iter, body }));
    }
    if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let value = value(cx, input)?;
        input.parse::<Token![;]>()?;
        return Ok(Step::Stmt(Stmt::Assign { name, value }));
    }
    let braced_value = input.peek(Token![if])
        || input.peek(Brace)
        || input.peek(Token![unsafe])
        || input.peek(Token![while])
        || input.peek(Token![loop])
        || input.peek(Token![match]);
    let value = value(cx, input)?;
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
        return Ok(Step::Stmt(Stmt::Expr(value)));
    }
    match (input.is_empty(), braced_value) {
        (true, _) => Ok(Step::Value(value)),
        (false, true) => Ok(Step::Stmt(Stmt::Expr(value))),
        (false, false) => Err(input.error("expected `;`")),
    }
}

/// An expression; `if` and blocks are read here, because what they hold is our syntax.
fn value(cx: &mut Context, input: ParseStream) -> syn::Result<ast::Expr> {
    if input.peek(Token![if]) {
        let keyword: Token![if] = input.parse()?;
        let condition = expr::expr(cx, &Expr::parse_without_eager_brace(input)?, 0);
        let then = braced(cx, input)?;
        let mut span = (keyword.span, then.span.1);
        let otherwise = if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
            if !input.peek(Token![if]) && !input.peek(Brace) {
                return Err(input.error("expected `{` or `if` after `else`"));
            }
            let otherwise = value(cx, input)?;
            span.1 = otherwise.span.1;
            Some(Box::new(otherwise))
        } else {
            None
        };
        let kind = ExprKind::If(Box::new(condition), then, otherwise);
        return Ok(ast::Expr { id: cx.id(), span, kind });
    }
    if input.peek(Brace) {
        let body = braced(cx, input)?;
        return Ok(ast::Expr { id: cx.id(), span: body.span, kind: ExprKind::Block(body) });
    }
    let parsed: Expr = input.parse()?;
    Ok(expr::expr(cx, &parsed, 0))
}

fn pattern(input: ParseStream) -> syn::Result<Pattern> {
    if input.peek(Token![_]) {
        input.parse::<Token![_]>()?;
        return Ok(Pattern::Ignore);
    }
    if input.peek(syn::token::Paren) {
        let content;
        let paren = syn::parenthesized!(content in input);
        let mut items = Vec::new();
        while !content.is_empty() {
            items.push(pattern(&content)?);
            if content.is_empty() {
                break;
            }
            content.parse::<Token![,]>()?;
        }
        return Ok(Pattern::Tuple(items, (paren.span.open(), paren.span.close())));
    }
    if !input.peek(Token![mut]) && !input.peek(Ident) {
        return Err(input.error("expected a name, `_` or a tuple of names"));
    }
    let mutable = input.parse::<Option<Token![mut]>>()?.is_some();
    Ok(Pattern::Name(Name { ident: input.parse()?, mutable }))
}

fn wrong(cx: &mut Context, span: ast::Place) -> ast::Expr {
    ast::Expr { id: cx.id(), span, kind: ExprKind::Wrong }
}
