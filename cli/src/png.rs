//! SVG as pixels. The font is a part of this program: the picture is the same on every machine.

/// Renders a picture at twice its size.
#[cfg(feature = "png")]
pub fn render(svg: &str) -> Result<Vec<u8>, String> {
    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::{Options, Tree};

    /// The most pixels of a picture, four bytes each; larger ones are scaled down.
    const MOST: f32 = 64e6;

    let mut options = Options::default();
    options.fontdb_mut().load_font_data(dejavu::sans::regular().to_vec());
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = (MOST / width / height).sqrt().min(2.0);
    let [wide, high] = [width, height].map(|side| (side * scale).max(1.0) as u32);
    let mut pixels = Pixmap::new(wide, high).ok_or("there is no picture of that size")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

/// This program has no renderer.
#[cfg(not(feature = "png"))]
pub fn render(_: &str) -> Result<Vec<u8>, String> {
    Err("built without the feature `png`: write an .svg instead".to_owned())
}
