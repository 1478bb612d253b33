use proc_macro2::TokenTree;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Token, Visibility};

use super::{Context, attribute, body, expr, shape, skip, symbol};
use crate::ast::{Block, File, Input, Model, Name, Param, ParamKind, Range, Shape};
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn file(cx: &mut Context, input: ParseStream) -> File {
    let mut file = File::default();
    while !input.is_empty() {
        if let Err(error) = item(cx, input, &mut file) {
            cx.syntax(error);
            // An item ends with its body.
            skip(
                input,
                |token| matches!(token, TokenTree::Group(g) if g.delimiter() == proc_macro2::Delimiter::Brace),
            );
        }
    }
    file
}

fn item(cx: &mut Context, input: ParseStream, file: &mut File) -> syn::Result<()> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis: Visibility = input.parse()?;
    let next = input.lookahead1();
    if next.peek(Token![struct]) {
        file.models.push(model(cx, input, attrs, vis)?);
    } else if next.peek(Token![fn]) {
        file.blocks.push(block(cx, input, &attrs)?);
    } else {
        return Err(input.error(
            "expected a model `struct Name(image: [_, 28, 28, 1]) -> [_, 10] { … }` or a block \
             `fn name(x) { … }`",
        ));
    }
    Ok(())
}

fn model(
    cx: &mut Context,
    input: ParseStream,
    attrs: Vec<Attribute>,
    vis: Visibility,
) -> syn::Result<Model> {
    input.parse::<Token![struct]>()?;
    let ident: Ident = input.parse()?;
    let symbols = symbol::symbols(cx, input)?;
    let content;
    syn::parenthesized!(content in input);
    let mut inputs = Vec::new();
    while !content.is_empty() {
        inputs.push(model_input(cx, &content)?);
        if content.is_empty() {
            break;
        }
        content.parse::<Token![,]>()?;
    }
    let span = ident.span();
    if inputs.is_empty() {
        let help = "name it and its shape: `(image: [_, 28, 28, 1])`";
        cx.report(Diagnostic::new(Code::Syntax, span, "a model needs an input").help(help));
    }
    let outputs = outputs(cx, input)?;
    if outputs.is_empty() {
        let title = format!("`{ident}` does not say what it returns");
        let help = "declare the output's shape: `-> [_, 10]`";
        cx.report(Diagnostic::new(Code::Syntax, span, title).help(help));
    }
    let clauses = symbol::clauses(cx, input)?;
    let body = body::braced(cx, input)?;
    let (twins, weights, budgets) = (Vec::new(), None, Vec::new());
    let mut model = Model {
        attrs,
        vis,
        ident,
        twins,
        weights,
        budgets,
        symbols,
        inputs,
        outputs,
        clauses,
        body,
    };
    attribute::take(cx, &mut model);
    Ok(model)
}

fn model_input(cx: &mut Context, input: ParseStream) -> syn::Result<Input> {
    let name = name(input)?;
    input.parse::<Token![:]>()?;
    let shape = shape::shape(cx, input)?;
    let mut range = None;
    if input.peek(Token![in]) {
        input.parse::<Token![in]>()?;
        let value: syn::Expr = input.parse()?;
        let span = place(&value);
        range = Some(Range { value, span });
    }
    Ok(Input { name, shape, range })
}

fn block(cx: &mut Context, input: ParseStream, attrs: &[Attribute]) -> syn::Result<Block> {
    let checkpoint = attribute::checkpoint(cx, attrs);
    input.parse::<Token![fn]>()?;
    let ident: Ident = input.parse()?;
    let content;
    syn::parenthesized!(content in input);
    let mut params = Vec::new();
    while !content.is_empty() {
        params.push(param(cx, &content)?);
        if content.is_empty() {
            break;
        }
        content.parse::<Token![,]>()?;
    }
    let outputs = outputs(cx, input)?;
    let clauses = symbol::clauses(cx, input)?;
    let body = body::braced(cx, input)?;
    Ok(Block { checkpoint, ident, params, outputs, clauses, body })
}

fn param(cx: &mut Context, input: ParseStream) -> syn::Result<Param> {
    let name = name(input)?;
    let kind = if !input.peek(Token![:]) {
        ParamKind::Tensor(None)
    } else {
        input.parse::<Token![:]>()?;
        match shape::ascription(cx, input)? {
            crate::ast::Ascription::Shape(shape) => ParamKind::Tensor(Some(shape)),
            crate::ast::Ascription::Type(ty) => ParamKind::Value(ty),
        }
    };
    let default = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Some(expr::expr(cx, &input.parse()?, 0))
    } else {
        None
    };
    Ok(Param { name, kind, default })
}

fn name(input: ParseStream) -> syn::Result<Name> {
    let mutable = input.parse::<Option<Token![mut]>>()?.is_some();
    Ok(Name { ident: input.parse()?, mutable })
}

/// `-> shape` or `-> (shape, shape)`, if any.
fn outputs(cx: &mut Context, input: ParseStream) -> syn::Result<Vec<Shape>> {
    if !input.peek(Token![->]) {
        return Ok(Vec::new());
    }
    input.parse::<Token![->]>()?;
    if !input.peek(syn::token::Paren) {
        return Ok(vec![shape::shape(cx, input)?]);
    }
    let content;
    syn::parenthesized!(content in input);
    let mut outputs = Vec::new();
    while !content.is_empty() {
        outputs.push(shape::shape(cx, &content)?);
        if content.is_empty() {
            break;
        }
        content.parse::<Token![,]>()?;
    }
    Ok(outputs)
}

/// First and last token of a piece of syntax.
pub fn place(syntax: &impl quote::ToTokens) -> crate::ast::Place {
    let mut tokens = syntax.to_token_stream().into_iter();
    let first = tokens.next().map_or_else(|| syntax.span(), |token| token.span());
    (first, tokens.last().map_or(first, |token| token.span()))
}
