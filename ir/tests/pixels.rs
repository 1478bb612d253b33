//! Merges of maps whose pixels lie apart: which are reported, and what is said.

use formwork_ir::{Graph, NodeId, Ratio, Shift, shifts};

/// Reads a model and says of each shift its merge, inputs, axis, offsets and distance; then the
/// help.
fn found(text: &str) -> Vec<String> {
    let lines: Vec<_> = text.trim().lines().map(str::trim).collect();
    let graph = Graph::parse(&format!("model M\n{}", lines.join("\n")));
    let graph = graph.unwrap_or_else(|error| panic!("{error}: {text}"));
    let say = |shift: &Shift| {
        let Shift { node, inputs: [i, j], axis, offsets: [a, b], .. } = shift;
        let (name, by) = (&graph.node(*node).name, shift.distance().expect("known"));
        [format!("{name} of {i}, {j} along {axis}: {a}, {b} by {by}"), help(shift, &graph)]
    };
    shifts(&graph).iter().flat_map(say).collect()
}

/// Which of the inputs lies where, and what to do about it, in one line.
fn help(shift: &Shift, graph: &Graph) -> String {
    let name = |id: NodeId| &graph.node(id).name;
    let [a, b] = shift.inputs.map(|i| name(graph.node(shift.node).inputs[i]));
    let [after, before] =
        if shift.axis == 1 { ["below", "above"] } else { ["to the right of", "to the left of"] };
    let origin = name(shift.origin);
    let (by, side) = match shift.offsets[0].minus(shift.offsets[1]) {
        Some(by) if by.parts().0 < 0 => (Ratio::ZERO.minus(by), before),
        by => (by, after),
    };
    let by = by.map_or(String::new(), |by| format!("{by} "));
    let mend = match &shift.remedy {
        Some((node, arguments)) => format!("`{arguments}` at `{}` lines them up", name(*node)),
        None => format!(
            "both ways from `{origin}` must pad, crop, stride and resize about the same centres"
        ),
    };
    format!("pixel for pixel, `{a}` lies {by}{side} `{b}`, in pixels of `{origin}`: {mend}")
}

/// Nothing is reported.
fn silent(text: &str) {
    reported(text, []);
}

/// Nothing is reported, and not because nothing is known: with another layer for one of them,
/// something is.
fn fits(text: &str, others: &[[&str; 2]]) {
    silent(text);
    for [layer, other] in others {
        assert_eq!(text.matches(layer).count(), 1, "{layer}");
        assert_ne!(found(&text.replace(layer, other)), [""; 0], "{other}: {text}");
    }
}

/// These are reported, all else is not.
fn reported<const N: usize>(text: &str, expect: [&str; N]) {
    assert_eq!(found(text), expect, "{text}");
}

#[test]
fn a_u_net_of_pools_and_upsampling_fits() {
    fits(
        "size H where H % 4 == 0
        x = input() : [_, H, 32, 3]
        a = conv2d(x; 8, (3, 3), padding = same) : [_, H, 32, 8]
        p = max_pool2d(a; (2, 2)) : [_, H/2, 16, 8]
        b = conv2d(p; 8, (3, 3), padding = same) : [_, H/2, 16, 8]
        q = avg_pool2d(b; (2, 2)) : [_, H/4, 8, 8]
        c = conv2d(q; 8, (3, 3), padding = same) : [_, H/4, 8, 8]
        u = upsample2d(c; interpolation = bilinear) : [_, H/2, 16, 8]
        v = concat(u, b) : [_, H/2, 16, 16]
        w = conv2d_transpose(v; 8, (2, 2), stride = (2, 2)) : [_, H, 32, 8]
        y = add(w, a) : [_, H, 32, 8]
        d = depth_to_space(v; 2) : [_, H, 32, 4]
        z = concat(d, a, y) : [_, H, 32, 20]",
        &[
            ["max_pool2d(a; (2, 2))", "conv2d(a; 8, 1, stride = 2)"],
            ["avg_pool2d(b; (2, 2))", "conv2d(b; 8, 1, stride = 2)"],
            [
                "(c; interpolation = bilinear)",
                "(c; align_corners = true, interpolation = bilinear)",
            ],
            ["(v; 8, (2, 2), stride = (2, 2))", "(v; 8, 3, stride = 2, padding = same)"],
        ],
    );
}

#[test]
fn a_stride_and_its_transpose_fit() {
    fits(
        "size H where H % 2 == 0
        x = input() : [_, H, 32, 3]
        a = conv2d(x; 3, (3, 3), stride = (2, 2), padding = same) : [_, H/2, 16, 3]
        b = conv2d_transpose(a; 3, (3, 3), stride = (2, 2), padding = same) : [_, H, 32, 3]
        y = add(x, b) : [_, H, 32, 3]",
        &[[
            "(x; 3, (3, 3), stride = (2, 2), padding = same)",
            "(x; 3, 3, stride = 2, padding = 1)",
        ]],
    );
    fits(
        "x = input() : [_, 32, 32, 3]
        a = conv2d(x; 3, (4, 4), stride = (2, 2), padding = 1) : [_, 16, 16, 3]
        b = conv2d_transpose(a; 3, (4, 4), stride = (2, 2), padding = 1) : [_, 32, 32, 3]
        c = conv2d(x; 3, (3, 3), stride = (2, 2), padding = 1) : [_, 16, 16, 3]
        d = conv2d_transpose(c; 3, 3, stride = 2, padding = 1, output_padding = 1) : [_, 32, 32, 3]
        y = add(x, b, d) : [_, 32, 32, 3]",
        &[
            [
                "(a; 3, (4, 4), stride = (2, 2), padding = 1)",
                "(a; 3, 3, stride = 2, padding = same)",
            ],
            ["(c; 3, 3, stride = 2, padding = 1, output_padding = 1)", "(c; 3, 2, stride = 2)"],
        ],
    );
}

#[test]
fn a_resnet_with_explicit_padding_fits() {
    fits(
        "size H where H % 8 == 0
        x = input() : [_, H, 224, 3]
        c = conv2d(x; 64, (7, 7), stride = (2, 2), padding = 3) : [_, H/2, 112, 64]
        p = max_pool2d(c; (3, 3), stride = (2, 2), padding = 1) : [_, H/4, 56, 64]
        a = conv2d(p; 64, (3, 3), padding = 1) : [_, H/4, 56, 64]
        n = batch_norm(a) : [_, H/4, 56, 64]
        r = add(n, p) : [_, H/4, 56, 64]
        b = separable_conv2d(r; 128, (3, 3), stride = (2, 2), padding = 1) : [_, H/8, 28, 128]
        d = conv2d(b; 128, (3, 3), padding = same) : [_, H/8, 28, 128]
        s = conv2d(r; 128, (1, 1), stride = (2, 2)) : [_, H/8, 28, 128]
        y = add(d, s) : [_, H/8, 28, 128]",
        &[
            ["(p; 64, (3, 3), padding = 1)", "(p; 64, 3, padding = ((0, 2), (1, 1)))"],
            [
                "(r; 128, (3, 3), stride = (2, 2), padding = 1)",
                "(r; 128, 3, stride = 2, padding = same)",
            ],
        ],
    );
}

#[test]
fn symmetric_crops_paddings_and_dilations_fit() {
    fits(
        "x = input() : [_, 32, 32, 3]
        a = conv2d(x; 3, (3, 3)) : [_, 30, 30, 3]
        b = conv2d(a; 3, (5, 5)) : [_, 26, 26, 3]
        c = crop2d(x; 3) : [_, 26, 26, 3]
        s = slice(x; 1, 3..-3) : [_, 26, 32, 3]
        t = slice(s; 2, -29..29) : [_, 26, 26, 3]
        y = add(b, c, t) : [_, 26, 26, 3]
        z = zero_pad2d(y; 3) : [_, 32, 32, 3]
        d = conv2d(x; 3, (3, 3), padding = same, dilation = (4, 2)) : [_, 32, 32, 3]
        e = depthwise_conv2d(x; (5, 5), padding = same) : [_, 32, 32, 3]
        w = concat(x, z, d, e) : [_, 32, 32, 12]",
        &[
            ["crop2d(x; 3)", "crop2d(x; ((2, 4), (3, 3)))"],
            ["slice(x; 1, 3..-3)", "slice(x; 1, 4..-2)"],
            ["slice(s; 2, -29..29)", "slice(s; 2, -28..30)"],
            ["zero_pad2d(y; 3)", "zero_pad2d(y; ((3, 3), (2, 4)))"],
            ["(x; (5, 5), padding = same)", "(x; 5, padding = ((2, 2), (1, 3)))"],
        ],
    );
}

#[test]
fn what_changes_places_and_comes_back_fits() {
    fits(
        "size H where H % 2 == 0
        x = input() : [_, H, 32, 4]
        p = permute(x; (2, 1, 3)) : [_, 32, H, 4]
        c = conv2d(p; 4, (5, 1), padding = same) : [_, 32, H, 4]
        q = permute(c; (2, 1, 3)) : [_, H, 32, 4]
        s = space_to_depth(x; 2) : [_, H/2, 16, 16]
        d = depth_to_space(s; 2) : [_, H, 32, 4]
        r = resize2d(s; (H, 32)) : [_, H, 32, 16]
        y = concat(x, q, d, r) : [_, H, 32, 28]",
        &[
            ["(p; 4, (5, 1), padding = same)", "(p; 4, (5, 1), padding = ((1, 3), (0, 0)))"],
            ["space_to_depth(x; 2)", "conv2d(x; 16, 1, stride = 2)"],
        ],
    );
}

#[test]
fn maps_that_need_not_fit_are_left_alone() {
    // One pixel is every place: squeeze and excite.
    silent(
        "x = input() : [_, 32, 32, 8]
        c = crop2d(x; ((1, 0), (1, 0))) : [_, 31, 31, 8]
        g = global_avg_pool2d(c; keepdims = true) : [_, 1, 1, 8]
        s = dense(g; 8) : [_, 1, 1, 8]
        y = multiply(x, s) : [_, 32, 32, 8]
        u = upsample2d(g; (32, 32)) : [_, 32, 32, 8]
        z = multiply(u, y) : [_, 32, 32, 8]
        m = reduce_max(c; 1, keepdims = true) : [_, 1, 31, 8]
        n = zero_pad2d(m; ((0, 0), (1, 0))) : [_, 1, 32, 8]
        w = add(z, n) : [_, 32, 32, 8]",
    );
    // Of another origin, or of none.
    silent(
        "x = input() : [_, 8, 8, 4]
        k = input() : [_, 8, 8, 4]
        a = conv2d(x; 4, (1, 1), stride = (2, 2)) : [_, 4, 4, 4]
        b = max_pool2d(k; (2, 2)) : [_, 4, 4, 4]
        y = add(a, b) : [_, 4, 4, 4]
        f = flatten(b) : [_, 64]
        r = reshape(f; [_, 4, 4, 4]) : [_, 4, 4, 4]
        z = add(r, b, a) : [_, 4, 4, 4]
        t = permute(x; (2, 1, 3)) : [_, 8, 8, 4]
        c = zero_pad2d(x; ((1, 0), (1, 0))) : [_, 9, 9, 4]
        d = crop2d(c; ((0, 1), (0, 1))) : [_, 8, 8, 4]
        u = add(t, d) : [_, 8, 8, 4]",
    );
    // Joined along the height.
    silent(
        "x = input() : [_, 8, 8, 4]
        c = crop2d(x; ((4, 0), (0, 0))) : [_, 4, 8, 4]
        d = crop2d(x; ((0, 4), (0, 0))) : [_, 4, 8, 4]
        y = concat(c, d; axis = 1) : [_, 8, 8, 4]
        z = add(x, y) : [_, 8, 8, 4]",
    );
    // Of another scale on purpose.
    silent(
        "x = input() : [_, 64, 64, 3]
        c = crop2d(x; 16) : [_, 32, 32, 3]
        d = avg_pool2d(x; (2, 2)) : [_, 32, 32, 3]
        y = concat(c, d) : [_, 32, 32, 6]",
    );
}

#[test]
fn what_differs_from_size_to_size_is_left_alone() {
    // `same` pads even sizes after, odd ones on both sides.
    silent(
        "size H
        x = input() : [_, H, 1, 3]
        a = conv2d(x; 3, (3, 1), stride = (2, 1), padding = same) : [_, ⌈H/2⌉, 1, 3]
        b = conv2d(x; 3, (1, 1), stride = (2, 1), padding = same) : [_, ⌈H/2⌉, 1, 3]
        y = add(a, b) : [_, ⌈H/2⌉, 1, 3]",
    );
    silent(
        "size H
        x = input() : [_, H, 1, 3]
        a = max_pool2d(x; (2, 1)) : [_, ⌊H/2⌋, 1, 3]
        b = resize2d(a; (H, 1)) : [_, H, 1, 3]
        s = slice(x; 1, -9..-1) : [_, 8, 1, 3]
        t = slice(x; 1, 0..8) : [_, 8, 1, 3]
        y = add(x, b) : [_, H, 1, 3]
        z = add(s, t) : [_, 8, 1, 3]",
    );
}

/// What is said where no other arguments of one layer help.
const CENTRES: &str = "both ways from `x` must pad, crop, stride and resize about the same centres";

#[test]
fn a_same_stride_against_a_shortcut_is_reported() {
    let check = |size, half| {
        let text = format!(
            "size H where H % 2 == 0
            x = input() : [_, {size}, {size}, 3]
            a = conv2d(x; 8, (3, 3), stride = (2, 2), padding = same) : [_, {half}, {half}, 8]
            n = batch_norm(a) : [_, {half}, {half}, 8]
            s = conv2d(x; 8, (1, 1), stride = (2, 2)) : [_, {half}, {half}, 8]
            y = add(n, s) : [_, {half}, {half}, 8]"
        );
        let mend = "in pixels of `x`: `padding = 1` at `a` lines them up";
        reported(
            &text,
            [
                "y of 0, 1 along 1: 1, 0 by 0.5",
                &format!("pixel for pixel, `n` lies 1 below `s`, {mend}"),
                "y of 0, 1 along 2: 1, 0 by 0.5",
                &format!("pixel for pixel, `n` lies 1 to the right of `s`, {mend}"),
            ],
        );
    };
    check("32", "16");
    check("H", "H/2");
}

#[test]
fn a_same_stride_against_a_symmetric_padding_is_reported() {
    reported(
        "x = input() : [_, 32, 1, 3]
        a = conv2d(x; 8, (3, 1), stride = (2, 1), padding = same) : [_, 16, 1, 8]
        b = max_pool2d(x; (3, 1), stride = (2, 1), padding = (1, 0)) : [_, 16, 1, 3]
        c = concat(a, b) : [_, 16, 1, 11]
        d = max_pool2d(c; (2, 1)) : [_, 8, 1, 11]
        u = upsample2d(d; (2, 1)) : [_, 16, 1, 11]
        y = concat(u, a) : [_, 16, 1, 19]",
        [
            "c of 0, 1 along 1: 1, 0 by 0.5",
            "pixel for pixel, `a` lies 1 below `b`, in pixels of `x`: \
             `padding = same` at `b` lines them up",
        ],
    );
    // Where the odd pixel goes is one place for all sizes if the kernel is even.
    reported(
        "size H
        x = input() : [_, H, 1, 3]
        a = conv2d(x; 3, (4, 1), stride = (2, 1), padding = same) : [_, ⌈H/2⌉, 1, 3]
        b = conv2d(x; 3, (1, 1), stride = (2, 1), padding = same) : [_, ⌈H/2⌉, 1, 3]
        y = subtract(b, a) : [_, ⌈H/2⌉, 1, 3]",
        [
            "y of 0, 1 along 1: 0, 0.5 by -0.25",
            &format!("pixel for pixel, `b` lies 0.5 above `a`, in pixels of `x`: {CENTRES}"),
        ],
    );
}

#[test]
fn what_is_cropped_or_padded_on_one_side_is_reported() {
    reported(
        "x = input() : [_, 32, 32, 3]
        a = crop2d(x; ((1, 0), (0, 1))) : [_, 31, 31, 3]
        b = crop2d(x; ((0, 1), (0, 1))) : [_, 31, 31, 3]
        y = add(a, b) : [_, 31, 31, 3]",
        [
            "y of 0, 1 along 1: 1, 0 by 1",
            "pixel for pixel, `a` lies 1 below `b`, in pixels of `x`: \
             `cropping = ((1, 0), (0, 1))` at `b` lines them up",
        ],
    );
    // The first pair of three; after it the second is trusted.
    reported(
        "x = input() : [_, 32, 32, 3]
        p = zero_pad2d(x; ((2, 0), (1, 1))) : [_, 34, 34, 3]
        a = conv2d(p; 3, (3, 3)) : [_, 32, 32, 3]
        y = add(a, x, x) : [_, 32, 32, 3]
        z = add(y, x) : [_, 32, 32, 3]",
        [
            "y of 0, 1 along 1: -1, 0 by -1",
            "pixel for pixel, `a` lies 1 above `x`, in pixels of `x`: \
             `padding = 1` at `p` lines them up",
        ],
    );
    // Even kernels pad after, every time.
    reported(
        "x = input() : [_, 32, 1, 3]
        a = conv2d(x; 3, (2, 1), padding = same) : [_, 32, 1, 3]
        b = conv2d(a; 3, (2, 1), padding = same) : [_, 32, 1, 3]
        y = add(b, x) : [_, 32, 1, 3]",
        [
            "y of 0, 1 along 1: 1, 0 by 1",
            "pixel for pixel, `b` lies 1 below `x`, in pixels of `x`: \
             `padding = ((1, 0), (0, 0))` at `b` lines them up",
        ],
    );
}

#[test]
fn aligned_corners_are_reported_at_each_level() {
    let check = |size, half, quarter| {
        let up = "(2, 1), interpolation = bilinear, align_corners = true";
        let text = format!(
            "size H where H % 4 == 0
            x = input() : [_, {size}, 1, 3]
            p = max_pool2d(x; (2, 1)) : [_, {half}, 1, 3]
            q = max_pool2d(p; (2, 1)) : [_, {quarter}, 1, 3]
            u = upsample2d(q; {up}) : [_, {half}, 1, 3]
            c = concat(u, p) : [_, {half}, 1, 6]
            v = upsample2d(c; {up}) : [_, {size}, 1, 6]
            y = concat(v, x) : [_, {size}, 1, 9]"
        );
        reported(
            &text,
            [
                "c of 0, 1 along 1: 1.5, 0.5 by 0.5",
                "pixel for pixel, `u` lies 1 below `p`, in pixels of `x`: \
                 `align_corners = false` at `u` lines them up",
                "y of 0, 1 along 1: 0.5, 0 by 0.5",
                "pixel for pixel, `v` lies 0.5 below `x`, in pixels of `x`: \
                 `align_corners = false` at `v` lines them up",
            ],
        );
    };
    check("32", "16", "8");
    check("H", "H/2", "H/4");
    reported(
        "size H where H % 2 == 0
        x = input() : [_, H, 1, 3]
        p = max_pool2d(x; (2, 1)) : [_, H/2, 1, 3]
        r = resize2d(p; (H, 1), align_corners = true) : [_, H, 1, 3]
        y = add(x, r) : [_, H, 1, 3]",
        [
            "y of 0, 1 along 1: 0, 0.5 by -0.5",
            "pixel for pixel, `x` lies 0.5 above `r`, in pixels of `x`: \
             `align_corners = false` at `r` lines them up",
        ],
    );
}

#[test]
fn a_merge_goes_on_from_the_input_of_which_more_is_known() {
    reported(
        "size H where H % 2 == 0
        x = input() : [_, H, 1, 3]
        a = conv2d(x; 3, (3, 1), stride = (2, 1), padding = (1, 0)) : [_, H/2, 1, 3]
        u = resize2d(a; (H, 1), align_corners = true) : [_, H, 1, 3]
        y = add(u, x) : [_, H, 1, 3]
        b = conv2d(y; 3, (3, 1), stride = (2, 1), padding = same) : [_, H/2, 1, 3]
        z = add(b, a) : [_, H/2, 1, 3]",
        [
            "z of 0, 1 along 1: 1, 0 by 0.5",
            "pixel for pixel, `b` lies 1 below `a`, in pixels of `x`: \
             `padding = (1, 0)` at `b` lines them up",
        ],
    );
}

#[test]
fn output_padding_on_the_other_side_is_reported() {
    reported(
        "x = input() : [_, 16, 1, 3]
        a = conv2d_transpose(x; 3, (3, 1), stride = (2, 1), padding = (1, 0), \
         output_padding = (1, 0)) : [_, 32, 1, 3]
        b = conv2d_transpose(x; 3, (3, 1), stride = (2, 1), padding = same) : [_, 32, 1, 3]
        y = add(a, b) : [_, 32, 1, 3]",
        [
            "y of 0, 1 along 1: 0, -0.5 by 1",
            "pixel for pixel, `a` lies 0.5 below `b`, in pixels of `x`: \
             `padding = (1, 0), output_padding = (1, 0)` at `b` lines them up",
        ],
    );
    // One wrong level of two: the skip is trusted, so the other level is silent.
    reported(
        "x = input() : [_, 32, 32, 3]
        a = conv2d(x; 3, (3, 3), stride = (2, 2), padding = same) : [_, 16, 16, 3]
        b = conv2d(a; 3, (3, 3), stride = (2, 2), padding = same) : [_, 8, 8, 3]
        c = conv2d_transpose(b; 3, 3, stride = 2, padding = 1, output_padding = 1) : [_, 16, 16, 3]
        d = concat(c, a) : [_, 16, 16, 6]
        e = conv2d_transpose(d; 3, (3, 3), stride = (2, 2), padding = same) : [_, 32, 32, 3]
        y = concat(e, x) : [_, 32, 32, 6]",
        [
            "d of 0, 1 along 1: 3, 1 by 1",
            "pixel for pixel, `c` lies 2 below `a`, in pixels of `x`: \
             `padding = same` at `c` lines them up",
            "d of 0, 1 along 2: 3, 1 by 1",
            "pixel for pixel, `c` lies 2 to the right of `a`, in pixels of `x`: \
             `padding = same` at `c` lines them up",
        ],
    );
}

#[test]
fn half_a_pixel_that_no_padding_mends_is_reported_once() {
    let way =
        |side| format!("pixel for pixel, `u` lies 0.5 {side} `x`, in pixels of `x`: {CENTRES}");
    reported(
        "x = input() : [_, 32, 32, 3]
        a = conv2d(x; 3, (3, 3), stride = (2, 2), padding = 1) : [_, 16, 16, 3]
        u = upsample2d(a) : [_, 32, 32, 3]
        y = concat(u, x) : [_, 32, 32, 6]
        b = conv2d(y; 3, (3, 3), padding = same) : [_, 32, 32, 3]
        z = concat(b, x) : [_, 32, 32, 6]",
        [
            "y of 0, 1 along 1: -0.5, 0 by -0.5",
            &way("above"),
            "y of 0, 1 along 2: -0.5, 0 by -0.5",
            &way("to the left of"),
        ],
    );
    reported(
        "x = input() : [_, 30, 1, 3]
        a = conv2d(x; 3, (1, 1), stride = (3, 1)) : [_, 10, 1, 3]
        r = resize2d(a; (4, 1)) : [_, 4, 1, 3]
        s = resize2d(x; (4, 1)) : [_, 4, 1, 3]
        y = add(r, s) : [_, 4, 1, 3]
        t = resize2d(x; (8, 1)) : [_, 8, 1, 3]
        m = conv2d(x; 3, (16, 1), stride = (2, 1)) : [_, 8, 1, 3]",
        [
            "y of 0, 1 along 1: 2.25, 3.25 by -2/15",
            &format!("pixel for pixel, `r` lies 1 above `s`, in pixels of `x`: {CENTRES}"),
        ],
    );
}
