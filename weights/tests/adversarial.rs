//! Broken files end in an error or in values: never in a panic, and never in more memory than
//! their length justifies.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{bytes, names, open};

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

#[test]
fn cut_short() {
    for name in names() {
        let whole = bytes(&name);
        for end in (0..whole.len()).step_by(1 + whole.len() / 2048) {
            check(&name, whole[..end].to_vec(), &format_args!("cut to {end}"));
        }
    }
}

#[test]
fn bytes_changed() {
    for name in names() {
        let whole = bytes(&name);
        for at in (0..whole.len()).step_by(1 + whole.len() / 4096) {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                check(&name, changed, &format_args!("byte {at} ^ {change:#04x}"));
            }
        }
    }
}
