//! A network as the list of layers that interpreters of other frameworks build it from.

use serde::{Deserialize, Serialize};

/// A network with one input and one output.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Network {
    /// The layers in the order they run; the input is the first, the output the last.
    pub layers: Vec<Layer>,
}

/// One layer. Images are (height, width, channels); the batch is left out of all shapes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Layer {
    /// Its name, which is also that of its value.
    pub name: String,
    /// What it does.
    #[serde(flatten)]
    pub op: Op,
    /// The layers whose values it reads.
    pub inputs: Vec<String>,
    /// Those among them that no later layer reads.
    pub frees: Vec<String>,
    /// The shape of its value.
    pub shape: Vec<usize>,
    /// Its kernel: `[height, width, channels, filters]`, of a depthwise convolution
    /// `[height, width, channels, 1]`, of a transposed one `[height, width, filters, channels]`,
    /// of a dense layer `[inputs, outputs]`.
    pub kernel: Option<Weight>,
    /// Its bias.
    pub bias: Option<Weight>,
}

/// What a layer does. Paddings are `[[top, bottom], [left, right]]`, resolved to pixels.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the field")]
pub enum Op {
    Input,
    Conv2d {
        stride: [usize; 2],
        pads: [[usize; 2]; 2],
    },
    DepthwiseConv2d {
        stride: [usize; 2],
        pads: [[usize; 2]; 2],
    },
    /// Neither padded nor cropped.
    Conv2dTranspose {
        stride: [usize; 2],
    },
    /// `image` is the shape that was flattened into its input, in that order.
    Dense {
        image: Option<[usize; 3]>,
    },
    MaxPool2d {
        size: [usize; 2],
        stride: [usize; 2],
        pads: [[usize; 2]; 2],
    },
    GlobalAvgPool2d,
    /// Its mean and variance are the batch's in training. Each step keeps `momentum` of the moving
    /// ones.
    BatchNorm {
        epsilon: f64,
        momentum: f64,
        gamma: Weight,
        beta: Weight,
        moving_mean: Weight,
        moving_variance: Weight,
    },
    Flatten,
    Relu,
    Relu6,
    Add,
    Concat,
}

/// Where a weight's values stand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Weight {
    /// Its name.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Where its values begin in the file: 32-bit floats, row-major, little-endian.
    pub offset: u64,
}

impl Weight {
    /// Number of values.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Op {
    /// The pixels on each side of an axis, where they are as many on both: all that most
    /// frameworks take.
    ///
    /// # Errors
    /// If they are not.
    pub fn symmetric(pads: [[usize; 2]; 2]) -> crate::Result<[usize; 2]> {
        match pads {
            [[top, bottom], [left, right]] if top == bottom && left == right => Ok([top, left]),
            _ => Err(format!("paddings that differ by side: {pads:?}").into()),
        }
    }
}
