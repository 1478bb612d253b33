//! One block of two: what only one of them has becomes an option.

use crate::source::block::{Block, Part, Ref};

/// A block that both are.
#[derive(Clone, Debug)]
pub struct Merged {
    pub block: Block,
    /// Where the parts of the first are in it.
    pub first: Vec<usize>,
    /// Where the parts of the second are in it.
    pub second: Vec<usize>,
    /// How many parts they have in common.
    pub common: usize,
    /// How many only one of them has, and that were no option before.
    pub optional: usize,
}

/// No more steps are taken to lay two blocks beside each other.
const MOST_TRIES: usize = 20_000;

#[derive(Clone, Copy)]
enum Step {
    Both(usize, usize),
    First(usize),
    Second(usize),
}

/// Makes one block of two with no more than `most` parts that only one of them has; with the
/// fewest. The second has no options.
pub fn align(first: &Block, second: &Block, most: usize) -> Option<Merged> {
    if first.inputs != second.inputs || !second.choices.is_empty() {
        return None;
    }
    let has = |part: &&Part| second.parts.iter().any(|other| other.key == part.key);
    let common = first.parts.iter().filter(has).count();
    if common < 2 || common + most < second.parts.len().min(first.parts.len()) {
        return None;
    }
    let mut tries = 0;
    (0..=most).find_map(|cost| {
        let mut search = Search { first, second, steps: Vec::new(), tries: &mut tries };
        search.run(0, 0, cost)
    })
}

struct Search<'a> {
    first: &'a Block,
    second: &'a Block,
    steps: Vec<Step>,
    tries: &'a mut usize,
}

impl Search<'_> {
    fn run(&mut self, i: usize, j: usize, left: usize) -> Option<Merged> {
        let (a, b) = (&self.first.parts, &self.second.parts);
        *self.tries += 1;
        if i == a.len() && j == b.len() {
            return (left == 0)
                .then(|| Merge::new(self.first, self.second).run(&self.steps))
                .flatten();
        }
        if *self.tries > MOST_TRIES || (b.len() - j).saturating_sub(a.len() - i) > left {
            return None;
        }
        let mut step = |step, i, j, left| {
            self.steps.push(step);
            let found = self.run(i, j, left);
            self.steps.pop();
            found
        };
        if i < a.len() && j < b.len() && a[i].key == b[j].key {
            let found = step(Step::Both(i, j), i + 1, j + 1, left);
            if found.is_some() {
                return found;
            }
        }
        if i < a.len() {
            let cost = usize::from(a[i].choice.is_none());
            if cost <= left {
                let found = step(Step::First(i), i + 1, j, left - cost);
                if found.is_some() {
                    return found;
                }
            }
        }
        if j < b.len() && left > 0 { step(Step::Second(j), i, j + 1, left - 1) } else { None }
    }
}

/// Which of the two have an option.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    First,
    Second,
    Both,
}

struct Merge<'a> {
    first: &'a Block,
    second: &'a Block,
    parts: Vec<Part>,
    places: [Vec<usize>; 2],
    kept: Vec<Option<Ref>>,
    has: Vec<Option<Has>>,
    /// The parts of options that are read from outside of them.
    read: Vec<usize>,
}

impl<'a> Merge<'a> {
    fn new(first: &'a Block, second: &'a Block) -> Self {
        let n = first.choices.len();
        let places = [Vec::new(), Vec::new()];
        let (parts, read) = (Vec::new(), Vec::new());
        Merge { first, second, parts, places, kept: vec![None; n], has: vec![None; n], read }
    }

    fn run(mut self, steps: &[Step]) -> Option<Merged> {
        let (mut open, mut common, mut optional) = (None, 0, 0);
        for step in steps {
            let at = self.parts.len();
            let (own, side, source, others) = match *step {
                Step::Both(i, j) => {
                    common += 1;
                    self.places[0].push(at);
                    self.places[1].push(at);
                    let part = &self.first.parts[i];
                    (part.choice, Has::Both, part, Some(&self.second.parts[j].inputs))
                }
                Step::First(i) => {
                    self.places[0].push(at);
                    (self.first.parts[i].choice, Has::First, &self.first.parts[i], None)
                }
                Step::Second(j) => {
                    self.places[1].push(at);
                    (None, Has::Second, &self.second.parts[j], None)
                }
            };
            let choice = match (own, side) {
                (Some(own), side) => {
                    if *self.has[own].get_or_insert(side) != side {
                        return None;
                    }
                    open = None;
                    Some(own)
                }
                (None, Has::Both) => {
                    open = None;
                    None
                }
                (None, side) => {
                    optional += 1;
                    match open {
                        Some((of, choice)) if of == side => Some(choice),
                        Some(_) => return None,
                        None => {
                            self.kept.push(None);
                            self.has.push(Some(side));
                            open = Some((side, self.kept.len() - 1));
                            Some(self.kept.len() - 1)
                        }
                    }
                }
            };
            let mut inputs = Vec::new();
            for (n, &input) in source.inputs.iter().enumerate() {
                let which = usize::from(side == Has::Second);
                let seen = self.seen(which, input, choice);
                inputs.push(match others {
                    None => seen,
                    Some(others) => {
                        let other = self.seen(1, *others.get(n)?, choice);
                        self.unify(seen, other)?
                    }
                });
            }
            let (key, kind) = (source.key.clone(), source.kind.clone());
            self.parts.push(Part { key, kind, inputs, choice });
            if let Some(own) = own
                && self.kept[own].is_none()
            {
                self.kept[own] = Some(self.seen(0, self.first.choices[own], choice));
            }
        }
        let [a, b] =
            [self.seen(0, self.first.output, None), self.seen(1, self.second.output, None)];
        let output = self.unify(a, b)?;
        let choices = self.kept.clone().into_iter().collect::<Option<Vec<_>>>()?;
        let [first, second] = self.places;
        let block = Block { inputs: self.first.inputs, parts: self.parts, choices, output };
        let made = |&part: &usize| {
            let choice = block.parts[part].choice;
            choice.is_some_and(|choice| block.option(choice).last() == Some(&part))
        };
        if !self.read.iter().all(made) {
            return None;
        }
        Some(Merged { block, first, second, common, optional })
    }

    /// What a tensor of one of the two is in the merged block, for a part of that option.
    fn seen(&mut self, which: usize, tensor: Ref, reader: Option<usize>) -> Ref {
        let Ref::Part(part) = tensor else { return tensor };
        let part = self.places[which][part];
        match self.parts[part].choice {
            Some(choice) if reader != Some(choice) => {
                self.read.push(part);
                Ref::Choice(choice)
            }
            _ => Ref::Part(part),
        }
    }

    /// One tensor for what the two read in the same place.
    fn unify(&mut self, a: Ref, b: Ref) -> Option<Ref> {
        if a == b {
            return Some(a);
        }
        for (option, other, absent) in [(a, b, Has::First), (b, a, Has::Second)] {
            let Ref::Choice(choice) = option else { continue };
            if self.has[choice] != Some(absent) {
                continue;
            }
            let kept = match self.kept[choice] {
                Some(kept) => kept,
                None => {
                    let reads =
                        |part: &Part| part.choice == Some(choice) && part.inputs.contains(&other);
                    if !self.parts.iter().any(reads) {
                        return None;
                    }
                    self.kept[choice] = Some(other);
                    other
                }
            };
            let same = match absent {
                Has::First => self.unify(kept, other),
                _ => self.unify(other, kept),
            };
            // Another option between the two would be passed over.
            return same.filter(|same| *same == kept).map(|_| option);
        }
        None
    }
}
