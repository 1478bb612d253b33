//! The layer table: one file a layer, each the only place that knows the layer.

use crate::{Call, Declared, Fault, Inferred, Operand, Rule, Shape, Spec, Value};

mod rules;

macro_rules! table {
    ($($module:ident :: $Type:ident),* $(,)?) => {
        $( mod $module; pub use $module::$Type; )*

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

            /// The layers it stands for: see [`Rule::parts`].
            pub fn parts(&self, call: &Call) -> Option<Result<Vec<Op>, Fault>> {
                match self { $( Op::$Type(layer) => layer.parts(call), )* }
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

table! {
    conv2d::Conv2d,
    dense::Dense,
    max_pool2d::MaxPool2d,
    batch_norm::BatchNorm,
    relu::Relu,
    dropout::Dropout,
    flatten::Flatten,
    add::Add,
}

impl Op {
    /// Its row of the table.
    pub fn spec(&self) -> &'static Spec {
        find(self.name()).expect("every layer is in the table")
    }

    /// Whether it needs parameters when applied to any tensor it accepts.
    pub(crate) fn has_params(&self) -> bool {
        let shape = Shape::batched(&[1]);
        let inputs = [Operand { name: "x", shape: &shape }];
        let inferred = self.infer(&Call { layer: self.name(), inputs: &inputs });
        inferred.is_ok_and(|inferred| !inferred.params.is_empty())
    }
}

/// The layer of that name.
pub fn find(name: &str) -> Option<&'static Spec> {
    TABLE.iter().find(|spec| spec.name == name)
}
