//! Pieces that several shape rules share.

use crate::window::Window;
use crate::{Call, Dim, Fault, Padding, Shape};

/// Refuses 0 where a count is needed.
pub(super) fn positive(layer: &str, arg: &'static str, value: usize) -> Result<(), Fault> {
    match value {
        0 => Err(Fault::arg(arg, format!("`{layer}`: `{arg}` must be at least 1, got 0"))),
        _ => Ok(()),
    }
}

/// As [`positive`], for height and width.
pub(super) fn positive_pair(layer: &str, arg: &'static str, pair: [usize; 2]) -> Result<(), Fault> {
    pair.into_iter().try_for_each(|value| positive(layer, arg, value))
}

/// A dropout rate: `0.0..1.0`.
pub(super) fn rate(layer: &str, rate: f64) -> Result<(), Fault> {
    if (0.0..1.0).contains(&rate) {
        return Ok(());
    }
    let fault = Fault::arg("rate", format!("`{layer}`: the rate must be in 0..1, got {rate}"));
    Err(fault.help("the rate is the share of values to drop, as in Keras"))
}

/// Arguments of a sliding window, for the faults to name.
pub(super) struct Slide<'a> {
    pub call: &'a Call<'a>,
    pub kernel_arg: &'static str,
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pub padding: Padding,
}

impl Slide<'_> {
    /// Output height and width of the windows over `size`.
    pub(super) fn outputs(&self, size: [usize; 2]) -> Result<[usize; 2], Fault> {
        let layer = self.call.layer;
        positive_pair(layer, self.kernel_arg, self.kernel)?;
        positive_pair(layer, "stride", self.stride)?;
        positive_pair(layer, "dilation", self.dilation)?;
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        let mut out = [0; 2];
        for axis in 0..2 {
            let pad = windows[axis].padding(size[axis], self.padding, axis);
            out[axis] = windows[axis].outputs(size[axis], pad).ok_or_else(|| self.misfit(size))?;
        }
        Ok(out)
    }

    fn misfit(&self, [h, w]: [usize; 2]) -> Fault {
        let layer = self.call.layer;
        let [kh, kw] = self.kernel;
        let extent = Window::pair(self.kernel, self.stride, self.dilation).map(|w| w.extent());
        let dilated = match self.dilation {
            [1, 1] => String::new(),
            _ => format!(" (with its dilation {}×{})", extent[0], extent[1]),
        };
        Fault::arg(
            self.kernel_arg,
            format!("`{layer}`: a {kh}×{kw} kernel{dilated} does not fit the {h}×{w} input"),
        )
        .help("a smaller kernel, `padding = same`, or fewer strides and pools before it")
    }
}

/// The shape of an elementwise merge: sizes are equal, or 1 where they broadcast.
pub(super) fn broadcast(call: &Call) -> Result<Shape, Fault> {
    let layer = call.layer;
    let first = &call.inputs[0];
    let mut merged = first.shape.clone();
    for (i, input) in call.inputs.iter().enumerate().skip(1) {
        if input.shape.rank() != merged.rank() {
            return Err(Fault::input(
                i,
                format!(
                    "`{layer}`: ranks differ: {} is {}, {} is {}",
                    first.name, first.shape, input.name, input.shape
                ),
            )
            .help("`reshape` one of them, or keep dimensions with `keepdims = true`"));
        }
        for axis in 0..merged.rank() {
            match (merged[axis], input.shape[axis]) {
                (a, b) if a == b => {}
                (Dim::Known(1), b) => merged = merged.with(axis, b),
                (_, Dim::Known(1)) => {}
                (a, _) => {
                    // `merged` may come from any earlier input: name the one it comes from.
                    let owner = call.inputs[..i].iter().find(|x| x.shape[axis] == a);
                    let owner = owner.unwrap_or(first);
                    return Err(differ(
                        layer,
                        i,
                        axis,
                        (owner.name, owner.shape),
                        (input.name, input.shape),
                    ));
                }
            }
        }
    }
    Ok(merged)
}

/// Two inputs of a merge that disagree along `axis`.
pub(super) fn differ(
    layer: &str,
    input: usize,
    axis: usize,
    (a, a_shape): (&str, &Shape),
    (b, b_shape): (&str, &Shape),
) -> Fault {
    let what = match a_shape.axis_name(axis) {
        "height" => "heights",
        "width" => "widths",
        "length" => "lengths",
        same => same,
    };
    let title =
        format!("`{layer}`: {what} differ: {a} has {}, {b} has {}", a_shape[axis], b_shape[axis]);
    let help = match (what, a_shape[axis], b_shape[axis]) {
        ("channels", Dim::Known(n), _) => {
            format!("a 1×1 convolution makes them equal: `conv2d({n}, 1)` on {b}")
        }
        ("heights" | "widths", Dim::Known(x), Dim::Known(y)) if x.max(y) % x.min(y).max(1) == 0 => {
            let (small, by) = if x < y { (a, y / x.max(1)) } else { (b, x / y.max(1)) };
            format!("{small} would fit after `upsample2d({by})`")
        }
        ("heights" | "widths", ..) => {
            "sizes part where a stride or pool halves an odd size, or a `valid` convolution trims \
             the border; pad the input, `crop2d` the larger, or use `padding = same`"
                .to_owned()
        }
        _ => "sizes must be equal, or 1 to broadcast".to_owned(),
    };
    Fault::input(input, title).help(help)
}
