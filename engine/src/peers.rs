use std::cell::UnsafeCell;

/// Processes that train the same network at the same time, each on samples of its own, as one of them
/// sees the others: what a run tells them, and what it hears.
///
/// All calls are made by the thread that runs the network, in an order that follows from the network
/// and from what is trained of it: it is the same for all.
pub trait Peers {
    /// Makes of the means and variances over this process's rows, `[2, channels]`, those over the
    /// rows of all. Only where norms are [synchronised](crate::Trained::synchronised).
    fn moments(&mut self, own: &mut [f32]);

    /// Makes of sums over this process's rows, `[2, channels]`, those over the rows of all, times the
    /// part of all rows that are this process's. Only where norms are
    /// [synchronised](crate::Trained::synchronised).
    fn sums(&mut self, own: &mut [f32]);

    /// Nothing is added to the gradient of a parameter any more: by its index among those that are
    /// trained. One that no step adds to is never told of.
    fn complete(&mut self, param: usize, gradient: &[f32]);

    /// Called behind each step back: lets go on what is under way.
    fn progress(&mut self) {}
}

/// Peers that a team's run carries along.
pub(crate) struct Carried<'a>(UnsafeCell<Option<&'a mut dyn Peers>>);

// SAFETY: only the member that calls touches them, see `Carried::with`.
unsafe impl Sync for Carried<'_> {}

impl<'a> Carried<'a> {
    pub fn new(peers: Option<&'a mut dyn Peers>) -> Self {
        Carried(UnsafeCell::new(peers))
    }

    /// Does something with the peers, if there are any.
    ///
    /// # Safety
    /// Only the thread that made this calls it, and not from within `with`.
    pub unsafe fn with(&self, tell: impl FnOnce(&mut dyn Peers)) {
        // SAFETY: the caller's.
        if let Some(peers) = unsafe { &mut *self.0.get() } {
            tell(&mut **peers);
        }
    }
}
