//! What the parameters of a graph are.

use formwork_weights::fit::{Order, Role};

use crate::common::parameters;

/// What a role depends on, in a word.
fn text(role: &Role) -> String {
    let order = |order: &Order| match order.map() {
        Some([h, w, c]) => format!("{h}·{w}·{c}"),
        None if order.is_plain() => order.values().to_string(),
        None => format!("pieces of {}", order.values()),
    };
    match role {
        Role::Conv { groups: 1, windows: true } => "windows".to_owned(),
        Role::Conv { groups, .. } => format!("conv in {groups}"),
        Role::Depthwise => "depthwise".to_owned(),
        Role::Transposed => "transposed".to_owned(),
        Role::Dense { inputs, outputs } => format!("{} → {}", order(inputs), order(outputs)),
        Role::Vector(own) => order(own),
        Role::Map(places) => format!("{places:?}"),
        Role::Unknown(reason) => format!("unknown: {reason}"),
        _ => panic!("{role:?}"),
    }
}

fn check(layers: &str, expect: &[(&str, &str)]) {
    let found = parameters(layers);
    let found: Vec<_> = found.list.iter().map(|own| (own.name.as_str(), text(&own.role))).collect();
    let found: Vec<_> = found.iter().map(|(name, role)| (*name, role.as_str())).collect();
    assert_eq!(found, expect, "{layers}");
}

#[test]
fn convolutions_and_norms() {
    check(
        "x = input() : [_, 8, 8, 4]
         a = conv2d(x; 8, (3, 3), padding = same, groups = 2) : [_, 8, 8, 8]
         b = conv2d(a; 8, (3, 3)) : [_, 6, 6, 8]
         c = depthwise_conv2d(b; (3, 3), bias = false) : [_, 4, 4, 8]
         d = separable_conv2d(c; 6, (3, 3)) : [_, 2, 2, 6]
         e = conv2d_transpose(d; 4, (2, 2), stride = (2, 2)) : [_, 4, 4, 4]
         f = batch_norm(e; scale = false) : [_, 4, 4, 4]
         g = prelu(f; shared_axes = (1, 2)) : [_, 4, 4, 4]
         h = layer_norm(g; axis = (1, 2, 3), center = false) : [_, 4, 4, 4]
         i = group_norm(h; groups = 2, center = false) : [_, 4, 4, 4]
         j = dense(i; 3, bias = false) : [_, 4, 4, 3]
         return j",
        &[
            ("a.kernel", "conv in 2"),
            ("a.bias", "8"),
            ("b.kernel", "windows"),
            ("b.bias", "8"),
            ("c.kernel", "depthwise"),
            ("d.depthwise_kernel", "depthwise"),
            ("d.pointwise_kernel", "windows"),
            ("d.bias", "6"),
            ("e.kernel", "transposed"),
            ("e.bias", "4"),
            ("f.beta", "4"),
            ("f.moving_mean", "4"),
            ("f.moving_variance", "4"),
            ("g.alpha", "[1, 2, 0]"),
            ("h.gamma", "[1, 2, 0]"),
            ("i.gamma", "4"),
            ("j.kernel", "4 → 3"),
        ],
    );
}

#[test]
fn a_dense_layer_behind_a_flatten_has_the_order_of_the_map() {
    let head = |between: &str, last: &str, expect: &[(&str, &str)]| {
        let layers = format!(
            "x = input() : [_, 2, 3, 4]
             flat = flatten(x) : [_, 24]
             {between}
             d = dense({last}; 5, bias = false) : [_, 5]
             e = dense(d; 2, bias = false) : [_, 2]
             return e"
        );
        let behind = ("e.kernel", "5 → 2");
        check(&layers, &[expect, &[behind]].concat());
    };
    head("", "flat", &[("d.kernel", "2·3·4 → 5")]);
    head(
        "a = relu(flat) : [_, 24]\nb = dropout(a; 0.5) : [_, 24]",
        "b",
        &[("d.kernel", "2·3·4 → 5")],
    );
    head(
        "a = batch_norm(flat; center = false) : [_, 24]",
        "a",
        &[
            ("a.gamma", "2·3·4"),
            ("a.moving_mean", "2·3·4"),
            ("a.moving_variance", "2·3·4"),
            ("d.kernel", "2·3·4 → 5"),
        ],
    );
    head(
        "a = prelu(flat) : [_, 24]\nb = layer_norm(a; center = false) : [_, 24]",
        "b",
        &[("a.alpha", "2·3·4"), ("b.gamma", "2·3·4"), ("d.kernel", "2·3·4 → 5")],
    );
    head("a = reshape(x; [_, 24]) : [_, 24]", "a", &[("d.kernel", "2·3·4 → 5")]);
    head("a = reshape(flat; [_, 24]) : [_, 24]", "a", &[("d.kernel", "2·3·4 → 5")]);
    head("a = add(flat, flat) : [_, 24]", "a", &[("d.kernel", "2·3·4 → 5")]);
    head("a = concat(flat, flat) : [_, 48]", "a", &[("d.kernel", "pieces of 48 → 5")]);
    head("a = global_avg_pool2d(x) : [_, 4]", "a", &[("d.kernel", "4 → 5")]);
    head("a = reduce_mean(x; axis = (1, 2)) : [_, 4]", "a", &[("d.kernel", "4 → 5")]);
    // Moved to where PyTorch has them.
    head(
        "a = permute(x; (3, 1, 2)) : [_, 4, 2, 3]\nb = flatten(a) : [_, 24]",
        "b",
        &[("d.kernel", "24 → 5")],
    );
    // Channels reduced away: height and width are in one order everywhere.
    head(
        "a = reduce_max(x; axis = -1) : [_, 2, 3]\nb = flatten(a) : [_, 6]",
        "b",
        &[("d.kernel", "6 → 5")],
    );
}

#[test]
fn what_cannot_be_told_is_unknown() {
    let check_kernel = |between: &str, last: &str, expect: &str| {
        let layers = format!(
            "x = input() : [_, 2, 3, 4]
             flat = flatten(x) : [_, 24]
             {between}
             d = dense({last}; 5, bias = false) : [_, 5]
             return d"
        );
        check(&layers, &[("d.kernel", expect)]);
    };
    check_kernel("a = slice(flat; 1, 0..6) : [_, 6]", "a", "unknown: `a` cuts a flattened map");
    check_kernel(
        "a = reshape(x; [_, 6, 4]) : [_, 6, 4]\nb = flatten(a) : [_, 24]",
        "b",
        "unknown: `b` flattens what is no (height, width, channels) map",
    );
    check_kernel(
        "a = reshape(x; [_, 8, 3]) : [_, 8, 3]\nb = flatten(a) : [_, 24]",
        "b",
        "unknown: `a` makes other axes of what it reads",
    );
    check_kernel(
        "a = permute(x; (3, 1, 2)) : [_, 4, 2, 3]
         b = flatten(a) : [_, 24]
         c = add(b, flat) : [_, 24]",
        "c",
        "unknown: `c` merges values that lie in different orders",
    );
    // Another model, of which the graph has the shape alone.
    check_kernel(
        "a = apply(x; \"Other\") as a : [_, 6] asserted",
        "a",
        "unknown: `a` is another model",
    );
    check(
        "x = input() : [_, 2, 3, 4]
         f = flatten(x) : [_, 24]
         g = group_norm(f; groups = 2, center = false) : [_, 24]
         return g",
        &[("g.gamma", "unknown: its groups are other channels where a map is flattened otherwise")],
    );
}

#[test]
fn what_is_lost_stays_lost() {
    // All that reads values whose order is not known; each line is a layer with parameters.
    let check_behind = |lost: &str, behind: &[&str], reason: &str| {
        for layer in behind {
            let layers = format!("x = input() : [_, 8, 8, 3]\n{lost}\n{layer}\nreturn z");
            let found = parameters(&layers);
            assert!(!found.list.is_empty(), "{layers}");
            for own in &found.list {
                assert_eq!(text(&own.role), format!("unknown: {reason}"), "{layers}");
            }
        }
    };
    check_behind(
        "y = reshape(x; [_, 4, 4, 12]) : [_, 4, 4, 12]",
        &[
            "z = conv2d(y; 5, (3, 3)) : [_, 2, 2, 5]",
            "z = depthwise_conv2d(y; (3, 3)) : [_, 2, 2, 12]",
            "z = separable_conv2d(y; 5, (3, 3)) : [_, 2, 2, 5]",
            "z = conv2d_transpose(y; 5, (2, 2), stride = (2, 2)) : [_, 8, 8, 5]",
            "z = dense(y; 5) : [_, 4, 4, 5]",
            "z = batch_norm(y) : [_, 4, 4, 12]",
            "z = group_norm(y; groups = 2) : [_, 4, 4, 12]",
            "z = layer_norm(y) : [_, 4, 4, 12]",
            "z = prelu(y) : [_, 4, 4, 12]",
            "a = global_avg_pool2d(y) : [_, 12]\nz = dense(a; 5) : [_, 5]",
            "a = global_max_pool2d(y) : [_, 12]\nz = dense(a; 5) : [_, 5]",
            "a = reduce_mean(y; axis = (1, 2)) : [_, 12]\nz = dense(a; 5) : [_, 5]",
            "a = max_pool2d(y; (2, 2)) : [_, 2, 2, 12]\nz = conv2d(a; 5, (1, 1)) : [_, 2, 2, 5]",
        ],
        "`y` makes other axes of what it reads",
    );
    // Through a layer without parameters whose other input is known.
    check_behind(
        "f = flatten(x) : [_, 192]
         s = slice(f; 1, 0..6) : [_, 6]
         g = global_avg_pool2d(x) : [_, 3]",
        &[
            "a = concat(g, s) : [_, 9]\nz = dense(a; 5) : [_, 5]",
            "a = concat(s, g) : [_, 9]\nz = dense(a; 5) : [_, 5]",
            "a = reduce_mean(s; axis = 1, keepdims = true) : [_, 1]\nz = dense(a; 5) : [_, 5]",
        ],
        "`s` cuts a flattened map",
    );
    // A map that was flattened is no vector of channels.
    check_behind(
        "f = flatten(x) : [_, 192]\ny = reshape(f; [_, 1, 1, 192]) : [_, 1, 1, 192]",
        &["z = conv2d(y; 5, (1, 1)) : [_, 1, 1, 5]"],
        "`y` makes a map of values that PyTorch has in an order of its own",
    );
    // Of another model the pixels are what an input's are.
    check(
        "x = input() : [_, 8, 8, 3]
         a = apply(x; \"Other\") as a : [_, 4, 4, 6] asserted
         b = conv2d(a; 5, (1, 1), bias = false) : [_, 4, 4, 5]
         return b",
        &[("b.kernel", "windows")],
    );
}

#[test]
fn axes_that_are_permuted_have_an_order_only_where_pytorch_has_no_choice() {
    let check_dense = |shape: &str, between: &str, last: &str, expect: &str| {
        let layers = format!(
            "x = input() : {shape}
             {between}
             f = flatten({last}) : [_, 24]
             d = dense(f; 5, bias = false) : [_, 5]
             return d"
        );
        let found = parameters(&layers);
        let kernel = found.list.last().unwrap();
        assert_eq!((kernel.name.as_str(), text(&kernel.role).as_str()), ("d.kernel", expect));
    };
    let map = |between, last, expect| check_dense("[_, 2, 3, 4]", between, last, expect);
    const UNKNOWN: &str = "unknown: `f` flattens what is no (height, width, channels) map";
    map("p = permute(x; (3, 1, 2)) : [_, 4, 2, 3]", "p", "24 → 5");
    map("p = permute(x; (1, 2, 3)) : [_, 2, 3, 4]", "p", "2·3·4 → 5");
    map(
        "p = permute(x; (3, 1, 2)) : [_, 4, 2, 3]\nq = permute(p; (2, 3, 1)) : [_, 2, 3, 4]",
        "q",
        "2·3·4 → 5",
    );
    map("p = permute(x; (2, 1, 3)) : [_, 3, 2, 4]", "p", UNKNOWN);
    map("p = permute(x; (3, 2, 1)) : [_, 4, 3, 2]", "p", UNKNOWN);
    map("p = permute(x; (2, 3, 1)) : [_, 3, 4, 2]", "p", UNKNOWN);
    map("p = permute(x; (1, 3, 2)) : [_, 2, 4, 3]", "p", UNKNOWN);
    // PyTorch's batch norm is one of channels: it has permuted, too.
    map("p = permute(x; (3, 1, 2)) : [_, 4, 2, 3]\nq = batch_norm(p) : [_, 4, 2, 3]", "q", UNKNOWN);
    // One axis is long.
    check_dense("[_, 1, 1, 24]", "p = permute(x; (2, 3, 1)) : [_, 1, 24, 1]", "p", "24 → 5");
    // Height and width alone.
    let flat = "m = reduce_max(x; axis = -1) : [_, 4, 6]\np = permute(m; (2, 1)) : [_, 6, 4]";
    check_dense("[_, 4, 6, 3]", flat, "p", UNKNOWN);
    map(
        "p = permute(x; (2, 1, 3)) : [_, 3, 2, 4]\nr = resize2d(p; (2, 3)) : [_, 2, 3, 4]
         q = add(x, r) : [_, 2, 3, 4]",
        "q",
        UNKNOWN,
    );
    // A convolution is one of channels.
    check(
        "x = input() : [_, 3, 3, 4]
         o = permute(x; (2, 1, 3)) : [_, 3, 3, 4]
         p = add(o, x) : [_, 3, 3, 4]
         c = conv2d(p; 6, (1, 1), bias = false) : [_, 3, 3, 6]
         f = flatten(c) : [_, 54]
         d = dense(f; 5, bias = false) : [_, 5]
         return d",
        &[("c.kernel", "windows"), ("d.kernel", "3·3·6 → 5")],
    );
}

#[test]
fn channels_may_be_several_axes() {
    let check_behind = |between: &str, behind: &str, expect: &str| {
        let layers = format!("x = input() : [_, 4, 6, 8]\n{between}\n{behind}\nreturn z");
        let found = parameters(&layers);
        assert_eq!(text(&found.list[0].role), expect, "{layers}");
    };
    const CONV: &str = "z = conv2d(y; 5, (1, 1)) : [_, 4, 6, 5]";
    const FLAT: &str = "f = flatten(y) : [_, 192]\nz = dense(f; 5) : [_, 5]";
    // Channels are shuffled, and what is split is one again.
    let shuffle = |dims: &str, sizes: &str| {
        format!(
            "a = reshape(x; [_, 4, 6, 2, 4]) : [_, 4, 6, 2, 4]
             b = permute(a; {dims}) : [_, {sizes}]
             y = reshape(b; [_, 4, 6, 8]) : [_, 4, 6, 8]"
        )
    };
    check_behind(&shuffle("(1, 2, 4, 3)", "4, 6, 4, 2"), CONV, "windows");
    check_behind(&shuffle("(1, 2, 4, 3)", "4, 6, 4, 2"), FLAT, "4·6·8 → 5");
    // Not so where they are mixed with pixels.
    let lost = "unknown: `y` makes other axes of what it reads";
    check_behind(&shuffle("(3, 1, 2, 4)", "2, 4, 6, 4"), CONV, lost);
    check_behind(&shuffle("(1, 4, 2, 3)", "4, 4, 6, 2"), CONV, lost);
    check_behind(
        "y = reshape(x; [_, 4, 6, 4, 2]) : [_, 4, 6, 4, 2]",
        FLAT,
        "unknown: `f` flattens what is no (height, width, channels) map",
    );
    let blocks = "a = reshape(x; [_, 2, 2, 3, 2, 8]) : [_, 2, 2, 3, 2, 8]
         b = permute(a; (1, 3, 2, 4, 5)) : [_, 2, 3, 2, 2, 8]
         y = reshape(b; [_, 2, 3, 32]) : [_, 2, 3, 32]";
    check_behind(blocks, "z = conv2d(y; 5, (1, 1)) : [_, 2, 3, 5]", lost);
    // Pixels in a row, and back; axes of size 1.
    let row =
        "a = reshape(x; [_, 24, 8]) : [_, 24, 8]\ny = reshape(a; [_, 4, 6, 8]) : [_, 4, 6, 8]";
    check_behind(row, CONV, "windows");
    let one = "a = reshape(x; [_, 4, 6, 8, 1]) : [_, 4, 6, 8, 1]
         y = reshape(a; [_, 4, 6, 8]) : [_, 4, 6, 8]";
    check_behind(one, CONV, "windows");
    check_behind(one, FLAT, "4·6·8 → 5");
    let swapped = "a = permute(x; (2, 1, 3)) : [_, 6, 4, 8]
         y = reshape(a; [_, 24, 8]) : [_, 24, 8]";
    check_behind(swapped, "z = dense(y; 5) : [_, 24, 5]", "8 → 5");
}

#[test]
fn what_becomes_a_map_is_made_in_its_order() {
    check(
        "z = input() : [_, 6]
         a = dense(z; 24) : [_, 24]
         b = batch_norm(a; center = false) : [_, 24]
         c = relu(b) : [_, 24]
         d = reshape(c; [_, 2, 3, 4]) : [_, 2, 3, 4]
         e = conv2d(d; 3, (1, 1), bias = false) : [_, 2, 3, 3]
         return e",
        &[
            ("a.kernel", "6 → 2·3·4"),
            ("a.bias", "2·3·4"),
            ("b.gamma", "2·3·4"),
            ("b.moving_mean", "2·3·4"),
            ("b.moving_variance", "2·3·4"),
            ("e.kernel", "windows"),
        ],
    );
}

#[test]
fn a_layer_that_is_applied_to_several_orders_has_none() {
    check(
        "x = input() : [_, 2, 3, 4]
         a = flatten(x) : [_, 24]
         p = permute(x; (3, 1, 2)) : [_, 4, 2, 3]
         b = flatten(p) : [_, 24]
         c = dense(a; 2, bias = false) as head : [_, 2]
         d = dense(b; 2, bias = false) as head : [_, 2]
         return c, d",
        &[("head.kernel", "unknown: its layer is applied to values that lie in different orders")],
    );
}

#[test]
fn what_pytorch_has_otherwise_is_said() {
    let check = |layers: &str, obstacles: &[&str], notes: &[&str]| {
        let found = parameters(layers);
        assert_eq!(found.obstacles, obstacles);
        assert_eq!(found.notes, notes);
    };
    check(
        "x = input() : [_, 8, 8, 4]
         a = depth_to_space(x; 2) : [_, 16, 16, 1]
         return a",
        &["`a` is a depth_to_space, whose channels PyTorch's PixelShuffle has in another order"],
        &[],
    );
    check(
        "z = input() : [_, 8]
         a = dense(z; 4) : [_, 4]
         b = dense(z; 4) : [_, 4]
         c = concat(a, b) : [_, 8]
         d = reshape(c; [_, 2, 2, 2]) : [_, 2, 2, 2]
         return d",
        &["`d` makes a map of values that PyTorch has in an order of its own"],
        &[],
    );
    const EPSILON: &str = "has Keras' epsilon, 1e-3; PyTorch's is 1e-5: `epsilon = 1e-5`";
    const PADDING: &str = "has `padding = same`, which puts the odd pixel behind; PyTorch pads both \
                           sides alike: `padding = (kernel - 1) / 2`";
    check(
        "x = input() : [_, 8, 8, 4]
         a = conv2d(x; 4, (3, 3), stride = (2, 2), padding = same) : [_, 4, 4, 4]
         b = batch_norm(a) : [_, 4, 4, 4]
         c = max_pool2d(b; (2, 2), padding = same) : [_, 2, 2, 4]
         d = batch_norm(c; epsilon = 0.00001) : [_, 2, 2, 4]
         e = layer_norm(d) : [_, 2, 2, 4]
         return e",
        &[],
        &[&format!("`a` {PADDING}"), &format!("`b` and 1 more: {EPSILON}")],
    );
    const CUT: &str = "has `padding = same`, which cuts the odd pixel off behind; PyTorch cuts it off \
                       in front: `padding = (kernel - stride + 1) / 2, output_padding = 1`";
    check(
        "x = input() : [_, 8, 8, 4]
         a = conv2d_transpose(x; 4, (2, 2), stride = (2, 2), padding = same) : [_, 16, 16, 4]
         b = conv2d_transpose(x; 4, (4, 4), stride = (2, 2), padding = same) : [_, 16, 16, 4]
         c = conv2d_transpose(x; 4, (3, 3), stride = (2, 2)) : [_, 17, 17, 4]
         d = conv2d_transpose(x; 4, (3, 3), stride = (2, 2), padding = same) : [_, 16, 16, 4]
         e = conv2d_transpose(x; 4, (3, 3), stride = (2, 2), padding = 1, output_padding = 1) : [_, 16, 16, 4]
         return a, b, c, d, e",
        &[],
        &[&format!("`d` {CUT}")],
    );
    const COUNTED: &str =
        "leaves its padding out of the mean; PyTorch counts it: `count_include_pad = true`";
    check(
        "x = input() : [_, 8, 8, 4]
         a = avg_pool2d(x; (2, 2), padding = same) : [_, 4, 4, 4]
         b = avg_pool2d(x; (3, 3), stride = (1, 1), padding = 1, count_include_pad = true) : [_, 8, 8, 4]
         c = avg_pool2d(x; (3, 3), stride = (1, 1), padding = 1) : [_, 8, 8, 4]
         d = avg_pool2d(x; (3, 3), stride = (1, 1), padding = same) : [_, 8, 8, 4]
         return a, b, c, d",
        &[],
        &[&format!("`c` and 1 more: {COUNTED}")],
    );
}
