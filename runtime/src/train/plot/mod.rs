mod bitmap;

use std::error::Error;
use std::path::{Path, PathBuf};

use bitmap::{Bitmap, encode};
use plotters::prelude::{
    BLACK, ChartBuilder, DrawingBackend, IntoDrawingArea, LineSeries, Palette, Palette99,
    PathElement, SVGBackend, SeriesLabelPosition, WHITE,
};
use plotters::style::Color;

use super::checkpoint::replace;
use super::{Callback, History, Moment, TrainError};

/// Width and height in pixels.
const SIZE: (u32, u32) = (720, 420);

/// Draws curves of the history, the epochs from left to right, as an SVG or a PNG file that is
/// replaced at the end of each epoch.
pub struct Plot {
    path: PathBuf,
    names: Vec<String>,
}

impl Plot {
    /// The values of these names in one diagram, `["loss", "val_loss"]`; the name of the file ends
    /// in `.svg` or `.png`.
    pub fn new(path: impl AsRef<Path>, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Plot { path: path.as_ref().to_owned(), names }
    }

    fn svg(&self, history: &History) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut svg = String::new();
        self.draw(history, SVGBackend::with_string(&mut svg, SIZE))?;
        Ok(svg.into_bytes())
    }

    fn png(&self, history: &History) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut pixels = vec![0; 3 * SIZE.0 as usize * SIZE.1 as usize];
        self.draw(history, Bitmap::new(&mut pixels, SIZE))?;
        Ok(encode(&pixels, SIZE)?)
    }

    /// The diagram; values that are not finite are left out.
    fn draw<B>(&self, history: &History, backend: B) -> Result<(), Box<dyn Error>>
    where
        B: DrawingBackend<ErrorType: 'static>,
    {
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

        let area = backend.into_drawing_area();
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
        Ok(())
    }
}

impl Callback for Plot {
    fn epoch(&mut self, moment: &mut Moment) -> Result<(), TrainError> {
        self.names.iter().try_for_each(|name| moment.monitor(name).map(drop))?;
        if moment.rank > 0 {
            return Ok(());
        }
        let failed = |source| TrainError::File { path: self.path.clone(), source };
        let extension = self.path.extension().unwrap_or_default();
        let file = match extension.to_str() {
            Some("svg") => self.svg(moment.history),
            Some("png") => self.png(moment.history),
            _ => {
                return Err(TrainError::Argument {
                    what: "the extension of the diagram's file",
                    found: format!("{extension:?}"),
                    expected: "svg or png",
                });
            }
        };
        let file = file.map_err(|error| failed(std::io::Error::other(error.to_string())))?;
        replace(&self.path, &file).map_err(failed)
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
            let svg = String::from_utf8(svg).unwrap();
            assert!(svg.contains("val_loss") && svg.contains("epoch"), "{svg}");
            let thick = svg.lines().filter(|line| line.contains("stroke-width=\"2\""));
            assert_eq!(thick.count(), lines, "{svg}");
        };
        // Two curves, and two strokes in the legend.
        check(vec![row(1, 1.0), row(2, 0.5), row(3, 0.25)], 4);
        check(vec![row(1, f64::NAN), row(2, 0.5), row(3, 0.5)], 4);
        check(vec![row(1, f64::NAN)], 2);
    }

    #[test]
    fn pixels_are_drawn_and_so_is_text() {
        let directory = std::env::temp_dir().join(format!("formwork-plot-{}", std::process::id()));
        let row = |epoch: usize| {
            let loss = 1.0 / epoch as f64;
            let values = vec![("loss".to_owned(), loss), ("val_loss".to_owned(), loss + 0.1)];
            Row { epoch, step: 0, values }
        };
        let history = History { rows: (1..=20).map(row).collect() };
        let file = |name: &str| {
            let path = directory.join(name);
            let nothing = || Vec::new();
            let mut moment = Moment::of(&history, 0, &nothing);
            Plot::new(&path, ["loss", "val_loss"]).epoch(&mut moment).map(|()| path)
        };
        let bytes = std::fs::File::open(file("curves.png").unwrap()).unwrap();
        let mut reader = png::Decoder::new(std::io::BufReader::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), SIZE);
        let count = |colour: [u8; 3], rows: std::ops::Range<usize>| {
            let row = 3 * SIZE.0 as usize;
            let rows = &pixels[rows.start * row..rows.end * row];
            rows.chunks(3).filter(|pixel| **pixel == colour).count()
        };
        for i in 0..2 {
            let (r, g, b) = Palette99::COLORS[i];
            assert!(count([r, g, b], 0..420) > 500, "curve {i}");
        }
        // The numbers of the axis and "epoch", which is below the axes.
        assert!(count([0, 0, 0], 380..420) > 100, "no text");
        let svg = std::fs::read_to_string(file("curves.svg").unwrap()).unwrap();
        assert!(svg.starts_with("<svg"), "{svg}");
        let error = file("curves.jpg").unwrap_err().to_string();
        assert_eq!(error, "the extension of the diagram's file is \"jpg\", expected svg or png");
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
