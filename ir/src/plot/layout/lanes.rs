//! The lanes of values that are read further down than in the next rank.

use super::Plan;
use super::columns::{Occupied, free};

/// Half of what a lane takes beyond what is kept free around it.
const HALF: i64 = 1;
/// How many pixels a lane on the other side must save to be there.
const PREFERENCE: i64 = 120;

/// For each box, where its values run down, in pixels; `None` if they are read in the next rank.
///
/// Short lanes stand inside, so that nested ones do not cross.
pub(super) fn place(plan: &Plan, centres: &[i64], occupied: &mut Occupied) -> Vec<Option<i64>> {
    let mut lanes = vec![None; centres.len()];
    let span = |item: usize| plan.last(item) - plan.ranks[item];
    let mut long: Vec<_> = (0..centres.len()).filter(|&item| span(item) > 1).collect();
    long.sort_by_key(|&item| (span(item), plan.ranks[item]));
    for item in long {
        let (first, last) = (plan.ranks[item], plan.last(item));
        // Clear of the boxes at both ends, too: a lane has the gaps there to itself.
        let slots: Vec<_> = (2 * first..=2 * last).collect();
        let ends = plan.readers[item].iter().filter(|&&reader| plan.ranks[reader] > first + 1);
        let ends: Vec<_> = ends.chain([&item]).map(|&end| centres[end]).collect();
        let sum = ends.iter().sum::<i64>();
        let wanted = sum / ends.len() as i64;
        let [left, right] = [-1, 1].map(|side| free(occupied, &slots, wanted, HALF, side));
        // On the side where its ends are; those of the trunk have none.
        let bias = if sum < 0 { -PREFERENCE } else { PREFERENCE };
        let lane = if wanted - left + bias < right - wanted { left } else { right };
        for slot in &mut occupied[2 * first + 1..2 * last] {
            slot.push([lane - HALF, lane + HALF]);
        }
        lanes[item] = Some(lane);
    }
    lanes
}
