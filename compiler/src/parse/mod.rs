//! Tokens to syntax. A statement that cannot be read is reported and skipped, so that one slip
//! does not hide the next.

mod attribute;
mod body;
mod expr;
mod item;
mod shape;
mod symbol;

pub use item::place;
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
    /// Whether braces hold a constant of the crate's: in shapes.
    in_shape: bool,
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

/// Groups nest no deeper than this: what recurses over the syntax must not overflow the stack.
const MOST_NESTED: usize = 64;
/// Operators nest too, one around the other: no expression has more of them than this.
const MOST_OPERATORS: usize = 128;

/// The place where tokens nest deeper than `left` groups, or operators pile up.
fn too_deep(tokens: TokenStream, left: usize) -> Option<Span> {
    let mut operators = 0;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let span = token.span();
        match token {
            TokenTree::Group(group) => {
                if left == 0 {
                    return Some(span);
                }
                if let Some(span) = too_deep(group.stream(), left - 1) {
                    return Some(span);
                }
                let goes_on =
                    matches!(tokens.peek(), Some(TokenTree::Ident(word)) if word == "else");
                match group.delimiter() {
                    Delimiter::Brace if !goes_on => operators = 0,
                    Delimiter::None => operators += 1,
                    _ => {}
                }
            }
            TokenTree::Punct(p) => match p.as_char() {
                ',' | ';' => operators = 0,
                // A chain of layers is as long as the network.
                '.' => {}
                _ => operators += 1,
            },
            TokenTree::Ident(word) if nests(&word.to_string()) => operators += 1,
            _ => {}
        }
        if operators > MOST_OPERATORS {
            return Some(span);
        }
    }
    None
}

/// Keywords that nest what follows, or what came before, one level deeper.
fn nests(word: &str) -> bool {
    const WORDS: &[&str] =
        &["as", "else", "return", "break", "move", "static", "async", "const", "unsafe", "mut"];
    WORDS.contains(&word)
}
