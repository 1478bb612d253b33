//! Random networks of boxes: nothing lies on anything else.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Layout, Rect, layout};

/// Sizes of boxes, and edges from a box to one behind it.
fn networks() -> impl Strategy<Value = (Vec<[i64; 2]>, BTreeSet<(usize, usize)>)> {
    let sizes = prop::collection::vec((10..120_i64, 10..60_i64), 1..24);
    let sizes = sizes.prop_map(|sizes| sizes.iter().map(|&(w, h)| [4 * w, h]).collect::<Vec<_>>());
    sizes.prop_flat_map(|sizes| {
        let n = sizes.len();
        let edge = (0..n, 1..=6_usize).prop_map(move |(from, far)| (from, from + far));
        let edges = prop::collection::btree_set(edge, 0..2 * n);
        let inside =
            move |edges: BTreeSet<_>| edges.into_iter().filter(|&(_, to)| to < n).collect();
        (Just(sizes), edges.prop_map(inside))
    })
}

/// The lines of a route, each from its upper or left end.
fn lines(layout: &Layout, route: usize) -> Vec<[[i64; 2]; 2]> {
    let lines = layout.routes[route].points.windows(2);
    lines.map(|line| [line[0].min(line[1]), line[0].max(line[1])]).collect()
}

fn overlap(a: [i64; 2], b: [i64; 2]) -> bool {
    a[0] < b[1] && b[0] < a[1]
}

fn sides(rect: Rect) -> [[i64; 2]; 2] {
    [[rect.x, rect.x + rect.width], [rect.y, rect.y + rect.height]]
}

proptest! {
    #[test]
    fn boxes_and_edges_keep_clear_of_each_other((sizes, edges) in networks()) {
        let layout = layout(&sizes, &edges);
        let boxes: Vec<_> = layout.boxes.iter().map(|&rect| sides(rect)).collect();
        for (i, [x, y]) in boxes.iter().enumerate() {
            prop_assert_eq!([x[1] - x[0], y[1] - y[0]], sizes[i]);
            prop_assert!(x[0] >= 0 && y[0] >= 0 && x[1] <= layout.width && y[1] <= layout.height);
            for (j, other) in boxes.iter().enumerate().skip(i + 1) {
                let both = overlap(*x, other[0]) && overlap(*y, other[1]);
                prop_assert!(!both, "{i} lies on {j}: {layout:?}");
            }
        }
        for (i, &(from, to)) in edges.iter().enumerate() {
            let points = &layout.routes[i].points;
            let (start, end) = (points[0], points[points.len() - 1]);
            let within = |x: i64, item: usize| boxes[item][0][0] < x && x < boxes[item][0][1];
            prop_assert!(within(start[0], from) && start[1] == boxes[from][1][1], "{from} {to}");
            prop_assert!(within(end[0], to) && end[1] == boxes[to][1][0], "{from} {to}");
            for [[a, b], [c, d]] in lines(&layout, i) {
                prop_assert!(a == c || b == d, "neither across nor down");
                prop_assert!(b <= d && a.min(c) >= 0 && a.max(c) <= layout.width);
                for (item, [x, y]) in boxes.iter().enumerate() {
                    let through = overlap([a, c + 1], *x) && overlap([b, d + 1], [y[0] + 1, y[1]]);
                    prop_assert!(!through, "{from} {to} runs through {item}: {layout:?}");
                }
            }
        }
    }

    #[test]
    fn values_of_different_boxes_never_share_a_line((sizes, edges) in networks()) {
        let layout = layout(&sizes, &edges);
        let all: Vec<_> = edges.iter().enumerate()
            .flat_map(|(i, &(from, _))| lines(&layout, i).into_iter().map(move |line| (from, line)))
            .collect();
        for (i, (one, [[a, b], [c, d]])) in all.iter().enumerate() {
            for (other, [[e, f], [g, h]]) in all[i + 1..].iter().filter(|(other, _)| other != one) {
                let across = b == d && f == h && b == f && overlap([*a, *c], [*e, *g]);
                let down = a == c && e == g && a == e && overlap([*b, *d], [*f, *h]);
                prop_assert!(!across && !down, "{one} on {other}: {layout:?}");
            }
        }
    }
}

#[test]
fn a_trunk_is_straight_and_skips_nest_beside_it() {
    // A U: each of the first three boxes is read again by one of the last three.
    let edges =
        BTreeSet::from([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (0, 6), (1, 5), (2, 4)]);
    let layout = layout(&[[40, 20]; 7], &edges);
    let middles: BTreeSet<_> = layout.boxes.iter().map(|rect| rect.x + rect.width / 2).collect();
    assert_eq!(middles.len(), 1);
    let lane = |edge| {
        let at = edges.iter().position(|other| *other == edge).unwrap();
        layout.routes[at].points.iter().map(|point| point[0]).max()
    };
    assert!(lane((2, 4)) < lane((1, 5)) && lane((1, 5)) < lane((0, 6)));
    assert!(layout.routes.iter().filter(|route| route.points.len() == 2).count() == 6);
}
