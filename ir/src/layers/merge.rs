//! What merges of tensors value by value share.

/// Implements `Rule` for a merge that broadcasts: `|a, b| value` folds the inputs, and `finish`
/// takes the result and the number of inputs.
macro_rules! merge {
    (
        $Type:ident of $Inputs:ident, aliases: $aliases:expr, example: $example:literal,
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
