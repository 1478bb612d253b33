use dfdx::prelude::{ConstDim, Dim};
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageBuffer, Luma, Pixel};

use super::{Batch, Filter, Fit, PreprocessError, Resize, Side};
use crate::range::{Pixels, Range};
use crate::{Backend, SizeError};

/// Pictures as pixels in the range `R`, in the order in which they are given.
///
/// One channel is the grey of a colour (Pillow's: 299 red, 587 green and 114 blue of 1000), three
/// are red, green and blue, or as the range orders them, four are these and how opaque it is.
///
/// # Errors
/// If there is no picture, one has a size that the model does not take, or their sizes differ where
/// they are kept; or if the device fails.
pub fn pictures<R: Range, H: Dim, W: Dim, C: ConstDim, D: Backend>(
    input: &str,
    sides: [Side; 2],
    device: &D,
    images: &[DynamicImage],
    resize: Resize,
) -> Result<Batch<R, H, W, C, D>, PreprocessError> {
    let channels: Vec<_> = (0..C::SIZE).map(|i| R::scheme().channel(i)).collect();
    let first = images.first().ok_or(PreprocessError::NoPicture)?;
    let sizes = images.iter().map(|image| [image.width(), image.height()]);
    for (index, [width, height]) in sizes.enumerate() {
        if width == 0 || height == 0 {
            return Err(PreprocessError::Empty { index, width, height });
        }
    }
    let target = target(input, sides, [first.width(), first.height()], 0)?;
    let mut values = Vec::new();
    for (index, image) in images.iter().enumerate() {
        let size = [image.width(), image.height()];
        if self::target(input, sides, size, index)? != target {
            let [found, first] =
                [size, [first.width(), first.height()]].map(|size| size.map(|n| n as usize));
            return Err(PreprocessError::Differ { index, found, first });
        }
        let bytes = match C::SIZE {
            1 => fit(&grey(image), target, resize),
            3 => fit(&image.to_rgb8(), target, resize),
            4 => fit(&image.to_rgba8(), target, resize),
            channels => {
                let input = input.to_owned();
                return Err(PreprocessError::Channels { input, channels });
            }
        };
        for pixel in bytes.chunks_exact(C::SIZE) {
            values.extend(channels.iter().map(|channel| {
                (f64::from(pixel[channel.source]) * channel.scale + channel.offset) as f32
            }));
        }
    }
    let [width, height] = target.map(|n| n as usize);
    let shape = (H::from_size(height), W::from_size(width), C::from_size(C::SIZE));
    let (Some(h), Some(w), Some(c)) = shape else {
        return Err(PreprocessError::Device(format!("no shape of {height}×{width} pixels")));
    };
    let tensor = device.try_tensor_from_vec(values, (images.len(), h, w, c));
    tensor.map(Pixels::assume).map_err(|error| PreprocessError::Device(format!("{error:?}")))
}

/// The width and height of the input for a picture of that width and height.
fn target(
    input: &str,
    [height, width]: [Side; 2],
    [w, h]: [u32; 2],
    index: usize,
) -> Result<[u32; 2], PreprocessError> {
    let kept = |side: Side, what: &str, length: u32| match side {
        Side::Fixed(n) => Ok(u32::try_from(n).unwrap_or(u32::MAX)),
        Side::Kept(_, sizes) if sizes.has(length.into()) => Ok(length),
        Side::Kept(symbol, sizes) => {
            let nearest = sizes.nearest(length.into()).into_iter().flatten();
            Err(PreprocessError::Size(Box::new(SizeError {
                model: input.to_owned(),
                what: format!("the {what} of picture {index}"),
                symbol: symbol.to_owned(),
                found: length as usize,
                rule: sizes.to_string(),
                nearest: nearest.map(|n| n as usize).collect(),
            })))
        }
    };
    Ok([kept(width, "width", w)?, kept(height, "height", h)?])
}

/// A picture without its colours, as Pillow's mode "L".
fn grey(image: &DynamicImage) -> GrayImage {
    if !image.color().has_color() {
        return image.to_luma8();
    }
    let colours = image.to_rgb8();
    ImageBuffer::from_fn(colours.width(), colours.height(), |x, y| {
        let [r, g, b] = colours.get_pixel(x, y).0.map(u32::from);
        Luma([((r * 19_595 + g * 38_470 + b * 7_471 + 0x8000) >> 16) as u8])
    })
}

/// A fourth channel where a picture is not transparent.
const OPAQUE: u8 = 255;

type Buffer<P> = ImageBuffer<P, Vec<u8>>;

/// The bytes of a picture resized to `target`, row by row.
fn fit<P: Pixel<Subpixel = u8> + 'static>(
    image: &Buffer<P>,
    target: [u32; 2],
    resize: Resize,
) -> Vec<u8> {
    let size = [image.width(), image.height()];
    let [w, h] = target;
    let scaled = resize.scaled(size, target);
    let filter = match resize.filter {
        Filter::Nearest => FilterType::Nearest,
        Filter::Bilinear => FilterType::Triangle,
        Filter::Bicubic => FilterType::CatmullRom,
    };
    let scaled = match scaled == size {
        true => image.clone(),
        false => imageops::resize(image, scaled[0], scaled[1], filter),
    };
    // Half of what is over, as torchvision rounds it: to the even number.
    let half = |over: u32| over / 2 + u32::from(over % 4 == 3);
    let grey = match resize.fit {
        Fit::Pad(grey) => grey,
        Fit::Squash | Fit::Crop(_) => 0,
    };
    let start = |large: u32, small: u32| half(large.saturating_sub(small));
    let [cut_x, cut_y] = [start(scaled.width(), w), start(scaled.height(), h)];
    let [bar_x, bar_y] = [start(w, scaled.width()), start(h, scaled.height())];
    let channels = usize::from(P::CHANNEL_COUNT);
    let mut bytes = Vec::with_capacity(w as usize * h as usize * channels);
    for y in 0..h {
        for x in 0..w {
            let inside = |i: u32, bar: u32, cut: u32, n: u32| {
                i.checked_sub(bar).map(|i| i + cut).filter(|&i| i < n)
            };
            let from =
                (inside(x, bar_x, cut_x, scaled.width()), inside(y, bar_y, cut_y, scaled.height()));
            match from {
                (Some(x), Some(y)) => bytes.extend(scaled.get_pixel(x, y).channels()),
                _ => bytes.extend((0..channels).map(|i| if i == 3 { OPAQUE } else { grey })),
            }
        }
    }
    bytes
}
