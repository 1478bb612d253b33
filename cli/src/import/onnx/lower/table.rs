//! Which operators have layers.

use super::{Lower, Lowered, Step, elementwise, rewrite};

/// Why an operator without a layer has none.
pub fn unsupported(step: &Step) -> String {
    match step.op.as_str() {
        op if op.contains("QLinear")
            || op.ends_with("uantizeLinear")
            || op.ends_with("Integer")
            || op.contains("DynamicQuantize") =>
        {
            "formwork takes models of floats; export the model before it is quantised".to_owned()
        }
        "Dropout" => "it is exported for training; export the model in evaluation mode".to_owned(),
        "If" | "Loop" | "Scan" => {
            "control flow has no layer; export the model with fixed choices".to_owned()
        }
        op if op.contains("::") => "this operator is not ONNX's own".to_owned(),
        _ => "no layer does this".to_owned(),
    }
}

type Lowering = fn(&mut Lower<'_>, &Step) -> Lowered;

/// What makes layers of an operator.
pub fn layer(op: &str) -> Option<Lowering> {
    let lowering: Lowering = match op {
        "Conv" => |lower, step| lower.conv(step),
        "ConvTranspose" => |lower, step| lower.conv_transpose(step),
        "Gemm" => |lower, step| lower.gemm(step),
        "MatMul" | rewrite::DENSE => |lower, step| lower.matmul(step),
        "MaxPool" => |lower, step| lower.max_pool(step),
        "AveragePool" => |lower, step| lower.average_pool(step),
        "GlobalAveragePool" => |lower, step| lower.global_average_pool(step),
        "GlobalMaxPool" => |lower, step| lower.global_max_pool(step),
        "BatchNormalization" => |lower, step| lower.batch_norm(step),
        "InstanceNormalization" => |lower, step| lower.instance_norm(step),
        "GroupNormalization" => |lower, step| lower.group_norm(step),
        "LayerNormalization" => |lower, step| lower.layer_norm(step),
        "Resize" | "Upsample" => |lower, step| lower.resize(step),
        "Concat" => |lower, step| lower.concat(step),
        "Add" | "Sub" | "Mul" | "Div" | "Max" | "Min" | "Sum" | "Mean" => {
            |lower, step| lower.merge(step)
        }
        "Pow" => |lower, step| lower.pow(step),
        "Clip" => |lower, step| lower.clip(step),
        "PRelu" => |lower, step| lower.prelu(step),
        "Softmax" | "LogSoftmax" => |lower, step| lower.softmax(step),
        "ReduceMean" | "ReduceMax" | "ReduceSum" => |lower, step| lower.reduce(step),
        "Reshape" => |lower, step| lower.reshape(step),
        "Flatten" => |lower, step| lower.flatten(step),
        "Transpose" => |lower, step| lower.transpose(step),
        "Squeeze" => |lower, step| lower.squeeze(step),
        "Unsqueeze" => |lower, step| lower.unsqueeze(step),
        "Slice" => |lower, step| lower.slice(step),
        "Split" => |lower, step| lower.split(step),
        "Pad" => |lower, step| lower.pad(step),
        "DepthToSpace" => |lower, step| lower.depth_to_space(step),
        "SpaceToDepth" => |lower, step| lower.space_to_depth(step),
        "Cast" | "CastLike" => |lower, step| lower.cast(step),
        _ if elementwise::is(op) => |lower, step| lower.elementwise(step),
        _ => return None,
    };
    Some(lowering)
}
