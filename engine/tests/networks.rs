//! Small networks, each for something that a plan does.

mod common;

use common::{check, complete, network};
use formwork_engine::{Algorithm, Compiled, Options};
use formwork_ir::Graph;

/// A network of one input, and how many steps it takes.
fn steps(layers: &str, input: &[usize], expect: usize) {
    let graph = network(layers, input);
    let compiled = check(&graph, &[input.to_vec()], &Options::default());
    let table = compiled.to_string();
    // But for the head and the totals.
    assert_eq!(table.lines().count() - 2, expect, "{table}");
}

#[test]
fn what_follows_a_layer_is_done_along_with_it() {
    let relu = "a = conv2d(x; 8, (3, 3), padding = same)\nb = relu(a)\nreturn b";
    steps(relu, &[2, 9, 8, 3], 1);
    let norm = "a = conv2d(x; 8, (3, 3), bias = false)\nb = batch_norm(a)\nc = relu(b)\nreturn c";
    steps(norm, &[1, 9, 8, 3], 1);
    let silu = "a = conv2d(x; 8, (3, 3), stride = (2, 2))\nb = batch_norm(a)\nc = silu(b)\n\
                d = depthwise_conv2d(c; (3, 3))\ne = hard_swish(d)\nf = dense(e; 5)\ng = gelu(f)\n\
                return g";
    steps(silu, &[2, 12, 11, 3], 3);
    // The sum is done by the later of the two that make its terms.
    let residual = "a = conv2d(x; 8, (1, 1))\nb = conv2d(a; 8, (3, 3), padding = same)\n\
                    c = batch_norm(b)\nd = add(a, c)\ne = relu(d)\nreturn e";
    steps(residual, &[1, 9, 8, 3], 2);
}

#[test]
fn pixels_are_pooled_as_they_are_made() {
    let pooled = "a = conv2d(x; 20, (3, 3))\nb = batch_norm(a)\nc = relu(b)\n\
                  d = max_pool2d(c; (2, 2))\ne = conv2d(d; 4, (1, 1))\nreturn e";
    steps(pooled, &[2, 15, 18, 16], 2);
    steps(
        "a = conv2d(x; 20, (3, 3))\nb = max_pool2d(a; (2, 2))\nc = relu(b)\nreturn c",
        &[1, 15, 18, 16],
        1,
    );
    // Not where the windows overlap, or what is pooled is read too.
    steps("a = conv2d(x; 20, (3, 3))\nb = max_pool2d(a; (3, 3))\nreturn b", &[1, 15, 18, 16], 2);
    steps("a = conv2d(x; 20, (3, 3))\nb = max_pool2d(a; (2, 2))\nreturn b, a", &[1, 15, 18, 16], 2);
}

#[test]
fn inverted_residuals_are_one_step() {
    let block = "a = conv2d(x; 24, (1, 1), bias = false)\nb = batch_norm(a)\nc = relu6(b)\n\
                 d = depthwise_conv2d(c; (3, 3), padding = same)\ne = relu6(d)\n\
                 f = conv2d(e; 4, (1, 1), bias = false)\ng = batch_norm(f)\nh = add(x, g)\nreturn h";
    steps(block, &[1, 96, 96, 4], 1);
    // Not where what is between is small, or read by others.
    steps(block, &[1, 12, 12, 4], 3);
    steps(&block.replace("return h", "return h, c"), &[1, 96, 96, 4], 3);
}

#[test]
fn what_others_need_is_kept() {
    steps("a = conv2d(x; 8, (1, 1))\nb = relu(a)\nreturn a, b", &[1, 4, 4, 3], 2);
    steps("a = conv2d(x; 8, (1, 1))\nb = relu(a)\nc = add(a, b)\nreturn c", &[1, 4, 4, 3], 3);
    let shared = "a = conv2d(x; 8, (1, 1))\nb = conv2d(x; 8, (1, 1))\nc = add(a, b)\n\
                  d = add(b, c)\nreturn d";
    steps(shared, &[1, 4, 4, 3], 4);
}

#[test]
fn what_nobody_needs_is_left_out() {
    let unread = "a = conv2d(x; 8, (1, 1))\nb = relu(a)\nc = conv2d(x; 8, (3, 3))\nreturn c";
    steps(unread, &[1, 4, 4, 3], 1);
    steps("a = dropout(x; 0.5)\nb = conv2d(a; 8, (1, 1))\nreturn b", &[1, 4, 4, 3], 1);
}

#[test]
fn what_is_there_already_is_not_moved() {
    // Both branches are written where they are joined; slices are read where they lie.
    let joined = "a = conv2d(x; 8, (1, 1))\nb = conv2d(x; 5, (1, 1))\nc = concat(a, b)\n\
                  d = slice(c; -1, 3..10)\ne = conv2d(d; 4, (3, 3))\nreturn e";
    steps(joined, &[2, 4, 4, 3], 3);
    let dense = "a = conv2d(x; 8, (1, 1))\nb = flatten(a)\nc = dense(b; 10)\nreturn c";
    steps(dense, &[2, 4, 4, 3], 2);
    // A joined tensor within another; and one that is read between.
    let nested = "a = conv2d(x; 8, (1, 1))\nb = conv2d(a; 5, (1, 1))\nc = concat(a, b)\n\
                  d = conv2d(c; 4, (1, 1))\ne = concat(c, d)\nf = relu(e)\nreturn f";
    steps(nested, &[2, 4, 4, 3], 4);
    // An input of the network is copied to its place, and an output from it.
    steps("a = conv2d(x; 8, (1, 1))\nb = concat(x, a)\nreturn b", &[2, 4, 4, 3], 2);
    steps("a = conv2d(x; 8, (1, 1))\nb = concat(a, a)\nreturn b, a", &[2, 4, 4, 3], 3);
    steps("a = flatten(x)\nreturn a, x", &[2, 4, 4, 3], 2);
}

#[test]
fn a_batch_that_does_not_fit_the_cache_goes_through_in_parts() {
    let head = "a = conv2d(x; 24, (3, 3), padding = same)\nb = max_pool2d(a; (2, 2))\n\
                c = conv2d(b; 16, (3, 3))\nd = global_avg_pool2d(c)\ne = dense(d; 10)\nreturn e, b";
    // What is read behind the cut and handed out too is copied, and a line says how many parts.
    steps(head, &[3, 256, 256, 3], 5 + 1 + 1);
    // The block, which is one step, is not cut where `e` begins, from where on all layers would fit.
    let block = "a = conv2d(x; 8, (1, 1))\nb = conv2d(a; 48, (1, 1))\nc = relu(b)\n\
                 d = depthwise_conv2d(c; (3, 3), stride = (4, 4), padding = same)\ne = relu(d)\n\
                 f = conv2d(e; 8, (1, 1))\ng = conv2d(f; 8, (3, 3))\nreturn g";
    steps(block, &[8, 256, 256, 3], 3 + 1);
}

#[test]
fn algorithms_are_chosen_for_layers_by_their_names() {
    let text = "model Net\nx = input() : [_, 9, 8, 3]\n\
                a = conv2d(x; 8, (3, 3), padding = same)\nb = silu(a)\n\
                c = conv2d(b; 20, (3, 3))\nd = max_pool2d(c; (2, 2))\n\
                e = conv2d(d; 4, (1, 1))\nreturn e";
    let graph = Graph::parse(&complete(text)).unwrap();
    let options = |algorithms: &[(&str, Algorithm)], exact: bool| {
        let mut options = Options::default();
        options.exact = exact;
        options.algorithms =
            algorithms.iter().map(|(name, algorithm)| (name.to_string(), *algorithm)).collect();
        options
    };
    let inputs = [vec![2, 9, 8, 3]];
    let winograd = [("a", Algorithm::Winograd2), ("c", Algorithm::Winograd4)];
    for (algorithms, exact, expect) in [
        (&[][..], true, ["a  3×3 as a product", "c  3×3 as a product"]),
        (&winograd, true, ["a  3×3, winograd 2×2", "c  3×3, winograd 4×4, max pool 2×2"]),
        (&winograd[1..], true, ["a  3×3 as a product", "c  3×3, winograd 4×4, max pool 2×2"]),
        (
            &[("c", Algorithm::Winograd4), ("c", Algorithm::Product)],
            false,
            ["a  3×3 as a product", "c  3×3 as a product"],
        ),
    ] {
        let table = check(&graph, &inputs, &options(algorithms, exact)).to_string();
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        for step in expect {
            let found = table.lines().any(|line| words(line).starts_with(&words(step)));
            assert!(found, "{step}\n{table}");
        }
    }
    let no_layer =
        "`cc` cannot be computed by Winograd2: there is no such layer; the nearest is `c`";
    let no_way = "`e` cannot be computed by Winograd4: only a `conv2d` of 3×3 with stride, \
                  dilation and groups of 1 can";
    for (name, algorithm, expect) in
        [("cc", Algorithm::Winograd2, no_layer), ("e", Algorithm::Winograd4, no_way)]
    {
        let options = options(&[(name, algorithm)], false);
        let read = |_: &str, _: &[usize]| -> Result<Vec<f32>, String> { unreachable!() };
        let error = Compiled::new(&graph, &inputs, &options, read).unwrap_err();
        assert_eq!(error.to_string(), expect);
    }
}
