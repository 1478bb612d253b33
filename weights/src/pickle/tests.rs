//! Pickles of Python's, in each of its protocols.

use super::{Heap, Id, Value, load};

/// A value, much as Python shows it.
fn shown(heap: &Heap, id: Id) -> String {
    let all = |ids: &[Id]| {
        let all: Vec<_> = ids.iter().map(|&id| shown(heap, id)).collect();
        all.join(", ")
    };
    let pairs = |pairs: &[(Id, Id)]| {
        let all =
            pairs.iter().map(|(key, value)| [*key, *value].map(|id| shown(heap, id)).join(": "));
        all.collect::<Vec<_>>().join(", ")
    };
    match &heap[id] {
        Value::None => "None".into(),
        Value::Bool(is) => is.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Tuple(elements) => format!("({})", all(elements)),
        Value::List(items) => format!("[{}]", all(items)),
        Value::Dict(items) => format!("{{{}}}", pairs(items)),
        Value::Global(..) => {
            let (module, name) = heap.global(id).unwrap();
            format!("{module}.{name}")
        }
        Value::Persistent(id) => format!("persistent {}", shown(heap, *id)),
        Value::Call(call) => {
            let called = [call.function, call.arguments].map(|id| shown(heap, id)).concat();
            let items = call.items.iter().map(|&item| shown(heap, item));
            let state = call.state.map(|state| format!(" with {}", shown(heap, state)));
            let pairs = (!call.pairs.is_empty()).then(|| format!(" {{{}}}", pairs(&call.pairs)));
            items.fold(called, |called, item| format!("{called} + {item}"))
                + &pairs.unwrap_or_default()
                + &state.unwrap_or_default()
        }
        Value::Other => "…".into(),
    }
}

fn check(pickle: &[u8], expect: &str) {
    let found = load(&mut &*pickle).map(|(heap, id)| shown(&heap, id));
    assert_eq!(found.unwrap(), expect, "{}", pickle.escape_ascii());
}

/// `[1, -2, 300, 70000, 2**40, 2**130, True, None, 1.5, "e", b"x", (), (1,), (1, 2), (1, 2, 3),
/// (1, 2, 3, 4), {1}, frozenset([2]), OrderedDict(k=1)]`
#[test]
fn protocols() {
    let expect = |bytes: &str, sets: [&str; 2]| {
        let numbers = "1, -2, 300, 70000, 1099511627776";
        let tuples = "(), (1), (1, 2), (1, 2, 3), (1, 2, 3, 4)";
        let [set, frozen] = sets;
        let dict = r#"collections.OrderedDict() {"k": 1}"#;
        format!(r#"[{numbers}, …, true, None, …, "e", {bytes}, {tuples}, {set}, {frozen}, {dict}]"#)
    };
    let latin = r#"_codecs.encode("x", "latin1")"#;
    let old = ["__builtin__.set([1])", "__builtin__.frozenset([2])"];
    check(
        b"(lp0\nI1\naI-2\naI300\naI70000\naL1099511627776L\naL1361129467683753853853498429727072845824L\naI01\naNaF1.5\naVe\np1\nac_codecs\nencode\np2\n(Vx\np3\nVlatin1\np4\ntp5\nRp6\na(ta(I1\ntp7\na(I1\nI2\ntp8\na(I1\nI2\nI3\ntp9\na(I1\nI2\nI3\nI4\ntp10\nac__builtin__\nset\np11\n((lp12\nI1\natp13\nRp14\nac__builtin__\nfrozenset\np15\n((lp16\nI2\natp17\nRp18\naccollections\nOrderedDict\np19\n(tRp20\nVk\np21\nI1\nsa.",
        &expect(latin, old),
    );
    check(
        b"](K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00L1099511627776L\nL1361129467683753853853498429727072845824L\nI01\nNG?\xf8\x00\x00\x00\x00\x00\x00X\x01\x00\x00\x00ec_codecs\nencode\n(X\x01\x00\x00\x00xX\x06\x00\x00\x00latin1tR)(K\x01t(K\x01K\x02t(K\x01K\x02K\x03t(K\x01K\x02K\x03K\x04tc__builtin__\nset\n(]K\x01atRc__builtin__\nfrozenset\n(]K\x02atRccollections\nOrderedDict\n)RX\x01\x00\x00\x00kK\x01se.",
        &expect(latin, old),
    );
    check(
        b"\x80\x03](K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00\x8a\x06\x00\x00\x00\x00\x00\x01\x8a\x11\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x88NG?\xf8\x00\x00\x00\x00\x00\x00X\x01\x00\x00\x00eC\x01x)K\x01\x85K\x01K\x02\x86K\x01K\x02K\x03\x87(K\x01K\x02K\x03K\x04tcbuiltins\nset\n]K\x01a\x85Rcbuiltins\nfrozenset\n]K\x02a\x85Rccollections\nOrderedDict\n)RX\x01\x00\x00\x00kK\x01se.",
        &expect("…", ["builtins.set([1])", "builtins.frozenset([2])"]),
    );
    check(
        b"\x80\x04\x95\xa5\x00\x00\x00\x00\x00\x00\x00](K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00\x8a\x06\x00\x00\x00\x00\x00\x01\x8a\x11\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x88NG?\xf8\x00\x00\x00\x00\x00\x00\x8c\x01e\x94C\x01x\x94)K\x01\x85\x94K\x01K\x02\x86\x94K\x01K\x02K\x03\x87\x94(K\x01K\x02K\x03K\x04t\x94\x8f\x94(K\x01\x90(K\x02\x91\x94\x8c\x0bcollections\x94\x8c\x0bOrderedDict\x94\x93\x94)R\x94\x8c\x01k\x94K\x01se.",
        &expect("…", ["[1]", "[2]"]),
    );
}

#[test]
fn opcodes() {
    check(b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", "119547037146038801333356");
    check(b"\x8a\x00.", "0");
    check(b"\x8b\x01\x00\x00\x00\xff.", "-1");
    check(b"I00\n.", "false");
    check(b"S'text'\n.", "\"text\"");
    check(b"V\xfc\\u0142\\U0001f600\\u005c\n.", r#""üł😀\\""#);
    check(b"V\\\\u0142\n.", r#""\\\\u0142""#);
    check(b"V\\n \\u12 \\ud83d\n.", "\"\\\\n \\\\u12 \u{fffd}\"");
    check(b"T\x01\x00\x00\x00x.", "\"x\"");
    check(b"U\x01x.", "\"x\"");
    check(b"\x8d\x01\x00\x00\x00\x00\x00\x00\x00x.", "\"x\"");
    check(b"X\x01\x00\x00\x00\xff.", "\"\u{fffd}\"");
    check(b"(K\x01K\x02d.", "{1: 2}");
    check(b"(K\x01l.", "[1]");
    check(b"K\x012\x86.", "(1, 1)");
    check(b"K\x01K\x020.", "1");
    check(b"K\x01(K\x021.", "1");
    check(b"K\x01(0.", "1");
    check(b"K\x07Q.", "persistent 7");
    check(b"Pkey\n.", "persistent \"key\"");
    check(b"cm\nC\n)\x81}b.", "m.C() with {}");
    check(b"cm\nC\n)}\x92.", "m.C()");
    check(b"(K\x01im\nC\n.", "m.C(1)");
    check(b"(cm\nC\nK\x01o.", "m.C(1)");
    check(b"cm\nC\n)\x81(K\x01e.", "m.C() + 1");
    check(b"K\x05r\x00\x00\x01\x00K\x06j\x00\x00\x01\x00\x86.", "(6, 5)");
}
