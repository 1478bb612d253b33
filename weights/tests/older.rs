//! Shapes of files that today's PyTorch no longer writes, made by hand.
#![cfg(feature = "formats")]

mod common;

use common::{open, pickle};

/// The names of a file's tensors, and their values.
fn read(bytes: Vec<u8>) -> Vec<(String, Vec<f32>)> {
    let mut file = open("older", bytes).unwrap();
    let names: Vec<_> = file.entries().iter().map(|entry| entry.name.clone()).collect();
    names.into_iter().enumerate().map(|(i, name)| (name, file.values(i).unwrap())).collect()
}

#[test]
fn pytorch() {
    let check = |value: &[u8], expect: &[(&str, &[f32])]| {
        let mut file = pickle::legacy(value, &[16]);
        let values: Vec<u8> = (0..4u8).flat_map(|i| f32::from(i).to_le_bytes()).collect();
        let start = file.len() - 16;
        file[start..].copy_from_slice(&values);
        let expect = expect.iter().map(|(name, values)| (name.to_string(), values.to_vec()));
        assert_eq!(read(file), expect.collect::<Vec<_>>());
    };
    let tensor = pickle::tensor("0", &[2], &[2]);
    // An `OrderedDict` of a list of items, as Python 2 pickled it.
    let item = [b"](".as_slice(), &pickle::text("w"), &tensor, b"e"].concat();
    let dict = [b"ccollections\nOrderedDict\n](".as_slice(), &item, b"e\x85R"].concat();
    check(&dict, &[("w", &[0.0, 2.0])]);
    // A storage that is a part of another.
    let part =
        pickle::tensor_of(&pickle::storage("0", Some((1, 3))), "_rebuild_tensor", &[2], &[1]);
    check(&pickle::dict(&[("w", &part)]), &[("w", &[1.0, 2.0])]);
    // What subclasses of tensors are made by.
    let of = |function: &[u8]| {
        let (call, arguments) = tensor.split_at(33);
        assert_eq!(call, b"ctorch._utils\n_rebuild_tensor_v2\n");
        let arguments = &arguments[..arguments.len() - 1];
        let outer = pickle::tuple(&[function, b"ctorch\nTensor\n", arguments, b"N"]);
        [b"ctorch._tensor\n_rebuild_from_type_v2\n".as_slice(), &outer, b"R"].concat()
    };
    let subclass = of(b"ctorch._utils\n_rebuild_tensor_v2\n");
    check(&pickle::dict(&[("w", &subclass)]), &[("w", &[0.0, 2.0])]);
    // Long lists of numbers beside the tensors.
    let losses = [b"](".as_slice(), &b"G\0\0\0\0\0\0\0\0".repeat(20_000), b"e"].concat();
    let trained = pickle::dict(&[("a", &pickle::dict(&[("w", &tensor)])), ("losses", &losses)]);
    check(&trained, &[("a.w", &[0.0, 2.0])]);
    let other = pickle::dict(&[("w", &tensor), ("x", &of(b"cos\nsystem\n"))]);
    check(&other, &[("w", &[0.0, 2.0])]);
}
