//! The columns that boxes stand in: the trunk, and branches beside it.

use std::cmp::Reverse;

use super::Plan;

/// Pixels between boxes of one rank.
const SPACE: i64 = 18;

/// For each slot, what is taken: from and to, in pixels.
pub(super) type Occupied = Vec<Vec<[i64; 2]>>;

/// The middle of each box, in pixels, and the space that all take. The trunk's is 0.
pub(super) fn place(plan: &Plan) -> (Vec<i64>, Occupied) {
    let mut occupied = vec![Vec::new(); 2 * plan.depth()];
    let mut centres = vec![0; plan.sizes.len()];
    let mut placed = vec![false; plan.sizes.len()];
    for column in columns(plan) {
        let half = column.iter().map(|&item| plan.sizes[item][0]).max().unwrap_or(0) / 2;
        let around =
            column.iter().flat_map(|&item| plan.reads[item].iter().chain(&plan.readers[item]));
        let around: Vec<_> = around.filter(|&&other| placed[other]).map(|&i| centres[i]).collect();
        let wanted = around.iter().sum::<i64>() / around.len().max(1) as i64;
        let slots: Vec<_> = column.iter().map(|&item| 2 * plan.ranks[item]).collect();
        let [left, right] = [-1, 1].map(|side| free(&occupied, &slots, wanted, half, side));
        let centre = if wanted - left <= right - wanted { left } else { right };
        for item in column {
            let half = plan.sizes[item][0] / 2 + SPACE / 2;
            occupied[2 * plan.ranks[item]].push([centre - half, centre + half]);
            (centres[item], placed[item]) = (centre, true);
        }
    }
    (centres, occupied)
}

/// The place nearest to `wanted`, on one side of it, where something is free in all slots that
/// reaches so far to both sides.
pub(super) fn free(occupied: &Occupied, slots: &[usize], wanted: i64, half: i64, side: i64) -> i64 {
    let half = half + SPACE / 2;
    let mut taken: Vec<_> = slots.iter().flat_map(|&slot| &occupied[slot]).copied().collect();
    // From the middle outwards: what is left behind is never met again.
    match side < 0 {
        true => taken.sort_unstable_by_key(|&[_, to]| Reverse(to)),
        false => taken.sort_unstable_by_key(|&[from, _]| from),
    }
    taken.into_iter().fold(wanted, |x, [from, to]| match x - half < to && from < x + half {
        true if side < 0 => from - half,
        true => to + half,
        false => x,
    })
}

/// Boxes that stand one below the other, each reading the one above it; the longest column first.
fn columns(plan: &Plan) -> Vec<Vec<usize>> {
    // By the height of the column that ends with a box, which box of it stands above.
    let mut above: Vec<Option<usize>> = Vec::new();
    let mut heights: Vec<i64> = Vec::new();
    for (item, reads) in plan.reads.iter().enumerate() {
        let near = reads.iter().filter(|&&read| plan.ranks[read] + 1 == plan.ranks[item]);
        let best = near.copied().max_by_key(|&read| (heights[read], Reverse(read)));
        heights.push(plan.sizes[item][1] + best.map_or(0, |read| heights[read]));
        above.push(best);
    }
    let mut ends: Vec<_> = (0..plan.sizes.len()).collect();
    ends.sort_by_key(|&item| (Reverse(heights[item]), item));
    let mut taken = vec![false; ends.len()];
    let mut columns = Vec::new();
    for end in ends {
        let mut column = Vec::new();
        let mut next = Some(end);
        while let Some(item) = next.filter(|&item| !taken[item]) {
            taken[item] = true;
            column.push(item);
            next = above[item];
        }
        column.reverse();
        columns.extend((!column.is_empty()).then_some(column));
    }
    columns
}
