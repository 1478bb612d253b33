//! Weights of PyTorch and Keras in models: goldens of both frameworks, which `tests/weights/make.py`
//! makes, and what `save_as` writes.

mod goldens;
mod models;
mod saved;
