//! A model within a model.

formwork::model! {
    /// Applies another twice, with one set of weights.
    pub struct Whole(x: [_, 6, 6, 2], y: [_, 6, 6, 2]) -> [_, 3] {
        let part = apply::<Part<5>>();
        let a: [_, 5] = part(x);
        let b: [_, 5] = part(y);
        (a + b).dense(3)
    }

    struct Part<const UNITS: usize, H, W>(x: [_, H, W, 2]) -> [_, UNITS] {
        x.conv2d(3, 3, activation = relu).global_avg_pool2d().dense(UNITS)
    }
}
