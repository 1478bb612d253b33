//! A diagram as PNG, its text of a font of 8 × 8 pixels: no font of the system is needed.

use font8x8::{BASIC_FONTS, GREEK_FONTS, LATIN_FONTS, UnicodeFonts};
use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind,
};

/// Width and height of a character at the size of the axes' numbers.
const SIDE: i32 = 8;
const SIZE: f64 = 12.0;

/// Draws all but text as plotters does.
pub(super) struct Bitmap<'a>(BitMapBackend<'a>);

impl<'a> Bitmap<'a> {
    /// Onto a buffer of three bytes a pixel.
    pub fn new(pixels: &'a mut [u8], size: (u32, u32)) -> Self {
        Bitmap(BitMapBackend::with_buffer(pixels, size))
    }
}

/// The file of red, green and blue, a byte each.
pub(super) fn encode(
    pixels: &[u8],
    (width, height): (u32, u32),
) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(pixels)?;
        writer.finish()
    });
    written.map(|()| bytes)
}

fn glyph(character: char) -> [u8; 8] {
    let fonts =
        [BASIC_FONTS.get(character), LATIN_FONTS.get(character), GREEK_FONTS.get(character)];
    fonts.into_iter().flatten().next().or(BASIC_FONTS.get('?')).unwrap_or_default()
}

fn scale<S: BackendTextStyle>(style: &S) -> i32 {
    (style.size() / SIZE).round().max(1.0) as i32
}

type Drawn<'a> = Result<(), DrawingErrorKind<<BitMapBackend<'a> as DrawingBackend>::ErrorType>>;

impl<'a> DrawingBackend for Bitmap<'a> {
    type ErrorType = <BitMapBackend<'a> as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.0.get_size()
    }

    fn ensure_prepared(&mut self) -> Drawn<'a> {
        self.0.ensure_prepared()
    }

    fn present(&mut self) -> Drawn<'a> {
        self.0.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Drawn<'a> {
        self.0.draw_pixel(point, colour)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn<'a> {
        self.0.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn<'a> {
        self.0.draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (left, top): BackendCoord,
    ) -> Drawn<'a> {
        let (width, height) = self.estimate_text_size(text, style)?;
        let dx = match style.anchor().h_pos {
            HPos::Left => 0,
            HPos::Center => width as i32 / 2,
            HPos::Right => width as i32,
        };
        let dy = match style.anchor().v_pos {
            VPos::Top => 0,
            VPos::Center => height as i32 / 2,
            VPos::Bottom => height as i32,
        };
        let scale = scale(style);
        for (i, character) in (0..).zip(text.chars()) {
            let glyph = glyph(character);
            for (y, x) in (0..SIDE * scale).flat_map(|y| (0..SIDE * scale).map(move |x| (y, x))) {
                // The lowest bit is the pixel on the left.
                if glyph[(y / scale) as usize] >> (x / scale) & 1 == 1 {
                    let (x, y) = (i * SIDE * scale + x - dx, y - dy);
                    let (x, y) = style.transform().transform(x, y);
                    self.draw_pixel((left + x, top + y), style.color())?;
                }
            }
        }
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        let side = (SIDE * scale(style)) as u32;
        Ok((side * text.chars().count() as u32, side))
    }
}
