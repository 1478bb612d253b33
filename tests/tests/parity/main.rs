//! The numbers of Keras 3 and PyTorch: goldens that `tests/parity/make.py` makes, read without
//! Python.

mod allowed;
mod arguments;
mod deviation;
mod golden;
mod initializers;
mod layers;
mod losses;
mod metrics;
mod models;
mod optimizers;
mod page;
mod trained;
