//! Pieces that several shape rules share.

use crate::window::Window;
use crate::{
    Axes, Axis, Bounds, Call, Condition, Dim, Fault, Interpolation, NoiseShape, Padding, Shape,
};

/// Refuses 0 where a count is needed.
pub(super) fn positive(call: &Call, arg: &'static str, value: impl Into<Dim>) -> Result<(), Fault> {
    let value = value.into();
    call.need(Condition::at_least(&value, &Dim::Known(1)), || {
        let layer = call.layer;
        Fault::arg(arg, format!("`{layer}`: `{arg}` must be at least 1, got {value}"))
    })
}

/// As [`positive`], for height and width.
pub(super) fn positive_pair<D: Into<Dim>>(
    call: &Call,
    arg: &'static str,
    pair: [D; 2],
) -> Result<(), Fault> {
    pair.into_iter().try_for_each(|value| positive(call, arg, value))
}

/// Groups of channels of equal size.
pub(super) fn divides(call: &Call, groups: usize, n: &Dim, what: &str) -> Result<(), Fault> {
    call.need(Condition::divides(groups, n), || {
        let title = format!("`{}`: {groups} groups do not divide {n} {what}", call.layer);
        let fault = Fault::arg("groups", title);
        let divides = |n: usize| move |near: &usize| n.is_multiple_of(*near);
        match n.known() {
            Some(n) => {
                let near = (1..=groups.min(1024)).rev().find(divides(n)).unwrap_or(1);
                fault.help(format!("a divisor of {n}, such as {near}"))
            }
            None => fault,
        }
    })
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
        Some(n) => dim.is(*n),
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

/// Where an axis goes to that is not among those reduced along the argument `axis`.
pub(super) fn beside(call: &Call, reduced: &Axes, keepdims: bool, axis: usize) -> Option<usize> {
    let reduced = axes(call, "axis", reduced).ok()?;
    let before = reduced.iter().filter(|&&other| other < axis).count();
    let to = if keepdims { axis } else { axis - before };
    (!reduced.contains(&axis)).then_some(to)
}

/// Pixels of a resized image are those of the image, or means of some.
pub(super) fn resized_bounds(image: Bounds, how: Interpolation) -> Bounds {
    let channels = |axis| (axis == 3).then_some(axis);
    match how {
        Interpolation::Nearest => image.moved(channels),
        Interpolation::Bilinear => image.averaged(channels),
    }
}

/// The first input's shape without `axes`, or with 1 in their place.
pub(super) fn reduced(shape: &Shape, axes: &[usize], keepdims: bool) -> Shape {
    if keepdims {
        return axes.iter().fold(shape.clone(), |shape, &axis| shape.with(axis, 1));
    }
    let kept = shape.dims().iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
    Shape::new(kept.map(|(_, dim)| dim.clone()).collect::<Vec<_>>())
}

/// `align_corners` means nothing to the nearest pixel.
pub(super) fn corners(layer: &str, how: Interpolation, align_corners: bool) -> Result<(), Fault> {
    if align_corners && how == Interpolation::Nearest {
        let title = format!("`{layer}`: `align_corners` does nothing to the nearest pixel");
        return Err(Fault::arg("align_corners", title).help("add `interpolation = bilinear`"));
    }
    Ok(())
}

/// The windows of a pool.
pub(super) fn pool<'a>(
    call: &'a Call<'a>,
    size: [usize; 2],
    stride: Option<[usize; 2]>,
    padding: Padding,
    ceil_mode: bool,
) -> Slide<'a> {
    let (kernel, stride, dilation) = (size, stride.unwrap_or(size), [1, 1]);
    Slide { call, kernel_arg: "size", kernel, stride, dilation, padding, ceil_mode }
}

/// Output shape of a pool.
pub(super) fn pooled(slide: &Slide) -> Result<Shape, Fault> {
    let (call, kernel) = (slide.call, slide.kernel);
    let [h, w, channels] = call.image()?;
    let [oh, ow] = slide.outputs([h, w])?;
    if let Padding::Explicit(pads) = slide.padding
        && (0..2).any(|axis| pads[axis].iter().any(|&pad| pad >= kernel[axis]))
    {
        let title = format!("`{}`: the padding is as large as the window", call.layer);
        return Err(Fault::arg("padding", title).help("some windows would see only padding"));
    }
    Ok(call.shape().sized([&oh, &ow, channels]))
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
    pub(super) fn outputs(&self, size: [&Dim; 2]) -> Result<[Dim; 2], Fault> {
        positive_pair(self.call, self.kernel_arg, self.kernel)?;
        positive_pair(self.call, "stride", self.stride)?;
        positive_pair(self.call, "dilation", self.dilation)?;
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        let outputs = |axis: usize| {
            let room = windows[axis].room(self.padding, axis, self.ceil_mode);
            let room = size[axis] + Dim::Known(room);
            let fits = Condition::at_least(&room, &Dim::Known(0));
            self.call.need(fits, || self.misfit(size))?;
            Ok(room.over(self.stride[axis]) + 1)
        };
        Ok([outputs(0)?, outputs(1)?])
    }

    fn misfit(&self, [h, w]: [&Dim; 2]) -> Fault {
        let layer = self.call.layer;
        let factor = |dim: &Dim| match dim.to_string() {
            sum if sum.contains(' ') => format!("({sum})"),
            one => one,
        };
        let [h, w] = [h, w].map(factor);
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
///
/// Whether a size broadcasts is settled for all sizes at once: one that happens to be 1 at some
/// size must be equal to the other there.
pub(super) fn broadcast(call: &Call) -> Result<Shape, Fault> {
    let first = &call.inputs[0];
    let mut merged = first.shape.clone();
    let one = |dim: &Dim| call.same(dim, &Dim::Known(1));
    for (i, input) in call.inputs.iter().enumerate().skip(1) {
        same_rank(call, i)?;
        for axis in 0..merged.rank() {
            let (a, b) = (&merged[axis], &input.shape[axis]);
            if a == b || (axis > 0 && one(b)) {
                continue;
            }
            if axis > 0 && one(a) {
                merged = merged.with(axis, b);
                continue;
            }
            call.need(Condition::equal(a, b), || {
                // `merged` may come from any earlier input: name the one it comes from.
                let owner = call.inputs[..i].iter().find(|x| x.shape[axis] == *a);
                let owner = owner.unwrap_or(first);
                let ends = [(owner.name, owner.shape), (input.name, input.shape)];
                differ(call.layer, i, axis, ends, "sizes must be equal, or 1 to broadcast")
            })?;
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
    [(a, a_shape), (b, b_shape)]: [(&str, &Shape); 2],
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
    let help = match (what, a_shape[axis].known(), b_shape[axis].known()) {
        ("channels", Some(n), _) if a_shape.rank() == 4 => {
            format!("a 1×1 convolution makes them equal: `conv2d({n}, 1)` on {b}")
        }
        ("channels", Some(n), _) => format!("`dense({n})` on {b} makes them equal"),
        ("heights" | "widths", Some(x), Some(y)) if x.max(y) % x.min(y).max(1) == 0 => {
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
