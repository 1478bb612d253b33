/// How a picture of any size becomes one of the model's.
///
/// By default it is squashed with a bilinear filter, as Keras' `load_img(target_size = …)` and
/// torchvision's `Resize((h, w))` squash it; the filter looks at all pixels of what it shrinks, as
/// Pillow's do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Resize {
    /// What becomes of another ratio of width to height.
    pub fit: Fit,
    /// How pixels are made of pixels.
    pub filter: Filter,
}

/// What becomes of another ratio of width to height.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fit {
    /// The picture is squashed: all of it is seen, out of shape.
    #[default]
    Squash,
    /// The middle is cut out: nothing is out of shape, the borders are lost. The shorter side is
    /// first resized to that length, or so that the middle is as large as can be.
    Crop(Option<u32>),
    /// The picture is put in the middle, bars of that grey around it (a letterbox).
    Pad(u8),
}

/// How pixels are made of pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Filter {
    /// The nearest pixel.
    Nearest,
    /// A triangle, as wide as what is shrunk to a pixel.
    #[default]
    Bilinear,
    /// A cubic curve (Catmull and Rom's), as wide as what is shrunk to two.
    Bicubic,
}

impl Resize {
    /// Squashes the picture: the default.
    pub const fn squash() -> Self {
        Resize { fit: Fit::Squash, filter: Filter::Bilinear }
    }

    /// Cuts the middle out of the picture, as large as can be.
    pub const fn crop() -> Self {
        Resize { fit: Fit::Crop(None), filter: Filter::Bilinear }
    }

    /// Resizes the shorter side to `length`, and cuts the middle out: torchvision's
    /// `Resize(256)`, `CenterCrop(224)` is `Resize::crop_from(256)`.
    pub const fn crop_from(length: u32) -> Self {
        Resize { fit: Fit::Crop(Some(length)), filter: Filter::Bilinear }
    }

    /// Puts the whole picture between bars of that grey, 0 to 255.
    pub const fn pad(grey: u8) -> Self {
        Resize { fit: Fit::Pad(grey), filter: Filter::Bilinear }
    }

    /// The same with another filter.
    pub const fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// To which width and height a picture is resized before it is cut or padded to `target`.
    #[cfg(feature = "image")]
    pub(super) fn scaled(self, [width, height]: [u32; 2], target: [u32; 2]) -> [u32; 2] {
        // As torchvision, rounds down; in whole numbers.
        let along = |length: u32, n: u32, of: u32| {
            let scaled = u64::from(length) * u64::from(n) / u64::from(of.max(1));
            u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
        };
        let [w, h] = target;
        let by_width = [w, along(height, w, width)];
        let by_height = [along(width, h, height), h];
        // Whether the picture is wider than the target.
        let wide = u64::from(width) * u64::from(h) >= u64::from(w) * u64::from(height);
        match self.fit {
            Fit::Squash => target,
            Fit::Crop(None) if wide => by_height,
            Fit::Crop(None) => by_width,
            Fit::Crop(Some(short)) if width <= height => [short, along(height, short, width)],
            Fit::Crop(Some(short)) => [along(width, short, height), short],
            Fit::Pad(_) if wide => by_width,
            Fit::Pad(_) => by_height,
        }
    }
}
