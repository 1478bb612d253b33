//! Rust files, and the `model!` invocations in them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use formwork_compiler::Crate;
use proc_macro2::{Span, TokenStream, TokenTree};

/// A `model!` in a file.
pub struct Invocation {
    /// The word `model`.
    pub span: Span,
    /// What stands inside.
    pub tokens: TokenStream,
}

/// The files among `paths` and the .rs files in the folders among them, in order; a folder that
/// cannot be listed comes as an error.
pub fn files(paths: &[PathBuf]) -> Vec<Result<PathBuf, (PathBuf, io::Error)>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut files);
        } else {
            files.push(Ok(path.clone()));
        }
    }
    files
}

fn walk(folder: &Path, files: &mut Vec<Result<PathBuf, (PathBuf, io::Error)>>) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return files.push(Err((folder.to_owned(), error))),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = folder.join(entry.file_name());
        let path = path.strip_prefix(".").unwrap_or(&path);
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        // Links are not followed: they may lead in circles.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !hidden && !is_target(path) {
            walk(path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.is_file() {
            files.push(Ok(path.to_owned()));
        }
    }
}

/// Whether cargo builds into this folder; a module may be called `target` too.
fn is_target(folder: &Path) -> bool {
    ["CACHEDIR.TAG", ".rustc_info.json"].iter().any(|mark| folder.join(mark).exists())
}

/// The crate that a file belongs to: the nearest folder above it that has a Cargo.toml.
pub fn home(file: &Path) -> Option<Crate> {
    let file = fs::canonicalize(file).ok()?;
    let folder = file.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").exists())?;
    Some(Crate { folder: folder.to_owned(), watched: None })
}

/// Every `model!` and `formwork::model!` in a file, in order; the error is where it is not Rust.
///
/// Definitions of macros are passed over: what they hold is not a model yet.
pub fn invocations(source: &str) -> Result<Vec<Invocation>, Span> {
    if !source.contains("model!") {
        return Ok(Vec::new());
    }
    let tokens: TokenStream =
        without_shebang(source).parse().map_err(|error: proc_macro2::LexError| error.span())?;
    let mut found = Vec::new();
    let mut streams = vec![tokens];
    while let Some(stream) = streams.pop() {
        let trees: Vec<_> = stream.into_iter().collect();
        for (i, tree) in trees.iter().enumerate() {
            let TokenTree::Group(group) = tree else { continue };
            match &trees[..i] {
                [.., TokenTree::Ident(word), bang] if word == "model" && is(bang, '!') => {
                    if is_ours(&trees[..i - 2]) {
                        found.push(Invocation { span: word.span(), tokens: group.stream() });
                    }
                }
                [.., TokenTree::Ident(word), bang, _] if word == "macro_rules" && is(bang, '!') => {
                }
                _ => streams.push(group.stream()),
            }
        }
    }
    found.sort_by_key(|invocation| invocation.span.byte_range().start);
    Ok(found)
}

/// Whether a path that ends in `model` starts with what comes before it: nothing, `formwork::`
/// or `::formwork::`.
fn is_ours(before: &[TokenTree]) -> bool {
    match before {
        [.., krate, a, b] if is(a, ':') && is(b, ':') => {
            matches!(krate, TokenTree::Ident(krate) if krate == "formwork")
        }
        _ => true,
    }
}

fn is(tree: &TokenTree, char: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// The same bytes with a first line for the shell as a comment.
fn without_shebang(source: &str) -> String {
    match source.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => format!("//{rest}"),
        _ => source.to_owned(),
    }
}
