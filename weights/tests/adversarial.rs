//! Broken files end in an error or in values: never in a panic, and never in more memory than
//! their length justifies.
#![cfg(feature = "formats")]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{bytes, names, open, pickle};
use proptest::collection::vec;
use proptest::prelude::*;

/// Reads all of a file, as far as that goes.
fn read(name: &str, bytes: Vec<u8>) {
    let Ok(mut file) = open(name, bytes) else { return };
    for index in 0..file.entries().len() {
        let _ = file.values(index);
    }
}

/// Reads all of a file, and counts what that takes: at most a constant and as many bytes for each
/// of the file.
fn check(name: &str, bytes: Vec<u8>, what: &dyn std::fmt::Display) {
    const CONSTANT: u64 = 1 << 20;
    // What is deflated may have a thousand times its bytes, and be read into twice as many.
    let each =
        if ["deflated", "packed"].iter().any(|kind| name.contains(kind)) { 2048 } else { 64 };
    let most = CONSTANT + each * bytes.len() as u64;
    let counted = catch_unwind(AssertUnwindSafe(|| {
        allocation_counter::measure(|| read(name, bytes)).bytes_max
    }));
    match counted {
        Ok(counted) => assert!(counted <= most, "{name} {what}: {counted} of {most} bytes"),
        Err(_) => panic!("{name} {what}: a panic"),
    }
}

/// About so many places of a file are tried.
const PLACES: usize = 350;

#[test]
fn cut_short() {
    for name in names() {
        let whole = bytes(&name);
        for end in (0..whole.len()).step_by(1 + whole.len() / PLACES) {
            check(&name, whole[..end].to_vec(), &format_args!("cut to {end}"));
        }
    }
}

/// In two halves, for two cores.
fn bytes_changed(half: usize) {
    for name in names().into_iter().skip(half).step_by(2) {
        let whole = bytes(&name);
        for at in (0..whole.len()).step_by(1 + whole.len() / PLACES) {
            let change = [0x01, 0x80, 0xff, 0x10][at % 4];
            let mut changed = whole.clone();
            changed[at] ^= change;
            check(&name, changed, &format_args!("byte {at} ^ {change:#04x}"));
        }
    }
}

#[test]
fn bytes_changed_here() {
    bytes_changed(0);
}

#[test]
fn bytes_changed_there() {
    bytes_changed(1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    /// Several places at once, parts moved and doubled.
    #[test]
    fn mutated(
        file in any::<prop::sample::Index>(),
        places in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        [from, to] in any::<[prop::sample::Index; 2]>(),
        length in 0..64usize,
    ) {
        let names = names();
        let name = file.get(&names);
        let mut bytes = bytes(name);
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let [from, to] = [from, to].map(|place| place.index(bytes.len()));
        let part = bytes[from..(from + length).min(bytes.len())].to_vec();
        let end = (to + length).min(bytes.len());
        bytes.splice(to..end, part);
        check(name, bytes, &"mutated");
    }
}

/// Opens a file that is broken on purpose: why it does not open, or its values are not read.
fn error(name: &str, bytes: &[u8]) -> String {
    check(name, bytes.to_vec(), &"by hand");
    match open(name, bytes.to_vec()) {
        Err(error) => error.to_string(),
        Ok(mut file) => file.values(0).expect_err(name).to_string(),
    }
}

#[test]
fn safetensors_that_lie() {
    let file = |length: u64, header: &str, values: &[u8]| {
        let bytes = [&length.to_le_bytes(), header.as_bytes(), values].concat();
        error("w", &bytes)
    };
    let check = |header: &str, values: &[u8], expect: &str| {
        let error = file(header.len() as u64, header, values);
        assert!(error.contains(expect), "{header}: {error}");
    };
    assert_eq!(
        file(1 << 60, "{}", &[]),
        "w: its header would take 1152921504606846976 bytes, of 10 in the file: it was cut short, \
         or is no safetensors file"
    );
    file(u64::MAX, "{}", &[]);
    let entry = |shape: &str, start: usize, end: usize| {
        format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":[{start},{end}]}}}}"#)
    };
    check(&entry("[4611686018427387904]", 0, 4), &[0; 4], "overflow");
    check(&entry("[1]", 4, 8), &[0; 8], "invalid offset");
    check(&entry("[2]", 0, 4), &[0; 4], "invalid shape");
    check(&entry("[1]", 0, 4), &[0; 3], "its tensors take 4 bytes, and 3 follow the header");
    check(&entry("[1]", 0, 4), &[0; 5], "its tensors take 4 bytes, and 5 follow the header");
    check(
        r#"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#,
        &[0],
        "no tensors are in it\n  `a`: its values are F8_E4M3",
    );
    check(&"[".repeat(100_000).replacen('[', "{\"a\":[", 1), &[], "recursion limit");
    check("{}", &[], "no tensors are in it");
}

#[test]
fn archives_that_lie() {
    let npy = |shape: &str| {
        let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
        let length = (header.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", length.as_slice(), header.as_bytes(), &[0; 8]].concat()
    };
    let check = |bytes: &[u8], expect: &str| {
        let error = error("w", bytes);
        assert!(error.contains(expect), "{error}");
    };
    let file = |bytes: &[u8]| pickle::archive(&[("a.npy", bytes)]);
    check(&file(&npy("(4611686018427387904,)")), "more values than fit into its 93 bytes");
    check(&file(&npy("(3,)")), "`a` is said to be [3]: more values than fit");
    check(&file(&npy("(2, -1)")), "`a`: its header cannot be read");
    check(&file(b"\x93NUMPY\x02\x00\xff\xff\xff\xff"), "its header would take 4294967295 bytes");
    check(&file(b"\x93NUMPY\x01\x00\xff\xff{"), "`a`: it ends before what it announces");
    // The size of what is deflated, in the archive's table.
    let mut lie = bytes("deflated.npz");
    let table = lie.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    lie[table + 24..table + 28].copy_from_slice(&0x7fff_ffffu32.to_le_bytes());
    check(&lie, "is said to have 2147483647 bytes: it cannot");
    // Three entries of the table for one array.
    let array = npy(&format!("({})", "1,".repeat(64)));
    let once = file(&array);
    let at = |lead: &[u8]| once.windows(4).position(|bytes| bytes == lead).unwrap();
    let (table, end) = (at(b"PK\x01\x02"), at(b"PK\x05\x06"));
    let mut thrice = once[..end].to_vec();
    (0..2).for_each(|_| thrice.extend(&once[table..end]));
    thrice.extend(&once[end..]);
    let places = thrice.len() - (once.len() - end);
    thrice[places + 8] = 3;
    thrice[places + 10] = 3;
    let size = 3 * (end - table) as u32;
    thrice[places + 12..places + 16].copy_from_slice(&size.to_le_bytes());
    check(&thrice, "or is no honest archive");
    check(&file(&npy(&format!("({})", "1,".repeat(65)))), "`a`: its header cannot be read");
    check(b"PK\x03\x04", "as a zip archive it is broken");
    check(&pickle::archive(&[("readme.txt", b"hello")]), "found readme.txt");
}

/// A checksum in an archive's table tells that a bit is another.
#[test]
fn archives_that_are_damaged() {
    let mut sum = 0;
    let mut with = |name: &str, change: &dyn Fn(&mut [u8])| {
        let mut bytes = bytes(name);
        let tables = bytes.windows(4).enumerate().filter(|(_, at)| at == b"PK\x01\x02");
        let tables: Vec<_> = tables.map(|(at, _)| at + 16).collect();
        tables.iter().for_each(|&at| change(&mut bytes[at..at + 4]));
        sum += tables.len();
        bytes
    };
    let flip = |crc: &mut [u8]| crc[1] ^= 1;
    for name in ["arrays.npz", "deflated.npz", "state_dict.pth", "deflated.pth", "deflated.keras"] {
        let error = error(name, &with(name, &flip));
        assert!(error.contains("`: its checksum is another: the file is damaged"), "{error}");
    }
    // PyTorch may write none.
    let mut file = open("w", with("state_dict.pth", &|crc| crc.fill(0))).unwrap();
    assert!((0..file.entries().len()).all(|index| file.values(index).is_ok()));
    assert!(sum > 20, "{sum} members");
    let mut bytes = pickle::zipped(&pickle::dict(&[("a", &pickle::tensor("0", &[2], &[1]))]), &[8]);
    let values = bytes.windows(14).position(|name| name == b"archive/data/0").unwrap() + 14;
    assert!(open("w", bytes.clone()).unwrap().values(0).is_ok());
    bytes[values + 7] ^= 1;
    let error = error("w", &bytes);
    assert_eq!(error, "w: `a`: its checksum is another: the file is damaged; fetch it again");
}

#[test]
fn pickles_that_lie() {
    let check = |value: &[u8], expect: &str| {
        for bytes in [pickle::zipped(value, &[8]), pickle::legacy(value, &[8])] {
            let error = error("w", &bytes);
            assert!(error.contains(expect), "{error}");
        }
    };
    let cut = "it ends before what it announces";
    let long = |code: u8| [&[code], (1u64 << 60).to_le_bytes().as_slice()].concat();
    check(b"\x8b\xff\xff\xff\x7f", cut);
    check(&long(0x8e), cut);
    check(&long(0x8d), cut);
    check(&long(0x96), cut);
    check(b"h\x07", "refers to a value that it did not keep");
    check(b"t", "a mark that it did not set");
    check(b"(0R", "takes a value where there is none");
    check(b"Na", "takes a value where there is none");
    check(b"NNa", "appends to what is no list");
    check(b"\xff", "opcode 0xff is none of a pickle's");
    check(b"\x82\x01", "opcode 0x82 is none of a pickle's");

    let tensor = |shape: &[i64], strides: &[i64]| {
        pickle::dict(&[("a", &pickle::tensor("0", shape, strides))])
    };
    check(&tensor(&[3], &[1]), "`a` is said to be [3]: more values than fit into its 8 bytes");
    check(&tensor(&[1 << 40], &[0]), "`a`: its 1099511627776 values repeat 1 of the file's");
    check(&tensor(&[i64::MAX, i64::MAX], &[i64::MAX, 1]), "more values than fit");
    check(&tensor(&[-1], &[1]), "`a`: its sizes or strides are none");
    check(&tensor(&[1], &[1, 1]), "`a`: it has other strides than sizes");
    check(&tensor(&[1; 65], &[1; 65]), "`a`: its sizes or strides are none");
    let elsewhere = pickle::dict(&[("a", &pickle::tensor("1", &[1], &[1]))]);
    assert!(error("w", &pickle::zipped(&elsewhere, &[8])).contains("the storage of `a` is not in"));
}

#[test]
fn pickles_that_grow() {
    let a = pickle::tensor("0", &[1], &[1]);
    let check = |value: &[u8], expect: &str| {
        let error = error("w", &pickle::zipped(value, &[8]));
        assert!(error.contains(expect), "{error}");
    };
    // Each list holds the one before twice: 2^64 paths.
    let doubled = [b"](".as_slice(), &a, b"e", &b"2\x862\x86".repeat(32)].concat();
    check(&doubled, "refer to each other too often");
    // Three thousand times, the same three thousand items that have no names, or lists of those.
    let items = [b"}q\x00(".as_slice(), &b"NN".repeat(3000), b"u0"].concat();
    let again = [&items, b"](".as_slice(), &b"h\x00".repeat(3000), b"e"].concat();
    check(&again, "refer to each other too often");
    let ordered = b"ccollections\nOrderedDict\nq\x000](NN\x86q\x01".as_slice();
    let items = [ordered, &b"h\x01".repeat(3000), b"eq\x020"].concat();
    let again = [&items, b"](".as_slice(), &b"h\x00h\x02\x85R".repeat(3000), b"e"].concat();
    check(&again, "refer to each other too often");
    // Five thousand times, an object that is left out.
    let object = [b"cm\nC\n)R", a.as_slice(), b"bq\x000"].concat();
    let list = [b"](".as_slice(), &b"h\x00".repeat(5000), b"e"].concat();
    let named = pickle::dict(&[(&"n".repeat(300), &list)]);
    check(&[object, named].concat(), "too long names, or too many");
    // Each dict holds the one before under a name that the file has once.
    let named = |length: usize| {
        let name = [pickle::text(&"n".repeat(length)), b"q\x000".to_vec()].concat();
        let around = b"q\x010}h\x00h\x01s".repeat(40);
        [name.as_slice(), &a, &around].concat()
    };
    check(&named(100_000), "a name of more than 4096 bytes");
    check(&named(200), "a name of more than 4096 bytes");
    // A name that the file has once, of five thousand classes.
    let text = pickle::text(&"n".repeat(100_000));
    let classes = [&text, b"q\x000](".as_slice(), &b"h\x00h\x00\x93".repeat(5000), b"e"].concat();
    check(&classes, "no tensors are in it");
    // A hundred thousand lists in one another.
    let deep = [&b"]".repeat(100_000), a.as_slice(), &b"a".repeat(100_000)].concat();
    check(&deep, "nested more than 64 deep");
    // A list in itself.
    check(&[b"]q\x00h\x00a".as_slice()].concat(), "no tensors are in it");
    // Parameters of parameters.
    let parameter = b"ctorch._utils\n_rebuild_parameter\nq\x000".as_slice();
    let chain = [parameter, &b"h\x00".repeat(10_000), b"N", &b"\x85R".repeat(10_000)].concat();
    check(&chain, "it is no tensor, but a parameter of parameters");
}

/// Its values could be counted, its sizes not.
#[test]
fn empty_and_large() {
    let large = 1 << 62;
    let tensor = |shape: &[i64]| pickle::dict(&[("a", &pickle::tensor("0", shape, &[1; 3]))]);
    for shape in [[0, large, large], [large, large, 0], [large, 0, large]] {
        let error = error("w", &pickle::zipped(&tensor(&shape), &[8]));
        assert!(error.contains("more values than fit into its 8 bytes"), "{error}");
    }
    let header = format!(r#"{{"a":{{"dtype":"F32","shape":[0,{large},8],"data_offsets":[0,0]}}}}"#);
    let file = [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat();
    assert!(error("w", &file).contains("more than can be addressed"));
}
