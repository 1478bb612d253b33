//! Losses and metrics against naive definitions in 64 bits, which stand in these files: values,
//! gradients, what is left out, and what is refused.

mod categorical;
mod errors;
mod extremes;
mod metrics;
#[path = "../kernels/random.rs"]
#[allow(dead_code, reason = "shared with the tests of the kernels")]
mod random;
mod regions;
mod support;
mod values;
