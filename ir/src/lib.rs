//! What a network *is*, independent of syntax and of backend.
//!
//! Dimensions and [`Shape`]s, the layer [`TABLE`] (one file a layer: documentation, arguments,
//! shape rule, parameters, cost), and the [`Graph`] that the table's shape rules build.
//! Nothing here knows Rust syntax, dfdx, or the outside world.

mod arg;
mod bounds;
mod dim;
mod domain;
mod fault;
mod gcd;
mod graph;
mod layer;
pub mod layers;
#[cfg(feature = "oracle")]
pub mod oracle;
mod pixels;
mod plot;
pub mod resample;
mod scheme;
mod shape;
mod summary;
mod text;
mod value;
pub mod window;

pub use arg::{
    Activation, ArgType, Axes, Axis, Ends, Extent, Initializer, Interpolation, NewShape,
    NoiseShape, Parts,
};
pub use bounds::{Bounds, Head, Total, bounds, heads};
pub use dim::{Dim, Kind, Symbol};
pub use domain::{Condition, Domain, Ranged, Sizes, Verdict};
pub use fault::{At, Fault};
pub use graph::{
    Application, Checked, Fold, Graph, Node, NodeId, ParamId, Parameter, Refusal, Side, Source,
    Without,
};
pub use layer::{
    Arg, ArgFault, Call, Declared, Example, Group, Inferred, Inputs, Layout, Linear, Need, Operand,
    Param, Rule, Spec,
};
pub use layers::{ARG_ALIASES, Op, TABLE, find};
pub use pixels::{Motion, Pixels, Ratio, Shift, shifts};
pub use plot::Plot;
pub use scheme::{Channel, Scheme};
pub use shape::Shape;
pub use summary::{Summary, thousands};
pub use text::ParseError;
pub use value::Value;
pub use window::Padding;
