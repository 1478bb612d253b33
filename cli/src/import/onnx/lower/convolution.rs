//! `Conv` and `ConvTranspose`.

use formwork_ir::layers::{Conv2d, Conv2dTranspose, DepthwiseConv2d};
use formwork_ir::window::Window;
use formwork_ir::{Dim, Padding};

use super::{Lower, Lowered, Step, Value, View};
use crate::import::imported::Values;
use crate::import::onnx::tensor::Tensor;

/// The arguments that windows have in common.
#[derive(Clone, Copy)]
pub struct Slide {
    pub windows: [Window; 2],
    pub padding: Padding,
}

impl Slide {
    pub fn stride(&self) -> [usize; 2] {
        self.windows.map(|window| window.stride)
    }

    pub fn dilation(&self) -> [usize; 2] {
        self.windows.map(|window| window.dilation)
    }
}

impl Lower<'_> {
    pub fn conv(&mut self, step: &Step) -> Lowered {
        let (view, kernel) = (self.computed(step, 0)?, self.weight(step, 1)?);
        let bias = self.constant(step, 2)?;
        let &[filters, inner, kh, kw] = kernel.dims.as_slice() else {
            return Err(not_2d(&kernel));
        };
        let input = self.image(&view)?;
        let slide = self.slide(step, &view, [kh, kw])?;
        let groups = size(step.int("group", 1))?;
        let channels = self.dims(&view)[1].clone();
        if !channels.is(inner.saturating_mul(groups)) {
            let expected = inner.saturating_mul(groups);
            return Err(format!("its kernel takes {expected} channels, there are {channels}"));
        }
        let (constants, mut values) = (with(&kernel, bias.as_ref()), Vec::new());
        let node = if inner == 1 && groups > 1 && filters % groups == 0 {
            // [channels · m, 1, h, w] to [h, w, channels, m]
            let m = filters / groups;
            let kernel = kernel.reshaped(&[groups, m, kh, kw]).permuted(&[2, 3, 0, 1]);
            values.push(floats(&kernel)?);
            let op = DepthwiseConv2d::new([kh, kw])
                .stride(slide.stride())
                .padding(slide.padding)
                .dilation(slide.dilation())
                .depth_multiplier(m)
                .bias(bias.is_some());
            values.extend(bias.as_ref().map(floats).transpose()?);
            self.weighted(step, op, &[input], &constants, values)?
        } else {
            values.push(floats(&kernel.permuted(&[2, 3, 1, 0]))?);
            let op = Conv2d::new(filters, [kh, kw])
                .stride(slide.stride())
                .padding(slide.padding)
                .dilation(slide.dilation())
                .groups(groups)
                .bias(bias.is_some());
            values.extend(bias.as_ref().map(floats).transpose()?);
            self.weighted(step, op, &[input], &constants, values)?
        };
        Ok(vec![Value::Computed(View::channels_first(node, 4))])
    }

    pub fn conv_transpose(&mut self, step: &Step) -> Lowered {
        let (view, kernel) = (self.computed(step, 0)?, self.weight(step, 1)?);
        let bias = self.constant(step, 2)?;
        let &[_, filters, kh, kw] = kernel.dims.as_slice() else {
            return Err(not_2d(&kernel));
        };
        match step.int("group", 1) {
            1 => {}
            n => return Err(format!("transposed convolutions of {n} groups have no layer")),
        }
        let input = self.image(&view)?;
        let windows = windows(step, [kh, kw])?;
        let extra = pair(step, "output_padding", [0, 0])?;
        let output_padding = (extra != [0, 0]).then_some(extra);
        let pads = match (step.text("auto_pad").unwrap_or("NOTSET"), step.ints("output_shape")) {
            ("NOTSET", None) => match explicit(step)? {
                Padding::Explicit(pads) => pads,
                _ => [[0; 2]; 2],
            },
            ("VALID", None) => [[0; 2]; 2],
            (automatic, wanted) => {
                // The padding follows from the size of the output.
                let sizes = self.known(&view)?;
                let mut pads = [[0; 2]; 2];
                for axis in 0..2 {
                    let stride = windows[axis].stride;
                    let outputs = match wanted.map(|sizes| sizes.iter().rev().nth(1 - axis)) {
                        Some(Some(&n)) => size(n)?,
                        Some(None) => return Err("its output shape lacks an axis".to_owned()),
                        None => sizes[axis].saturating_mul(stride),
                    };
                    let natural = stride
                        .saturating_mul(sizes[axis] - 1)
                        .saturating_add(extra[axis])
                        .saturating_add(windows[axis].extent());
                    let total = natural.checked_sub(outputs);
                    let total = total.ok_or("its output is larger than its kernels reach")?;
                    let less = total / 2;
                    pads[axis] = match automatic {
                        "SAME_UPPER" => [less, total - less],
                        _ => [total - less, less],
                    };
                }
                pads
            }
        };
        // With `valid`, Keras' output is longer where the stride is longer than the kernel.
        let reaches = windows.iter().all(|window| window.extent() >= window.stride);
        let padding = match pads {
            [[0, 0], [0, 0]] if reaches && output_padding.is_none() => Padding::Valid,
            pads => Padding::Explicit(pads),
        };
        let values = [Some(kernel.permuted(&[2, 3, 1, 0])), bias.clone()];
        let values: Result<Vec<_>, _> = values.iter().flatten().map(floats).collect();
        let op = Conv2dTranspose::new(filters, [kh, kw])
            .stride(windows.map(|window| window.stride))
            .padding(padding)
            .output_padding(output_padding)
            .dilation(windows.map(|window| window.dilation))
            .bias(bias.is_some());
        let node = self.weighted(step, op, &[input], &with(&kernel, bias.as_ref()), values?)?;
        Ok(vec![Value::Computed(View::channels_first(node, 4))])
    }

    /// The arguments of windows over an image, the padding as a person would write it.
    pub fn slide(&self, step: &Step, view: &View, kernel: [usize; 2]) -> Result<Slide, String> {
        let windows = windows(step, kernel)?;
        let same = |windows: [Window; 2]| windows.iter().all(|window| window.stride == 1);
        let padding = match step.text("auto_pad").unwrap_or("NOTSET") {
            "NOTSET" => explicit(step)?,
            "VALID" => Padding::Valid,
            "SAME_UPPER" => return Ok(Slide { windows, padding: Padding::Same }),
            "SAME_LOWER" if same(windows) => Padding::Explicit(windows.map(|window| {
                let total = window.extent() - 1;
                [total - total / 2, total / 2]
            })),
            "SAME_LOWER" => {
                let sizes = self.known(view)?;
                Padding::Explicit([0, 1].map(|axis| {
                    let [less, more] = windows[axis].padding(sizes[axis], Padding::Same, axis);
                    [more, less]
                }))
            }
            other => return Err(format!("its `auto_pad` is `{other}`")),
        };
        Ok(Slide { windows, padding: self.idiomatic(padding, &windows, view) })
    }

    /// `same`, where it means the very pixels that are given: at stride 1, or where more are after
    /// than before, as only TensorFlow has it.
    fn idiomatic(&self, padding: Padding, windows: &[Window; 2], view: &View) -> Padding {
        let Padding::Explicit(pads) = padding else { return padding };
        if pads == [[0; 2]; 2] {
            return Padding::Valid;
        }
        let dims = self.dims(view);
        let uneven = uneven(&pads);
        if self.even && !uneven {
            return padding;
        }
        let same = |axis: usize| {
            let window = windows[axis];
            let total = window.extent() - 1;
            match (window.stride, dims[axis + 2].known()) {
                (1, _) => pads[axis] == [total / 2, total - total / 2],
                (_, Some(n)) if uneven => window.padding(n, Padding::Same, axis) == pads[axis],
                _ => false,
            }
        };
        if (0..2).all(same) { Padding::Same } else { padding }
    }

    /// Height and width as numbers.
    fn known(&self, view: &View) -> Result<[usize; 2], String> {
        let dims = self.dims(view);
        match [dims.get(2).and_then(Dim::known), dims.get(3).and_then(Dim::known)] {
            [Some(h), Some(w)] => Ok([h, w]),
            _ => Err("its padding depends on sizes that are no numbers; export it with fixed \
                      heights and widths"
                .to_owned()),
        }
    }
}

/// The windows of an operator.
/// Whether a window that moves by more than a pixel is padded as much before as after.
pub fn strides_evenly(step: &Step) -> bool {
    let strides = step.ints("strides").unwrap_or_default();
    let pads = match explicit(step) {
        Ok(Padding::Explicit(pads)) => pads,
        _ => return false,
    };
    step.op == "Conv" && strides.iter().any(|&n| n > 1) && pads != [[0; 2]; 2] && !uneven(&pads)
}

fn uneven(pads: &[[usize; 2]; 2]) -> bool {
    pads.iter().any(|[before, after]| before != after)
}

pub fn windows(step: &Step, kernel: [usize; 2]) -> Result<[Window; 2], String> {
    let (stride, dilation) = (pair(step, "strides", [1, 1])?, pair(step, "dilations", [1, 1])?);
    if stride.contains(&0) || dilation.contains(&0) {
        return Err("a step of it is 0".to_owned());
    }
    Ok(Window::pair(kernel.map(|n| n.max(1)), stride, dilation))
}

/// `pads`, which has all beginnings before all ends.
pub fn explicit(step: &Step) -> Result<Padding, String> {
    let Some(pads) = step.ints("pads") else { return Ok(Padding::Valid) };
    let pads: Result<Vec<_>, _> = pads.iter().map(|&n| size(n)).collect();
    match pads?.as_slice() {
        &[top, left, bottom, right] => Ok(Padding::Explicit([[top, bottom], [left, right]])),
        pads => Err(format!("its padding has {} numbers; an image takes 4", pads.len())),
    }
}

/// Two whole numbers of an argument.
pub fn pair(step: &Step, name: &str, default: [usize; 2]) -> Result<[usize; 2], String> {
    match step.ints(name) {
        None => Ok(default),
        Some(&[h, w]) => Ok([size(h)?, size(w)?]),
        Some(other) => Err(format!("its `{name}` are {other:?}; an image takes two")),
    }
}

/// A number of pixels or channels that a machine may hold.
pub fn size(n: i64) -> Result<usize, String> {
    match usize::try_from(n) {
        Ok(n) if n <= 1 << 24 => Ok(n),
        _ => Err(format!("an argument of it is {n}")),
    }
}

/// The values of a weight, if the file holds them.
pub fn floats(tensor: &Tensor) -> Result<Values, String> {
    use crate::import::onnx::tensor::Data;
    match &tensor.data {
        Data::Floats(values) => Ok(Some(values.to_vec())),
        Data::Absent => Ok(None),
        Data::Quotients(_) => Err("its weights depend on sizes".to_owned()),
        Data::Ints(_) => Err("its weights are whole numbers".to_owned()),
    }
}

fn not_2d(kernel: &Tensor) -> String {
    match kernel.dims.len() {
        n @ (3 | 5) => format!("it is a {}-D convolution; those of images are 2-D", n - 2),
        n => format!("its kernel has {n} axes, expected 4"),
    }
}

fn with<'a>(kernel: &'a Tensor, bias: Option<&'a Tensor>) -> Vec<&'a Tensor> {
    std::iter::once(kernel).chain(bias).collect()
}
