//! A mask drawn over the picture that it is of.

use image::{GrayImage, Luma, Rgb, RgbImage};

/// The picture, red where `found` is 1, with a green line around what is 1 in `truth`.
pub fn overlay(picture: &GrayImage, truth: &GrayImage, found: &GrayImage) -> RgbImage {
    let mut canvas = RgbImage::new(picture.width(), picture.height());
    for (x, y, Luma([grey])) in picture.enumerate_pixels() {
        let tinted = [grey / 2 + 127, grey / 2, grey / 2];
        let colour = match (outline(truth, x, y), at(found, x, y)) {
            (true, _) => [0, 220, 0],
            (false, true) => tinted,
            (false, false) => [*grey; 3],
        };
        canvas.put_pixel(x, y, Rgb(colour));
    }
    canvas
}

/// Pictures side by side.
pub fn strip(pictures: &[RgbImage]) -> RgbImage {
    const GAP: u32 = 4;
    let width = pictures.iter().map(|picture| picture.width() + GAP).sum::<u32>();
    let height = pictures.iter().map(RgbImage::height).max().unwrap_or(1);
    let mut strip = RgbImage::from_pixel(width.saturating_sub(GAP).max(1), height, Rgb([255; 3]));
    let mut left = 0;
    for picture in pictures {
        image::imageops::replace(&mut strip, picture, left, 0);
        left += i64::from(picture.width() + GAP);
    }
    strip
}

fn at(mask: &GrayImage, x: u32, y: u32) -> bool {
    mask.get_pixel_checked(x, y).is_some_and(|pixel| pixel[0] > 0)
}

/// Whether a pixel of the mask has a neighbour that is none.
fn outline(mask: &GrayImage, x: u32, y: u32) -> bool {
    let around = [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
    at(mask, x, y) && around.iter().any(|&(x, y)| !at(mask, x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(rows: &[&str]) -> GrayImage {
        GrayImage::from_fn(rows[0].len() as u32, rows.len() as u32, |x, y| {
            Luma([u8::from(rows[y as usize].as_bytes()[x as usize] == b'#')])
        })
    }

    fn check(truth: &[&str], found: &[&str], expect: &[&str]) {
        let grey = GrayImage::from_pixel(truth[0].len() as u32, truth.len() as u32, Luma([100]));
        let drawn = overlay(&grey, &mask(truth), &mask(found));
        let letter = |pixel: &Rgb<u8>| match pixel.0 {
            [0, 220, 0] => 'o',
            [177, 50, 50] => 'r',
            [100, 100, 100] => '.',
            other => panic!("{other:?}"),
        };
        let rows: Vec<String> = drawn.rows().map(|row| row.map(letter).collect()).collect();
        assert_eq!(rows, expect);
    }

    #[test]
    fn the_truth_is_an_outline_and_what_was_found_is_red() {
        check(
            &[".....", ".###.", ".###.", ".###.", "....."],
            &[".....", ".....", "..##.", "..###", "..###"],
            &[".....", ".ooo.", ".oro.", ".ooor", "..rrr"],
        );
    }

    #[test]
    fn pictures_stand_side_by_side() {
        let one = RgbImage::new(3, 5);
        assert_eq!(strip(&[one.clone(), one.clone()]).dimensions(), (10, 5));
        assert_eq!(strip(&[]).dimensions(), (1, 1));
    }
}
