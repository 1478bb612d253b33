//! Pieces that several shape rules share.

use crate::window::{Window, resolve};
use crate::{Axes, Axis, Call, Dim, Fault, Interpolation, NoiseShape, Padding, Shape};

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

/// Groups of channels of equal size.
pub(super) fn divides(layer: &str, groups: usize, n: usize, what: &str) -> Result<(), Fault> {
    if n.is_multiple_of(groups) {
        return Ok(());
    }
    let title = format!("`{layer}`: {groups} groups do not divide {n} {what}");
    let near = (1..=groups.min(1024)).rev().find(|&near| n.is_multiple_of(near)).unwrap_or(1);
    Err(Fault::arg("groups", title).help(format!("a divisor of {n}, such as {near}")))
}

/// A dropout rate: `0.0..1.0`.
pub(super) fn rate(layer: &str, rate: f64) -> Result<(), Fault> {
    if (0.0..1.0).contains(&rate) {
        return Ok(());
    }
    let fault = Fault::arg("rate", format!("`{layer}`: the rate must be in 0..1, got {rate}"));
    Err(fault.help("the rate is the share of values to drop, as in Keras"))
}

/// A mask shape: one entry a dimension, each the input's size or 1.
pub(super) fn noise_shape(call: &Call, noise_shape: &Option<NoiseShape>) -> Result<(), Fault> {
    let Some(NoiseShape(noise)) = noise_shape else {
        return Ok(());
    };
    let shape = call.shape();
    let fits = |(n, dim): (&Option<usize>, &Dim)| match n {
        None | Some(1) => true,
        Some(n) => *dim == Dim::Known(*n),
    };
    if noise.len() == shape.rank() && noise.iter().zip(shape.dims()).all(fits) {
        return Ok(());
    }
    let title =
        format!("`{}`: the noise shape does not fit the input, which is {shape}", call.layer);
    let help = "one entry a dimension, batch first: `_` for the input's size, 1 to share";
    Err(Fault::arg("noise_shape", title).help(help))
}

/// A number that must be above 0, such as `epsilon`.
pub(super) fn above_zero(layer: &str, arg: &'static str, value: f64) -> Result<(), Fault> {
    if value > 0.0 {
        return Ok(());
    }
    Err(Fault::arg(arg, format!("`{layer}`: `{arg}` must be above 0, got {value}")))
}

/// A number that must not be below 0, such as a threshold.
pub(super) fn not_negative(layer: &str, arg: &'static str, value: f64) -> Result<(), Fault> {
    if value >= 0.0 {
        return Ok(());
    }
    Err(Fault::arg(arg, format!("`{layer}`: `{arg}` must be at least 0, got {value}")))
}

/// The argument `arg`, an axis, as an index into the first input's shape; not the batch.
pub(super) fn axis(call: &Call, arg: &'static str, axis: Axis) -> Result<usize, Fault> {
    let (layer, input) = (call.layer, &call.inputs[0]);
    match axis.index(input.shape.rank()) {
        Some(0) => {
            let title = format!("`{layer}`: axis {} is the batch", axis.0);
            Err(Fault::arg(arg, title).help("samples never meet; axis -1 is the channels"))
        }
        Some(index) => Ok(index),
        None => {
            let title = format!("`{layer}`: no axis {}; {} is {}", axis.0, input.name, input.shape);
            let last = input.shape.rank() - 1;
            Err(Fault::arg(arg, title).help(format!("axes go from 1 to {last}; -1 is the last")))
        }
    }
}

/// One or more axes, as [`axis`]: in order, each once.
pub(super) fn axes(call: &Call, arg: &'static str, axes: &Axes) -> Result<Vec<usize>, Fault> {
    if axes.0.is_empty() {
        return Err(Fault::arg(arg, format!("`{}`: `{arg}` names no axis", call.layer)));
    }
    let mut indices = Vec::new();
    for &one in &axes.0 {
        let index = axis(call, arg, one)?;
        if indices.contains(&index) {
            return Err(Fault::arg(arg, format!("`{}`: axis {index} is named twice", call.layer)));
        }
        indices.push(index);
    }
    indices.sort_unstable();
    Ok(indices)
}

/// The first input's shape without `axes`, or with 1 in their place.
pub(super) fn reduced(shape: &Shape, axes: &[usize], keepdims: bool) -> Shape {
    if keepdims {
        return axes.iter().fold(shape.clone(), |shape, &axis| shape.with(axis, 1));
    }
    let kept = shape.dims().iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
    Shape::new(kept.map(|(_, &dim)| dim).collect::<Vec<_>>())
}

/// `align_corners` means nothing to the nearest pixel.
pub(super) fn corners(layer: &str, how: Interpolation, align_corners: bool) -> Result<(), Fault> {
    if align_corners && how == Interpolation::Nearest {
        let title = format!("`{layer}`: `align_corners` does nothing to the nearest pixel");
        return Err(Fault::arg("align_corners", title).help("add `interpolation = bilinear`"));
    }
    Ok(())
}

/// Output shape of a pool over windows of `size`.
pub(super) fn pool(
    call: &Call,
    size: [usize; 2],
    stride: Option<[usize; 2]>,
    padding: Padding,
    ceil_mode: bool,
) -> Result<Shape, Fault> {
    let [h, w, channels] = call.image()?;
    let (kernel, stride, dilation) = (size, stride.unwrap_or(size), [1, 1]);
    let slide = Slide { call, kernel_arg: "size", kernel, stride, dilation, padding, ceil_mode };
    let [oh, ow] = slide.outputs([h, w])?;
    if let Padding::Explicit(pads) = padding
        && (0..2).any(|axis| pads[axis].iter().any(|&pad| pad >= size[axis]))
    {
        let title = format!("`{}`: the padding is as large as the window", call.layer);
        return Err(Fault::arg("padding", title).help("some windows would see only padding"));
    }
    Ok(call.shape().sized(&[oh, ow, channels]))
}

/// Arguments of a sliding window, for the faults to name.
pub(super) struct Slide<'a> {
    pub call: &'a Call<'a>,
    pub kernel_arg: &'static str,
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pub padding: Padding,
    pub ceil_mode: bool,
}

impl Slide<'_> {
    /// Output height and width of the windows over `size`.
    pub(super) fn outputs(&self, size: [usize; 2]) -> Result<[usize; 2], Fault> {
        let layer = self.call.layer;
        positive_pair(layer, self.kernel_arg, self.kernel)?;
        positive_pair(layer, "stride", self.stride)?;
        positive_pair(layer, "dilation", self.dilation)?;
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        let pads = resolve(&windows, size, self.padding, self.ceil_mode);
        let mut out = [0; 2];
        for axis in 0..2 {
            let outputs = windows[axis].outputs(size[axis], pads[axis]);
            out[axis] = outputs.ok_or_else(|| self.misfit(size))?;
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
        let what = if self.kernel_arg == "size" { "window" } else { "kernel" };
        Fault::arg(
            self.kernel_arg,
            format!("`{layer}`: a {kh}×{kw} {what}{dilated} does not fit the {h}×{w} input"),
        )
        .help("a smaller one, `padding = same`, or fewer strides and pools before it")
    }
}

/// Refuses input `i` of a merge if it has another rank than the first.
pub(super) fn same_rank(call: &Call, i: usize) -> Result<(), Fault> {
    let (layer, first, input) = (call.layer, &call.inputs[0], &call.inputs[i]);
    if first.shape.rank() == input.shape.rank() {
        return Ok(());
    }
    let title = format!(
        "`{layer}`: ranks differ: {} is {}, {} is {}",
        first.name, first.shape, input.name, input.shape
    );
    let help = "`reshape` one of them, or keep dimensions with `keepdims = true`";
    Err(Fault::input(i, title).help(help))
}

/// The shape of an elementwise merge: sizes are equal, or 1 where they broadcast.
pub(super) fn broadcast(call: &Call) -> Result<Shape, Fault> {
    let first = &call.inputs[0];
    let mut merged = first.shape.clone();
    for (i, input) in call.inputs.iter().enumerate().skip(1) {
        same_rank(call, i)?;
        for axis in 0..merged.rank() {
            match (merged[axis], input.shape[axis]) {
                (a, b) if a == b => {}
                (Dim::Known(1), b) if axis > 0 => merged = merged.with(axis, b),
                (_, Dim::Known(1)) if axis > 0 => {}
                (a, _) => {
                    // `merged` may come from any earlier input: name the one it comes from.
                    let owner = call.inputs[..i].iter().find(|x| x.shape[axis] == a);
                    let owner = owner.unwrap_or(first);
                    return Err(differ(
                        call.layer,
                        i,
                        axis,
                        (owner.name, owner.shape),
                        (input.name, input.shape),
                        "sizes must be equal, or 1 to broadcast",
                    ));
                }
            }
        }
    }
    Ok(merged)
}

/// Two inputs of a merge that disagree along `axis`; `otherwise` is the help where no layer
/// makes them agree.
pub(super) fn differ(
    layer: &str,
    input: usize,
    axis: usize,
    (a, a_shape): (&str, &Shape),
    (b, b_shape): (&str, &Shape),
    otherwise: &str,
) -> Fault {
    let what = match a_shape.axis_name(axis) {
        "height" => "heights",
        "width" => "widths",
        "length" => "lengths",
        "batch" => "batches",
        same => same,
    };
    let title =
        format!("`{layer}`: {what} differ: {a} has {}, {b} has {}", a_shape[axis], b_shape[axis]);
    let help = match (what, a_shape[axis], b_shape[axis]) {
        ("channels", Dim::Known(n), _) if a_shape.rank() == 4 => {
            format!("a 1×1 convolution makes them equal: `conv2d({n}, 1)` on {b}")
        }
        ("channels", Dim::Known(n), _) => format!("`dense({n})` on {b} makes them equal"),
        ("heights" | "widths", Dim::Known(x), Dim::Known(y)) if x.max(y) % x.min(y).max(1) == 0 => {
            let (small, by) = if x < y { (a, y / x.max(1)) } else { (b, x / y.max(1)) };
            format!("{small} would fit after `upsample2d({by})`")
        }
        ("heights" | "widths", ..) => {
            "sizes part where a stride or pool halves an odd size, or a `valid` convolution trims \
             the border; pad the input, `crop2d` the larger, or use `padding = same`"
                .to_owned()
        }
        _ => otherwise.to_owned(),
    };
    Fault::input(input, title).help(help)
}
