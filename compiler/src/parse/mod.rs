//! Tokens to syntax. A statement that cannot be read is reported and skipped, so that one slip
//! does not hide the next.

mod body;
mod expr;
mod item;
mod shape;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};

use crate::ast::{File, Id};
use crate::diagnostic::{Code, Diagnostic};

/// Reads the inside of a `model!`.
pub fn parse(tokens: TokenStream) -> (File, Vec<Diagnostic>) {
    let mut cx = Context::default();
    if let Some(span) = too_deep(tokens.clone(), MOST_NESTED) {
        cx.report(Diagnostic::new(Code::Limit, span, "nested too deeply to be read"));
        return (File::default(), cx.diagnostics);
    }
    let parsed = (|input: ParseStream| Ok(item::file(&mut cx, input))).parse2(tokens);
    let file = parsed.unwrap_or_else(|error| {
        cx.syntax(error);
        File::default()
    });
    (file, cx.diagnostics)
}

/// What the parse functions share.
#[derive(Default)]
struct Context {
    diagnostics: Vec<Diagnostic>,
    ids: Id,
}

impl Context {
    fn id(&mut self) -> Id {
        self.ids += 1;
        self.ids
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn syntax(&mut self, error: syn::Error) {
        for error in error {
            self.report(Diagnostic::new(Code::Syntax, error.span(), error.to_string()));
        }
    }

    fn unsupported(&mut self, span: (Span, Span), title: &str, help: &str) {
        self.report(Diagnostic::new(Code::Unsupported, span.0, title).to(span.1).help(help));
    }
}

/// Skips to the end of the statement or item that could not be read.
fn skip(input: ParseStream, stop: impl Fn(&TokenTree) -> bool) {
    while let Ok(token) = input.parse::<TokenTree>() {
        if stop(&token) {
            return;
        }
    }
}

/// Groups nest no deeper than this, and no more prefix operators stand in a row: what recurses
/// over the syntax must not overflow the stack.
const MOST_NESTED: usize = 64;

/// The place where tokens nest deeper than `left` groups or pile up prefix operators.
fn too_deep(tokens: TokenStream, left: usize) -> Option<Span> {
    let mut run = 0;
    for token in tokens {
        let span = token.span();
        match token {
            TokenTree::Group(group) => {
                if left == 0 {
                    return Some(span);
                }
                let invisible = group.delimiter() == Delimiter::None;
                run = if invisible { run + 1 } else { 0 };
                if let Some(span) = too_deep(group.stream(), left - 1) {
                    return Some(span);
                }
            }
            TokenTree::Punct(p) if !matches!(p.as_char(), ',' | ';') => run += 1,
            TokenTree::Ident(word) if is_prefix(&word.to_string()) => run += 1,
            _ => run = 0,
        }
        if run > MOST_NESTED {
            return Some(span);
        }
    }
    None
}

/// Keywords that an expression can begin with, over and over.
fn is_prefix(word: &str) -> bool {
    matches!(word, "return" | "break" | "move" | "static" | "async" | "const" | "unsafe" | "mut")
}
