//! Value ranges: typed pixels, and pictures made into them, against values worked out by hand.
#![cfg(feature = "image")]

use formwork::prelude::*;
use formwork::preprocess::{Filter, PreprocessError};
use formwork::range::{PixelsError, Place, Range};
use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};

model! {
    struct Unit(image: [_, 2, 2, 3] in 0.0..=1.0) -> [_, 2, 2, 3] { image.conv2d(3, 1) }
    struct Tf(image: [_, 2, 2, 3] in -1.0..=1.0) -> [_, 2, 2, 3] { image.conv2d(3, 1) }
    struct Formula(image: [_, 2, 2, 3] in (x - 127) / 128) -> [_, 2, 2, 3] { image.conv2d(3, 1) }
    struct Torch(image: [_, 2, 2, 3] in imagenet) -> [_, 2, 2, 3] { image.conv2d(3, 1) }
    struct Bgr(image: [_, 2, 2, 3] in caffe) -> [_, 2, 2, 3] { image.conv2d(3, 1) }
    struct Grey(image: [_, 2, 4, 1] in 0..=255) -> [_, 2, 4, 3] { image.conv2d(3, 1) }
    struct Seen(image: [_, 1, 1, 4] in 0..=255) -> [_, 1, 1, 3] { image.conv2d(3, 1) }
    struct AnySize<H, W>(image: [_, H, W, 3] in 0..=255) -> [_, H, W, 3]
    where H % 4 == 0 { image.conv2d(3, 1) }
    struct Two(near: [_, 2, 2, 3] in 0..=255, far: [_, 2, 2, 3] in caffe) -> [_, 2, 2, 3] {
        (near + far).conv2d(3, 1)
    }
    struct Whole(image: [_, 2, 2, 3] in -1.0..=1.0) -> [_, 2, 2, 3] {
        let seen: [_, 2, 2, 3] = image.apply::<Tf>();
        seen.relu()
    }
}

/// A picture of one colour.
fn plain(width: u32, height: u32, colour: [u8; 3]) -> DynamicImage {
    RgbImage::from_pixel(width, height, Rgb(colour)).into()
}

/// A grey picture of these rows.
fn rows<const W: usize>(rows: &[[u8; W]]) -> DynamicImage {
    let (w, h) = (W as u32, rows.len() as u32);
    GrayImage::from_fn(w, h, |x, y| Luma([rows[y as usize][x as usize]])).into()
}

fn close(found: &[f32], expect: &[f32]) {
    let near = found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(found.len() == expect.len() && near, "{found:?} is not {expect:?}");
}

#[test]
fn every_scheme_of_the_colour_255_0_128() {
    let device = Cpu::default();
    let picture = [plain(2, 2, [255, 0, 128])];
    macro_rules! check {
        ($Model:ident, $expect:expr) => {
            let pixels = $Model::preprocess(&device, &picture).expect("a picture of that size");
            assert_eq!(pixels.shape(), &(1, Const::<2>, Const::<2>, Const::<3>));
            close(&pixels.tensor().as_vec(), &$expect.repeat(4));
        };
    }
    check!(Unit, [1.0, 0.0, 128.0 / 255.0]);
    check!(Tf, [1.0, -1.0, 0.003_921_6]);
    check!(Formula, [1.0, -127.0 / 128.0, 1.0 / 128.0]);
    check!(Torch, [2.248_908, -2.035_714, 0.426_492]);
    check!(Bgr, [24.061, -116.779, 131.32]);
}

#[test]
fn channels_are_grey_or_colours_and_how_opaque_they_are() {
    let device = Cpu::default();
    let grey = Grey::preprocess(&device, &[plain(4, 2, [255, 0, 0])]).expect("a picture");
    // Pillow: 0.299 · 255.
    close(&grey.tensor().as_vec(), &[76.0; 8]);
    let glass = RgbaImage::from_pixel(1, 1, Rgba([1, 2, 3, 4]));
    let seen = Seen::preprocess(&device, &[glass.into()]).expect("a picture");
    close(&seen.tensor().as_vec(), &[1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn pictures_of_other_sizes_are_squashed_cut_or_padded() {
    let device = Cpu::default();
    let check = |picture: DynamicImage, resize, expect: [f32; 8]| {
        let pixels = Grey::preprocess_with(&device, &[picture], resize).expect("a picture");
        close(&pixels.tensor().as_vec(), &expect);
    };
    let tall = || rows(&[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]);
    let nearest = |resize: Resize| resize.filter(Filter::Nearest);
    // 4×4 to 2×4, and its middle.
    check(tall(), nearest(Resize::squash()), [5., 6., 7., 8., 13., 14., 15., 16.]);
    check(tall(), Resize::crop(), [5., 6., 7., 8., 9., 10., 11., 12.]);
    // Made 2×2, between bars of a column each.
    check(tall(), nearest(Resize::pad(99)), [99., 6., 8., 99., 99., 14., 16., 99.]);
    // A triangle over the two rows that become one, and those beside them: 1, 3, 3, 1 of 8; the
    // rows beyond the picture are left out: 3, 3, 1 of 7.
    let steps = || rows(&[[0; 4], [70; 4], [140; 4], [210; 4]]);
    check(steps(), Resize::squash(), [50., 50., 50., 50., 160., 160., 160., 160.]);
    let wide = rows(&[[1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12, 13, 14, 15, 16]]);
    check(wide.clone(), Resize::crop(), [3., 4., 5., 6., 11., 12., 13., 14.]);
    check(wide, Resize::crop_from(2), [3., 4., 5., 6., 11., 12., 13., 14.]);
    // torchvision: 3 rows too many, int(round(1.5)) = 2 of them before; 1 too many, none.
    let five = rows(&[[1; 4], [2; 4], [3; 4], [4; 4], [5; 4]]);
    check(five, Resize::crop_from(4), [3., 3., 3., 3., 4., 4., 4., 4.]);
    let three = rows(&[[1; 4], [2; 4], [3; 4]]);
    check(three, Resize::crop(), [1., 1., 1., 1., 2., 2., 2., 2.]);
    // What is smaller than the middle that is wanted is black around.
    let one = rows(&[[7; 2], [7; 2]]);
    check(one, Resize::crop_from(2), [0., 7., 7., 0., 0., 7., 7., 0.]);
}

#[test]
fn a_bilinear_filter_shrinks_by_a_triangle_and_a_cubic_one_by_its_curve() {
    let device = Cpu::default();
    let steps = rows(&[[0; 4], [0; 4], [200; 4], [200; 4]]);
    let squashed = |filter| {
        let resize = Resize::squash().filter(filter);
        let pixels = Grey::preprocess_with(&device, std::slice::from_ref(&steps), resize)
            .expect("a picture");
        pixels.tensor().as_vec()
    };
    // 200 · 1/7, and the rest.
    close(&squashed(Filter::Bilinear), &[29., 29., 29., 29., 171., 171., 171., 171.]);
    let cubic = squashed(Filter::Bicubic);
    assert!(cubic[0] < 29.0 && cubic[4] > 171.0, "{cubic:?}");
}

#[test]
fn a_model_of_any_size_keeps_that_of_the_picture_or_refuses_it() {
    let device = Cpu::default();
    let pixels = AnySize::preprocess(&device, &[plain(5, 8, [1, 2, 3])]).expect("8 rows");
    assert_eq!(pixels.shape(), &(1, 8, 5, Const::<3>));
    let check = |pictures: &[DynamicImage], expect: &str| {
        let error = AnySize::preprocess(&device, pictures).expect_err(expect);
        assert_eq!(error.to_string(), expect);
    };
    check(&[], "there is no picture; a batch holds at least one");
    check(
        &[plain(5, 8, [0; 3]), plain(5, 10, [0; 3])],
        "`image`: the height of picture 1 is 10; `H` must be a multiple of 4; the nearest sizes \
         that work are 8 and 12",
    );
    check(
        &[plain(5, 8, [0; 3]), plain(6, 8, [0; 3])],
        "picture 1 is 6×8 (width×height), picture 0 is 5×8; the pictures of a batch have one size",
    );
    check(&[plain(0, 8, [0; 3])], "picture 0 is 0×8: it has no pixels");
    assert_eq!(Unit::preprocess(&device, &[]).err(), Some(PreprocessError::NoPicture));
}

#[test]
fn several_inputs_have_a_method_each() {
    let device = Cpu::seed_from_u64(0);
    let picture = [plain(3, 3, [255, 0, 128])];
    let near = Two::preprocess_near(&device, &picture).expect("a picture");
    let far = Two::preprocess_far(&device, &picture).expect("a picture");
    let output = Two::build(&device).forward(near, far);
    assert_eq!(output.shape(), &(1, Const::<2>, Const::<2>, Const::<3>));
}

#[test]
fn a_part_that_takes_pixels_sees_those_of_the_whole() {
    let device = Cpu::seed_from_u64(0);
    let whole = Whole::build(&device);
    let pixels = Whole::preprocess(&device, &[plain(2, 2, [9, 99, 199])]).expect("a picture");
    let part = whole.seen_tf.forward(pixels.clone());
    close(&whole.forward(pixels).as_vec(), &part.relu().as_vec());
}

#[test]
fn gradients_flow_through_pixels() {
    let device = Cpu::seed_from_u64(0);
    let mut model = Unit::build(&device);
    let pixels = Unit::preprocess(&device, &[plain(2, 2, [255, 0, 51])]).expect("a picture");
    let loss = model.forward_mut(pixels.traced(model.alloc_grads())).mean();
    let gradients = loss.backward();
    // The mean over 12 values; each filter sees every pixel once.
    let each: Vec<f32> = [1.0, 0.0, 0.2].iter().flat_map(|x| [x / 3.0; 3]).collect();
    close(&gradients.get(&model.conv2d_kernel).as_vec(), &each);
}

#[test]
fn linear_ranges_are_converted() {
    let device = Cpu::default();
    let tensor = device.tensor([[[[0.0, 0.5, 1.0]]]]);
    let unit = Pixels::<Between<0, 1>, _, _>::new(tensor).expect("within 0..=1");
    let tf = unit.to::<Between<-1, 1>>();
    close(&tf.tensor().as_vec(), &[-1.0, 0.0, 1.0]);
    let custom = tf.to::<Between<-127, 128, 128>>();
    close(&custom.tensor().as_vec(), &[-0.992_187_5, 0.003_906_25, 1.0]);
    close(&custom.to::<Between<0, 255>>().tensor().as_vec(), &[0.0, 127.5, 255.0]);
}

/// What is wrong with values as pixels of a range.
fn refused<R: Range>(values: [f32; 6], expect: &str) {
    let tensor = Cpu::default()
        .tensor([[[[values[0], values[1], values[2]]], [[values[3], values[4], values[5]]]]]);
    let found = Pixels::<R, _, _>::new(tensor).map(drop).map_err(|error| error.to_string());
    let expect = if expect.is_empty() { Ok(()) } else { Err(expect.to_owned()) };
    assert_eq!(found, expect);
}

#[test]
fn values_out_of_range_are_named_with_what_they_look_like() {
    type Unit = Between<0, 1>;
    refused::<Unit>([0.0, 0.5, 1.0, 0.1, 0.2, 0.3], "");
    refused::<Unit>(
        [0.0, 1.0, 1.0, 0.0, 128.0, 255.0],
        "pixels in 0..=1: the value at [0, 1, 0, 1] is 128; the values look like 0..=255: take them \
         as such, and `to()` converts them",
    );
    refused::<Unit>(
        [0.0, 1.0, -1.0, 0.0, 0.5, 0.5],
        "pixels in 0..=1: the value at [0, 0, 0, 2] is -1; the values look like -1..=1: take them as \
         such, and `to()` converts them",
    );
    refused::<Unit>(
        [0.0, 2.5, -1.0, 0.0, 0.5, 0.5],
        "pixels in 0..=1: the value at [0, 0, 0, 1] is 2.5; the values look like imagenet",
    );
    refused::<Between<0, 255>>(
        [-103.0, 0.0, 120.0, 50.0, 60.0, 70.0],
        "pixels in 0..=255: the value at [0, 0, 0, 0] is -103; the values look like caffe",
    );
    refused::<Between<0, 255>>(
        [0.0, 0.25, 1.0, 0.5, 0.0, 0.0],
        "pixels in 0..=255: all values lie in 0..=1, as if they had been divided by 255: take them as \
         such, and `to()` converts them",
    );
    // A picture that is nearly black.
    refused::<Between<0, 255>>([0.0, 1.0, 1.0, 0.0, 0.0, 0.0], "");
    refused::<Unit>(
        [f32::NAN, 0.0, 0.0, 0.0, 0.0, 0.0],
        "pixels in 0..=1: the value at [0, 0, 0, 0] is NaN",
    );
    // Blue is darker than red may be.
    refused::<Caffe>([151.0, -116.0, -123.0, 0.0, 0.0, 0.0], "");
    refused::<Caffe>(
        [0.0, 0.0, 150.0, 0.0, 0.0, 0.0],
        "pixels in caffe: the value at [0, 0, 0, 2] is 150; the values look like 0..=255",
    );
    let tensor = Cpu::default().tensor([[[[2.0]]]]);
    let error = Pixels::<Unit, _, _>::new(tensor).expect_err("2 is out of 0..=1");
    let PixelsError::OutOfRange { value, place, .. } = error else { panic!("{error}") };
    assert_eq!((value, place), (2.0, Place(vec![0, 0, 0, 0])));
}
