//! Layers that have no kernel yet.

use formwork_ir::layers::*;

use super::{Kernel, Lower, Site};

/// Says so when one is lowered.
macro_rules! missing {
    ($($Type:ident),* $(,)?) => {
        /// Their names in a model.
        #[cfg(test)]
        pub(super) const MISSING: &[&str] = &[$(<$Type as formwork_ir::Declared>::NAME),*];

        $(impl Lower for $Type {
            fn lower(&self, _: &Site) -> Box<dyn Kernel> {
                unimplemented!(concat!("no kernel of `", stringify!($Type), "`"))
            }
        })*
    };
}

missing! {
    DepthwiseConv2d, SeparableConv2d, Conv2dTranspose, MaxPool2d, AvgPool2d, GlobalAvgPool2d,
    GlobalMaxPool2d,
}
