use std::sync::Mutex;

use super::Team;

impl Team {
    /// Does something with each of some things, by whoever gets to it first, and returns when all is
    /// done. Work that panics ends the process, as for [`Team::run`].
    pub fn each<T: Send>(&self, items: impl IntoIterator<Item = T>, work: impl Fn(T) + Sync) {
        let items: Vec<_> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
        self.run(&|member| {
            for index in member.take(items.len(), 1).flatten() {
                let item = items[index].lock().expect("nothing panics while it is held").take();
                work(item.expect("each is taken once"));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    #[test]
    fn each_is_done_once() {
        for size in [1, 2, 3] {
            let team = Team::new(NonZeroUsize::new(size).expect("some"));
            for count in [0, 1, 2, 100] {
                let mut values = vec![1; count];
                team.each(values.iter_mut().enumerate(), |(i, value)| *value += i);
                assert!(values.iter().enumerate().all(|(i, value)| *value == i + 1));
            }
        }
    }
}
