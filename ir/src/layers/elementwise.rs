//! What layers that treat each value by itself share.

/// Implements `Rule` for a layer of one input that keeps its shape and computes each value from
/// the value in its place: `|layer, x| value`. `check` refuses arguments. `bounds` makes
/// bounds of bounds, or they follow from the function, which rises or falls between its `turns`.
macro_rules! elementwise {
    (
        $Type:ident in $Group:ident, aliases: $aliases:expr, example: $example:literal,
        $(check: |$checked:pat_param, $call:pat_param| $check:expr,)?
        $(bounds: |$bound:pat_param, $bounds:ident| $image:expr,)?
        $(turns: |$turning:pat_param| $turns:expr,)?
        |$layer:pat_param, $x:ident| $value:expr
    ) => {
        impl $crate::Rule for $Type {
            const GROUP: $crate::Group = $crate::Group::$Group;
            const INPUTS: $crate::Inputs = $crate::Inputs::One;
            const ALIASES: &'static [&'static str] = &$aliases;
            const EXAMPLE: $crate::Example = $crate::Example {
                inputs: "x: [_, 8, 8, 4]",
                body: $example,
                output: "[_, 8, 8, 4]",
            };

            fn infer(&self, call: &$crate::Call) -> Result<$crate::Inferred, $crate::Fault> {
                $(
                    let ($checked, $call) = (self, call);
                    $check?;
                )?
                Ok($crate::Inferred::shape(call.shape().clone()))
            }

            $(fn bounds(&self, _call: &$crate::Call, inputs: &[$crate::Bounds]) -> $crate::Bounds {
                let ($bound, $bounds) = (self, inputs[0]);
                $image
            })?

            $(fn bounds(&self, _call: &$crate::Call, inputs: &[$crate::Bounds]) -> $crate::Bounds {
                let turns = {
                    let $turning = self;
                    $turns
                };
                let $layer = self;
                inputs[0].map(|$x| $value, &turns)
            })?

            #[cfg(feature = "oracle")]
            fn oracle(
                &self,
                inputs: &[$crate::oracle::Array],
                _: &[$crate::oracle::Array],
            ) -> $crate::oracle::Array {
                let $layer = self;
                inputs[0].map(|$x| $value)
            }
        }
    };
}
pub(super) use elementwise;
