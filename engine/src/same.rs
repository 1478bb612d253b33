/// Whether two values are the same byte by byte: then what they point to is the same too.
///
/// # Safety
/// The type has no padding.
pub unsafe fn same_bytes<T>(a: &T, b: &T) -> bool {
    // SAFETY: every byte of a value without padding is initialised.
    let [a, b] = [a, b].map(|value| unsafe {
        std::slice::from_raw_parts(std::ptr::from_ref(value).cast::<u8>(), size_of::<T>())
    });
    a == b
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn clones_of_a_pointer_are_the_same_and_copies_are_not() {
        let a = Arc::new(1);
        // SAFETY: a pointer has no padding.
        unsafe {
            assert!(same_bytes(&a, &Arc::clone(&a)));
            assert!(!same_bytes(&a, &Arc::new(1)));
        }
    }
}
