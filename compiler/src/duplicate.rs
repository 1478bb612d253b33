//! Names that are declared twice, or hide a layer.

use std::collections::HashSet;

use formwork_ir::find;

use crate::ast::File;
use crate::diagnostic::{Code, Diagnostic};

/// Reports blocks, and parameters of a block, whose names collide.
pub fn check(file: &File, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    for ident in file.blocks.iter().map(|block| &block.ident) {
        let name = ident.to_string();
        let problem = if find(&name).is_some() {
            Some((format!("`{name}` is a layer"), "give the block another name"))
        } else if !seen.insert(name.clone()) {
            Some((format!("block `{name}` is declared twice"), "give one of them another name"))
        } else {
            None
        };
        if let Some((title, help)) = problem {
            diagnostics.push(Diagnostic::new(Code::Duplicate, ident.span(), title).help(help));
        }
    }
    for block in &file.blocks {
        let mut seen = HashSet::new();
        for param in &block.params {
            if !seen.insert(param.name.ident.to_string()) {
                let title = format!("parameter `{}` is declared twice", param.name.ident);
                let span = param.name.ident.span();
                diagnostics.push(Diagnostic::new(Code::Duplicate, span, title));
            }
        }
    }
}
