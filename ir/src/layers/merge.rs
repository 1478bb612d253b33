//! What merges of tensors value by value share.

/// Implements `Rule` for a merge that broadcasts: `|a, b| value` folds the inputs, and `finish`
/// takes the result and the number of inputs; `bounds` makes one bound of theirs.
macro_rules! merge {
    (
        $Type:ident of $Inputs:ident, aliases: $aliases:expr, example: $example:literal,
        bounds: |$call:ident, $inputs:ident| $bounds:expr,
        |$a:ident, $b:ident| $value:expr
        $(, finish: |$sum:ident, $n:ident| $finish:expr)?
    ) => {
        impl $crate::Rule for $Type {
            const GROUP: $crate::Group = $crate::Group::Merge;
            const INPUTS: $crate::Inputs = $crate::Inputs::$Inputs;
            const ALIASES: &'static [&'static str] = &$aliases;
            const EXAMPLE: $crate::Example = $crate::Example {
                inputs: "x: [_, 8, 8, 4], y: [_, 8, 8, 4]",
                body: $example,
                output: "[_, 8, 8, 4]",
            };

            fn infer(&self, call: &$crate::Call) -> Result<$crate::Inferred, $crate::Fault> {
                super::rules::broadcast(call).map($crate::Inferred::shape)
            }

            fn bounds(&self, $call: &$crate::Call, $inputs: &[$crate::Bounds]) -> $crate::Bounds {
                $bounds
            }

            #[cfg(feature = "oracle")]
            fn oracle(
                &self,
                inputs: &[$crate::oracle::Array],
                _: &[$crate::oracle::Array],
            ) -> $crate::oracle::Array {
                let merged = $crate::oracle::Array::broadcast(inputs, |$a, $b| $value);
                $( let $n = inputs.len() as f64; let merged = merged.map(|$sum| $finish); )?
                merged
            }
        }
    };
}
pub(super) use merge;

use crate::Bounds;

/// The bounds of a merge of two after two.
pub(super) fn fold(inputs: &[Bounds], merge: impl Fn(Bounds, Bounds) -> Bounds) -> Bounds {
    let scattered = inputs.iter().map(|bounds| bounds.scattered());
    scattered.reduce(merge).unwrap_or(Bounds::ANY)
}
