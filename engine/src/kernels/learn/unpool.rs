use crate::kernels::pool::which::{Tiled, give};
use crate::kernels::{Image, Io, Kernel, Place};
use crate::simd::Isa;
use crate::team::Member;

/// The gradient of what a max pooling is applied to, whose windows tile it: of `(gradient of the
/// largest, which they were)`.
#[derive(Debug)]
pub struct Unpool {
    /// The instruction set.
    pub isa: Isa,
    /// What the pooling is applied to.
    pub image: Image,
    /// Height and width of a window.
    pub size: [usize; 2],
}

impl Kernel for Unpool {
    fn name(&self) -> String {
        let [h, w] = self.size;
        format!("gradient of the largest of {h}×{w}, known")
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (Image { batch, height, width, channels }, size) = (self.image, self.size);
        let across = width / size[1];
        for row in member.take(batch * height / size[0], 1).flatten() {
            // SAFETY: a row of windows, and the pixels under it, which are one member's.
            unsafe {
                let of = |place: Place, row: usize| Place { first: place.row(row), ..place };
                let tiled = Tiled {
                    pixels: io.output.row(row * size[0] * width),
                    stride: io.output.stride,
                    size,
                    count: across,
                    channels,
                    values: of(io.inputs[0], row * across),
                    which: of(io.inputs[1], row * across),
                };
                give(self.isa, &tiled);
            }
        }
    }
}
