//! What training computes beside the layers: statistics of a batch, and gradients.

mod blocks;
mod column_sums;
mod conv_weights;
mod depthwise;
mod depthwise_weights;
#[cfg(test)]
mod derivative;
mod function;
mod group_norm;
mod group_norm_gradient;
mod group_norm_rows;
mod moments;
mod norm;
mod norm_gradient;
mod norm_rows;
pub mod parts;
mod pointwise_weights;
mod pool;
mod resize;
mod row_norm;
mod slope;
mod softmax;
mod unpool;

pub use column_sums::ColumnSums;
pub use conv_weights::{ConvWeights, ConvWeightsApart};
pub use depthwise::DepthwiseGradient;
pub use depthwise_weights::DepthwiseWeights;
pub use function::FunctionGradient;
pub use group_norm::{GroupNormSums, GroupSizes};
pub use group_norm_gradient::GroupNormGradient;
pub use moments::Moments;
pub use norm::{BatchNorm, Normalize};
pub use norm_gradient::{NormGradient, NormSums};
pub use pointwise_weights::PointwiseWeights;
pub use pool::PoolGradient;
pub use resize::ResizeGradient;
pub use row_norm::{RowNormGradient, RowNormSums};
pub use softmax::SoftmaxGradient;
pub use unpool::Unpool;

#[cfg(test)]
pub(crate) use conv_weights::tests::case as sums_over_windows;
