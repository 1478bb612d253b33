use std::error::Error;
use std::path::{Path, PathBuf};

use plotters::prelude::{
    BLACK, ChartBuilder, IntoDrawingArea, LineSeries, Palette, Palette99, PathElement, SVGBackend,
    SeriesLabelPosition, WHITE,
};
use plotters::style::Color;

use super::checkpoint::replace;
use super::{Callback, History, Moment, TrainError};

/// Draws curves of the history, the epochs from left to right, as an SVG file that is replaced at
/// the end of each epoch.
pub struct Plot {
    path: PathBuf,
    names: Vec<String>,
}

impl Plot {
    /// The values of these names in one diagram: `["loss", "val_loss"]`.
    pub fn new(path: impl AsRef<Path>, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Plot { path: path.as_ref().to_owned(), names }
    }

    /// The diagram; values that are not finite are left out.
    fn svg(&self, history: &History) -> Result<String, Box<dyn Error + '_>> {
        let curve = |name: &String| -> Vec<(f64, f64)> {
            let value = |row: &super::Row| Some((row.epoch as f64, row.get(name)?));
            let points = history.rows.iter().filter_map(value);
            points.filter(|(_, value)| value.is_finite()).collect()
        };
        let curves: Vec<_> = self.names.iter().map(|name| (name, curve(name))).collect();
        let values = || curves.iter().flat_map(|(_, curve)| curve).map(|(_, value)| *value);
        let (low, high) =
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        let margin = (0.05 * (high - low)).max(1e-9 * high.abs()).max(1e-12);
        let last = history.rows.last().map_or(2, |row| row.epoch.max(2)) as f64;

        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (720, 420)).into_drawing_area();
            area.fill(&WHITE)?;
            let mut chart = ChartBuilder::on(&area)
                .margin(12)
                .x_label_area_size(36)
                .y_label_area_size(60)
                .build_cartesian_2d(1.0..last, low - margin..high + margin)?;
            let mesh = &mut chart.configure_mesh();
            mesh.x_desc("epoch").x_label_formatter(&|epoch| format!("{epoch:.0}")).draw()?;
            for (i, (name, curve)) in curves.into_iter().enumerate() {
                let colour = Palette99::pick(i).stroke_width(2);
                let line = chart.draw_series(LineSeries::new(curve, colour))?;
                line.label(name.as_str()).legend(move |(x, y)| {
                    PathElement::new(vec![(x, y), (x + 16, y)], Palette99::pick(i).stroke_width(2))
                });
            }
            let labels = &mut chart.configure_series_labels();
            let labels = labels.position(SeriesLabelPosition::UpperRight);
            labels.background_style(WHITE.mix(0.8)).border_style(BLACK.mix(0.3)).draw()?;
            area.present()?;
        }
        Ok(svg)
    }
}

impl Callback for Plot {
    fn epoch(&mut self, moment: &mut Moment) -> Result<(), TrainError> {
        self.names.iter().try_for_each(|name| moment.monitor(name).map(drop))?;
        let failed = |source| TrainError::File { path: self.path.clone(), source };
        let svg = self.svg(moment.history);
        let svg = svg.map_err(|error| failed(std::io::Error::other(error.to_string())))?;
        replace(&self.path, svg.as_bytes()).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Row;

    #[test]
    fn a_curve_a_name() {
        let row = |epoch: usize, loss: f64| {
            let values = vec![("loss".to_owned(), loss), ("val_loss".to_owned(), 2.0 * loss)];
            Row { epoch, step: 0, values }
        };
        let check = |rows: Vec<Row>, lines: usize| {
            let svg = Plot::new("x.svg", ["loss", "val_loss"]).svg(&History { rows }).unwrap();
            assert!(svg.contains("val_loss") && svg.contains("epoch"), "{svg}");
            let thick = svg.lines().filter(|line| line.contains("stroke-width=\"2\""));
            assert_eq!(thick.count(), lines, "{svg}");
        };
        // Two curves, and two strokes in the legend.
        check(vec![row(1, 1.0), row(2, 0.5), row(3, 0.25)], 4);
        check(vec![row(1, f64::NAN), row(2, 0.5), row(3, 0.5)], 4);
        check(vec![row(1, f64::NAN)], 2);
    }
}
