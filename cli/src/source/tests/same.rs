//! What is the same network, and what is not.

use formwork_ir::Graph;

use crate::source::same::parameters;

fn graph(text: &str) -> Graph {
    let text = format!("model M\n{}", text.trim());
    Graph::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn what_differs_is_refused() {
    let check = |given: &str, found: &str, expect: &str| {
        let [given, found] = [given, found].map(graph);
        assert!(parameters(&given, &given).is_ok() && parameters(&found, &found).is_ok());
        assert_eq!(parameters(&given, &found), Err(expect.to_owned()), "{given}\n{found}");
        assert!(parameters(&found, &given).is_err(), "{found}\n{given}");
    };
    // The operands of what is no sum.
    check(
        "a = input() : [_, 4]
        b = input() : [_, 4]
        c = subtract(a, b) : [_, 4]
        return c",
        "a = input() : [_, 4]
        b = input() : [_, 4]
        c = subtract(b, a) : [_, 4]
        return c",
        "`b` and `b`: the wiring differs",
    );
    // One kernel, or two.
    check(
        "a = input() : [_, 8, 8, 4]
        b = conv2d(a; 4, (3, 3), padding = same) as w : [_, 8, 8, 4]
        c = conv2d(b; 4, (3, 3), padding = same) as w : [_, 8, 8, 4]
        return c",
        "a = input() : [_, 8, 8, 4]
        b = conv2d(a; 4, (3, 3), padding = same) : [_, 8, 8, 4]
        c = conv2d(b; 4, (3, 3), padding = same) : [_, 8, 8, 4]
        return c",
        "`b` and `b`: the sharing of weights differs",
    );
    // Which of three.
    check(
        "a = input() : [_, 4]
        b = dense(a; 4) as v : [_, 4]
        c = dense(b; 4) as v : [_, 4]
        d = dense(c; 4) as w : [_, 4]
        return d",
        "a = input() : [_, 4]
        b = dense(a; 4) as v : [_, 4]
        c = dense(b; 4) as w : [_, 4]
        d = dense(c; 4) as w : [_, 4]
        return d",
        "`c` and `c`: the sharing of weights differs",
    );
    check(
        "a = input() : [_, 8, 8, 4]
        b = max_pool2d(a; (2, 2), stride = (2, 2), padding = same) : [_, 4, 4, 4]
        return b",
        "a = input() : [_, 8, 8, 4]
        b = max_pool2d(a; (2, 2), stride = (3, 3), padding = same) : [_, 3, 3, 4]
        return b",
        "`b` and `b`: the layers differ",
    );
    // The order of outputs, and how many there are.
    check(
        "a = input() : [_, 4]
        b = relu(a) : [_, 4]
        c = relu(b) : [_, 4]
        return b, c",
        "a = input() : [_, 4]
        b = relu(a) : [_, 4]
        c = relu(b) : [_, 4]
        return c, b",
        "`b` and `a`: the layers differ",
    );
    check(
        "a = input() : [_, 4]
        b = relu(a) : [_, 4]
        return b, b",
        "a = input() : [_, 4]
        b = relu(a) : [_, 4]
        return b",
        "the outputs differ",
    );
    // The order of inputs, and how many there are.
    check(
        "a = input() : [_, 4]
        b = input() : [_, 4]
        c = subtract(a, b) : [_, 4]
        return c",
        "b = input() : [_, 4]
        a = input() : [_, 4]
        c = subtract(a, b) : [_, 4]
        return c",
        "`b` and `a`: the wiring differs",
    );
    check(
        "a = input() : [_, 4]
        b = relu(a) : [_, 4]
        return b",
        "a = input() : [_, 4]
        other = input() : [_, 4]
        b = relu(a) : [_, 4]
        return b",
        "the inputs differ",
    );
    // What became of the pixels.
    check(
        "a = input(in 0..=1) : [_, 4, 4, 3]
        b = relu(a) : [_, 4, 4, 3]
        return b",
        "a = input() : [_, 4, 4, 3]
        b = relu(a) : [_, 4, 4, 3]
        return b",
        "`a` and `a`: the shapes differ",
    );
    // The sizes that it takes.
    check(
        "size H where H % 2 == 0
        a = input() : [_, H, 4, 3]
        b = relu(a) : [_, H, 4, 3]
        return b",
        "size H
        a = input() : [_, H, 4, 3]
        b = relu(a) : [_, H, 4, 3]
        return b",
        "the sizes that are declared differ",
    );
    // Another model's weights.
    check(
        "a = input() : [_, 4]
        b = apply(a; \"Head\") as v : [_, 4] asserted
        c = apply(b; \"Head\") as v : [_, 4] asserted
        return c",
        "a = input() : [_, 4]
        b = apply(a; \"Head\") as v : [_, 4] asserted
        c = apply(b; \"Head\") as w : [_, 4] asserted
        return c",
        "`b` and `b`: the layers differ",
    );
}

#[test]
fn equal_layers_are_told_apart_by_what_they_read() {
    let given = "a = input() : [_, 8, 8, 4]
        b = conv2d(a; 4, (3, 3), padding = same) : [_, 8, 8, 4]
        c = relu(a) : [_, 8, 8, 4]
        d = conv2d(c; 4, (3, 3), padding = same) : [_, 8, 8, 4]
        e = subtract(b, d) : [_, 8, 8, 4]
        return e";
    let found = "image = input() : [_, 8, 8, 4]
        active = relu(image) : [_, 8, 8, 4]
        one = conv2d(active; 4, (3, 3), padding = same) : [_, 8, 8, 4]
        unread = dense(image; 4) : [_, 8, 8, 4]
        two = conv2d(image; 4, (3, 3), padding = same) : [_, 8, 8, 4]
        minus = subtract(two, one) : [_, 8, 8, 4]
        return minus";
    let pairs = parameters(&graph(given), &graph(found)).expect("the same network");
    let pairs: Vec<_> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let expect = [
        ("b.kernel", "two.kernel"),
        ("b.bias", "two.bias"),
        ("d.kernel", "one.kernel"),
        ("d.bias", "one.bias"),
    ];
    assert_eq!(pairs, expect);
}
