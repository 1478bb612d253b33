//! Colours: one for each chapter of the layers' documentation.

use super::chains::group;
use crate::{Group, Node, Source};

/// What a layer is coloured by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Tint {
    Input,
    Layer(Group),
    Model,
    Output,
}

impl Tint {
    pub fn of(node: &Node) -> Self {
        match (&node.source, group(node)) {
            (Source::Model(_), _) => Tint::Model,
            (_, Some(group)) => Tint::Layer(group),
            (_, None) => Tint::Input,
        }
    }

    /// What the legend calls it.
    pub fn name(self) -> String {
        match self {
            Tint::Input => "input".to_owned(),
            Tint::Layer(group) => format!("{group:?}").to_lowercase(),
            Tint::Model => "model".to_owned(),
            Tint::Output => "output".to_owned(),
        }
    }

    /// As `#rrggbb`: light, so that black text is read on all of them.
    pub fn colour(self) -> &'static str {
        match self {
            Tint::Input | Tint::Output => "#d4d4d4",
            Tint::Layer(Group::Convolution) => "#a9d0f5",
            Tint::Layer(Group::Dense) => "#cdbdf2",
            Tint::Layer(Group::Pooling) => "#f7b5a6",
            Tint::Layer(Group::Normalization) => "#d3e8a4",
            Tint::Layer(Group::Activation) => "#ffe38c",
            Tint::Layer(Group::Regularization) => "#e6d0b3",
            Tint::Layer(Group::Shape) => "#c9d6de",
            Tint::Layer(Group::Resize) => "#9fdfd2",
            Tint::Layer(Group::Reduce) => "#f3c1de",
            Tint::Layer(Group::Arithmetic) => "#e9e3d0",
            Tint::Layer(Group::Merge) => "#ffc374",
            Tint::Model => "#b5dfb8",
        }
    }
}
