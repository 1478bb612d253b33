//! The layers of a file that keeps no order: what their names say of it.

use std::collections::BTreeMap;

/// Names as a tree: `features.0` is in `features`. The layers in a branch stand together; branches
/// whose names differ in their numbers alone are in the order of these.
#[derive(Default)]
pub(super) struct Tree {
    layer: Option<usize>,
    groups: Vec<Vec<Tree>>,
}

/// Branches by their names without numbers, each with its numbers.
#[derive(Default)]
struct Growing {
    layer: Option<usize>,
    branches: BTreeMap<String, Growing>,
}

impl Tree {
    /// More parts than names of layers have; the last takes what is behind it.
    const DEEPEST: usize = 16;

    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut root = Growing::default();
        for (index, name) in names.enumerate() {
            let branch = name.splitn(Self::DEEPEST, ['.', '/']).fold(&mut root, |branch, part| {
                branch.branches.entry(part.to_owned()).or_default()
            });
            branch.layer = Some(index);
        }
        root.grown()
    }

    /// All layers, by their names and numbers.
    pub(super) fn layers(&self) -> Vec<usize> {
        let inner = self.groups.iter().flatten().flat_map(Tree::layers);
        self.layer.into_iter().chain(inner).collect()
    }
}

impl Growing {
    fn grown(self) -> Tree {
        let mut groups: BTreeMap<String, Vec<(Vec<u64>, Tree)>> = BTreeMap::new();
        for (name, branch) in self.branches {
            let (stem, numbers) = numbers(&name);
            groups.entry(stem).or_default().push((numbers, branch.grown()));
        }
        let sorted = groups.into_values().map(|mut group| {
            group.sort_by(|(a, _), (b, _)| a.cmp(b));
            group.into_iter().map(|(_, tree)| tree).collect()
        });
        Tree { layer: self.layer, groups: sorted.collect() }
    }
}

/// `block1_conv2` as `block#_conv#` and its numbers. `conv2d` is number 0 of `conv2d_1`, `conv2d_2`.
fn numbers(name: &str) -> (String, Vec<u64>) {
    let tail = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let (name, last) = match tail.strip_suffix('_').filter(|stem| !stem.is_empty()) {
        Some(stem) if tail.len() < name.len() => (stem, &name[tail.len()..]),
        _ => (name, "0"),
    };
    let (mut stem, mut numbers) = (String::new(), Vec::new());
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = rest[start..].find(|c: char| !c.is_ascii_digit());
        let end = digits.map_or(rest.len(), |length| start + length);
        stem += &rest[..start];
        stem.push('#');
        numbers.push(rest[start..end].parse().unwrap_or(u64::MAX));
        rest = &rest[end..];
    }
    numbers.push(last.parse().unwrap_or(u64::MAX));
    (stem + rest, numbers)
}

/// The orders of the layers in which each is what it should be at its place.
pub(super) struct Search<'a> {
    fits: &'a dyn Fn(usize, usize) -> bool,
    places: usize,
    steps: usize,
    /// Two orders at most.
    pub found: Vec<Vec<usize>>,
    /// As many as fit, one behind the other.
    pub longest: Vec<usize>,
}

/// A branch, and how many of each of its groups are done.
#[derive(Clone)]
struct Open<'a> {
    tree: &'a Tree,
    done: Vec<usize>,
}

impl<'a> Open<'a> {
    fn new(tree: &'a Tree) -> Self {
        Open { tree, done: vec![0; tree.groups.len()] }
    }
}

impl<'a> Search<'a> {
    /// More steps than any network takes whose layers tell each other apart.
    const MOST: usize = 100_000;

    pub(super) fn new(
        tree: &'a Tree,
        places: usize,
        fits: &'a dyn Fn(usize, usize) -> bool,
    ) -> Self {
        let (found, longest) = (Vec::new(), Vec::new());
        let mut search = Search { fits, places, steps: 0, found, longest };
        search.go(vec![Open::new(tree)], &mut Vec::new());
        search
    }

    /// Whether there may be orders that were not looked at.
    pub(super) fn gave_up(&self) -> bool {
        self.steps >= Self::MOST
    }

    fn go(&mut self, mut open: Vec<Open<'a>>, taken: &mut Vec<usize>) {
        self.steps += 1;
        if taken.len() > self.longest.len() {
            self.longest.clone_from(taken);
        }
        while open.last().is_some_and(|branch| {
            branch.tree.groups.iter().zip(&branch.done).all(|(group, &done)| done == group.len())
        }) {
            open.pop();
        }
        let Some(branch) = open.last().cloned() else {
            if taken.len() == self.places {
                self.found.push(taken.clone());
            }
            return;
        };
        for (index, group) in branch.tree.groups.iter().enumerate() {
            let Some(next) = group.get(branch.done[index]) else { continue };
            if self.found.len() > 1 || self.gave_up() {
                return;
            }
            if let Some(layer) = next.layer {
                if taken.len() == self.places || !(self.fits)(taken.len(), layer) {
                    continue;
                }
                taken.push(layer);
            }
            let mut deeper = open.clone();
            deeper.last_mut().into_iter().for_each(|branch| branch.done[index] += 1);
            deeper.push(Open::new(next));
            self.go(deeper, taken);
            if next.layer.is_some() {
                taken.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_names() {
        let check = |name, stem: &str, expect: &[u64]| {
            assert_eq!(numbers(name), (stem.to_owned(), expect.to_vec()));
        };
        check("block1_conv2", "block#_conv#", &[1, 2, 0]);
        check("conv2d", "conv#d", &[2, 0]);
        check("conv2d_10", "conv#d", &[2, 10]);
        check("17", "#", &[17, 0]);
        check("_3", "_#", &[3, 0]);
        check("fc", "fc", &[0]);
        check("x99999999999999999999", "x#", &[u64::MAX, 0]);
    }

    #[test]
    fn layers_are_put_in_the_order_that_fits() {
        // A letter is the kind of a layer.
        let check = |names: &[&str], kinds: &str, wanted: &str, expect: &[&[usize]]| {
            let tree = Tree::new(names.iter().copied());
            let (kinds, wanted) = (kinds.as_bytes(), wanted.as_bytes());
            let fits = |place: usize, layer: usize| wanted[place] == kinds[layer];
            let search = Search::new(&tree, wanted.len(), &fits);
            assert_eq!(search.found, expect, "{names:?}");
            assert!(!search.gave_up());
        };
        let features = ["classifier.0", "classifier.3", "features.0", "features.10", "features.2"];
        check(&features, "ddccc", "cccdd", &[&[2, 4, 3, 0, 1]]);
        check(&features, "ddccc", "ccdcd", &[]);
        check(&features, "ddccc", "cccd", &[]);
        // What stands side by side and is of one kind has no order.
        check(&["fc", "head"], "dd", "dd", &[&[0, 1], &[1, 0]]);
        check(&["bn1", "bn2", "conv1", "conv2"], "bbcc", "cbcb", &[&[2, 0, 3, 1]]);
        check(&["conv2d", "conv2d_1", "conv2d_10", "conv2d_2"], "cccc", "cccc", &[&[0, 1, 3, 2]]);
        check(&[], "", "", &[&[]]);
    }

    #[test]
    fn what_has_too_many_orders_is_given_up() {
        let names: Vec<_> = (b'a'..=b'z').map(|c| char::from(c).to_string()).collect();
        let tree = Tree::new(names.iter().map(String::as_str));
        let search = Search::new(&tree, 26, &|place, _| place < 25);
        assert!(search.gave_up() && search.found.is_empty());
    }
}
