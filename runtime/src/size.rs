//! Sizes that are computed from the `const` parameters of a model.
//!
//! Rust has no `Const<{ 2 * C }>` yet, so the type of such a dimension is an expression of types:
//! `Product<Const<2>, Const<C>>`. To give a tensor the plain type, realize it:
//! `tensor.realize::<(usize, Const<16>)>()`.

use std::fmt;
use std::marker::PhantomData;

use dfdx::shapes::{ConstDim, Dim};

macro_rules! computed {
    ($($(#[$doc:meta])* $Name:ident: |$a:ident, $b:ident| $size:expr;)*) => { $(
        $(#[$doc])*
        pub struct $Name<A, B>(PhantomData<(A, B)>);

        impl<A, B> Copy for $Name<A, B> {}

        impl<A, B> Clone for $Name<A, B> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<A, B> Default for $Name<A, B> {
            fn default() -> Self {
                $Name(PhantomData)
            }
        }

        impl<A, B> PartialEq for $Name<A, B> {
            fn eq(&self, _: &Self) -> bool {
                true
            }
        }

        impl<A, B> Eq for $Name<A, B> {}

        impl<A: ConstDim, B: ConstDim> fmt::Debug for $Name<A, B> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "Const<{}>", Self::SIZE)
            }
        }

        impl<A: ConstDim, B: ConstDim> Dim for $Name<A, B> {
            fn size(&self) -> usize {
                Self::SIZE
            }

            fn from_size(size: usize) -> Option<Self> {
                (size == Self::SIZE).then(Self::default)
            }
        }

        impl<A: ConstDim, B: ConstDim> ConstDim for $Name<A, B> {
            const SIZE: usize = {
                let ($a, $b) = (A::SIZE, B::SIZE);
                $size
            };
        }
    )* };
}

computed! {
    /// `A + B`
    Sum: |a, b| a + b;
    /// `A - B`
    Difference: |a, b| a - b;
    /// `A · B`
    Product: |a, b| a * b;
    /// `⌊A / B⌋`
    Quotient: |a, b| a / b;
}
