//! Pictures of any size in squares, and what is made of the squares back in the picture.

use image::imageops::{FilterType, crop_imm, overlay, resize};
use image::{GrayImage, ImageBuffer, Luma};

/// Where a picture lies in a square: as large as fits, in the middle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Letterbox {
    side: u32,
    /// Width and height of the picture.
    picture: (u32, u32),
    /// Width and height of the picture in the square.
    inner: (u32, u32),
}

/// A number from 0 to 1 for each pixel; resizing cuts off others.
pub type Map = ImageBuffer<Luma<f32>, Vec<f32>>;

impl Letterbox {
    /// A picture of that width and height in a square of `side` pixels.
    pub fn new(side: u32, picture: (u32, u32)) -> Self {
        let longest = picture.0.max(picture.1).max(1);
        let scaled = |n: u32| {
            let n = (f64::from(n) * f64::from(side) / f64::from(longest)).round() as u32;
            n.clamp(1, side)
        };
        Letterbox { side, picture, inner: (scaled(picture.0), scaled(picture.1)) }
    }

    fn corner(self) -> (u32, u32) {
        ((self.side - self.inner.0) / 2, (self.side - self.inner.1) / 2)
    }

    fn put(self, picture: &GrayImage, filter: FilterType) -> GrayImage {
        let mut square = GrayImage::new(self.side, self.side);
        let (x, y) = self.corner();
        let inner = resize(picture, self.inner.0, self.inner.1, filter);
        overlay(&mut square, &inner, x.into(), y.into());
        square
    }

    /// The picture in the square, black around it.
    pub fn picture(self, picture: &GrayImage) -> GrayImage {
        self.put(picture, FilterType::Triangle)
    }

    /// The labels of the picture's pixels in the square, 0 around them.
    pub fn labels(self, labels: &GrayImage) -> GrayImage {
        self.put(labels, FilterType::Nearest)
    }

    /// What a map of the square says of the picture's pixels.
    pub fn back(self, square: &Map) -> Map {
        let (x, y) = self.corner();
        let inner = crop_imm(square, x, y, self.inner.0, self.inner.1).to_image();
        resize(&inner, self.picture.0, self.picture.1, FilterType::Triangle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(side: u32, picture: (u32, u32), inner: (u32, u32), corner: (u32, u32)) {
        let letterbox = Letterbox::new(side, picture);
        assert_eq!((letterbox.inner, letterbox.corner()), (inner, corner));
        let white = GrayImage::from_pixel(picture.0, picture.1, Luma([255]));
        for square in [letterbox.picture(&white), letterbox.labels(&white)] {
            assert_eq!(square.dimensions(), (side, side));
            let covered = square.pixels().filter(|pixel| pixel[0] == 255).count();
            assert_eq!(covered as u32, inner.0 * inner.1);
        }
        let map = Map::from_fn(side, side, |x, y| {
            let inside = (corner.0..corner.0 + inner.0).contains(&x)
                && (corner.1..corner.1 + inner.1).contains(&y);
            Luma([if inside { 0.5 } else { 9.0 }])
        });
        let back = letterbox.back(&map);
        assert_eq!(back.dimensions(), picture);
        assert!(back.pixels().all(|pixel| (pixel[0] - 0.5).abs() < 1e-6), "borders leak in");
    }

    #[test]
    fn pictures_fit() {
        check(96, (192, 96), (96, 48), (0, 24));
        check(96, (50, 150), (32, 96), (32, 0));
        check(96, (96, 96), (96, 96), (0, 0));
        check(96, (2000, 1), (96, 1), (0, 47));
    }
}
