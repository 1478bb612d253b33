#!/usr/bin/env -S a shebang, which Rust passes over
//! Two models in one macro, one in another, and what looks like one but is none.

use formwork::prelude::*;

model! {
    /// Ten digits.
    pub struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
        image.block(8).flatten().dense(10)
    }

    struct Wide(image: [_, 28, 28, 1]) -> [_, 10] {
        image.block(32).flatten().dense(10)
    }

    fn block(x, filters: usize) {
        x.conv2d(filters, 3, padding = same, activation = relu).max_pool2d(2)
    }
}

mod inner {
    ::formwork::model!(struct Flat(x: [_, 4]) -> [_, 2] { x.dense(2) });
}

// model! { struct Comment }
const TEXT: &str = "model! { struct Text }";

macro_rules! wrapped {
    ($name:ident) => { model! { struct $name(x: [_, 4]) -> [_, 2] { x.dense(2) } } };
}

other::model! { of another crate }
