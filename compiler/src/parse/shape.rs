use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::token::Bracket;
use syn::{Expr, Token};

use super::{Context, expr};
use crate::ast::{Ascription, Shape, Type};

/// `[_, 28, 28, 1]`
pub(super) fn shape(cx: &mut Context, input: ParseStream) -> syn::Result<Shape> {
    if !input.peek(Bracket) {
        return Err(input.error("expected a shape such as `[_, 28, 28, 1]`"));
    }
    let content;
    let bracket = syn::bracketed!(content in input);
    let mut dims = Vec::new();
    while !content.is_empty() {
        let dim: Expr = content.parse()?;
        cx.in_shape = true;
        dims.push(expr::expr(cx, &dim, 0));
        cx.in_shape = false;
        if content.is_empty() {
            break;
        }
        content.parse::<Token![,]>()?;
    }
    Ok(Shape { dims, span: (bracket.span.open(), bracket.span.close()) })
}

/// What follows the colon of a `let` or of a block's parameter: a shape or a type.
pub(super) fn ascription(cx: &mut Context, input: ParseStream) -> syn::Result<Ascription> {
    if input.peek(Bracket) {
        // `[usize; 3]` is a type, `[_, 3]` a shape.
        let fork = input.fork();
        let content;
        syn::bracketed!(content in fork);
        let is_type =
            content.parse::<syn::Type>().is_ok_and(|ty| !matches!(ty, syn::Type::Infer(_)))
                && content.peek(Token![;]);
        if !is_type {
            return shape(cx, input).map(Ascription::Shape);
        }
    }
    value_type(&input.parse()?).map(Ascription::Type)
}

/// The type of a compile-time value.
pub(super) fn value_type(ty: &syn::Type) -> syn::Result<Type> {
    match ty {
        syn::Type::Tuple(tuple) => {
            tuple.elems.iter().map(value_type).collect::<syn::Result<_>>().map(Type::Tuple)
        }
        syn::Type::Paren(inner) => value_type(&inner.elem),
        syn::Type::Group(inner) => value_type(&inner.elem),
        syn::Type::Array(array) => Ok(Type::Array(Box::new(value_type(&array.elem)?))),
        syn::Type::Slice(slice) => Ok(Type::Array(Box::new(value_type(&slice.elem)?))),
        syn::Type::Reference(inner) => value_type(&inner.elem),
        syn::Type::Path(path) => match path.path.require_ident()?.to_string().as_str() {
            "usize" | "u8" | "u16" | "u32" | "u64" | "isize" | "i8" | "i16" | "i32" | "i64" => {
                Ok(Type::Int)
            }
            "f32" | "f64" => Ok(Type::Float),
            "bool" => Ok(Type::Bool),
            "str" | "String" => Ok(Type::Str),
            "Padding" => Ok(Type::Padding),
            "Activation" => Ok(Type::Activation),
            "Initializer" => Ok(Type::Initializer),
            "Interpolation" => Ok(Type::Interpolation),
            _ => Err(unknown(ty)),
        },
        _ => Err(unknown(ty)),
    }
}

fn unknown(ty: &syn::Type) -> syn::Error {
    let message = "not a type of the model language; a tensor is written without a type or with a \
                   shape such as `[_, H, W, C]`, a value with usize, f64, bool, str, Padding, \
                   Activation, Initializer, Interpolation, or a tuple or array of them";
    syn::Error::new(ty.span(), message)
}
