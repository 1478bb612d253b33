//! Fitting a weight file to a network: which tensor is which parameter, and how its values lie.
//!
//! What a parameter is in its layer ([`Role`]) says where its values lie in the files of each
//! [`Framework`] ([`Layout`]); what is flattened on the way to it is followed through the graph.

mod configuration;
mod fitting;
mod flow;
mod framework;
mod help;
mod layout;
mod loader;
mod misfit;
mod network;
mod notes;
mod obstacles;
mod order;
mod pairing;
mod report;
mod role;
mod rules;
mod source;
mod step;
mod target;
mod tree;
mod words;
mod written;

pub use fitting::Fit;
pub use framework::Framework;
pub use layout::Layout;
pub use loader::Loader;
pub use misfit::{Misfit, Misfits};
pub use network::{Network, Parameter, Parameters};
pub use order::Order;
pub use regex_lite::Error as RegexError;
pub use report::{How, Matched, Report};
pub use role::Role;
pub use written::{Written, written};
