//! The layer table: one file a layer, each the only place that knows the layer.

use crate::{
    Bounds, Call, Declared, Domain, Fault, Inferred, Linear, Motion, Operand, Rule, Shape, Spec,
    Value,
};

mod add;
mod alpha_dropout;
mod average;
mod avg_pool2d;
mod batch_norm;
mod clip;
mod concat;
mod conv2d;
mod conv2d_transpose;
mod crop2d;
mod dense;
mod depth_to_space;
mod depthwise_conv2d;
mod dropout;
mod elementwise;
mod elu;
mod flatten;
mod gaussian_dropout;
mod gaussian_noise;
mod gelu;
mod global_avg_pool2d;
mod global_max_pool2d;
mod group_norm;
mod hard_sigmoid;
mod hard_swish;
mod layer_norm;
mod leaky_relu;
mod log_softmax;
mod max_pool2d;
mod maximum;
mod merge;
mod minimum;
mod mish;
mod motion;
mod multiply;
mod permute;
mod prelu;
mod reduce_max;
mod reduce_mean;
mod reduce_sum;
mod relu;
mod relu6;
mod rescaling;
mod reshape;
mod resize2d;
mod rules;
mod selu;
mod separable_conv2d;
mod sigmoid;
mod silu;
mod slice;
mod softmax;
mod softplus;
mod space_to_depth;
mod spatial_dropout2d;
mod split;
mod subtract;
mod tanh;
mod upsample2d;
mod zero_pad2d;

macro_rules! table {
    ($d:tt $($module:ident :: $Type:ident),* $(,)?) => {
        $( pub use $module::$Type; )*

        /// A layer with its arguments: what a node of a graph does.
        #[derive(Clone, PartialEq, Debug)]
        #[expect(missing_docs, reason = "each variant is the documented type of its name")]
        pub enum Op { $( $Type($Type), )* }

        /// Every layer, in the order of the documentation.
        pub static TABLE: &[Spec] = &[$( Spec {
            name: $Type::NAME,
            type_name: $Type::TYPE,
            doc: $Type::DOC,
            args: $Type::ARGS,
            group: $Type::GROUP,
            inputs: $Type::INPUTS,
            aliases: $Type::ALIASES,
            example: $Type::EXAMPLE,
            read: |values| $Type::read(values).map(Op::$Type),
        } ),*];

        /// `with_layer!(op, layer => expression)`: the expression with `layer` bound to what `op`
        /// holds, a reference to one of the types of [`layers`](crate::layers).
        #[macro_export]
        macro_rules! with_layer {
            ($d op:expr, $d layer:ident => $d run:expr) => {
                match $d op { $( $d crate::Op::$Type($d layer) => $d run, )* }
            };
        }

        $( impl From<$Type> for Op {
            fn from(layer: $Type) -> Self { Op::$Type(layer) }
        } )*

        impl Op {
            fn name(&self) -> &'static str {
                match self { $( Op::$Type(_) => $Type::NAME, )* }
            }

            /// The shape rule: see [`Rule::infer`].
            pub fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
                match self { $( Op::$Type(layer) => layer.infer(call), )* }
            }

            /// The arguments, in the order of the row's: see [`Declared::write`].
            pub fn write(&self) -> Vec<Value> {
                match self { $( Op::$Type(layer) => layer.write(), )* }
            }

            /// A Rust expression for the layer: see [`Declared::rust`].
            pub fn rust(&self) -> String {
                match self { $( Op::$Type(layer) => layer.rust(), )* }
            }

            /// The activation it carries: see [`Rule::activation`].
            pub fn activation(&self) -> Option<&Op> {
                match self { $( Op::$Type(layer) => layer.activation(), )* }
            }

            /// How it sums products with kernels: see [`Rule::linear`].
            pub fn linear(&self) -> Option<Linear> {
                match self { $( Op::$Type(layer) => layer.linear(), )* }
            }

            /// The layers it stands for: see [`Rule::parts`].
            pub fn parts(&self, call: &Call) -> Option<Result<Vec<Op>, Fault>> {
                match self { $( Op::$Type(layer) => layer.parts(call), )* }
            }

            /// What it does to pixels: see [`Rule::motion`].
            pub fn motion(&self, call: &Call) -> Motion {
                match self { $( Op::$Type(layer) => layer.motion(call), )* }
            }

            /// Between which numbers its values lie: see [`Rule::bounds`].
            pub fn bounds(&self, call: &Call, inputs: &[Bounds]) -> Bounds {
                match self { $( Op::$Type(layer) => layer.bounds(call, inputs), )* }
            }

            /// What it computes, in f64: see [`Rule::oracle`].
            #[cfg(feature = "oracle")]
            pub fn oracle(
                &self,
                inputs: &[crate::oracle::Array],
                params: &[crate::oracle::Array],
            ) -> crate::oracle::Array {
                match self { $( Op::$Type(layer) => layer.oracle(inputs, params), )* }
            }
        }
    };
}

table! { $
    conv2d::Conv2d,
    depthwise_conv2d::DepthwiseConv2d,
    separable_conv2d::SeparableConv2d,
    conv2d_transpose::Conv2dTranspose,
    dense::Dense,
    max_pool2d::MaxPool2d,
    avg_pool2d::AvgPool2d,
    global_avg_pool2d::GlobalAvgPool2d,
    global_max_pool2d::GlobalMaxPool2d,
    batch_norm::BatchNorm,
    layer_norm::LayerNorm,
    group_norm::GroupNorm,
    relu::Relu,
    relu6::Relu6,
    leaky_relu::LeakyRelu,
    prelu::Prelu,
    elu::Elu,
    selu::Selu,
    gelu::Gelu,
    silu::Silu,
    sigmoid::Sigmoid,
    tanh::Tanh,
    softmax::Softmax,
    log_softmax::LogSoftmax,
    softplus::Softplus,
    hard_sigmoid::HardSigmoid,
    hard_swish::HardSwish,
    mish::Mish,
    dropout::Dropout,
    spatial_dropout2d::SpatialDropout2d,
    alpha_dropout::AlphaDropout,
    gaussian_noise::GaussianNoise,
    gaussian_dropout::GaussianDropout,
    flatten::Flatten,
    reshape::Reshape,
    permute::Permute,
    slice::Slice,
    split::Split,
    zero_pad2d::ZeroPad2d,
    crop2d::Crop2d,
    depth_to_space::DepthToSpace,
    space_to_depth::SpaceToDepth,
    upsample2d::Upsample2d,
    resize2d::Resize2d,
    reduce_mean::ReduceMean,
    reduce_max::ReduceMax,
    reduce_sum::ReduceSum,
    clip::Clip,
    rescaling::Rescaling,
    concat::Concat,
    add::Add,
    subtract::Subtract,
    multiply::Multiply,
    average::Average,
    maximum::Maximum,
    minimum::Minimum,
}

/// Names that Keras, PyTorch and their users give to arguments, with the name here; for
/// suggestions.
pub static ARG_ALIASES: &[(&str, &str)] = &[
    ("strides", "stride"),
    ("kernel_size", "kernel"),
    ("kernel_size", "size"),
    ("pool_size", "size"),
    ("dilation_rate", "dilation"),
    ("use_bias", "bias"),
    ("slope", "negative_slope"),
    ("p", "rate"),
    ("eps", "epsilon"),
    ("dim", "axis"),
    ("keepdim", "keepdims"),
    ("out_channels", "filters"),
    ("out_features", "units"),
    ("std", "stddev"),
    ("mode", "interpolation"),
    ("num_features", "units"),
    ("scale_factor", "size"),
];

impl Op {
    /// Its row of the table.
    pub fn spec(&self) -> &'static Spec {
        find(self.name()).expect("every layer is in the table")
    }

    /// Whether it needs parameters when applied to any tensor it accepts.
    pub(crate) fn has_params(&self) -> bool {
        let (shape, domain) = (Shape::batched([1]), Domain::default());
        let inputs = [Operand { name: "x", shape: &shape }];
        let inferred = self.infer(&Call::new(self.name(), &inputs, &domain));
        inferred.is_ok_and(|inferred| !inferred.params.is_empty())
    }
}

/// The layer of that name.
pub fn find(name: &str) -> Option<&'static Spec> {
    TABLE.iter().find(|spec| spec.name == name)
}
