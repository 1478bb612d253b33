//! Progress of a training: a live bar where stderr is a terminal, a line an epoch anywhere.

use std::fmt;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Shows how far a training is, on stderr.
pub struct Progress {
    bar: ProgressBar,
    epochs: usize,
    epoch: usize,
    start: Instant,
    sum: Sum,
}

impl Progress {
    /// A training of `epochs` times `images` images.
    pub fn new(epochs: usize, images: usize) -> Self {
        Self::on(ProgressDrawTarget::stderr(), epochs, images)
    }

    fn on(target: ProgressDrawTarget, epochs: usize, images: usize) -> Self {
        let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
            let _ = write!(out, "{:.0} images/s", state.per_sec());
        };
        let style = ProgressStyle::with_template("{msg} {wide_bar} {rate}, ETA {eta}")
            .expect("a template of known keys")
            .with_key("rate", rate)
            .progress_chars("━╸ ");
        let bar = ProgressBar::with_draw_target(Some((epochs * images) as u64), target);
        bar.set_style(style);
        Progress { bar, epochs, epoch: 1, start: Instant::now(), sum: Sum::default() }
    }

    /// One batch is done: its size, its mean loss, and how many were predicted right.
    pub fn batch(&mut self, images: usize, loss: f32, right: usize) {
        self.sum.images += images;
        self.sum.loss += f64::from(loss) * images as f64;
        self.sum.right += right;
        self.bar.set_message(format!("epoch {}/{}: {}", self.epoch, self.epochs, self.sum));
        self.bar.inc(images as u64);
    }

    /// One epoch is done: leaves a line that says how it went.
    pub fn epoch(&mut self) {
        let rate = Rate { images: self.sum.images, time: self.start.elapsed() };
        let line = format!("epoch {}/{}: {}, {rate}", self.epoch, self.epochs, self.sum);
        if self.bar.is_hidden() {
            eprintln!("{line}");
        } else {
            self.bar.println(line);
        }
        (self.epoch, self.start, self.sum) = (self.epoch + 1, Instant::now(), Sum::default());
        if self.epoch > self.epochs {
            self.bar.finish_and_clear();
        }
    }
}

/// What one epoch came to so far.
#[derive(Default)]
struct Sum {
    images: usize,
    loss: f64,
    right: usize,
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let images = self.images.max(1) as f64;
        let (loss, accuracy) = (self.loss / images, 100.0 * self.right as f64 / images);
        write!(f, "loss {loss:.4}, accuracy {accuracy:.2} %")
    }
}

struct Rate {
    images: usize,
    time: Duration,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.time.as_secs_f64();
        write!(f, "{:.0} images/s, {seconds:.1} s", self.images as f64 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    fn on(terminal: &InMemoryTerm) -> Progress {
        Progress::on(ProgressDrawTarget::term_like(Box::new(terminal.clone())), 2, 100)
    }

    #[test]
    fn the_bar_shows_the_running_means() {
        let terminal = InMemoryTerm::new(4, 100);
        let mut progress = on(&terminal);
        progress.batch(60, 1.5, 30);
        progress.batch(20, 0.5, 18);
        progress.bar.force_draw();
        let shown = terminal.contents();
        assert!(shown.starts_with("epoch 1/2: loss 1.2500, accuracy 60.00 % ━━━"), "{shown}");
        assert!(shown.contains(" images/s, ETA "), "{shown}");
    }

    #[test]
    fn an_epoch_leaves_a_line_and_the_end_no_bar() {
        let terminal = InMemoryTerm::new(4, 100);
        let mut progress = on(&terminal);
        for loss in [2.0, 1.0] {
            progress.batch(100, loss, 40);
            progress.epoch();
        }
        let shown = terminal.contents();
        let starts = ["epoch 1/2: loss 2.0000, accuracy", "epoch 2/2: loss 1.0000, accuracy"];
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines.len(), starts.len(), "{shown}");
        assert!(lines.iter().zip(starts).all(|(line, start)| line.starts_with(start)), "{shown}");
    }

    #[test]
    fn rates() {
        let rate = Rate { images: 9_000, time: Duration::from_millis(4_500) };
        assert_eq!(rate.to_string(), "2000 images/s, 4.5 s");
    }
}
