//! The file format of ONNX.

pub mod proto;
