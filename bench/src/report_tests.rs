//! Of made-up results.

use super::*;
use crate::results::{Cell, Entrant, Memory};

/// Three rows of three peers, of which one is absent.
pub fn measured() -> Measured {
    let cell = |seconds| Ok(Cell { seconds, difference: 2e-6 });
    let row = |batch, cells| Row { model: "Net".to_owned(), batch, flops: 1e9, ours: 1, cells };
    let entrant = |title: &str, version: Result<&str, &str>| Entrant {
        title: title.to_owned(),
        version: version.map(str::to_owned).map_err(str::to_owned),
    };
    Measured {
        machine: Machine {
            processor: "CPU".to_owned(),
            cores: 2,
            instructions: vec!["avx2".to_owned()],
            memory: 8 << 30,
            system: "Linux".to_owned(),
            rustc: "rustc".to_owned(),
        },
        command: "scripts/bench".to_owned(),
        date: "2026-01-01".to_owned(),
        threads: 2,
        rounds: 2,
        peak: 1e11,
        peers: vec![
            entrant("formwork", Ok("1")),
            entrant("fast", Ok("2")),
            entrant("absent", Err("no wheel")),
        ],
        rows: vec![
            row(1, vec![cell(0.01), cell(0.02), Err("no wheel".to_owned())]),
            row(8, vec![cell(0.3), cell(0.1), Err("no wheel".to_owned())]),
            row(9, vec![Err("out of memory".to_owned()), cell(0.1), Err("no wheel".to_owned())]),
        ],
        memory: vec![Memory { model: "Net".to_owned(), bytes: vec![Some(2_500_000), None, None] }],
    }
}

fn inferred() -> Results {
    Results { inference: Some(measured()), training: None }
}

#[test]
fn a_row_says_who_wins() {
    let page = page(&inferred());
    for line in [
        "| | formwork is the fastest in 1 of 3 |",
        "| Net b1 | formwork wins: 2.00× as fast as fast |",
        "| Net b8 | fast wins: formwork takes 3.00× as long |",
        "| Net b9 | fast wins: formwork did not run |",
    ] {
        assert!(page.contains(line), "{page}");
    }
}

#[test]
fn cells_are_times_ratios_percents_and_differences() {
    let page = page(&inferred());
    for line in [
        "| Net b1 | **10.0** | 20.0 | – |",
        "| Net b1 | 0.50 | 1.00 | – |",
        "| Net b1 | 100 | 50 | – |",
        "| Net b1 | 2e-6 | 2e-6 | – |",
        "| Net | 2 | – | – |",
    ] {
        assert!(page.contains(line), "{page}");
    }
}

#[test]
fn nobody_is_dropped_silently() {
    let page = page(&inferred());
    assert!(page.contains("- absent: absent: no wheel"), "{page}");
    assert!(page.contains("- Net b9, formwork: out of memory"), "{page}");
}

#[test]
fn training_is_a_section_of_its_own() {
    let inference = page(&inferred());
    assert!(!inference.contains("Training steps"), "{inference}");
    let mut trained = measured();
    trained.rows.truncate(2);
    trained.rows[1].cells[1] = Err("another training".to_owned());
    trained.rows[1].cells[0] = Ok(Cell { seconds: 0.04, difference: 3e-5 });
    trained.memory[0].model = trained.rows[0].title();
    let both = page(&Results { inference: Some(measured()), training: Some(trained) });
    let (before, section) = both.split_once("\n## Training steps\n").expect("a section");
    assert_eq!(before, inference);
    for line in [
        "| | formwork is the fastest in 1 of 2 |",
        "| Net b1 | formwork wins: 2.00× as fast as fast |",
        "| Net b8 | no other ran |",
        "| Net b8 | **40.0** | – | – |",
        "| Net b8 | 3e-5 | – | – |",
        "| Net b1 | 2 | – | – |",
        "- Net b8, fast: another training",
    ] {
        assert!(section.contains(line), "{line}: {section}");
    }
}

#[test]
fn numbers_have_three_digits() {
    assert_eq!(
        [0.1234, 1.234, 12.34, 123.4, 1234.0].map(number).join(" "),
        "0.123 1.23 12.3 123 1234"
    );
}
