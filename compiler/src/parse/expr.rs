//! Leaf expressions: what syn reads as Rust, as far as the language has it.

use syn::spanned::Spanned;
use syn::{BinOp, Expr, Lit, RangeLimits, Stmt, UnOp};

use super::item::place;
use super::{Context, MOST_NESTED, shape};
use crate::ast::{self, Arg, Binary, Body, ExprKind, Method, RangeEnd, Unary};
use crate::diagnostic::{Code, Diagnostic};

/// Takes over what syn read; what the language does not have is reported.
pub(super) fn expr(cx: &mut Context, source: &Expr, depth: usize) -> ast::Expr {
    let kind = if depth > MOST_NESTED {
        cx.report(Diagnostic::new(Code::Limit, source.span(), "nested too deeply to be read"));
        ExprKind::Wrong
    } else {
        kind(cx, source, depth + 1)
    };
    ast::Expr { id: cx.id(), span: place(source), kind }
}

fn boxed(cx: &mut Context, source: &Expr, depth: usize) -> Box<ast::Expr> {
    Box::new(expr(cx, source, depth))
}

fn list<'a>(
    cx: &mut Context,
    sources: impl IntoIterator<Item = &'a Expr>,
    depth: usize,
) -> Vec<ast::Expr> {
    sources.into_iter().map(|source| expr(cx, source, depth)).collect()
}

fn kind(cx: &mut Context, source: &Expr, depth: usize) -> ExprKind {
    match source {
        Expr::Lit(lit) => literal(cx, &lit.lit),
        Expr::Infer(_) => ExprKind::Any,
        Expr::Paren(inner) => kind(cx, &inner.expr, depth + 1),
        Expr::Group(inner) => kind(cx, &inner.expr, depth + 1),
        Expr::Path(path) if path.qself.is_none() && path.path.get_ident().is_some() => {
            ExprKind::Name(path.path.get_ident().expect("just seen").clone())
        }
        Expr::Tuple(tuple) => ExprKind::Tuple(list(cx, &tuple.elems, depth)),
        Expr::Array(array) => ExprKind::Array(list(cx, &array.elems, depth)),
        Expr::Unary(unary) => {
            let op = match unary.op {
                UnOp::Neg(_) => Unary::Neg,
                UnOp::Not(_) => Unary::Not,
                _ => return refused(cx, source, "`*` takes two values here", "drop the `*`"),
            };
            ExprKind::Unary(op, boxed(cx, &unary.expr, depth))
        }
        Expr::Binary(binary) => binary_kind(cx, source, binary, depth),
        Expr::Cast(cast) => match shape::value_type(&cast.ty) {
            Ok(ty) => ExprKind::Cast(boxed(cx, &cast.expr, depth), ty),
            Err(error) => {
                cx.syntax(error);
                ExprKind::Wrong
            }
        },
        Expr::Index(index) => {
            ExprKind::Index(boxed(cx, &index.expr, depth), boxed(cx, &index.index, depth))
        }
        Expr::Field(field) => match &field.member {
            syn::Member::Unnamed(index) => {
                let kind = ExprKind::Int(i64::from(index.index));
                let position = ast::Expr { id: cx.id(), span: place(index), kind };
                ExprKind::Index(boxed(cx, &field.base, depth), Box::new(position))
            }
            syn::Member::Named(name) => {
                let help = format!("a layer is called: `.{name}()`");
                refused(cx, source, "tensors have no fields", &help)
            }
        },
        Expr::Range(range) => range_kind(cx, source, range, depth),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) if path.path.get_ident().is_some() => {
                let name = path.path.get_ident().expect("just seen").clone();
                ExprKind::Call(name, args(cx, &call.args, depth))
            }
            Expr::Path(path) if path.path.segments.iter().any(|s| s.ident == "apply") => {
                match path.path.segments.last().map(|last| &last.arguments) {
                    Some(syn::PathArguments::AngleBracketed(turbofish)) => {
                        match model(cx, turbofish) {
                            Some(model) => ExprKind::Apply(model, args(cx, &call.args, depth)),
                            None => ExprKind::Wrong,
                        }
                    }
                    _ => refused(cx, source, "`apply` needs a model", "`apply::<Backbone>()`"),
                }
            }
            _ => refused(cx, source, "only layers and blocks can be called", "`name(x, …)`"),
        },
        Expr::MethodCall(_) => chain(cx, source, depth),
        Expr::If(branch) => {
            let condition = boxed(cx, &branch.cond, depth);
            let then = block(cx, &branch.then_branch, depth);
            let otherwise = branch.else_branch.as_ref().map(|(_, source)| boxed(cx, source, depth));
            ExprKind::If(condition, then, otherwise)
        }
        Expr::Block(inner) if cx.in_shape && inner.label.is_none() => ExprKind::Outer(
            inner.block.stmts.iter().map(quote::ToTokens::to_token_stream).collect(),
        ),
        Expr::Block(inner) if inner.label.is_none() => {
            ExprKind::Block(block(cx, &inner.block, depth))
        }
        _ => {
            let (title, help) = instead(source);
            refused(cx, source, title, help)
        }
    }
}

/// For Rust that the language does not have: what to say, and what to write.
fn instead(source: &Expr) -> (&'static str, &'static str) {
    match source {
        Expr::Closure(_) => {
            ("closures are not part of the language", "declare a block: `fn name(x) { … }`")
        }
        Expr::While(_) | Expr::Loop(_) => {
            ("a model has a fixed number of layers", "`for i in 0..n { … }` repeats")
        }
        Expr::ForLoop(_) => ("a `for` is a statement", "put it in the body, before the value"),
        Expr::Match(_) => {
            ("`match` is not part of the language", "`if … { … } else { … }` decides")
        }
        Expr::Macro(_) => (
            "macros are not expanded inside a model",
            "write the layers, or a block: `fn name(x) { … }`",
        ),
        Expr::Unsafe(_) => ("a model has nothing unsafe", "drop the `unsafe`"),
        Expr::Reference(_) => ("tensors are values here; nothing is borrowed", "drop the `&`"),
        Expr::Return(_) => {
            ("a model returns its last expression", "end the body with it, without `return`")
        }
        Expr::Break(_) | Expr::Continue(_) => {
            ("loops run to their end", "`if … { … }` skips a step")
        }
        Expr::Try(_) => ("nothing can fail here", "drop the `?`"),
        Expr::Await(_) | Expr::Async(_) => ("a model has nothing to wait for", "drop it"),
        Expr::Assign(_) => (
            "an assignment is a statement",
            "`x = …;` on its own; named arguments stand inside a call: `f(x, stride = 2)`",
        ),
        Expr::Struct(_) => ("structs are not part of the language", "a tuple holds several values"),
        Expr::Repeat(_) => {
            ("`[value; n]` is not part of the language", "write the array out, or use a `for`")
        }
        Expr::Path(_) => (
            "paths are not part of the language",
            "layers and blocks are called by their name alone",
        ),
        Expr::Let(_) => {
            ("`if let` is not part of the language", "compare values: `if stride == 1 { … }`")
        }
        _ => (
            "this is not part of the language",
            "a body is made of `let`, `for`, `if`, and layers applied to tensors",
        ),
    }
}

fn refused(cx: &mut Context, source: &Expr, title: &str, help: &str) -> ExprKind {
    cx.unsupported(place(source), title, help);
    ExprKind::Wrong
}

fn literal(cx: &mut Context, lit: &Lit) -> ExprKind {
    let parsed = match lit {
        Lit::Int(int) => int.base10_parse().map(ExprKind::Int),
        Lit::Float(float) => float.base10_parse().map(ExprKind::Float),
        Lit::Bool(bool) => Ok(ExprKind::Bool(bool.value)),
        Lit::Str(str) => Ok(ExprKind::Str(str.value())),
        _ => Err(syn::Error::new(lit.span(), "expected a number, `true`, `false` or a string")),
    };
    parsed.unwrap_or_else(|error| {
        cx.syntax(error);
        ExprKind::Wrong
    })
}

fn binary_kind(
    cx: &mut Context,
    source: &Expr,
    binary: &syn::ExprBinary,
    depth: usize,
) -> ExprKind {
    let op = match binary.op {
        BinOp::Add(_) => Binary::Add,
        BinOp::Sub(_) => Binary::Sub,
        BinOp::Mul(_) => Binary::Mul,
        BinOp::Div(_) => Binary::Div,
        BinOp::Rem(_) => Binary::Rem,
        BinOp::Eq(_) => Binary::Eq,
        BinOp::Ne(_) => Binary::Ne,
        BinOp::Lt(_) => Binary::Lt,
        BinOp::Le(_) => Binary::Le,
        BinOp::Gt(_) => Binary::Gt,
        BinOp::Ge(_) => Binary::Ge,
        BinOp::And(_) => Binary::And,
        BinOp::Or(_) => Binary::Or,
        BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) => {
            return refused(
                cx,
                source,
                "compound assignment is not part of the language",
                "`x = x + y;`",
            );
        }
        _ => {
            let help = "`+ - * / %`, comparisons, `&&` and `||`";
            return refused(cx, source, "this operator is not part of the language", help);
        }
    };
    ExprKind::Binary(boxed(cx, &binary.left, depth), op, boxed(cx, &binary.right, depth))
}

fn range_kind(cx: &mut Context, source: &Expr, range: &syn::ExprRange, depth: usize) -> ExprKind {
    let (Some(start), Some(end)) = (&range.start, &range.end) else {
        return refused(cx, source, "a range needs both its ends", "`0..16`");
    };
    let limits = match range.limits {
        RangeLimits::HalfOpen(_) => RangeEnd::Excluded,
        RangeLimits::Closed(_) => RangeEnd::Included,
    };
    ExprKind::Range(boxed(cx, start, depth), boxed(cx, end, depth), limits)
}

/// A chain of method calls, from the innermost receiver outwards.
fn chain(cx: &mut Context, source: &Expr, depth: usize) -> ExprKind {
    let mut calls = Vec::new();
    let mut receiver = source;
    while let Expr::MethodCall(call) = receiver {
        calls.push(call);
        receiver = &call.receiver;
    }
    let receiver = boxed(cx, receiver, depth);
    let mut methods = Vec::new();
    for call in calls.into_iter().rev() {
        let name = call.method.clone();
        let model = match &call.turbofish {
            None if name == "apply" => {
                let help = "`x.apply::<Backbone>()`";
                return refused(cx, source, "`apply` needs a model", help);
            }
            None => None,
            Some(turbofish) if name == "apply" => match model(cx, turbofish) {
                Some(model) => Some(model),
                None => return ExprKind::Wrong,
            },
            Some(turbofish) => {
                let title = format!("`{name}` has no type arguments");
                cx.unsupported(place(turbofish), &title, "only `apply::<Model>()` has one");
                return ExprKind::Wrong;
            }
        };
        let args = args(cx, &call.args, depth);
        methods.push(Method { id: cx.id(), name, model, args, end: call.paren_token.span.close() });
    }
    ExprKind::Chain(receiver, methods)
}

/// The model of `apply::<Backbone>`.
fn model(cx: &mut Context, turbofish: &syn::AngleBracketedGenericArguments) -> Option<syn::Path> {
    let model = match turbofish.args.iter().collect::<Vec<_>>().as_slice() {
        [syn::GenericArgument::Type(syn::Type::Path(path))] if path.qself.is_none() => {
            Some(path.path.clone())
        }
        _ => None,
    };
    if model.is_none() {
        let help = "the name of one, with its sizes: `apply::<Backbone>()`, `apply::<Unet<21>>()`";
        cx.unsupported(place(turbofish), "`apply` takes the type of a model", help);
    }
    model
}

fn args<'a>(
    cx: &mut Context,
    sources: impl IntoIterator<Item = &'a Expr>,
    depth: usize,
) -> Vec<Arg> {
    let named = |source: &'a Expr| match source {
        Expr::Assign(assign) => match &*assign.left {
            Expr::Path(path) => path.path.get_ident().map(|name| (name.clone(), &*assign.right)),
            _ => None,
        },
        _ => None,
    };
    let arg = |source: &'a Expr| match named(source) {
        Some((name, value)) => Arg { name: Some(name), value: expr(cx, value, depth) },
        None => Arg { name: None, value: expr(cx, source, depth) },
    };
    sources.into_iter().map(arg).collect()
}

/// A block inside a leaf expression holds one value; statements belong to the body.
fn block(cx: &mut Context, source: &syn::Block, depth: usize) -> Body {
    let span = (source.brace_token.span.open(), source.brace_token.span.close());
    let value = match source.stmts.as_slice() {
        [Stmt::Expr(value, None)] => Some(boxed(cx, value, depth)),
        _ => {
            let help = "name its value with a `let` before this expression";
            cx.unsupported(span, "a block inside an expression holds one value", help);
            None
        }
    };
    let value =
        value.unwrap_or_else(|| Box::new(ast::Expr { id: cx.id(), span, kind: ExprKind::Wrong }));
    Body { stmts: Vec::new(), value: Some(value), span }
}
