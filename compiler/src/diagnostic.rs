use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::lint::Lint;

/// What is wrong with a model, as data: a code, a place, a message, and how to mend it.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Whether the model is wrong, or only suspect.
    pub level: Level,
    /// Names the check, stable across wordings.
    pub code: Code,
    /// First and last token of the place.
    pub span: (Span, Span),
    /// One line: what is wrong, both ends named.
    pub title: String,
    /// Further lines: the shapes that led there.
    pub notes: Vec<String>,
    /// How to mend it.
    pub help: Option<String>,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Level {
    /// The model is wrong.
    Error,
    /// The model can be built; most likely it is not what is meant.
    Warning,
}

/// Which check a [`Diagnostic`] comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Code {
    Syntax,
    Unsupported,
    UnknownName,
    UnknownLayer,
    UnknownArgument,
    Argument,
    Type,
    Shape,
    Declared,
    Output,
    Unused,
    Duplicate,
    Limit,
    PixelPhase,
    Range,
    ScaledTwice,
    SeluRecipe,
    BatchNorm,
    Budget,
    Weights,
}

impl Code {
    /// How what is only suspect is allowed.
    pub fn lint(self) -> Option<Lint> {
        match self {
            Code::PixelPhase => Some(Lint::PixelPhase),
            Code::SeluRecipe => Some(Lint::SeluRecipe),
            Code::ScaledTwice => Some(Lint::ScaledTwice),
            _ => None,
        }
    }
}

impl Diagnostic {
    /// A diagnostic at one token.
    pub fn new(code: Code, span: Span, title: impl Into<String>) -> Self {
        Diagnostic {
            level: Level::Error,
            code,
            span: (span, span),
            title: title.into(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Makes it a warning.
    pub fn warning(mut self) -> Self {
        self.level = Level::Warning;
        self
    }

    /// Whether the model is wrong.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Widens the place to everything up to `last`.
    pub fn to(mut self, last: Span) -> Self {
        self.span.1 = last;
        self
    }

    /// Adds a line of explanation.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds lines of explanation.
    pub fn notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// Adds how to mend it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The whole text: title, notes, help, a line each.
    pub fn text(&self) -> String {
        let help = self.help.iter().map(|help| format!("help: {help}"));
        let lines = std::iter::once(self.title.clone()).chain(self.notes.iter().cloned());
        lines.chain(help).collect::<Vec<_>>().join("\n")
    }

    /// As rustc takes it: a `compile_error!` at the place, or the use of something deprecated.
    pub fn to_tokens(&self) -> TokenStream {
        let (first, last) = self.span;
        let text = self.text();
        if !self.is_error() {
            let name = format!("{:?}", self.code);
            let [declared, used] = [Span::call_site(), first].map(|span| Ident::new(&name, span));
            return quote! {
                const _: () = {
                    #[deprecated(note = #text)]
                    #[allow(non_upper_case_globals)]
                    const #declared: () = ();
                    #used
                };
            };
        }
        let path = quote_spanned!(first=> ::core::compile_error!);
        let body = quote_spanned!(last=> { #text });
        quote_spanned!(first=> #path #body)
    }
}
