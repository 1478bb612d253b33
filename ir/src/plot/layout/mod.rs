//! Where boxes and edges stand on the page: boxes in ranks from top to bottom, in columns beside
//! the trunk of the network; an edge past a rank in a lane beside the boxes.
//!
//! A *slot* is a rank (an even number, twice the rank) or the gap below it. All values of one box
//! travel in one net: it leaves the box in the middle of its lower side, turns in a gap, and
//! ends at the upper sides of its readers.

mod columns;
mod lanes;
mod ranks;
mod routes;
#[cfg(test)]
mod tests;
mod tracks;

use std::collections::BTreeSet;

/// A rectangle in pixels, `y` downwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Rect {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
}

/// An edge: from the lower side of a box to the upper side of another, by straight lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Route {
    pub points: Vec<[i64; 2]>,
}

/// What stands where; everything lies within `width` and `height`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    pub boxes: Vec<Rect>,
    pub routes: Vec<Route>,
    pub width: i64,
    pub height: i64,
}

/// Boxes and edges to be laid out.
struct Plan<'a> {
    /// Widths and heights.
    sizes: &'a [[i64; 2]],
    /// For each box, those that it reads and those that read it, in order.
    reads: Vec<Vec<usize>>,
    readers: Vec<Vec<usize>>,
    /// The rank of each box.
    ranks: Vec<usize>,
}

/// Lays out boxes of those sizes. An edge leads from a box to one behind it.
pub(super) fn layout(sizes: &[[i64; 2]], edges: &BTreeSet<(usize, usize)>) -> Layout {
    let (mut reads, mut readers) = (vec![Vec::new(); sizes.len()], vec![Vec::new(); sizes.len()]);
    for &(from, to) in edges {
        reads[to].push(from);
        readers[from].push(to);
    }
    let ranks = ranks::ranks(&reads, &readers);
    let plan = Plan { sizes, reads, readers, ranks };
    let (centres, mut occupied) = columns::place(&plan);
    let lanes = lanes::place(&plan, &centres, &mut occupied);
    routes::draw(&plan, &centres, &lanes, edges)
}

impl Plan<'_> {
    /// The last rank in which a box is read; its own if it never is.
    fn last(&self, item: usize) -> usize {
        let ranks = self.readers[item].iter().map(|&reader| self.ranks[reader]);
        ranks.max().unwrap_or(self.ranks[item])
    }

    /// How many ranks there are.
    fn depth(&self) -> usize {
        self.ranks.iter().max().map_or(0, |rank| rank + 1)
    }
}
