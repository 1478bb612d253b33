//! Each layer as Keras has it.

use formwork_ir::{Axis, Dim, Extent, Initializer, Interpolation, NoiseShape, Op, Shape};

use super::steps::{Args, Step, bool, code, float, layer, ops, pair, sides};
use super::tuple;
use super::windows::{
    avg_pool2d, conv2d, conv2d_transpose, depthwise_conv2d, max_pool2d, separable_conv2d,
};

pub const GLOROT: Initializer = Initializer::GlorotUniform;
pub const ZEROS: Initializer = Initializer::Zeros;
const ONES: Initializer = Initializer::Ones;

/// The layers and operations that compute what a layer does, of inputs of those shapes.
///
/// # Errors
/// If Keras has none.
pub fn steps(op: &Op, inputs: &[&Shape], output: &Shape) -> Result<Vec<Step>, String> {
    let input = inputs[0];
    let rank = input.rank();
    let one = |class: &str, args: Args| Ok(vec![layer(class, args.0)]);
    let activation = |name: &str| one("Activation", Args::new(vec![format!("\"{name}\"")]));
    match op {
        Op::Conv2d(own) => conv2d(own, input),
        Op::DepthwiseConv2d(own) => depthwise_conv2d(own, input),
        Op::SeparableConv2d(own) => separable_conv2d(own, input),
        Op::Conv2dTranspose(own) => conv2d_transpose(own),
        Op::Dense(own) => one(
            "Dense",
            Args::new(vec![number(&own.units)?])
                .add("use_bias", bool(own.bias), "True")
                .initializer("kernel_initializer", &own.kernel_initializer, &GLOROT)
                .initializer("bias_initializer", &own.bias_initializer, &ZEROS),
        ),
        Op::MaxPool2d(own) => Ok(max_pool2d(own)),
        Op::AvgPool2d(own) => avg_pool2d(own, input),
        Op::GlobalAvgPool2d(own) => one(
            "GlobalAveragePooling2D",
            Args::default().add("keepdims", bool(own.keepdims), "False"),
        ),
        Op::GlobalMaxPool2d(own) => {
            one("GlobalMaxPooling2D", Args::default().add("keepdims", bool(own.keepdims), "False"))
        }
        Op::BatchNorm(own) => one(
            "BatchNormalization",
            Args::default()
                .add("momentum", float(own.momentum), "0.99")
                .add("epsilon", float(own.epsilon), "0.001")
                .add("center", bool(own.center), "True")
                .add("scale", bool(own.scale), "True")
                .initializer("beta_initializer", &own.beta_initializer, &ZEROS)
                .initializer("gamma_initializer", &own.gamma_initializer, &ONES)
                .initializer("moving_mean_initializer", &own.moving_mean_initializer, &ZEROS)
                .initializer(
                    "moving_variance_initializer",
                    &own.moving_variance_initializer,
                    &ONES,
                ),
        ),
        Op::LayerNorm(own) => {
            let first = rank - own.axis.0.len();
            let axes: Vec<_> = (first..rank).map(|axis| axis.to_string()).collect();
            let axes = if own.axis.0.len() == 1 { "-1".to_owned() } else { tuple(&axes) };
            one(
                "LayerNormalization",
                Args::default()
                    .add("axis", axes.replace('(', "[").replace(')', "]"), "-1")
                    .add("epsilon", float(own.epsilon), "0.001")
                    .add("center", bool(own.center), "True")
                    .add("scale", bool(own.scale), "True")
                    .initializer("beta_initializer", &own.beta_initializer, &ZEROS)
                    .initializer("gamma_initializer", &own.gamma_initializer, &ONES),
            )
        }
        Op::GroupNorm(own) => one(
            "GroupNormalization",
            Args::default()
                .add("groups", own.groups.to_string(), "32")
                .add("epsilon", float(own.epsilon), "0.001")
                .add("center", bool(own.center), "True")
                .add("scale", bool(own.scale), "True")
                .initializer("beta_initializer", &own.beta_initializer, &ZEROS)
                .initializer("gamma_initializer", &own.gamma_initializer, &ONES),
        ),
        // Where the largest output comes before the threshold Keras' own does not do what it says.
        Op::Relu(own) if own.max_value.is_some_and(|most| most < own.threshold) => {
            let most = float(own.max_value.unwrap_or_default());
            let below =
                format!("{} * ({{x}} - {})", float(own.negative_slope), float(own.threshold));
            Ok(vec![ops("where", vec![format!("{{x}} >= {most}"), most, below])])
        }
        Op::Relu(own) => one(
            "ReLU",
            Args::default()
                .add("max_value", own.max_value.map_or("None".to_owned(), float), "None")
                .add("negative_slope", float(own.negative_slope), "0.0")
                .add("threshold", float(own.threshold), "0.0"),
        ),
        Op::Relu6(_) => one("ReLU", Args::default().add("max_value", "6.0", "None")),
        Op::LeakyRelu(own) => one(
            "LeakyReLU",
            Args::default().add("negative_slope", float(own.negative_slope), "0.3"),
        ),
        Op::Prelu(own) => {
            let shared = own.shared_axes.iter().flat_map(|axes| &axes.0);
            let shared: Vec<_> =
                shared.filter_map(|axis| axis.index(rank)).map(|axis| axis.to_string()).collect();
            let shared = if shared.is_empty() { "None".to_owned() } else { shared.join(", ") };
            one(
                "PReLU",
                Args::default()
                    .initializer("alpha_initializer", &own.alpha_initializer, &ZEROS)
                    .add("shared_axes", format!("[{shared}]"), "[None]"),
            )
        }
        Op::Elu(own) => one("ELU", Args::default().add("alpha", float(own.alpha), "1.0")),
        Op::Selu(_) => activation("selu"),
        Op::Gelu(own) if own.approximate => {
            Ok(vec![ops("gelu", vec!["{x}".to_owned(), "approximate=True".to_owned()])])
        }
        Op::Gelu(_) => activation("gelu"),
        Op::Silu(_) => activation("silu"),
        Op::Sigmoid(_) => activation("sigmoid"),
        Op::Tanh(_) => activation("tanh"),
        Op::Softplus(_) => activation("softplus"),
        Op::HardSigmoid(_) => activation("hard_sigmoid"),
        Op::HardSwish(_) => activation("hard_silu"),
        Op::Mish(_) => activation("mish"),
        Op::Softmax(own) => {
            one("Softmax", Args::default().add("axis", index(own.axis, rank), "-1"))
        }
        Op::LogSoftmax(own) => match index(own.axis, rank).as_str() {
            "-1" => activation("log_softmax"),
            axis => Ok(vec![ops("log_softmax", vec!["{x}".to_owned(), format!("axis={axis}")])]),
        },
        Op::Dropout(own) => one(
            "Dropout",
            Args::new(vec![float(own.rate)]).add("noise_shape", noise(&own.noise_shape), "None"),
        ),
        Op::AlphaDropout(own) => one(
            "AlphaDropout",
            Args::new(vec![float(own.rate)]).add("noise_shape", noise(&own.noise_shape), "None"),
        ),
        Op::SpatialDropout2d(own) => one("SpatialDropout2D", Args::new(vec![float(own.rate)])),
        Op::GaussianNoise(own) => one("GaussianNoise", Args::new(vec![float(own.stddev)])),
        Op::GaussianDropout(own) => one("GaussianDropout", Args::new(vec![float(own.rate)])),
        Op::Flatten(_) => one("Flatten", Args::default()),
        Op::Reshape(_) => {
            let sizes = output.sample().iter();
            let unknown = sizes.clone().filter(|dim| dim.known().is_none()).count();
            if unknown > 1 {
                return Err(format!("Keras reshapes to {output} only where sizes are {NUMBERS}"));
            }
            let size = |dim: &Dim| dim.known().map_or("-1".to_owned(), |n| n.to_string());
            one("Reshape", Args::new(vec![tuple(&sizes.map(size).collect::<Vec<_>>())]))
        }
        Op::Permute(own) => {
            let axes: Vec<_> = own.dims.iter().map(usize::to_string).collect();
            one("Permute", Args::new(vec![tuple(&axes)]))
        }
        Op::Slice(own) => {
            let axis = own.axis.index(rank).ok_or("no such axis")?;
            let [start, end] = own.range.0.each_ref();
            let (Dim::Known(start), Dim::Known(end)) = (start, end) else {
                return Err(format!("the ends of a slice must be {NUMBERS}"));
            };
            let start = if *start == 0 { String::new() } else { start.to_string() };
            let all = ":, ".repeat(axis);
            Ok(vec![code(format!("{{x}}[{all}{start}:{end}]"))])
        }
        Op::Split(_) => Err("its parts stand for it".to_owned()),
        Op::ZeroPad2d(own) => one("ZeroPadding2D", Args::new(vec![sides(own.padding)])),
        Op::Crop2d(own) => one("Cropping2D", Args::new(vec![sides(own.cropping)])),
        Op::DepthToSpace(own) => {
            Ok(vec![ops("depth_to_space", vec!["{x}".to_owned(), own.block_size.to_string()])])
        }
        Op::SpaceToDepth(own) => {
            Ok(vec![ops("space_to_depth", vec!["{x}".to_owned(), own.block_size.to_string()])])
        }
        Op::Upsample2d(own) if own.align_corners => corners(input, output),
        Op::Upsample2d(own) => one(
            "UpSampling2D",
            Args::new(vec![pair(own.size)]).add(
                "interpolation",
                how(own.interpolation),
                "\"nearest\"",
            ),
        ),
        Op::Resize2d(own) if own.align_corners => corners(input, output),
        Op::Resize2d(own) => resize2d(&own.size, own.interpolation, input),
        Op::ReduceMean(own) => reduce("mean", &own.axis.0, own.keepdims, rank),
        Op::ReduceMax(own) => reduce("max", &own.axis.0, own.keepdims, rank),
        Op::ReduceSum(own) => reduce("sum", &own.axis.0, own.keepdims, rank),
        Op::Clip(own) => {
            Ok(vec![ops("clip", vec!["{x}".to_owned(), float(own.min), float(own.max)])])
        }
        Op::Rescaling(own) => one(
            "Rescaling",
            Args::new(vec![float(own.scale)]).add("offset", float(own.offset), "0.0"),
        ),
        Op::Concat(own) => {
            one("Concatenate", Args::default().add("axis", index(own.axis, rank), "-1"))
        }
        Op::Add(_) => one("Add", Args::default()),
        Op::Subtract(_) => one("Subtract", Args::default()),
        Op::Multiply(_) => one("Multiply", Args::default()),
        Op::Average(_) => one("Average", Args::default()),
        Op::Maximum(_) => one("Maximum", Args::default()),
        Op::Minimum(_) => one("Minimum", Args::default()),
    }
}

pub const NUMBERS: &str = "numbers: say them with `--at`";

/// A size that is a number.
///
/// # Errors
/// If it is none.
pub fn number(dim: &Dim) -> Result<String, String> {
    let n = dim.known().ok_or_else(|| format!("{dim} must be a number: say it with `--at`"))?;
    Ok(n.to_string())
}

/// An axis, the last one as -1.
fn index(axis: Axis, rank: usize) -> String {
    match axis.index(rank) {
        Some(axis) if axis + 1 < rank => axis.to_string(),
        _ => "-1".to_owned(),
    }
}

fn how(interpolation: Interpolation) -> &'static str {
    match interpolation {
        Interpolation::Nearest => "\"nearest\"",
        Interpolation::Bilinear => "\"bilinear\"",
    }
}

fn noise(shape: &Option<NoiseShape>) -> String {
    let size = |n: &Option<usize>| n.map_or("None".to_owned(), |n| n.to_string());
    match shape {
        Some(NoiseShape(sizes)) => tuple(&sizes.iter().map(size).collect::<Vec<_>>()),
        None => "None".to_owned(),
    }
}

fn reduce(op: &str, axes: &[Axis], keepdims: bool, rank: usize) -> Result<Vec<Step>, String> {
    let mut axes: Vec<_> = axes.iter().filter_map(|axis| axis.index(rank)).collect();
    axes.sort_unstable();
    let axes = match axes.as_slice() {
        [axis] => index(Axis(*axis as isize), rank),
        axes => tuple(&axes.iter().map(usize::to_string).collect::<Vec<_>>()),
    };
    let args = Args::new(vec!["{x}".to_owned()]).add("axis", axes, "");
    Ok(vec![ops(op, args.add("keepdims", bool(keepdims), "False").0)])
}

fn resize2d(
    size: &Extent,
    interpolation: Interpolation,
    input: &Shape,
) -> Result<Vec<Step>, String> {
    let sizes = [number(&size.0[0])?, number(&size.0[1])?];
    if interpolation == Interpolation::Nearest {
        // Keras rounds where an output lies right between two pixels.
        let nearest = |axis: usize| {
            let (from, to) = (number(&input[axis])?, &sizes[axis - 1]);
            let indices = format!("(2 * numpy.arange({to}) + 1) * {from} // (2 * {to})");
            Ok(ops("take", vec!["{x}".to_owned(), indices, format!("axis={axis}")]))
        };
        return [1, 2].into_iter().map(nearest).collect();
    }
    let args = Args::new(sizes.to_vec());
    Ok(vec![layer("Resizing", args.add("interpolation", how(interpolation), "\"bilinear\"").0)])
}

/// Bilinear interpolation with corners aligned: a product with a matrix each way.
fn corners(input: &Shape, output: &Shape) -> Result<Vec<Step>, String> {
    let matrix = |axis: usize| {
        Ok::<_, String>(format!(
            "interpolation({}, {})",
            number(&input[axis])?,
            number(&output[axis])?
        ))
    };
    let terms = "\"bhwc,ih,jw->bijc\"".to_owned();
    Ok(vec![ops("einsum", vec![terms, "{x}".to_owned(), matrix(1)?, matrix(2)?])])
}
