use super::moves::{Move, Moves};
use crate::simd::Isa;

impl Moves {
    /// A tensor of sizes `input` within zeros: its first value at an index of the output.
    pub fn inset(isa: Isa, input: &[usize], output: &[usize], index: &[usize]) -> Self {
        let origin = vec![0; output.len()];
        let mut moves = vec![Move::of_box(Some(0), [input, &origin], [output, index], input)];
        // Before and behind it along each axis: all of the axes after that, of those before what the
        // tensor has.
        for axis in 0..output.len() {
            let behind = index[axis] + input[axis];
            for (start, end) in [(0, index[axis]), (behind, output[axis])] {
                let (mut from, mut sizes) = (origin.clone(), output.to_vec());
                from[..axis].copy_from_slice(&index[..axis]);
                sizes[..axis].copy_from_slice(&input[..axis]);
                (from[axis], sizes[axis]) = (start, end - start);
                if start < end {
                    moves.push(Move::of_box(None, [input, &origin], [output, &from], &sizes));
                }
            }
        }
        Moves::new(isa, moves)
    }

    /// Tensors next to each other along an axis, the first at index 0: each input's sizes and where it
    /// begins, in that order; zeros between them.
    pub fn along(isa: Isa, axis: usize, inputs: &[(&[usize], usize)], output: &[usize]) -> Self {
        let origin = vec![0; output.len()];
        let at = |start: usize| [&origin[..axis], &[start], &origin[axis + 1..]].concat();
        let (mut moves, mut end) = (Vec::new(), 0);
        let ends = inputs.iter().map(|(_, start)| *start).chain([output[axis]]);
        for (i, start) in ends.enumerate() {
            let mut gap = output.to_vec();
            gap[axis] = start - end;
            if start > end {
                moves.push(Move::of_box(None, [&gap, &origin], [output, &at(end)], &gap));
            }
            if let Some(&(sizes, _)) = inputs.get(i) {
                moves.push(Move::of_box(Some(i), [sizes, &origin], [output, &at(start)], sizes));
                end = start + sizes[axis];
            }
        }
        Moves::new(isa, moves)
    }

    /// The part of a tensor of sizes `input` that begins at an index and is as large as the output.
    pub fn part(isa: Isa, input: &[usize], output: &[usize], index: &[usize]) -> Self {
        let origin = vec![0; output.len()];
        let copy = Move::of_box(Some(0), [input, index], [output, &origin], output);
        Moves::new(isa, vec![copy])
    }
}
