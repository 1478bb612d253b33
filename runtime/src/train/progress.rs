//! Progress of a training: a live bar where stderr is a terminal, a line an epoch anywhere.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Row;

/// Shows how far a training is, on stderr.
pub(super) struct Progress {
    bar: ProgressBar,
    epochs: usize,
    start: Instant,
}

impl Progress {
    pub(super) fn new(epochs: usize, batches: Option<usize>, done: usize, shown: bool) -> Self {
        let target = match shown {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        Self::on(target, epochs, batches, done)
    }

    fn on(target: ProgressDrawTarget, epochs: usize, batches: Option<usize>, done: usize) -> Self {
        let all = batches.map(|batches| (epochs * batches) as u64);
        let bar = ProgressBar::with_draw_target(all, target);
        let template = "{msg} {wide_bar} {per_sec}, ETA {eta}";
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("━╸ "));
        bar.set_position(done as u64);
        bar.reset_eta();
        Progress { bar, epochs, start: Instant::now() }
    }

    /// A batch is done; the running mean of the loss.
    pub(super) fn batch(&self, epoch: usize, loss: f64) {
        self.bar.set_message(format!("epoch {epoch}/{}: loss {loss:.4}", self.epochs));
        self.bar.inc(1);
    }

    /// An epoch is done: leaves a line that says how it went.
    pub(super) fn epoch(&mut self, row: &Row, shown: bool) {
        let values: Vec<_> = row.values.iter().map(|(n, v)| format!("{n} {v:.4}")).collect();
        let seconds = self.start.elapsed().as_secs_f64();
        let line =
            format!("epoch {}/{}: {}, {seconds:.1} s", row.epoch, self.epochs, values.join(", "));
        match self.bar.is_hidden() {
            true if shown => eprintln!("{line}"),
            true => {}
            false => self.bar.println(line),
        }
        self.start = Instant::now();
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    #[test]
    fn the_bar_shows_the_loss_and_an_epoch_leaves_a_line() {
        let terminal = InMemoryTerm::new(4, 100);
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let mut progress = Progress::on(target, 2, Some(10), 0);
        progress.batch(1, 1.25);
        progress.bar.force_draw();
        let shown = terminal.contents();
        assert!(shown.starts_with("epoch 1/2: loss 1.2500 ━"), "{shown}");
        let values = vec![("loss".to_owned(), 0.5), ("accuracy".to_owned(), 0.75)];
        progress.epoch(&Row { epoch: 1, step: 10, values }, true);
        progress.end();
        let shown = terminal.contents();
        assert!(shown.starts_with("epoch 1/2: loss 0.5000, accuracy 0.7500, "), "{shown}");
        assert_eq!(shown.lines().count(), 1, "{shown}");
    }
}
