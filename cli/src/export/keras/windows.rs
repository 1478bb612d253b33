//! Layers whose windows slide over images: Keras has some of their paddings and steps.

use formwork_ir::layers::{
    AvgPool2d, Conv2d, Conv2dTranspose, DepthwiseConv2d, MaxPool2d, SeparableConv2d,
};
use formwork_ir::window::Window;
use formwork_ir::{Padding, Shape};

use super::layer::{GLOROT, NUMBERS, ZEROS, number};
use super::steps::{Args, Step, bool, code, layer, padded, pair, part, sides, word};
use crate::export::window::{Slide, longer, partial};

/// What comes before and after a convolution whose padding or steps Keras' do not have, and the
/// convolution's own arguments for them.
fn windowed(slide: &Slide, input: &Shape) -> Result<(Option<Step>, Args, Option<Step>), String> {
    let Slide { kernel: _, stride, dilation, padding } = *slide;
    // Keras takes no step in both.
    let both = stride != [1, 1] && dilation != [1, 1];
    let native = !both && !matches!(padding, Padding::Explicit(_));
    let pads = match native {
        true => [[0; 2]; 2],
        false => slide.resolve(&input.dims()[1..3]).ok_or_else(|| {
            format!("`same` with a stride and a dilation: the image's sizes must be {NUMBERS}")
        })?,
    };
    let pad = (pads != [[0; 2]; 2]).then(|| padded(pads));
    let padding = if native { word(padding) } else { "\"valid\"" };
    let [rows, columns] = stride;
    let after = both.then(|| code(format!("{{x}}[:, ::{rows}, ::{columns}]")));
    let strides = if both { [1, 1] } else { stride };
    let args = Args::default()
        .add("strides", pair(strides), "1")
        .add("padding", padding, "\"valid\"")
        .add("dilation_rate", pair(dilation), "1");
    Ok((pad, args, after))
}

fn chain(pad: Option<Step>, own: Step, after: Option<Step>) -> Vec<Step> {
    pad.into_iter().chain([own]).chain(after).collect()
}

pub fn conv2d(own: &Conv2d, input: &Shape) -> Result<Vec<Step>, String> {
    let Conv2d { kernel, stride, padding, dilation, groups, bias, .. } = *own;
    let (pad, window, after) = windowed(&Slide { kernel, stride, dilation, padding }, input)?;
    let mut args = Args::new(vec![number(&own.filters)?, pair(kernel)]);
    args.0.extend(window.0);
    let args = args
        .add("groups", groups.to_string(), "1")
        .add("use_bias", bool(bias), "True")
        .initializer("kernel_initializer", &own.kernel_initializer, &GLOROT)
        .initializer("bias_initializer", &own.bias_initializer, &ZEROS);
    Ok(chain(pad, layer("Conv2D", args.0), after))
}

pub fn depthwise_conv2d(own: &DepthwiseConv2d, input: &Shape) -> Result<Vec<Step>, String> {
    let DepthwiseConv2d { kernel, stride, padding, dilation, depth_multiplier, bias, .. } = *own;
    let (pad, window, after) = windowed(&Slide { kernel, stride, dilation, padding }, input)?;
    let mut args = Args::new(vec![pair(kernel)]);
    args.0.extend(window.0);
    let args = args
        .add("depth_multiplier", depth_multiplier.to_string(), "1")
        .add("use_bias", bool(bias), "True")
        .initializer("depthwise_initializer", &own.depthwise_initializer, &GLOROT)
        .initializer("bias_initializer", &own.bias_initializer, &ZEROS);
    Ok(chain(pad, layer("DepthwiseConv2D", args.0), after))
}

pub fn separable_conv2d(own: &SeparableConv2d, input: &Shape) -> Result<Vec<Step>, String> {
    let SeparableConv2d { kernel, stride, padding, dilation, depth_multiplier, bias, .. } = *own;
    let (pad, window, after) = windowed(&Slide { kernel, stride, dilation, padding }, input)?;
    let mut args = Args::new(vec![number(&own.filters)?, pair(kernel)]);
    args.0.extend(window.0);
    let args = args
        .add("depth_multiplier", depth_multiplier.to_string(), "1")
        .add("use_bias", bool(bias), "True")
        .initializer("depthwise_initializer", &own.depthwise_initializer, &GLOROT)
        .initializer("pointwise_initializer", &own.pointwise_initializer, &GLOROT)
        .initializer("bias_initializer", &own.bias_initializer, &ZEROS);
    Ok(chain(pad, layer("SeparableConv2D", args.0), after))
}

pub fn conv2d_transpose(own: &Conv2dTranspose) -> Result<Vec<Step>, String> {
    let Conv2dTranspose { kernel, stride, padding, output_padding, dilation, bias, .. } = *own;
    if stride != [1, 1] && dilation != [1, 1] {
        return Err("Keras takes no stride together with a dilation here".to_owned());
    }
    let windows = Window::pair(kernel, stride, dilation);
    let (mut appended, mut crop) = (output_padding, None);
    if let Padding::Explicit(pads) = padding {
        // Without a padding Keras makes an output no shorter than its strides.
        let extra = output_padding.unwrap_or([0, 0]);
        let beyond = [0, 1].map(|axis| {
            let filled = stride[axis].saturating_sub(windows[axis].extent());
            let after = pads[axis][1] as i64 - extra[axis] as i64 + filled as i64;
            (pads[axis][0], after)
        });
        if beyond.iter().all(|(_, after)| *after >= 0) {
            appended = None;
            crop = Some(beyond.map(|(before, after)| [before, after as usize]));
        } else {
            appended = Some(extra);
            crop = Some(pads);
        }
    }
    let word = if padding == Padding::Same { "\"same\"" } else { "\"valid\"" };
    if let Some(extra) = appended
        && (0..2).any(|axis| extra[axis] >= stride[axis])
    {
        return Err("Keras takes no output padding from the stride on".to_owned());
    }
    let appended = appended.map_or("None".to_owned(), pair);
    let args = Args::new(vec![number(&own.filters)?, pair(kernel)])
        .add("strides", pair(stride), "1")
        .add("padding", word, "\"valid\"")
        .add("output_padding", appended, "None")
        .add("dilation_rate", pair(dilation), "1")
        .add("use_bias", bool(bias), "True")
        .initializer("kernel_initializer", &own.kernel_initializer, &GLOROT)
        .initializer("bias_initializer", &own.bias_initializer, &ZEROS);
    let mut steps = vec![layer("Conv2DTranspose", args.0)];
    if let Some(crop) = crop.filter(|crop| *crop != [[0; 2]; 2]) {
        steps.push(part("crop", "Cropping2D", vec![sides(crop)]));
    }
    Ok(steps)
}

fn pool(class: &str, size: [usize; 2], stride: [usize; 2], padding: Padding) -> Step {
    let strides = if stride == size { "None".to_owned() } else { pair(stride) };
    let args = Args::new(vec![pair(size)]);
    let args = args.add("strides", strides, "None").add("padding", word(padding), "\"valid\"");
    layer(class, args.0)
}

/// The padding of a pool that Keras does not have itself.
fn around(slide: &Slide, input: &Shape) -> Result<Option<[[usize; 2]; 2]>, String> {
    let pads = slide.resolve(&input.dims()[1..3]);
    let pads = pads.ok_or_else(|| format!("the image's sizes must be {NUMBERS}"))?;
    Ok((pads != [[0; 2]; 2]).then_some(pads))
}

/// `ops.pad(value, …)`
fn pad_call(value: &str, [[top, bottom], [left, right]]: [[usize; 2]; 2], more: &str) -> String {
    format!("ops.pad({value}, [[0, 0], [{top}, {bottom}], [{left}, {right}], [0, 0]]{more})")
}

pub fn max_pool2d(own: &MaxPool2d) -> Vec<Step> {
    let MaxPool2d { size, stride, padding, ceil_mode } = *own;
    let stride = stride.unwrap_or(size);
    let padding = longer(padding, partial(size, stride, padding, ceil_mode));
    match padding {
        Padding::Explicit(pads) if pads != [[0; 2]; 2] => {
            let lowest = ", constant_values=-numpy.inf";
            let pad = code(pad_call("{x}", pads, lowest));
            vec![pad, pool("MaxPooling2D", size, stride, Padding::Valid)]
        }
        Padding::Explicit(_) => vec![pool("MaxPooling2D", size, stride, Padding::Valid)],
        padding => vec![pool("MaxPooling2D", size, stride, padding)],
    }
}

pub fn avg_pool2d(own: &AvgPool2d, input: &Shape) -> Result<Vec<Step>, String> {
    let AvgPool2d { size, stride, padding, count_include_pad, ceil_mode } = *own;
    let stride = stride.unwrap_or(size);
    let added = partial(size, stride, padding, ceil_mode);
    let class = "AveragePooling2D";
    if padding == Padding::Same && !count_include_pad {
        return Ok(vec![pool(class, size, stride, padding)]);
    }
    let mut slide = Slide { kernel: size, stride, dilation: [1, 1], padding };
    let mut steps = Vec::new();
    if count_include_pad {
        // Zeros of the image from here on.
        steps.extend(around(&slide, input)?.map(padded));
        slide.padding = Padding::Valid;
    }
    slide.padding = longer(slide.padding, added);
    match around(&slide, input)? {
        None => steps.push(pool(class, size, stride, Padding::Valid)),
        Some(pads) => {
            // Sums over means of ones: what was added does not count.
            let mean = |value: &str| {
                let strides = pair(stride);
                format!(
                    "ops.average_pool({}, {}, {strides})",
                    pad_call(value, pads, ""),
                    pair(size)
                )
            };
            steps.push(code(format!("{} / {}", mean("{x}"), mean("ops.ones_like({x})"))));
        }
    }
    Ok(steps)
}
