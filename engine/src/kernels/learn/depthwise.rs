use crate::kernels::{Image, Io, Kernel, Windows};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of what a depthwise convolution is applied to, of one filter a channel, with any
/// stride: of `(gradient of the output, kernel)`. A third input is added to it, if there is to be one.
#[derive(Clone, Copy, Debug)]
pub struct DepthwiseGradient {
    /// The instruction set.
    pub isa: Isa,
    /// The input.
    pub image: Image,
    /// The windows over it.
    pub windows: Windows,
    /// Whether something is added.
    pub adds: bool,
}

/// A pixel, what it is made of, and what is added.
struct Pixel<'a> {
    /// Pixels of the gradient, and the positions of the kernel that they have it from.
    taps: &'a [[*const f32; 2]],
    plus: *const f32,
    to: *mut f32,
    channels: usize,
}

impl DepthwiseGradient {
    /// The window, if any, whose position `i` lies over that row or column.
    fn window(&self, a: usize, at: usize, i: usize) -> Option<usize> {
        let Windows { stride, dilation, before, count, .. } = self.windows;
        let step = (at + before[a]).checked_sub(i * dilation[a])?;
        let window = step / stride[a];
        (step % stride[a] == 0 && window < count[a]).then_some(window)
    }
}

impl Kernel for DepthwiseGradient {
    fn name(&self) -> String {
        let [h, w] = self.windows.kernel;
        format!("gradient of a depthwise {h}×{w}'s input")
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (Image { batch, channels, .. }, kernel) = (self.image, self.windows.kernel);
        let (from, to) = (self.windows.count, [self.image.height, self.image.width]);
        let mut taps = Vec::new();
        for row in member.take(batch * to[0], 1).flatten() {
            let (image, y) = (row / to[0], row % to[0]);
            for x in 0..to[1] {
                taps.clear();
                for i in 0..kernel[0] {
                    let Some(down) = self.window(0, y, i) else { continue };
                    for j in 0..kernel[1] {
                        let Some(across) = self.window(1, x, j) else { continue };
                        let at = (image * from[0] + down) * from[1] + across;
                        // SAFETY: a pixel of the tensor, and a position of the kernel.
                        taps.push(unsafe {
                            let kernel = io.inputs[1].row(i * kernel[1] + j);
                            [io.inputs[0].row(at).cast_const(), kernel.cast_const()]
                        });
                    }
                }
                let pixel = row * to[1] + x;
                // SAFETY: a pixel of the tensors.
                unsafe {
                    let plus = match self.adds {
                        true => io.inputs[2].row(pixel).cast_const(),
                        false => std::ptr::null(),
                    };
                    let to = io.output.row(pixel);
                    make_pixel(self.isa, &Pixel { taps: &taps, plus, to, channels });
                }
            }
        }
    }
}

/// # Safety
/// The pixels are there.
#[inline(always)]
unsafe fn make<S: Simd>(pixel: &Pixel<'_>) {
    // SAFETY: the caller's.
    unsafe {
        let Pixel { taps, plus, to, channels } = *pixel;
        let mut i = 0;
        while i + S::LANES <= channels {
            let mut sum = S::splat(0.0);
            for [dy, kernel] in taps {
                sum = S::fma(S::load(dy.add(i)), S::load(kernel.add(i)), sum);
            }
            if !plus.is_null() {
                sum = S::add(sum, S::load(plus.add(i)));
            }
            S::store(to.add(i), sum);
            i += S::LANES;
        }
        if i < channels {
            let left = channels - i;
            let mut sum = S::splat(0.0);
            for [dy, kernel] in taps {
                let kernel = S::load_first(kernel.add(i), left);
                sum = S::fma(S::load_first(dy.add(i), left), kernel, sum);
            }
            if !plus.is_null() {
                sum = S::add(sum, S::load_first(plus.add(i), left));
            }
            S::store_first(to.add(i), sum, left);
        }
    }
}

kernel! {
    /// Makes a pixel.
    fn make_pixel(pixel: &Pixel<'_>) = make;
}
