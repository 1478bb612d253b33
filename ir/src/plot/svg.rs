//! As a picture.

use std::collections::BTreeSet;

use super::Plot;
use super::item::{Chip, Item, Row};
use super::layout::{Layout, Rect, Route, layout};
use super::palette::Tint;
use super::text::{FONTS, SIZE, escaped, width};

/// Pixels around everything.
const MARGIN: i64 = 16;
/// Height of a line of text.
const LINE: i64 = 19;
/// Height of a layer's coloured field.
const CHIP: i64 = 15;
/// Pixels to both sides of the text in a field, and of what is in a box.
const PAD: i64 = 5;
/// Pixels between the columns of a box.
const SPACE: i64 = 12;
/// By how much the corner of an edge is rounded.
const ROUND: i64 = 5;
/// Length of an arrow.
const ARROW: i64 = 6;

impl Plot {
    /// The network as an SVG picture on white, with its totals and a legend of colours below.
    ///
    /// The text needs no font but those that browsers have; the same network makes the same
    /// picture, byte for byte.
    pub fn svg(&self) -> String {
        let sizes: Vec<_> = self.items.iter().map(Item::size).collect();
        let layout = layout(&sizes, &self.edges);
        let legend = self.legend();
        let totals: Vec<_> =
            self.totals.iter().map(|(what, number)| format!("{number} {what}")).collect();
        let content = totals.iter().chain([&self.name]).map(|line| width(line));
        let content = content.chain([layout.width, LEGEND.min(legend_width(&legend))]);
        let wide = content.max().unwrap_or(0);
        let top = MARGIN + 2 * LINE;
        let left = MARGIN + (wide - layout.width) / 2;
        let (colours, lines) = legend_lines(&legend, wide);
        let below = top + layout.height + 2 * LINE;
        let foot = below + LINE * totals.len() as i64;
        let [full, tall] = [wide + 2 * MARGIN, foot + LINE * lines + MARGIN];
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{full}\" height=\"{tall}\" \
             viewBox=\"0 0 {full} {tall}\" font-family=\"{FONTS}\" font-size=\"{SIZE}\">\n\
             <rect width=\"{full}\" height=\"{tall}\" fill=\"#fff\"/>\n"
        );
        text += &written(MARGIN, MARGIN + LINE / 2, "start", "#000", &self.name);
        text += &format!("<g transform=\"translate({left} {top})\">\n");
        text += &edges(&layout);
        for (item, &rect) in self.items.iter().zip(&layout.boxes) {
            text += &item.draw(rect);
        }
        text += "</g>\n";
        for (i, total) in totals.iter().enumerate() {
            text += &written(MARGIN, below + LINE * i as i64, "start", "#000", total);
        }
        text += &format!("<g transform=\"translate({MARGIN} {foot})\">\n{colours}</g>\n");
        text + "</svg>\n"
    }

    /// The colours that are there.
    fn legend(&self) -> Vec<Chip> {
        let chips = self.items.iter().flat_map(|item| &item.rows).flat_map(|row| &row.chips);
        let tints: BTreeSet<_> = chips.map(|chip| chip.tint).collect();
        let named = tints.into_iter().filter(|tint| !matches!(tint, Tint::Input | Tint::Output));
        named.map(|tint| Chip { text: tint.name(), tint }).collect()
    }
}

/// The width that a legend is given even where the picture is narrower.
const LEGEND: i64 = 360;

fn legend_width(chips: &[Chip]) -> i64 {
    chips.iter().map(|chip| chip.width() + PAD).sum()
}

/// The fields of a legend in lines of that width, and how many lines they take.
fn legend_lines(chips: &[Chip], wide: i64) -> (String, i64) {
    let (mut text, mut x, mut line) = (String::new(), 0, 0);
    for chip in chips {
        if x > 0 && x + chip.width() > wide {
            (x, line) = (0, line + 1);
        }
        text += &chip.draw(x, LINE * line);
        x += chip.width() + PAD;
    }
    (text, line + 1)
}

impl Chip {
    fn width(&self) -> i64 {
        width(&self.text) + 2 * PAD
    }

    fn draw(&self, x: i64, y: i64) -> String {
        let (wide, colour) = (self.width(), self.tint.colour());
        let round = if self.tint == Tint::Output { CHIP / 2 } else { 2 };
        let field = format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{CHIP}\" rx=\"{round}\" \
             fill=\"{colour}\"/>\n"
        );
        field + &written(x + PAD, y + CHIP / 2, "start", "#000", &self.text)
    }
}

impl Row {
    fn chips(&self) -> i64 {
        self.chips.iter().map(|chip| chip.width() + 2).sum()
    }
}

impl Item {
    /// Widths of the columns: layers, shapes, parameters.
    fn columns(&self) -> [i64; 3] {
        let columns: [fn(&Row) -> i64; 3] =
            [Row::chips, |row| width(&row.shape), |row| width(&row.params)];
        columns.map(|column| self.rows.iter().map(column).max().unwrap_or(0))
    }

    fn size(&self) -> [i64; 2] {
        let [chips, shapes, params] = self.columns();
        let params = if params > 0 { SPACE + params } else { 0 };
        let wide = (chips + SPACE + shapes + params).max(width(&self.title));
        // Even, so that the middle is a whole pixel.
        [(wide + 2 * PAD + 1) / 2 * 2, LINE * (self.rows.len() as i64 + 1) + 2]
    }

    fn draw(&self, rect: Rect) -> String {
        let Rect { x, y, width: wide, height } = rect;
        let mut text = format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{height}\" rx=\"4\" \
             fill=\"#fafafa\" stroke=\"#666\"/>\n"
        );
        let [_, _, params] = self.columns();
        let [left, right] = [x + PAD, x + wide - PAD];
        text += &written(left, y + LINE / 2 + 1, "start", "#555", &self.title);
        for (i, row) in self.rows.iter().enumerate() {
            let y = y + LINE * (i as i64 + 1);
            text += &format!("<g><title>{}</title>\n", escaped(&row.names));
            let mut x = left;
            for chip in &row.chips {
                text += &chip.draw(x, y);
                x += chip.width() + 2;
            }
            let middle = y + CHIP / 2;
            let shapes = if params > 0 { right - params - SPACE } else { right };
            text += &written(shapes, middle, "end", "#000", &row.shape);
            if !row.params.is_empty() {
                text += &written(right, middle, "end", "#555", &row.params);
            }
            text += "</g>\n";
        }
        text
    }
}

/// A line of text whose middle is at `y`.
fn written(x: i64, y: i64, anchor: &str, colour: &str, text: &str) -> String {
    let base = y + i64::from(SIZE) * 3 / 8;
    let anchor = if anchor == "start" { "" } else { " text-anchor=\"end\"" };
    let text = escaped(text);
    format!("<text x=\"{x}\" y=\"{base}\"{anchor} fill=\"{colour}\">{text}</text>\n")
}

/// All edges, their arrows last.
fn edges(layout: &Layout) -> String {
    let lines: String = layout.routes.iter().map(line).collect();
    let arrows: BTreeSet<_> =
        layout.routes.iter().filter_map(|route| route.points.last().copied()).collect();
    let arrows = arrows.into_iter().map(|[x, y]| {
        let (top, half) = (y - ARROW, ARROW / 2);
        format!("M{x} {y}L{} {top}H{}Z", x - half, x + half)
    });
    format!(
        "<g fill=\"none\" stroke=\"#444\">\n{lines}</g>\n<path fill=\"#444\" d=\"{}\"/>\n",
        arrows.collect::<String>()
    )
}

/// An edge with round corners, up to its arrow.
fn line(route: &Route) -> String {
    let points = &route.points;
    let [x, y] = points[0];
    let mut path = format!("M{x} {y}");
    for corner in points.windows(3) {
        let [before, at, after] = [corner[0], corner[1], corner[2]];
        let near = |[x, y]: [i64; 2]| {
            let ([dx, dy], [a, b]) = ([x - at[0], y - at[1]], at);
            let round = ROUND.min((dx.abs() + dy.abs()) / 2);
            [a + dx.signum() * round, b + dy.signum() * round]
        };
        let ([a, b], [x, y], [c, d]) = (near(before), at, near(after));
        path += &format!("L{a} {b}Q{x} {y} {c} {d}");
    }
    let [x, y] = points[points.len() - 1];
    format!("<path d=\"{path}L{x} {}\"/>\n", y - ARROW)
}
