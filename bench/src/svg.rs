//! The ratios as a picture: a line for each row, a mark for each peer, on a logarithmic axis.

use std::fmt::Write;

use crate::results::{Measured, Row};

const WIDTH: f64 = 860.0;
const LEFT: f64 = 140.0;
const RIGHT: f64 = 30.0;
const LINE: f64 = 26.0;
/// Legends on a line, and the height of one.
const LEGENDS: usize = 5;
const LEGEND: f64 = 22.0;
/// Colours of the peers other than formwork: seen on white and on black.
const COLOURS: &[&str] = &[
    "#3b82f6", "#a855f7", "#f97316", "#fbbf24", "#16a34a", "#06b6d4", "#ec4899", "#a16207",
    "#94a3b8",
];
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#24292f}\
    line{stroke:#8c959f;stroke-opacity:.35}.one{stroke-opacity:1}.own{fill:#dc2626}.told{fill:none;stroke:#dc2626}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.own{fill:#ff6b5e}\
    .told{stroke:#ff6b5e}}";

/// The picture of a run.
pub fn picture(measured: &Measured) -> String {
    let Measured { peers, rows, .. } = measured;
    let ours = rows.first().map_or(1, |row| row.ours);
    let ratios =
        |row: &Row| (0..peers.len()).filter_map(|peer| row.ratio(peer)).collect::<Vec<_>>();
    let all: Vec<_> = rows.iter().flat_map(ratios).map(f64::log2).collect();
    let least = all.iter().fold(-1.0, |least: f64, x| least.min(x.floor()));
    let most = all.iter().fold(1.0, |most: f64, x| most.max(x.ceil()));
    let x = |ratio: f64| LEFT + (ratio.log2() - least) / (most - least) * (WIDTH - LEFT - RIGHT);
    let top = LEGEND * peers.len().div_ceil(LEGENDS) as f64 + 36.0;
    let bottom = top + LINE * rows.len() as f64;
    let height = bottom + 44.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\n<title>Time relative to the fastest \
         peer other than formwork</title>\n<style>{STYLE}</style>\n"
    );
    for (peer, entrant) in peers.iter().enumerate() {
        let (column, line) = (peer % LEGENDS, peer / LEGENDS);
        let (x, y) = (24.0 + 166.0 * column as f64, 18.0 + LEGEND * line as f64);
        let missing = if entrant.version.is_err() { " (absent)" } else { "" };
        svg += &mark(peer, ours, x, y, "");
        svg += &text(x + 12.0, y + 4.0, "start", &format!("{}{missing}", entrant.title));
    }
    for exponent in least as i32..=most as i32 {
        let ratio = f64::from(exponent).exp2();
        let class = if exponent == 0 { " class=\"one\"" } else { "" };
        let (x, end) = (x(ratio), bottom + 4.0);
        _ = writeln!(svg, "<line x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{end}\"{class}/>");
        svg += &text(x, bottom + 18.0, "middle", &format!("{ratio}×"));
    }
    for (i, row) in rows.iter().enumerate() {
        let y = top + LINE * (i as f64 + 0.5);
        svg += &text(LEFT - 14.0, y + 4.0, "end", &row.title());
        _ = writeln!(svg, "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>", WIDTH - RIGHT);
        // formwork's lies on top.
        for peer in (0..peers.len()).rev() {
            if let Some(ratio) = row.ratio(peer) {
                svg +=
                    &mark(peer, ours, x(ratio), y, &format!("{}: {ratio:.2}×", peers[peer].title));
            }
        }
    }
    let axis = "time relative to the fastest peer other than formwork; left is faster";
    svg += &text((LEFT + WIDTH - RIGHT) / 2.0, bottom + 36.0, "middle", axis);
    svg + "</svg>\n"
}

fn mark(peer: usize, ours: usize, x: f64, y: f64, title: &str) -> String {
    let title = if title.is_empty() { String::new() } else { format!("<title>{title}</title>") };
    match peer.checked_sub(ours) {
        // What it was told to be is hollow.
        None => format!(
            "<path class=\"{}\" d=\"M{x:.1} {:.1}l7 7l-7 7l-7 -7z\">{title}</path>\n",
            if peer == 0 { "own" } else { "told" },
            y - 7.0
        ),
        Some(other) => {
            let colour = COLOURS[other % COLOURS.len()];
            format!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"{colour}\">{title}</circle>\n"
            )
        }
    }
}

fn text(x: f64, y: f64, anchor: &str, text: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::measured;

    #[test]
    fn every_ratio_has_a_mark_and_the_absent_are_named() {
        let svg = picture(&measured());
        assert_eq!(svg.matches("×</title>").count(), 5, "{svg}");
        assert!(svg.contains(">absent (absent)<"), "{svg}");
        assert!(svg.contains("<title>fast: 1.00×</title>"), "{svg}");
        assert!(!svg.contains("NaN"), "{svg}");
    }
}
