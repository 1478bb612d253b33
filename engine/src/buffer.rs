use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// Values of 32 bits that begin at a cache line; zeros at first.
///
/// Behind them lie [`Buffer::SLACK`] more that may be read, so that a kernel may load a whole vector
/// where fewer values are left.
#[derive(Debug)]
pub struct Buffer {
    values: NonNull<f32>,
    len: usize,
}

impl Buffer {
    /// How many values behind the last may be read.
    pub const SLACK: usize = 64;
    const ALIGN: usize = 64;

    /// Zeros.
    pub fn zeros(len: usize) -> Self {
        let layout = Self::layout(len);
        // SAFETY: the layout is not empty, since there is slack.
        let values = unsafe { alloc(layout) };
        let values = NonNull::new(values).unwrap_or_else(|| handle_alloc_error(layout));
        if layout.size() >= HUGE {
            ask_for_huge_pages(values, layout.size());
        }
        // SAFETY: as many bytes as were allocated.
        unsafe { values.write_bytes(0, layout.size()) };
        Buffer { values: values.cast(), len }
    }

    fn layout(len: usize) -> Layout {
        let bytes = len.checked_add(Self::SLACK).and_then(|n| n.checked_mul(size_of::<f32>()));
        let align = |bytes| if bytes >= HUGE { HUGE } else { Self::ALIGN };
        bytes
            .and_then(|bytes| Layout::from_size_align(bytes, align(bytes)).ok())
            .expect("a buffer fits the address space")
    }
}

/// Bytes of a huge page.
const HUGE: usize = 2 << 20;

/// Lets memory that nobody has touched yet lie in huge pages: weights that are read once a run would
/// miss the translation of every small one.
fn ask_for_huge_pages(values: NonNull<u8>, bytes: usize) {
    #[cfg(all(target_os = "linux", not(miri)))]
    // SAFETY: whole pages of memory that was just allocated. It is a hint, which may be refused.
    unsafe {
        libc::madvise(values.as_ptr().cast(), bytes / HUGE * HUGE, libc::MADV_HUGEPAGE);
    }
    #[cfg(not(all(target_os = "linux", not(miri))))]
    let _ = (values, bytes);
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: allocated in `zeros` with that layout.
        unsafe { dealloc(self.values.as_ptr().cast(), Self::layout(self.len)) }
    }
}

impl Deref for Buffer {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: `len` values, initialised to zeros, that this buffer owns.
        unsafe { std::slice::from_raw_parts(self.values.as_ptr(), self.len) }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as above, and borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.values.as_ptr(), self.len) }
    }
}

// SAFETY: it owns its values, as a `Vec` does.
unsafe impl Send for Buffer {}
// SAFETY: shared, it hands out shared slices alone.
unsafe impl Sync for Buffer {}

impl From<&[f32]> for Buffer {
    fn from(values: &[f32]) -> Self {
        let mut buffer = Buffer::zeros(values.len());
        buffer.copy_from_slice(values);
        buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_begin_at_cache_lines_and_are_zero() {
        for len in [0, 1, 63, 64, 1000] {
            let mut buffer = Buffer::zeros(len);
            assert_eq!((buffer.len(), buffer.as_ptr() as usize % 64), (len, 0));
            assert!(buffer.iter().all(|value| *value == 0.0));
            buffer.fill(1.0);
            assert_eq!(buffer.iter().sum::<f32>(), len as f32);
        }
    }
}
