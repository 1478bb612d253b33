//! How wide text is, and how it is written into XML.

/// The height of a letter with its line, in pixels: CSS' `font-size`.
pub(super) const SIZE: u32 = 11;

/// Fonts of the same widths, then any.
pub(super) const FONTS: &str = "DejaVu Sans, Verdana, sans-serif";

/// Widths of the characters from the space to `~` in DejaVu Sans, in 1/2048 of its size.
const WIDTHS: [u16; 95] = [
    651, 821, 942, 1716, 1303, 1946, 1597, 563, 799, 799, 1024, 1716, 651, 739, 651, 690, 1303,
    1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 690, 690, 1716, 1716, 1716, 1087, 2048,
    1401, 1405, 1430, 1577, 1294, 1178, 1587, 1540, 604, 604, 1343, 1141, 1767, 1532, 1612, 1235,
    1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403, 1251, 1403, 799, 690, 799, 1716, 1024, 1024,
    1255, 1300, 1126, 1300, 1260, 721, 1300, 1298, 569, 569, 1186, 569, 1995, 1298, 1253, 1300,
    1300, 842, 1067, 803, 1298, 1212, 1675, 1212, 1212, 1075, 1303, 690, 1303, 1716,
];

/// The width of a text in pixels, rounded up; other characters than ASCII's count as wide ones.
pub(super) fn width(text: &str) -> i64 {
    let of = |char: char| match char {
        ' '..='~' => u64::from(WIDTHS[char as usize - ' ' as usize]),
        '·' => 651,
        '⌊' | '⌋' | '⌈' | '⌉' => 799,
        '×' => 1716,
        _ => 2048,
    };
    let units: u64 = text.chars().map(of).sum();
    (units * u64::from(SIZE)).div_ceil(2048) as i64
}

/// A text of at most so many characters, the last an ellipsis if any are missing.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// A text as XML has it, in elements and attributes; what XML has no way to write is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        match char {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' | '\t' => escaped.push(' '),
            char if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') => {}
            char => escaped.push(char),
        }
    }
    escaped
}
