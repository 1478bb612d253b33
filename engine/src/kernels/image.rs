use formwork_ir::Padding;
use formwork_ir::window::Window;

/// The sizes of a tensor of images.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Image {
    /// Number of images.
    pub batch: usize,
    /// Their height.
    pub height: usize,
    /// Their width.
    pub width: usize,
    /// Values in a pixel.
    pub channels: usize,
}

impl Image {
    /// From (batch, height, width, channels).
    pub fn new([batch, height, width, channels]: [usize; 4]) -> Self {
        Image { batch, height, width, channels }
    }

    /// Number of pixels of all images.
    pub fn pixels(&self) -> usize {
        self.batch * self.height * self.width
    }
}

/// Windows that slide over an image.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Windows {
    /// Height and width of a window.
    pub kernel: [usize; 2],
    /// From one window to the next.
    pub stride: [usize; 2],
    /// From one pixel of a window to the next.
    pub dilation: [usize; 2],
    /// Rows above the first of the image where the first window begins, and columns.
    pub before: [usize; 2],
    /// Number of windows down and across.
    pub count: [usize; 2],
}

impl Windows {
    /// The windows over images of that height and width.
    ///
    /// # Panics
    /// If none fits, which a layer's shape rule refuses.
    pub fn new(
        size: [usize; 2],
        kernel: [usize; 2],
        stride: [usize; 2],
        dilation: [usize; 2],
        padding: Padding,
    ) -> Self {
        let axes = Window::pair(kernel, stride, dilation);
        let pads = [0, 1].map(|a| axes[a].padding(size[a], padding, a));
        let count = [0, 1].map(|a| {
            axes[a].outputs(size[a], pads[a]).expect("a shape rule checked that one fits")
        });
        Windows { kernel, stride, dilation, before: pads.map(|[before, _]| before), count }
    }

    /// Windows of one pixel, one for each.
    pub fn pointwise(of: &Image) -> Self {
        let one = [1, 1];
        let count = [of.height, of.width];
        Windows { kernel: one, stride: one, dilation: one, before: [0, 0], count }
    }

    /// The image's pixel under position (`i`, `j`) of the window at (`y`, `x`), unless that is
    /// padding.
    #[inline(always)]
    pub fn pixel(&self, of: &Image, [y, x]: [usize; 2], [i, j]: [usize; 2]) -> Option<[usize; 2]> {
        let row = (y * self.stride[0] + i * self.dilation[0]).checked_sub(self.before[0])?;
        let column = (x * self.stride[1] + j * self.dilation[1]).checked_sub(self.before[1])?;
        (row < of.height && column < of.width).then_some([row, column])
    }

    /// Whether each pixel of the image is in one window.
    pub fn tile(&self, of: &Image) -> bool {
        let Windows { kernel, stride, dilation, before, count } = *self;
        let size = [of.height, of.width];
        (0..2).all(|a| {
            (stride[a], before[a], count[a] * kernel[a]) == (kernel[a], 0, size[a])
                && (dilation[a] == 1 || kernel[a] == 1)
        })
    }

    /// Number of positions in a window.
    pub fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Whether each output is made of the one pixel in its place.
    pub fn is_pointwise(&self, of: &Image) -> bool {
        let alone = self.kernel == [1, 1] && self.stride == [1, 1] && self.before == [0, 0];
        alone && self.count == [of.height, of.width]
    }
}
