//! Pictures as they might as well have been taken: what makes a few of them teach more.

use image::imageops::{crop_imm, flip_horizontal_in_place, flip_vertical_in_place};
use image::{GrayImage, Luma};
use rand::Rng;

/// A part of a picture and of its mask, perhaps mirrored, each side half to all of the whole.
pub fn view(
    picture: &GrayImage,
    mask: &GrayImage,
    random: &mut impl Rng,
) -> (GrayImage, GrayImage) {
    let share = random.gen_range(0.5..=1.0);
    let part = |n: u32| ((f64::from(n) * share).round() as u32).clamp(1, n);
    let (width, height) = (part(picture.width()), part(picture.height()));
    let x = random.gen_range(0..=picture.width() - width);
    let y = random.gen_range(0..=picture.height() - height);
    let (across, down) = (random.gen_bool(0.5), random.gen_bool(0.5));
    let seen = [picture, mask].map(|whole| {
        let mut part = crop_imm(whole, x, y, width, height).to_image();
        if across {
            flip_horizontal_in_place(&mut part);
        }
        if down {
            flip_vertical_in_place(&mut part);
        }
        part
    });
    seen.into()
}

/// The picture brighter or darker, with more or less contrast.
pub fn tone(picture: &mut GrayImage, random: &mut impl Rng) {
    let (gamma, gain) = (random.gen_range(0.7..1.4f32), random.gen_range(0.7..1.3f32));
    let offset = random.gen_range(-0.15..0.15f32);
    for Luma([value]) in picture.pixels_mut() {
        let toned = (f32::from(*value) / 255.0).powf(gamma) * gain + offset;
        *value = (toned.clamp(0.0, 1.0) * 255.0).round() as u8;
    }
}

/// A picture of `side` × `side` values, perhaps mirrored left to right, moved by up to a pixel in
/// each direction; 0 comes in from outside.
pub fn nudge(picture: &[f32], side: usize, random: &mut impl Rng) -> Vec<f32> {
    let mirrored = random.gen_bool(0.5);
    let (down, right) = (random.gen_range(0..3), random.gen_range(0..3));
    let at = |i: usize| {
        let (y, x) = (i / side + down, i % side + right);
        let inside = (1..=side).contains(&y) && (1..=side).contains(&x);
        inside.then(|| {
            let x = if mirrored { side - x } else { x - 1 };
            picture[(y - 1) * side + x]
        })
    };
    (0..side * side).map(|i| at(i).unwrap_or(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_picture_and_its_mask_stay_together() {
        let picture = GrayImage::from_fn(20, 10, |x, y| Luma([(10 * x + y) as u8]));
        for seed in 0..100 {
            let random = &mut StdRng::seed_from_u64(seed);
            let (seen, mask) = view(&picture, &picture, random);
            assert_eq!(seen, mask, "{seed}");
            assert!((10..=20).contains(&seen.width()) && (5..=10).contains(&seen.height()));
            let known = |pixel: &Luma<u8>| picture.pixels().any(|other| other == pixel);
            assert!(seen.pixels().all(known), "{seed}");
        }
    }

    #[test]
    fn a_nudge_mirrors_and_moves() {
        let picture: Vec<f32> = (1..=9).map(|n| n as f32).collect();
        let mut seen: Vec<_> =
            (0..300).map(|seed| nudge(&picture, 3, &mut StdRng::seed_from_u64(seed))).collect();
        seen.sort_by(|a, b| a.partial_cmp(b).unwrap());
        seen.dedup();
        assert_eq!(seen.len(), 18, "2 ways to mirror, 9 to move");
        let has = |expect: [f32; 9]| seen.iter().any(|found| found[..] == expect);
        assert!(has([1., 2., 3., 4., 5., 6., 7., 8., 9.]), "as it was");
        assert!(has([3., 2., 1., 6., 5., 4., 9., 8., 7.]), "mirrored");
        assert!(has([0., 0., 0., 0., 1., 2., 0., 4., 5.]), "moved right and down");
        assert!(has([5., 4., 0., 8., 7., 0., 0., 0., 0.]), "mirrored, then moved left and up");
    }

    #[test]
    fn a_tone_keeps_the_order_of_values() {
        for seed in 0..100 {
            let mut ramp = GrayImage::from_fn(256, 1, |x, _| Luma([x as u8]));
            tone(&mut ramp, &mut StdRng::seed_from_u64(seed));
            assert!(ramp.as_raw().is_sorted(), "{seed}");
            assert!(ramp[(255, 0)][0] - ramp[(0, 0)][0] > 100, "{seed}");
        }
    }
}
