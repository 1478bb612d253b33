//! Small pictures drawn with characters, two pixels a character.

/// A row of greyscale pictures of the same size, each with a caption above it.
///
/// A pixel of 128 and more is drawn. Captions are cut to the width of the pictures.
pub fn gallery(width: usize, pictures: &[(String, &[u8])]) -> String {
    let columns: Vec<Vec<String>> = pictures
        .iter()
        .map(|(caption, pixels)| {
            let caption: String = caption.chars().take(width).collect();
            std::iter::once(format!("{caption:width$}")).chain(lines(width, pixels)).collect()
        })
        .collect();
    let height = columns.iter().map(Vec::len).min().unwrap_or(0);
    let line = |y: usize| {
        let parts: Vec<&str> = columns.iter().map(|column| column[y].as_str()).collect();
        format!("{}\n", parts.join("  ").trim_end())
    };
    (0..height).map(line).collect()
}

fn lines(width: usize, pixels: &[u8]) -> impl Iterator<Item = String> {
    pixels.chunks(2 * width).map(move |rows| {
        let (upper, lower) = rows.split_at(width.min(rows.len()));
        let ink = |row: &[u8], x| row.get(x).is_some_and(|&pixel| pixel >= 128);
        (0..width)
            .map(|x| match (ink(upper, x), ink(lower, x)) {
                (false, false) => ' ',
                (true, false) => '▀',
                (false, true) => '▄',
                (true, true) => '█',
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pixels_a_character() {
        #[rustfmt::skip]
        let corner = [
              0, 255,   0, 128, 255,
              0,   0, 255, 200, 255,
            255, 127,   0,   0, 255,
        ];
        let bars = [255; 15];
        let expect = "
corne  bars
 ▀▄██  █████
▀   ▀  ▀▀▀▀▀
";
        let drawn = gallery(5, &[("corner".to_owned(), &corner), ("bars".to_owned(), &bars)]);
        assert_eq!(format!("\n{drawn}"), expect);
    }

    #[test]
    fn no_pictures_no_lines() {
        assert_eq!(gallery(28, &[]), "");
    }
}
