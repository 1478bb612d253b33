//! What is wrong, as rustc would print it.

use std::fmt::Display;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use formwork_compiler::Diagnostic;
use proc_macro2::Span;

/// A file in which something is wrong.
#[derive(Clone, Copy)]
pub struct File<'a> {
    pub path: &'a Path,
    pub source: &'a str,
}

impl File<'_> {
    /// A diagnostic of the model at `invocation`, with the lines it points at.
    pub fn diagnostic(self, diagnostic: &Diagnostic, invocation: Span) -> String {
        let (first, last) = diagnostic.span;
        let (first, last) = (first.byte_range(), last.byte_range());
        // The end of the macro's tokens has no place in the file.
        let at = match last.end {
            0 => invocation.byte_range(),
            _ => first.start..last.end.max(first.end),
        };
        let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(note));
        let help = diagnostic.help.iter().map(|help| Level::HELP.message(help));
        let level = if diagnostic.is_error() { Level::ERROR } else { Level::WARNING };
        let group = self.group(level, &diagnostic.title, at).elements(notes.chain(help));
        render(group)
    }

    /// A line of text about one place.
    pub fn at(self, span: Span, title: &str) -> String {
        render(self.group(Level::ERROR, title, span.byte_range()))
    }

    fn group<'a>(&'a self, level: Level<'a>, title: &'a str, at: Range<usize>) -> Group<'a> {
        let snippet = Snippet::source(self.source).path(self.path.to_string_lossy());
        let annotation = AnnotationKind::Primary.span(at);
        level.primary_title(title).element(snippet.annotation(annotation))
    }
}

/// A line of text about no place in particular.
pub fn error(title: impl Display) -> String {
    render(Group::with_title(Level::ERROR.primary_title(title.to_string())))
}

/// A line of text about places that are in no text.
pub fn error_at(title: &str, places: &[&str]) -> String {
    let places = places.iter().map(|place| Level::NOTE.no_name().message(*place));
    render(Level::ERROR.primary_title(title).elements(places))
}

/// A line of text about no place in particular that need not be wrong.
pub fn warning(title: impl Display) -> String {
    render(Group::with_title(Level::WARNING.primary_title(title.to_string())))
}

/// A line of text about no place in particular, what it is made of, and what helps.
pub fn explained<'a>(
    title: &'a str,
    notes: &'a [String],
    help: impl Iterator<Item = &'a str>,
) -> String {
    let notes = notes.iter().map(|note| Level::NOTE.message(note));
    let help = help.map(|help| Level::HELP.message(help));
    render(Group::with_title(Level::ERROR.primary_title(title)).elements(notes.chain(help)))
}

fn render(group: Group) -> String {
    Renderer::styled().render(&[group]) + "\n\n"
}
