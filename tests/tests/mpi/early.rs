//! A rank that ends early ends the job.

use std::path::Path;

use formwork::train::{Checkpoints, Mpi, Ranks, Saved};

use crate::job::{Directory, directory, run, said, succeed};
use crate::model::{Pictures, Small, Then, fit, loader, train};

const FAULT: &str = "fault";

/// What each rank does: trains with checkpoints. Rank 1 comes to harm if a file says so.
fn work(directory: &Path) {
    let fault = std::fs::read_to_string(directory.join(FAULT)).unwrap_or_default();
    let trained = Mpi::job(|ranks| {
        let pictures = match (ranks.rank(), &*fault) {
            (1, "error") => Pictures::until(45, Then::Error),
            (1, "panic") => Pictures::until(45, Then::Panic),
            (1, "death") => Pictures::until(45, Then::Die),
            _ => Pictures::new(),
        };
        let path = directory.join(format!("{}.safetensors", ranks.rank()));
        let fit = fit(6).checkpoints(checkpoints(directory)).resume().ranks(ranks);
        train!(Small, fit, &loader(pictures).ranks(ranks), 0, &path)
    });
    trained.unwrap();
}

fn checkpoints(directory: &Path) -> Checkpoints {
    Checkpoints::new(directory.join("checkpoints")).every_steps(2)
}

/// Runs a job in which rank 1 comes to harm; says what it said.
fn harmed(test: &str, ranks: usize, fault: &str, directory: &Path) -> String {
    std::fs::write(directory.join(FAULT), fault).unwrap();
    let output = run(test, ranks, directory);
    assert!(!output.status.success(), "{}", said(&output));
    std::fs::remove_file(directory.join(FAULT)).unwrap();
    said(&output)
}

fn result(directory: &Path) -> [Vec<u8>; 2] {
    ["0.safetensors", "0.history"].map(|name| std::fs::read(directory.join(name)).unwrap())
}

#[test]
fn by_a_kill_and_goes_on_from_a_whole_checkpoint() {
    if let Some(directory) = directory() {
        return work(&directory);
    }
    let test = "early::by_a_kill_and_goes_on_from_a_whole_checkpoint";
    for ranks in [2, 4] {
        let calm = Directory::new(&format!("calm-{ranks}"));
        succeed(test, ranks, &calm.0);
        let killed = Directory::new(&format!("killed-{ranks}"));
        let said = harmed(test, ranks, "death", &killed.0);
        assert!(said.contains("rank 1") && said.contains("signal 9 (Killed)"), "{said}");
        assert!(!killed.0.join("0.safetensors").exists());
        let all = checkpoints(&killed.0).list().unwrap();
        assert!(!all.is_empty());
        all.iter().for_each(|path| drop(Saved::read(path).unwrap()));
        succeed(test, ranks, &killed.0);
        assert!(result(&killed.0) == result(&calm.0), "{ranks} ranks");
    }
}

#[test]
fn by_an_error_or_a_panic() {
    if let Some(directory) = directory() {
        return work(&directory);
    }
    let (test, directory) = ("early::by_an_error_or_a_panic", Directory::new("errors"));
    let said = harmed(test, 2, "error", &directory.0);
    let expect = "error: rank 1 of 2 failed, which ends the job: sample ";
    assert!(said.contains(expect) && said.contains(": the picture is torn"), "{said}");
    let said = harmed(test, 4, "panic", &directory.0);
    let expect = "error: rank 1 of 4 failed, which ends the job: it panicked";
    assert!(said.contains(expect) && said.contains("a picture that panics"), "{said}");
}
