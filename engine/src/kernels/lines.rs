//! Rows of an image as windows see them: pointers to pixels, with padding among them, so that
//! nothing is special at the edges.

use std::cell::RefCell;

use super::{Image, Place, Windows};

/// The rows that windows look at now, each a pointer for every pixel from the padding before it to
/// the last that a window reaches.
#[derive(Default, Debug)]
pub struct Lines {
    pixels: Vec<*const f32>,
    /// Which row each line holds.
    held: Vec<Option<usize>>,
    width: usize,
    /// The slots of the lines under some windows, and where they begin.
    slots: Vec<usize>,
    under: Vec<*const *const f32>,
}

/// How windows of some rows at a time go over images.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// The images.
    pub image: Image,
    /// The windows.
    pub windows: Windows,
    /// At most how many rows of windows are looked at together.
    pub rows: usize,
}

impl Course {
    /// Rows that the windows of an image reach, and columns, padding included.
    pub fn covered(&self) -> [usize; 2] {
        let Windows { stride, count, .. } = self.windows;
        [0, 1].map(|a| (count[a] - 1) * stride[a] + self.extent(a))
    }

    /// How many rows are looked at together at most.
    pub fn slots(&self) -> usize {
        (self.rows - 1) * self.windows.stride[0] + self.extent(0)
    }

    /// Number of rows of windows of all images.
    pub fn count(&self) -> usize {
        self.image.batch * self.windows.count[0]
    }

    /// How many of the rows of windows from `first` on, before `end`, are looked at together: those
    /// of one image.
    pub fn together(&self, first: usize, end: usize) -> usize {
        let count = self.windows.count[0];
        self.rows.min(end - first).min(count - first % count)
    }

    fn extent(&self, a: usize) -> usize {
        (self.windows.kernel[a] - 1) * self.windows.dilation[a] + 1
    }
}

thread_local! {
    /// Each thread's, so that no run allocates it anew.
    static LINES: RefCell<Lines> = RefCell::default();
}

impl Lines {
    /// Runs something with this thread's lines, which hold no row of a course yet.
    pub fn with<R>(course: &Course, run: impl FnOnce(&mut Lines) -> R) -> R {
        LINES.with_borrow_mut(|lines| {
            lines.width = course.covered()[1];
            lines.held.clear();
            lines.held.resize(course.slots(), None);
            let len = lines.width * lines.held.len();
            if lines.pixels.len() < len {
                lines.pixels.resize(len, std::ptr::null());
            }
            run(lines)
        })
    }

    /// The lines of pixels that the first `positions` positions down the windows of row `window`
    /// look at; that is counted over all images. `make(row, slot)` says where the pixels of a row of
    /// all images lie, unless the row was looked at just before; no two rows of those that are
    /// looked at together have the same slot. Padding is at `padding`.
    pub fn under(
        &mut self,
        course: &Course,
        window: usize,
        positions: usize,
        padding: *const f32,
        mut make: impl FnMut(usize, usize) -> Place,
    ) -> &[*const *const f32] {
        let Course { image, windows: Windows { stride, dilation, before, count, .. }, .. } = course;
        let (of, y) = (window / count[0], window % count[0] * stride[0]);
        let slots = self.held.len();
        let mut number = of * course.covered()[0] + y;
        let mut slot = number % slots;
        self.slots.clear();
        for position in 0..positions {
            if self.held[slot] != Some(number) {
                self.held[slot] = Some(number);
                let y = (y + position * dilation[0]).checked_sub(before[0]);
                let inside = y.filter(|y| *y < image.height);
                let place = inside.map(|y| make(of * image.height + y, slot));
                self.fill(course, slot, place, padding);
            }
            self.slots.push(slot);
            number += dilation[0];
            slot += dilation[0];
            if slot >= slots {
                slot -= slots;
            }
        }
        self.under.clear();
        let line = |slot: &usize| self.pixels[slot * self.width..].as_ptr();
        self.under.extend(self.slots.iter().map(line));
        &self.under
    }

    fn fill(&mut self, course: &Course, slot: usize, place: Option<Place>, padding: *const f32) {
        let line = &mut self.pixels[slot * self.width..][..self.width];
        let Some(place) = place else {
            line.fill(padding);
            return;
        };
        let start = course.windows.before[1].min(line.len());
        let end = (start + course.image.width).min(line.len());
        line[..start].fill(padding);
        line[end..].fill(padding);
        let mut pixel = place.first.cast_const();
        for to in &mut line[start..end] {
            *to = pixel;
            pixel = pixel.wrapping_add(place.stride);
        }
    }
}
