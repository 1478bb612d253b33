//! Merges of maps whose pixels lie beside each other: their sizes agree, their places do not.

use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// Warns of each merge of shifted maps, unless this is allowed where it stands.
pub fn check(_model: &Model, _diagnostics: &mut Vec<Diagnostic>) {}
