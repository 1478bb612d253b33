//! `#[fold_batch_norm(Name)]` and `#[remove_batch_norm(Name)]`: the same model without batch
//! normalisation, as a model of its own.

use std::collections::HashSet;

use formwork_ir::{Fold, Node, Refusal, Without};
use proc_macro2::Ident;
use syn::Attribute;

use crate::ast::{self, TwinKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Model, Twin};

/// Makes the other models that a model is declared to have, or reports why they cannot be.
pub fn declare(source: &ast::Model, model: &mut Model, diagnostics: &mut Vec<Diagnostic>) {
    for declared in &source.twins {
        let report = |title: String| {
            let (first, last) = declared.span;
            Diagnostic::new(Code::BatchNorm, first, title).to(last)
        };
        if model.graph.norms().next().is_none() {
            diagnostics.push(nothing(model, declared, report));
            continue;
        }
        let made = match declared.kind {
            TwinKind::Fold => model.graph.fold_batch_norm(),
            TwinKind::Remove => Ok((model.graph.remove_batch_norm(), Vec::new())),
        };
        match made {
            Ok((without, folds)) => model.twins.push(twin(model, declared, without, folds)),
            Err(refusals) => {
                // A block's batch norm is reported for its first call alone, as is a shared one.
                let (mut sites, mut names) = (HashSet::new(), HashSet::new());
                for Refusal { norm, reason, help } in refusals {
                    let Node { name, weights, .. } = model.graph.node(norm);
                    let site = model.sites[norm.index()].id;
                    let norm = weights.as_ref().unwrap_or(name);
                    if !sites.insert(site) || !names.insert(norm) {
                        continue;
                    }
                    let title = format!("`{norm}` cannot be folded: {reason}");
                    let help = format!("{help}; or keep the model, and `freeze(\"{norm}\")`");
                    diagnostics.push(report(title).help(help));
                }
            }
        }
    }
}

fn nothing(
    model: &Model,
    declared: &ast::Twin,
    report: impl Fn(String) -> Diagnostic,
) -> Diagnostic {
    let verb = declared.kind.verb();
    let diagnostic = report(format!("`{}` has no `batch_norm` to {verb}", model.ident));
    match model.submodels.first() {
        None => diagnostic.help("remove the attribute"),
        Some(other) => {
            let name = other.path.segments.last().map(|segment| segment.ident.to_string());
            let name = name.unwrap_or_default();
            diagnostic.help(format!(
                "those of an applied model are its own: `#[{}(…)]` there, \
                and apply what it declares instead of `{name}`",
                declared.kind.name()
            ))
        }
    }
}

fn twin(model: &Model, declared: &ast::Twin, without: Without, folds: Vec<Fold>) -> Twin {
    let Without { graph, origins } = without;
    let sites = origins.iter().map(|origin| model.sites[origin.index()].clone());
    let model = Model {
        attrs: attrs(&model.attrs, declared.kind, &model.ident),
        vis: model.vis.clone(),
        ident: declared.ident.clone(),
        twins: Vec::new(),
        generics: model.generics.clone(),
        submodels: model.submodels.clone(),
        outers: model.outers.clone(),
        equal: model.equal.clone(),
        graph: graph.named(&declared.ident.to_string()),
        sites: sites.collect(),
        tracked: None,
    };
    Twin { kind: declared.kind, model, folds }
}

/// The attributes of a twin: those of its model, and a documentation of its own.
pub fn attrs(attrs: &[Attribute], kind: TwinKind, model: &Ident) -> Vec<Attribute> {
    let what = match kind {
        TwinKind::Fold => "folded into its other layers: it computes the same at inference",
        TwinKind::Remove => "left out: it is to be trained on",
    };
    let doc = format!(" `{model}` with its batch normalisation {what}.");
    let doc: Attribute = syn::parse_quote!(#[doc = #doc]);
    let others = attrs.iter().filter(|attr| !attr.path().is_ident("doc")).cloned();
    std::iter::once(doc).chain(others).collect()
}
