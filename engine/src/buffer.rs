use std::ops::{Deref, DerefMut};

/// Values of 32 bits that begin at a cache line; zeros at first.
///
/// Behind them lie [`Buffer::SLACK`] more that may be read, so that a kernel may load a whole vector
/// where fewer values are left.
#[derive(Debug)]
pub struct Buffer {
    memory: Vec<f32>,
    start: usize,
    len: usize,
}

impl Buffer {
    /// How many values behind the last may be read.
    pub const SLACK: usize = 64;
    const ALIGN: usize = 64;
    /// What its memory has besides its values.
    const MORE: usize = Self::SLACK + Self::ALIGN / size_of::<f32>();

    /// Zeros.
    ///
    /// # Panics
    /// If they do not fit the address space.
    pub fn zeros(len: usize) -> Self {
        let all = len.checked_add(Self::MORE).expect("a buffer fits the address space");
        let mut memory = vec![0.0; all];
        ask_for_huge_pages(&mut memory);
        let start = aligned(&memory);
        Buffer { memory, start, len }
    }

    /// The first value, in memory with slack.
    pub fn as_ptr(&self) -> *const f32 {
        self.memory.as_ptr().wrapping_add(self.start)
    }

    /// The first value, in memory with slack.
    pub fn as_mut_ptr(&mut self) -> *mut f32 {
        self.memory.as_mut_ptr().wrapping_add(self.start)
    }
}

/// The number of values before the first that begins a cache line.
fn aligned(memory: &[f32]) -> usize {
    let before = memory.as_ptr() as usize % Buffer::ALIGN;
    (Buffer::ALIGN - before) % Buffer::ALIGN / size_of::<f32>()
}

/// Bytes of a huge page.
#[cfg(all(target_os = "linux", not(miri)))]
const HUGE: usize = 2 << 20;

/// Lets memory that nobody has touched yet lie in huge pages: weights that are read once a run would
/// miss the translation of every small one.
fn ask_for_huge_pages(memory: &mut [f32]) {
    #[cfg(all(target_os = "linux", not(miri)))]
    {
        let start = (memory.as_ptr() as usize).next_multiple_of(HUGE);
        let end = (memory.as_ptr() as usize + size_of_val(memory)) / HUGE * HUGE;
        if start < end {
            // SAFETY: whole pages of memory that is borrowed exclusively, of which only how they are
            // kept changes. It is a hint, which may be refused.
            unsafe { libc::madvise(start as *mut _, end - start, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(all(target_os = "linux", not(miri))))]
    let _ = memory;
}

impl Deref for Buffer {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.memory[self.start..][..self.len]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..][..self.len]
    }
}

impl From<&[f32]> for Buffer {
    fn from(values: &[f32]) -> Self {
        let mut buffer = Buffer::zeros(values.len());
        buffer.copy_from_slice(values);
        buffer
    }
}

/// The same memory, where it can grow in place.
impl From<Vec<f32>> for Buffer {
    fn from(mut memory: Vec<f32>) -> Self {
        let len = memory.len();
        memory.reserve_exact(Self::MORE);
        memory.resize(len + Self::MORE, 0.0);
        let start = aligned(&memory);
        memory.copy_within(..len, start);
        memory[..start].fill(0.0);
        memory[start + len..].fill(0.0);
        Buffer { memory, start, len }
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

    #[test]
    fn vectors_become_buffers() {
        for len in [0, 1, 63, 64, 1000] {
            let values: Vec<_> = (0..len).map(|i| i as f32).collect();
            let buffer = Buffer::from(values.clone());
            assert_eq!((&*buffer, buffer.as_ptr() as usize % 64), (&*values, 0));
            // SAFETY: there is slack.
            assert_eq!(unsafe { *buffer.as_ptr().add(len + Buffer::SLACK - 1) }, 0.0);
        }
    }
}
