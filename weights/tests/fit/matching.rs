//! Which tensor is which parameter.

use formwork_weights::fit::{Framework, Loader};

use crate::common::{loader, parameters};

/// A line for each parameter: its tensor, how it was found, and what is done to it; or what is
/// wrong.
fn found(layers: &str, loader: &Loader) -> Result<Vec<String>, String> {
    match loader.fit(&parameters(layers)) {
        Ok(fit) => {
            let report = fit.report;
            let rows = report.matched.iter().map(|row| {
                format!("{} ← {} {}: {}", row.parameter, row.tensor, row.how, row.change)
            });
            let kept = report.kept.iter().map(|name| format!("{name} kept"));
            Ok(rows.chain(kept).collect())
        }
        Err(misfits) => Err(misfits.to_string()),
    }
}

fn fits(layers: &str, loader: Loader, expect: &[&str]) {
    assert_eq!(found(layers, &loader).unwrap_or_else(|misfits| panic!("{misfits}")), expect);
}

fn differs(layers: &str, loader: Loader, expect: &[&str]) {
    let misfits = found(layers, &loader).unwrap_err();
    for line in expect {
        assert!(misfits.contains(line), "no {line:?} in {misfits}");
    }
    assert!(!misfits.contains('\t'));
}

/// Two convolutions and a dense layer behind a flatten.
const CHAIN: &str = "x = input() : [_, 4, 4, 3]
    e1.conv2d = conv2d(x; 8, (3, 3)) : [_, 2, 2, 8]
    e2.conv2d = conv2d(e1.conv2d; 6, (1, 1)) : [_, 2, 2, 6]
    flatten = flatten(e2.conv2d) : [_, 24]
    fc = dense(flatten; 5) : [_, 5]
    return fc";

const PYTORCH: &[(&str, &[usize])] = &[
    ("classifier.1.weight", &[5, 24]),
    ("classifier.1.bias", &[5]),
    ("features.0.weight", &[8, 3, 3, 3]),
    ("features.0.bias", &[8]),
    ("features.2.weight", &[6, 8, 1, 1]),
    ("features.2.bias", &[6]),
];

const BY_ORDER: &[&str] = &[
    "e1.conv2d.kernel ← features.0.weight by order: OIHW → HWIO",
    "e1.conv2d.bias ← features.0.bias by order: as it is",
    "e2.conv2d.kernel ← features.2.weight by order: OIHW → HWIO",
    "e2.conv2d.bias ← features.2.bias by order: as it is",
    "fc.kernel ← classifier.1.weight by order: transposed, its 24 inputs from CHW to HWC",
    "fc.bias ← classifier.1.bias by order: as it is",
];

#[test]
fn a_chain_of_layers_is_matched_by_order_where_no_name_is_equal() {
    fits(CHAIN, loader(PYTORCH), BY_ORDER);
    fits(CHAIN, loader(PYTORCH).by_order(), BY_ORDER);
}

#[test]
fn names_are_equal_whatever_stands_between_their_parts() {
    let keras: &[(&str, &[usize])] = &[
        ("e1_conv2d/kernel", &[3, 3, 3, 8]),
        ("e1_conv2d/bias:0", &[8]),
        ("e2/conv2d/kernel", &[1, 1, 8, 6]),
        ("e2/conv2d/bias", &[6]),
        ("fc/kernel", &[24, 5]),
        ("fc/bias", &[5]),
    ];
    fits(
        CHAIN,
        loader(keras),
        &[
            "e1.conv2d.kernel ← e1_conv2d/kernel by name: as it is",
            "e1.conv2d.bias ← e1_conv2d/bias:0 by name: as it is",
            "e2.conv2d.kernel ← e2/conv2d/kernel by name: as it is",
            "e2.conv2d.bias ← e2/conv2d/bias by name: as it is",
            "fc.kernel ← fc/kernel by name: as it is",
            "fc.bias ← fc/bias by name: as it is",
        ],
    );
    // A scope of one layer may be called as it is; rules rename.
    let scopes: &[(&str, &[usize])] = &[
        ("module.e1.weight", &[8, 3, 3, 3]),
        ("module.e1.bias", &[8]),
        ("module.block2.weight", &[6, 8, 1, 1]),
        ("module.block2.bias", &[6]),
        ("module.fc.weight", &[5, 24]),
        ("module.fc.bias", &[5]),
        ("module.fc.num_batches_tracked", &[]),
    ];
    let ruled = loader(scopes).prefix("module.", "").regex(r"^block(\d)", "e$1").unwrap();
    fits(
        CHAIN,
        ruled,
        &[
            "e1.conv2d.kernel ← module.e1.weight by rule: OIHW → HWIO",
            "e1.conv2d.bias ← module.e1.bias by rule: as it is",
            "e2.conv2d.kernel ← module.block2.weight by rule: OIHW → HWIO",
            "e2.conv2d.bias ← module.block2.bias by rule: as it is",
            "fc.kernel ← module.fc.weight by rule: transposed, its 24 inputs from CHW to HWC",
            "fc.bias ← module.fc.bias by rule: as it is",
        ],
    );
}

#[test]
fn names_that_two_layers_of_the_model_may_have_are_nobodys() {
    let layers = "x = input() : [_, 2]
        a.b_c = dense(x; 2, bias = false) : [_, 2]
        a_b.c = dense(a.b_c; 2, bias = false) : [_, 2]
        return a_b.c";
    let file: &[(&str, &[usize])] = &[("a_b_c.weight", &[2, 2]), ("d.weight", &[2, 2])];
    let map = || loader(file).map("d", "a_b.c");
    differs(layers, map(), &["`a.b_c.kernel` is not in the file; is it `a_b_c.weight`?"]);
    assert!(found(layers, &map().map("a_b_c", "a.b_c")).is_ok());
}

#[test]
fn layers_and_tensors_are_mapped() {
    let mapped = loader(PYTORCH)
        .map("features.0", "e1.conv2d")
        .map("features.2", "e2.conv2d")
        .map("classifier.1.weight", "fc.kernel")
        .map("classifier.1.bias", "fc.bias");
    let expect: Vec<_> = BY_ORDER.iter().map(|row| row.replace("by order", "mapped")).collect();
    fits(CHAIN, mapped, &expect.iter().map(String::as_str).collect::<Vec<_>>());
    // The rest by order, if that is said.
    differs(
        CHAIN,
        loader(PYTORCH).map("features.0", "e1.conv2d"),
        &["`fc.kernel` is not in the file"],
    );
    let rest = loader(PYTORCH).map("features.0", "e1.conv2d").by_order();
    assert_eq!(found(CHAIN, &rest).unwrap()[2], BY_ORDER[2]);
    differs(
        CHAIN,
        loader(PYTORCH).map("feature.0", "e1.conv2d").map("features.0", "e1.conv"),
        &[
            "nothing in the file is named `feature.0`, which is mapped; is it `features.0`?",
            "nothing in the model is named `e1.conv`, which is mapped; is it `e1.conv2d`?",
        ],
    );
    // Of a tensor and a parameter, what is not there is what is said.
    let mapped = |from, to| loader(PYTORCH).map(from, to).by_order();
    let misfits = |loader| found(CHAIN, &loader).unwrap_err();
    let first = |loader| misfits(loader).lines().nth(1).unwrap().trim().to_owned();
    assert_eq!(
        first(mapped("classifier.1.wieght", "fc.kernel")),
        "nothing in the file is named `classifier.1.wieght`, which is mapped; \
         is it `classifier.1.weight`?"
    );
    assert_eq!(
        first(mapped("classifier.1.weight", "fc.kernle")),
        "nothing in the parameters of the model is named `fc.kernle`, which is mapped; \
         is it `fc.kernel`?"
    );
}

#[test]
fn a_layer_has_one_that_is_mapped_to_it() {
    let twice = |a, b, to| loader(PYTORCH).map(a, to).map(b, to).by_order();
    differs(
        CHAIN,
        twice("features.0", "features.2", "e1.conv2d"),
        &["`features.0` and `features.2` are both mapped to `e1.conv2d`"],
    );
    differs(
        CHAIN,
        twice("features.0.bias", "features.2.bias", "e1.conv2d.bias"),
        &["`features.0.bias` and `features.2.bias` are both mapped to `e1.conv2d.bias`"],
    );
    assert!(found(CHAIN, &twice("features.0", "features.0", "e1.conv2d")).is_ok());
}

/// Dense layers that are alike.
const ALIKE: &str = "x = input() : [_, 2]
    dense = dense(x; 2, bias = false) : [_, 2]
    dense_1 = dense(dense; 2, bias = false) : [_, 2]
    dense_2 = dense(dense_1; 2, bias = false) : [_, 2]
    return dense_2";

fn alike(names: &[&str]) -> Loader {
    let names: Vec<_> = names.iter().map(|name| format!("{name}/kernel")).collect();
    let tensors: Vec<_> = names.iter().map(|name| (name.as_str(), &[2, 2][..])).collect();
    loader(&tensors)
}

#[test]
fn numbers_that_keras_counted_on_are_no_names() {
    let rows = |names: &[&str], how: &str| -> Vec<_> {
        let own = ["dense", "dense_1", "dense_2"];
        let rows = own.iter().zip(names);
        rows.map(|(own, name)| format!("{own}.kernel ← {name}/kernel {how}: as it is")).collect()
    };
    // From a program of its own, and behind another model: in its order both times.
    let own = ["dense", "dense_1", "dense_2"];
    assert_eq!(found(ALIKE, &alike(&own)), Ok(rows(&own, "by name")));
    let behind = ["dense_1", "dense_2", "dense_3"];
    assert_eq!(found(ALIKE, &alike(&behind)), Ok(rows(&behind, "by order")));
    assert_eq!(found(ALIKE, &alike(&behind).by_order()), Ok(rows(&behind, "by order")));
    let behind = ["dense_9", "dense_10", "dense_11"];
    assert_eq!(found(ALIKE, &alike(&behind)), Ok(rows(&behind, "by order")));
    // A rule that counts from the start makes names of them, a mapped layer does not.
    let ruled = alike(&["dense_1", "dense_2", "dense_3"]);
    let ruled = ruled.regex("^dense_1/", "dense/").unwrap();
    let ruled = ruled.regex("^dense_2/", "dense_1/").unwrap();
    let ruled = ruled.regex("^dense_3/", "dense_2/").unwrap();
    assert_eq!(found(ALIKE, &ruled), Ok(rows(&["dense_1", "dense_2", "dense_3"], "by rule")));
    for map in [("dense_1", "dense"), ("dense_1/kernel", "dense.kernel")] {
        let mapped = alike(&["dense_1", "dense_2", "dense_3"]).map(map.0, map.1);
        differs(ALIKE, mapped, &["`dense_1.kernel` is not in the file"]);
    }
    // One that is left out is still the first.
    let left = alike(&own).ignore("dense/*").partial();
    fits(
        ALIKE,
        left,
        &[
            "dense_1.kernel ← dense_1/kernel by name: as it is",
            "dense_2.kernel ← dense_2/kernel by name: as it is",
            "dense.kernel kept",
        ],
    );
    // Names that a user gave a model without a first.
    let named = ALIKE.replace("dense ", "first ").replace("(dense;", "(first;");
    fits(
        &named,
        alike(&["first", "dense_1", "dense_2"]),
        &[
            "first.kernel ← first/kernel by name: as it is",
            "dense_1.kernel ← dense_1/kernel by name: as it is",
            "dense_2.kernel ← dense_2/kernel by name: as it is",
        ],
    );
}

#[test]
fn a_part_of_a_file_is_not_matched_by_order_unless_that_is_said() {
    let head = || loader(&[("head.weight", &[2, 2])]).partial();
    differs(ALIKE, head(), &["`head.weight` is not in the model"]);
    assert_eq!(found(ALIKE, &head().by_order()).unwrap().len(), 3);
}

#[test]
fn names_of_any_depth_are_read() {
    let deep = format!("{}.weight", "a.".repeat(200_000).trim_end_matches('.'));
    differs(ALIKE, loader(&[(&deep, &[2, 2])]), &["the layers are not the same"]);
    fits(
        "x = input() : [_, 2]
        fc = dense(x; 2, bias = false) : [_, 2]
        return fc",
        loader(&[("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.weight", &[2, 2])]),
        &["fc.kernel ← a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.weight by order: transposed"],
    );
}

#[test]
fn a_head_of_convolutions_is_one_of_dense_layers() {
    let dense = "x = input() : [_, 2, 2, 3]
        flatten = flatten(x) : [_, 12]
        fc1 = dense(flatten; 4, bias = false) : [_, 4]
        fc2 = dense(fc1; 2, bias = false) : [_, 2]
        return fc2";
    let convolutions = "x = input() : [_, 2, 2, 3]
        fc1 = conv2d(x; 4, (2, 2), bias = false) : [_, 1, 1, 4]
        fc2 = conv2d(fc1; 2, (1, 1), bias = false) : [_, 1, 1, 2]
        return fc2";
    let check = |layers, fc1: &[usize], fc2: &[usize], framework, words: [&str; 2]| {
        let kind = if framework == Framework::Pytorch { ".weight" } else { "/kernel" };
        let names = [1, 2].map(|n| format!("fc{n}{kind}"));
        let file = [(names[0].as_str(), fc1), (names[1].as_str(), fc2)];
        let rows: [String; 2] = std::array::from_fn(|i| {
            format!("fc{}.kernel ← {} by name: {}", i + 1, names[i], words[i])
        });
        fits(layers, loader(&file), &rows.each_ref().map(String::as_str));
    };
    let (keras, pytorch) = (Framework::Keras, Framework::Pytorch);
    check(
        dense,
        &[4, 12],
        &[2, 4],
        pytorch,
        ["transposed, its 12 inputs from CHW to HWC", "transposed"],
    );
    check(
        dense,
        &[4, 3, 2, 2],
        &[2, 4, 1, 1],
        pytorch,
        [
            "a 2×2 convolution as a dense kernel, transposed, its 12 inputs from CHW to HWC",
            "a 1×1 convolution as a dense kernel, transposed",
        ],
    );
    check(
        dense,
        &[2, 2, 3, 4],
        &[4, 2],
        keras,
        ["a 2×2 convolution as a dense kernel", "as it is"],
    );
    check(convolutions, &[4, 3, 2, 2], &[2, 4, 1, 1], pytorch, ["OIHW → HWIO", "OIHW → HWIO"]);
    check(
        convolutions,
        &[4, 12],
        &[2, 4],
        pytorch,
        [
            "a dense kernel as a 2×2 convolution, OIHW → HWIO",
            "a dense kernel as a 1×1 convolution, OIHW → HWIO",
        ],
    );
    check(
        convolutions,
        &[12, 4],
        &[4, 2],
        keras,
        ["a dense kernel as a 2×2 convolution", "a dense kernel as a 1×1 convolution"],
    );
}

#[test]
fn what_differs_is_listed_at_once() {
    let wrong: &[(&str, &[usize])] = &[
        ("e1.conv2d.weight", &[8, 3, 3, 2]),
        ("e1.conv2d.bias", &[8]),
        ("e2.conv2d.weight", &[6, 8, 1, 1]),
        ("fc.weight", &[5, 24]),
        ("fc.biases", &[5]),
        ("head.weight", &[1]),
    ];
    differs(
        CHAIN,
        loader(wrong),
        &[
            "`e1.conv2d.kernel` is [8, 3, 3, 2] in the file (`e1.conv2d.weight`), [8, 3, 3, 3] in \
             the model as PyTorch has it",
            "`e2.conv2d.bias` is not in the file",
            "`fc.bias` is not in the file; is it `fc.biases`?",
            "`fc.biases` is not in the model; is it `fc.bias`?",
            "`head.weight` is not in the model",
            "help: its names were taken for PyTorch's; `Loader::framework` says another",
        ],
    );
    let all = &PYTORCH[2..];
    let partial =
        loader(all).partial().map("features.0", "e1.conv2d").map("features.2", "e2.conv2d");
    assert_eq!(found(CHAIN, &partial).unwrap()[4..], ["fc.kernel kept", "fc.bias kept"]);
    let more = [PYTORCH, &[("aux.weight", &[7, 7])]].concat();
    differs(CHAIN, loader(&more), &["the layers are not the same in the same order, from layer"]);
    fits(CHAIN, loader(&more).ignore("aux.*"), BY_ORDER);
}

#[test]
fn both_sides_are_shown_where_the_order_differs() {
    let other: &[(&str, &[usize])] = &[
        ("net.0.weight", &[8, 3, 3, 3]),
        ("net.0.bias", &[8]),
        ("net.1.weight", &[6, 8, 3, 3]),
        ("net.1.bias", &[6]),
        ("net.2.weight", &[5, 24]),
        ("net.2.bias", &[5]),
    ];
    differs(
        CHAIN,
        loader(other),
        &["from layer 2 on (model | file):
       1  e1.conv2d: weight [8, 3, 3, 3], bias [8]  |  net.0: weight [8, 3, 3, 3], bias [8]
   >   2  e2.conv2d: weight [6, 8, 1, 1], bias [6]  |  net.1: weight [6, 8, 3, 3], bias [6]
       3  fc: weight [5, 24], bias [5]              |  net.2: weight [5, 24], bias [5]"],
    );
}

#[test]
fn what_can_be_done_is_said() {
    const IGNORE: &str = "help: `Loader::ignore` leaves tensors of the file out";
    const PARTIAL: &str = "help: `Loader::partial` lets parameters keep what they have";
    const NAMES: &str =
        "help: `Loader::prefix` and `regex` rename what the file has, `map` names one layer";
    const ORDER: &str = "help: `by_order` takes the layers that no name matches in their order";
    const REST: &str = "help: `.ignore(\"fc.*\").partial()` loads the rest and lets that layer keep \
                        what it has";
    const TAKEN: &str =
        "help: its names were taken for PyTorch's; `Loader::framework` says another";
    let check = |loader: Loader, expect: &[&str]| {
        let misfits = found(CHAIN, &loader).unwrap_err();
        let lines = misfits.lines().map(str::trim);
        let help: Vec<_> = lines.filter(|line| line.starts_with("help: ")).collect();
        assert_eq!(help, expect, "{misfits}");
    };
    let named: &[(&str, &[usize])] = &[
        ("e1.weight", &[8, 3, 3, 3]),
        ("e1.bias", &[8]),
        ("e2.weight", &[6, 8, 1, 1]),
        ("e2.bias", &[6]),
    ];
    // A head of other classes, another name for it, none, and one more.
    let file = |more: &[(&'static str, &'static [usize])]| loader(&[named, more].concat());
    let head: &[(&str, &[usize])] = &[("fc.weight", &[7, 24]), ("fc.bias", &[7])];
    check(file(head), &[REST, TAKEN]);
    assert!(found(CHAIN, &file(head).ignore("fc.*").partial()).is_ok());
    let other: &[(&str, &[usize])] = &[("head.weight", &[5, 24]), ("head.bias", &[5])];
    check(file(other), &[NAMES, ORDER, PARTIAL, IGNORE, TAKEN]);
    check(file(other).partial(), &[NAMES, ORDER, IGNORE, TAKEN]);
    check(file(&[]), &[PARTIAL, TAKEN]);
    let more: &[(&str, &[usize])] =
        &[("fc.weight", &[5, 24]), ("fc.bias", &[5]), ("aux.bias", &[5])];
    check(file(more), &[IGNORE, TAKEN]);
    // In order: all but a head.
    let head = [&PYTORCH[2..], &[("head.weight", &[7, 24]), ("head.bias", &[7])]].concat();
    let elsewhere = "help: `Loader::map` names layers that stand elsewhere; to load a part, \
                     `ignore` what else the file has: `.ignore(\"fc.*\").partial().by_order()`";
    check(loader(&head), &[elsewhere, TAKEN]);
    let part = loader(&head).ignore("head.*").partial().by_order();
    assert_eq!(found(CHAIN, &part).unwrap()[4..], ["fc.kernel kept", "fc.bias kept"]);
}

#[test]
fn orders_that_cannot_all_be_tried_are_given_up() {
    let layer = |i: usize, units| {
        format!("l{} = dense(l{i}; {units}, bias = false) : [_, {units}]\n", i + 1)
    };
    let layers: String = (0..12).map(|i| layer(i, if i < 11 { 2 } else { 3 })).collect();
    let layers = format!("l0 = input() : [_, 2]\n{layers}return l12");
    let names: Vec<_> = (b'a'..=b'l').map(|c| format!("{}.weight", char::from(c))).collect();
    let file: Vec<_> = names.iter().map(|name| (name.as_str(), &[2, 2][..])).collect();
    differs(
        &layers,
        loader(&file),
        &["the file keeps no order, and its layers may stand in more orders than can be tried"],
    );
}

#[test]
fn branches_are_not_matched_by_order_unless_that_is_said() {
    let two = "x = input() : [_, 6]
        a = dense(x; 2, bias = false) : [_, 2]
        b = dense(x; 2, bias = false) : [_, 2]
        return a, b";
    let file: &[(&str, &[usize])] = &[("0.weight", &[2, 6]), ("1.weight", &[2, 6])];
    differs(two, loader(file), &["`a.kernel` is not in the file", "`by_order` takes the layers"]);
    fits(
        two,
        loader(file).by_order(),
        &["a.kernel ← 0.weight by order: transposed", "b.kernel ← 1.weight by order: transposed"],
    );
    // Where names have no order, and the shapes do not tell either.
    let names: &[(&str, &[usize])] = &[("p.weight", &[2, 6]), ("q.weight", &[2, 6])];
    differs(two, loader(names).by_order(), &["`a` may be `p` or `q` of the file", "`Loader::map`"]);
}

#[test]
fn the_framework_is_told_by_the_names() {
    let dense = "x = input() : [_, 3]
        fc = dense(x; 3, bias = false) : [_, 3]
        return fc";
    let check = |name: &str, expect: &str| {
        let file: &[(&str, &[usize])] = &[(name, &[3, 3])];
        fits(dense, loader(file), &[expect]);
    };
    // A square kernel: the shape says nothing.
    check("fc.weight", "fc.kernel ← fc.weight by name: transposed");
    check("fc/kernel:0", "fc.kernel ← fc/kernel:0 by name: as it is");
    check("fc.kernel", "fc.kernel ← fc.kernel by name: as it is");
    let file: &[(&str, &[usize])] = &[("fc.kernel", &[3, 3])];
    let other = loader(file).framework(Framework::Keras);
    fits(dense, other, &["fc.kernel ← fc.kernel by name: as it is"]);
    let mixed: &[(&str, &[usize])] = &[("fc.weight", &[3, 3]), ("fd/kernel", &[3, 3])];
    differs(
        dense,
        loader(mixed),
        &["`fc.weight` is a name of PyTorch, `fd/kernel` one of Keras", "help: say which"],
    );
    differs(
        dense,
        loader(&[("b", &[3])]),
        &["`fc.kernel` is not in the file", "taken for formwork's"],
    );
}

#[test]
fn values_are_those_of_the_formula() {
    let mut file = loader(&[("fc.weight", &[2, 12]), ("fc.bias", &[2])]);
    let layers = "x = input() : [_, 2, 2, 3]
        flatten = flatten(x) : [_, 12]
        fc = dense(flatten; 2) : [_, 2]
        return fc";
    let fit = file.fit(&parameters(layers)).unwrap();
    let values = file.values(&fit).unwrap();
    // Input (h·2 + w)·3 + c of ours is input (c·2 + h)·2 + w of PyTorch.
    let expect: Vec<_> = (0..12)
        .flat_map(|i| [0, 1].map(|o| (o * 12 + (i % 3 * 2 + i / 6) * 2 + i / 3 % 2) as f32))
        .collect();
    assert_eq!(values, [expect, vec![0.0, 1.0]]);
}

#[test]
fn a_separable_convolution_is_two_layers_of_pytorch() {
    let layers = "x = input() : [_, 4, 4, 3]
        sep.it = separable_conv2d(x; 6, (3, 3)) : [_, 2, 2, 6]
        return sep.it";
    let file: &[(&str, &[usize])] = &[
        ("sep.depthwise.weight", &[3, 1, 3, 3]),
        ("sep.pointwise.weight", &[6, 3, 1, 1]),
        ("sep.pointwise.bias", &[6]),
    ];
    fits(
        layers,
        loader(file),
        &[
            "sep.it.depthwise_kernel ← sep.depthwise.weight by name: (C·M)1HW → HWCM",
            "sep.it.pointwise_kernel ← sep.pointwise.weight by name: OIHW → HWIO",
            "sep.it.bias ← sep.pointwise.bias by name: as it is",
        ],
    );
}
