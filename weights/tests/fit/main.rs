//! Fitting weight files to graphs.

mod common;
mod layouts;
mod matching;
mod random;
mod roles;
