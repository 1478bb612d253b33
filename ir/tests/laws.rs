//! Laws that every row of the layer table keeps.

mod common;

use std::collections::HashSet;

use common::{Rng, call, op, shape, values};
use formwork_ir::layers::ARG_ALIASES;
use formwork_ir::{Graph, Spec, TABLE, find};

#[test]
fn names_are_unique_and_snake_case() {
    let mut seen = HashSet::new();
    for Spec { name, type_name, args, .. } in TABLE {
        assert!(seen.insert(name), "{name} stands twice");
        assert!(seen.insert(type_name), "{type_name} stands twice");
        for name in args.iter().map(|arg| arg.name).chain([*name]) {
            let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(name.chars().all(snake), "{name}");
        }
        let names: HashSet<_> = args.iter().map(|arg| arg.name).collect();
        assert_eq!(names.len(), args.len(), "{name}: an argument stands twice");
    }
}

#[test]
fn an_alias_means_one_layer_and_is_the_name_of_none() {
    let mut seen = HashSet::new();
    for spec in TABLE {
        for alias in spec.aliases {
            assert!(find(alias).is_none(), "{alias} is a layer");
            assert!(seen.insert(alias), "{alias} stands twice");
        }
    }
}

#[test]
fn an_argument_alias_means_an_argument_and_is_the_name_of_none() {
    let known: HashSet<_> = TABLE.iter().flat_map(|spec| spec.args).map(|arg| arg.name).collect();
    for (alias, name) in ARG_ALIASES {
        assert!(known.contains(name), "no argument {name}");
        assert!(!known.contains(alias), "{alias} is an argument");
    }
}

#[test]
fn everything_is_documented() {
    let sentence = |doc: &str, whose: &str| {
        let doc = doc.trim();
        assert!(doc.len() > 5 && doc.ends_with('.'), "{whose}: {doc:?}");
    };
    for spec in TABLE {
        let mut summary = spec.doc.split("\n\n");
        sentence(summary.next().unwrap(), spec.name);
        sentence(spec.doc, spec.name);
        for arg in spec.args {
            sentence(arg.doc, &format!("{}.{}", spec.name, arg.name));
            let article = ["a ", "an ", "one ", "`"].iter().any(|a| arg.expects.starts_with(a));
            assert!(article, "{}.{} takes {}", spec.name, arg.name, arg.expects);
        }
    }
}

#[test]
fn required_arguments_come_first_and_defaults_read_back() {
    let (mut rng, values) = (Rng::new(1), values());
    for spec in TABLE {
        assert!(spec.args.is_sorted_by_key(|arg| arg.default.is_some()), "{}", spec.name);
        let op = rng.op(spec, &values).unwrap_or_else(|| panic!("{}: no arguments", spec.name));
        let mut spelled = op.write().into_iter().map(Some).collect::<Vec<_>>();
        let mut left_out = spelled.clone();
        for (i, arg) in spec.args.iter().enumerate() {
            if let Some(default) = arg.default {
                spelled[i] = Some(default());
                left_out[i] = None;
            }
        }
        assert_eq!((spec.read)(&spelled), (spec.read)(&left_out), "{}", spec.name);
        assert!((spec.read)(&left_out).is_ok(), "{}", spec.name);
    }
}

#[test]
fn what_is_written_reads_back_and_is_made_in_rust() {
    let (mut rng, values) = (Rng::new(2), values());
    for spec in TABLE {
        for _ in 0..50 {
            let op = rng.op(spec, &values).unwrap_or_else(|| panic!("{}: no arguments", spec.name));
            let written: Vec<_> = op.write().into_iter().map(Some).collect();
            assert_eq!((spec.read)(&written).as_ref(), Ok(&op));
            let rust = op.rust();
            assert!(rust.starts_with(&format!("{}::new(", spec.type_name)), "{rust}");
            let depth = |open, close| rust.matches(open).count() == rust.matches(close).count();
            assert!(depth('(', ')') && depth('[', ']'), "{rust}");
        }
    }
}

#[test]
fn examples_have_the_shapes_they_say() {
    for spec in TABLE {
        let example = spec.example;
        let inputs: Vec<_> = example
            .inputs
            .split_inclusive(']')
            .map(|input| input.trim_start_matches(", ").split_once(": ").expect("name: shape"))
            .collect();
        assert!(inputs.iter().all(|(name, _)| example.body.contains(name)), "{}", spec.name);
        let text = match example.body.split_once(&format!("{}(", spec.name)) {
            // `x.layer(args)`, or `layer(x, y)`; an operator has no arguments.
            Some((before, rest)) if before.ends_with('.') => {
                let end = rest.find(';').unwrap_or(rest.len());
                format!("{}({}", spec.name, &rest[..end])
            }
            _ => format!("{}()", spec.name),
        };
        let op = op(&text);
        let shapes: Vec<_> = inputs.iter().map(|(_, text)| shape(text)).collect();
        let applied = call(&op, &shapes, |call| op.parts(call))
            .unwrap_or(Ok(vec![op.clone()]))
            .expect("parts");
        for op in applied {
            let inferred = call(&op, &shapes, |call| op.infer(call)).expect(spec.name);
            assert_eq!(inferred.shape, shape(example.output), "{}", spec.name);
        }
    }
}

#[test]
fn an_unknown_or_repeated_argument_is_an_error() {
    let graph = |args| {
        let text =
            format!("model M\na = input() : [_, 8, 8, 3]\nb = conv2d(a; {args}) : [_, 6, 6, 4]");
        Graph::parse(&text).map_err(|error| error.message)
    };
    let check = |args, expect: &str| assert_eq!(graph(args), Err(expect.to_owned()));
    assert!(graph("4, 3").is_ok());
    check("4, 3, strides = 1", "`conv2d` has no argument `strides`");
    check("4, filters = 4", "`conv2d`: `filters` is given twice");
    check("4", "`conv2d`: `kernel` takes a whole number, or a pair `(height, width)`");
}
