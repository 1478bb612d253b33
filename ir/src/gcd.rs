use std::ops::Rem;

/// The greatest common divisor, up to its sign.
pub(crate) fn gcd<T: Copy + PartialEq + Default + Rem<Output = T>>(a: T, b: T) -> T {
    if b == T::default() { a } else { gcd(b, a % b) }
}
