//! Boxes and edges in pixels, when columns and lanes are known.

use std::collections::{BTreeSet, HashMap};

use super::tracks::{Net, assign};
use super::{Layout, Plan, Rect, Route};

/// Pixels between ranks, with no line across.
const GAP: i64 = 18;
/// Pixels between lines across.
const TRACK: i64 = 7;
/// Pixels between arrows that end at one box, at most.
const PORT: i64 = 16;

pub(super) fn draw(
    plan: &Plan,
    centres: &[i64],
    lanes: &[Option<i64>],
    edges: &BTreeSet<(usize, usize)>,
) -> Layout {
    let ports = ports(plan, centres, lanes);
    let gaps: Vec<_> = nets(plan, centres, lanes, &ports);
    let mut members = vec![Vec::new(); plan.depth()];
    plan.ranks.iter().enumerate().for_each(|(item, &rank)| members[rank].push(item));
    // From the top: each rank as high as its highest box, each gap as its lines need.
    let mut boxes = vec![Rect { x: 0, y: 0, width: 0, height: 0 }; centres.len()];
    let mut across = HashMap::new();
    let mut y = 0;
    for (rank, gap) in gaps.iter().enumerate() {
        let height = members[rank].iter().map(|&item| plan.sizes[item][1]).max().unwrap_or(0);
        for &item in &members[rank] {
            let [width, own] = plan.sizes[item];
            let (x, y) = (centres[item] - width / 2, y + (height - own) / 2);
            boxes[item] = Rect { x, y, width, height: own };
        }
        let (tracks, count) = assign(gap);
        for (net, track) in gap.iter().zip(tracks) {
            across.insert((net.item, rank), y + height + GAP / 2 + TRACK * track as i64);
        }
        y += height + GAP + TRACK * count as i64;
    }
    let route = |&(from, to): &(usize, usize)| {
        let port = ports[&(from, to)];
        let mut x = centres[from];
        let mut points = vec![[x, boxes[from].y + boxes[from].height]];
        for rank in plan.ranks[from]..plan.ranks[to] {
            let next = if rank + 1 == plan.ranks[to] { Some(port) } else { lanes[from] };
            let next = next.unwrap_or(x);
            if next != x {
                let y = across[&(from, rank)];
                points.extend([[x, y], [next, y]]);
                x = next;
            }
        }
        points.push([x, boxes[to].y]);
        Route { points }
    };
    let mut layout =
        Layout { routes: edges.iter().map(route).collect(), boxes, width: 0, height: 0 };
    layout.fit();
    layout
}

/// Where an edge ends: in the middle of a box if it comes straight from above, else beside it, in
/// the order in which the edges arrive.
fn ports(plan: &Plan, centres: &[i64], lanes: &[Option<i64>]) -> HashMap<(usize, usize), i64> {
    let mut ports = HashMap::new();
    for (item, reads) in plan.reads.iter().enumerate() {
        let centre = centres[item];
        let arrives = |read: usize| match plan.ranks[read] + 1 == plan.ranks[item] {
            true => centres[read],
            false => lanes[read].unwrap_or(centres[read]),
        };
        let step = PORT.min((plan.sizes[item][0] / 2 - 6) / reads.len().max(1) as i64).max(1);
        for side in [-1, 1] {
            let mut beside: Vec<_> =
                reads.iter().filter(|&&read| (arrives(read) - centre).signum() == side).collect();
            // The outermost arrives at the outermost port.
            beside.sort_by_key(|&&read| ((arrives(read) - centre).abs(), read));
            for (i, &&read) in beside.iter().enumerate() {
                ports.insert((read, item), centre + side * step * (i as i64 + 1));
            }
        }
        for &read in reads.iter().filter(|&&read| arrives(read) == centre) {
            ports.insert((read, item), centre);
        }
    }
    ports
}

/// For each gap, what passes through it.
fn nets(
    plan: &Plan,
    centres: &[i64],
    lanes: &[Option<i64>],
    ports: &HashMap<(usize, usize), i64>,
) -> Vec<Vec<Net>> {
    let mut gaps: Vec<Vec<Net>> = (0..plan.depth()).map(|_| Vec::new()).collect();
    for (item, readers) in plan.readers.iter().enumerate() {
        let (first, last) = (plan.ranks[item], plan.last(item));
        let mut ends = vec![Vec::new(); last - first];
        for &reader in readers {
            ends[plan.ranks[reader] - first - 1].push(ports[&(item, reader)]);
        }
        for (i, mut bottoms) in ends.into_iter().enumerate() {
            let lane = lanes[item].unwrap_or(centres[item]);
            if first + i + 1 < last {
                bottoms.push(lane);
            }
            let top = if i == 0 { centres[item] } else { lane };
            gaps[first + i].push(Net { item, top, bottoms });
        }
    }
    gaps
}

impl Layout {
    /// Moves everything to the corner of the page, and measures it.
    fn fit(&mut self) {
        let points = || self.routes.iter().flat_map(|route| &route.points);
        let left = self.boxes.iter().map(|rect| rect.x).chain(points().map(|point| point[0]));
        let left = left.min().unwrap_or(0);
        let right = self.boxes.iter().map(|rect| rect.x + rect.width);
        let right = right.chain(points().map(|point| point[0])).max().unwrap_or(0);
        self.width = right - left;
        self.height = self.boxes.iter().map(|rect| rect.y + rect.height).max().unwrap_or(0);
        self.boxes.iter_mut().for_each(|rect| rect.x -= left);
        let points = self.routes.iter_mut().flat_map(|route| &mut route.points);
        points.for_each(|point| point[0] -= left);
    }
}
