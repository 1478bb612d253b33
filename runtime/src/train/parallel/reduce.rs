use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use formwork_engine::Peers;

use super::{Ranks, Share, Sum};
use crate::compiled::TrainTogether;

/// How many values are sent at least, if there are as many: each message takes time of its own.
const BUCKET: usize = 1 << 18;

/// Adds gradients and statistics up over ranks, along with the way through the model.
///
/// Gradients are sent as they are complete, the small ones together; what is on the way goes on
/// behind each step back. All ranks send the same in the same order, so sums have the same bits from
/// run to run.
pub(in crate::train) struct Reducer {
    ranks: Rc<dyn Ranks>,
    synchronised: bool,
    /// What this process has of the batch that runs.
    share: Share,
    /// Whether the model runs by a plan; `None` if no plan was asked for.
    pub planned: Option<Result<(), String>>,
    /// Whether gradients are added up on the way back.
    pub reduces: bool,
    /// Whether they are.
    pub reduced: bool,
    next: Message,
    sent: VecDeque<(Vec<Part>, Box<dyn Sum>)>,
    /// Parameters whose gradients were sent.
    known: BTreeSet<usize>,
    /// Memory of earlier messages.
    spare: Vec<Vec<f32>>,
}

/// A parameter, and the length of its gradient.
type Part = (usize, usize);

/// Gradients that are sent together.
#[derive(Default)]
struct Message {
    parts: Vec<Part>,
    values: Vec<f32>,
}

impl Reducer {
    pub fn new(ranks: Rc<dyn Ranks>, synchronised: bool) -> Self {
        Reducer {
            ranks,
            synchronised,
            share: Share { samples: 1, of: 1 },
            planned: None,
            reduces: false,
            reduced: false,
            next: Message::default(),
            sent: VecDeque::new(),
            known: BTreeSet::new(),
            spare: Vec::new(),
        }
    }

    /// A batch begins, of which this process has a share.
    pub fn begin(&mut self, share: Share) {
        (self.share, self.planned, self.reduces, self.reduced) = (share, None, false, false);
    }

    fn send(&mut self) {
        let empty = Message { values: self.spare.pop().unwrap_or_default(), ..Message::default() };
        let Message { parts, values } = std::mem::replace(&mut self.next, empty);
        if !parts.is_empty() {
            self.sent.push_back((parts, self.ranks.start_sum(values)));
        }
    }

    fn add(&mut self, param: usize, gradient: &[f32]) {
        self.known.insert(param);
        self.next.parts.push((param, gradient.len()));
        self.next.values.extend_from_slice(gradient);
        if self.next.values.len() >= BUCKET {
            self.send();
        }
    }
}

impl Peers for Reducer {
    /// As Chan et al. do (Updating formulae and a pairwise algorithm for computing sample variances,
    /// 1979), each rank's by its number of samples.
    fn moments(&mut self, own: &mut [f32]) {
        let mut values = vec![self.share.samples as f32];
        values.extend_from_slice(own);
        let all = self.ranks.gather(&values);
        let all: Vec<_> = all.chunks_exact(values.len()).map(|all| (all[0], &all[1..])).collect();
        let samples: f64 = all.iter().map(|(samples, _)| f64::from(*samples)).sum();
        let (means, variances) = own.split_at_mut(own.len() / 2);
        let channels = means.len();
        for channel in 0..channels {
            let mean_of = |of: &dyn Fn(&[f32]) -> f64| {
                let weighted = all.iter().map(|(samples, own)| f64::from(*samples) * of(own));
                weighted.sum::<f64>() / samples
            };
            let mean = mean_of(&|own| f64::from(own[channel]));
            let off = |own: &[f32]| f64::from(own[channel]) - mean;
            let squares = |own: &[f32]| f64::from(own[channels + channel]) + off(own) * off(own);
            means[channel] = mean as f32;
            variances[channel] = mean_of(&squares) as f32;
        }
    }

    fn sums(&mut self, own: &mut [f32]) {
        let all = self.ranks.gather(own);
        let (count, fraction) = (own.len(), self.share.fraction());
        for (index, value) in own.iter_mut().enumerate() {
            let sum: f64 = all.iter().skip(index).step_by(count).map(|x| f64::from(*x)).sum();
            *value = (fraction * sum) as f32;
        }
    }

    fn complete(&mut self, param: usize, gradient: &[f32]) {
        if self.reduces {
            self.add(param, gradient);
        }
    }

    fn progress(&mut self) {
        for (_, sum) in &mut self.sent {
            if !sum.progress() {
                return;
            }
        }
    }
}

impl TrainTogether for Reducer {
    fn synchronised(&self) -> bool {
        self.synchronised
    }

    fn planned(&mut self, planned: Result<(), String>) {
        self.planned = Some(planned);
    }

    fn rows(&self, own: usize) -> usize {
        match (self.synchronised, self.share) {
            (false, _) => own,
            // One sample runs, which does not count.
            (true, Share { samples: 0, of }) => own * of,
            (true, Share { samples, of }) => own * of / samples,
        }
    }

    fn finish(&mut self, gradients: &mut [Vec<f32>]) {
        if !self.reduces {
            return;
        }
        for (param, gradient) in gradients.iter().enumerate() {
            if !self.known.contains(&param) {
                self.add(param, gradient);
            }
        }
        self.send();
        while let Some((parts, sum)) = self.sent.pop_front() {
            let mut values = sum.wait();
            let mut rest = values.as_slice();
            for (param, len) in parts {
                let (own, others) = rest.split_at(len);
                gradients[param].copy_from_slice(own);
                rest = others;
            }
            values.clear();
            self.spare.push(values);
        }
        self.known.clear();
        self.reduced = true;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Two ranks that have the same; notes the lengths of what is added up.
    struct Twins(Rc<RefCell<Vec<usize>>>);

    struct Double(Vec<f32>);

    impl Ranks for Twins {
        fn rank(&self) -> usize {
            0
        }

        fn size(&self) -> usize {
            2
        }

        fn broadcast(&self, _: &mut Vec<u8>) {}

        fn gather(&self, values: &[f32]) -> Vec<f32> {
            values.repeat(2)
        }

        fn sum(&self, values: &mut [f64]) {
            values.iter_mut().for_each(|value| *value *= 2.0);
        }

        fn start_sum(&self, values: Vec<f32>) -> Box<dyn Sum> {
            self.0.borrow_mut().push(values.len());
            Box::new(Double(values))
        }
    }

    impl Sum for Double {
        fn progress(&mut self) -> bool {
            false
        }

        fn wait(self: Box<Self>) -> Vec<f32> {
            self.0.iter().map(|value| 2.0 * value).collect()
        }
    }

    #[test]
    fn large_gradients_are_sent_when_they_are_complete() {
        let sent = Rc::new(RefCell::new(Vec::new()));
        let mut reducer = Reducer::new(Rc::new(Twins(Rc::clone(&sent))), false);
        let mut gradients = vec![vec![1.0; 5], vec![2.0; BUCKET - 4], vec![3.0; 7], vec![4.0; 4]];
        for run in 1..=2 {
            reducer.begin(Share { samples: 1, of: 2 });
            reducer.reduces = true;
            reducer.complete(3, &gradients[3]);
            reducer.progress();
            assert!(sent.borrow().is_empty());
            reducer.complete(1, &gradients[1]);
            reducer.progress();
            assert_eq!(*sent.borrow(), [BUCKET]);
            reducer.complete(0, &gradients[0]);
            // Nobody tells of the third, which no step adds to.
            reducer.finish(&mut gradients);
            assert_eq!(sent.take(), [BUCKET, 12]);
            assert!(reducer.reduced);
            for (own, first) in gradients.iter().zip([1.0, 2.0, 3.0, 4.0]) {
                let expect = first * f32::from(1u8 << run);
                assert!(own.iter().all(|value| *value == expect), "{expect} in run {run}");
            }
        }
    }

    #[test]
    fn gradients_that_are_not_due_stay_here() {
        let sent = Rc::new(RefCell::new(Vec::new()));
        let mut reducer = Reducer::new(Rc::new(Twins(Rc::clone(&sent))), false);
        let mut gradients = vec![vec![1.0; BUCKET]];
        reducer.begin(Share { samples: 1, of: 2 });
        reducer.complete(0, &gradients[0]);
        reducer.finish(&mut gradients);
        assert!(sent.borrow().is_empty() && !reducer.reduced && gradients[0][0] == 1.0);
    }

    #[test]
    fn moments_count_by_samples() {
        /// Another rank that has three of four samples.
        struct Other;

        impl Ranks for Other {
            fn rank(&self) -> usize {
                0
            }

            fn size(&self) -> usize {
                2
            }

            fn broadcast(&self, _: &mut Vec<u8>) {}

            fn gather(&self, values: &[f32]) -> Vec<f32> {
                let other: &[f32] = if values.len() == 3 { &[3.0, 2.0, 1.0] } else { &[6.0, 8.0] };
                [values, other].concat()
            }

            fn sum(&self, _: &mut [f64]) {}

            fn start_sum(&self, values: Vec<f32>) -> Box<dyn Sum> {
                Box::new(Double(values))
            }
        }

        let mut reducer = Reducer::new(Rc::new(Other), true);
        reducer.begin(Share { samples: 1, of: 4 });
        // The sample -2, and beside it others of mean 2 and variance 1.
        let mut moments = [-2.0, 0.0];
        reducer.moments(&mut moments);
        assert_eq!(moments, [1.0, 3.0 / 4.0 * (1.0 + 1.0) + 9.0 / 4.0]);
        let mut sums = [2.0, 4.0];
        reducer.sums(&mut sums);
        assert_eq!(sums, [2.0, 3.0]);
        assert_eq!(reducer.rows(10), 40);
        reducer.begin(Share { samples: 0, of: 4 });
        assert_eq!(reducer.rows(10), 40);
        reducer.sums(&mut sums);
        assert_eq!(sums, [0.0, 0.0]);
    }
}
