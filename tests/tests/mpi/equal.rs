//! What several ranks make is what one process makes.

use std::collections::BTreeMap;
use std::path::Path;

use formwork::prelude::*;
use formwork::train::{Mpi, Ranks, TrainError};

use crate::job::{Directory, directory, succeed};
use crate::model::{Asked, Pictures, Small, Wide, fit, loader, train};

/// What each rank does: trains, and writes what it has then.
macro_rules! work {
    ($Model:ident, $directory:expr, $asked:expr) => {{
        let trained = Mpi::job(|ranks| {
            let path = $directory.join(format!("{}-{}.safetensors", ranks.size(), ranks.rank()));
            let loader = loader(Pictures::new()).ranks(ranks);
            // Each rank begins with other weights: rank 0's count.
            train!($Model, $asked(fit(2)).ranks(ranks), &loader, ranks.rank(), &path)
        });
        trained.unwrap()
    }};
}

fn weights(path: &Path) -> BTreeMap<String, Vec<u32>> {
    let bytes = std::fs::read(path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let bits =
        |data: &[u8]| data.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
    file.iter().map(|(name, tensor)| (name.to_owned(), bits(tensor.data()))).collect()
}

/// What all ranks of a job have in the end, to the bit: weights and history.
fn alike(directory: &Path, ranks: usize) -> (BTreeMap<String, Vec<u32>>, String) {
    let of = |rank: usize| {
        let path = directory.join(format!("{ranks}-{rank}.safetensors"));
        let history = std::fs::read_to_string(path.with_extension("history")).unwrap();
        (weights(&path), history)
    };
    let first = of(0);
    (1..ranks).for_each(|rank| assert!(of(rank) == first, "rank {rank} of {ranks} differs"));
    first
}

#[test]
fn with_synchronised_norms() -> Result<(), TrainError> {
    if let Some(directory) = directory() {
        work!(Wide, directory, Asked::synchronise_batch_norm);
        return Ok(());
    }
    let directory = Directory::new("synchronised");
    let alone = directory.0.join("alone.safetensors");
    train!(Wide, fit(2), &loader(Pictures::new()), 0, &alone)?;
    let expect = weights(&alone);
    for ranks in [1, 2, 4] {
        succeed("equal::with_synchronised_norms", ranks, &directory.0);
        let (found, _) = alike(&directory.0, ranks);
        for (name, expect) in &expect {
            for (x, y) in found[name].iter().zip(expect) {
                let [x, y] = [x, y].map(|bits| f32::from_bits(*bits));
                let off = (x - y).abs();
                assert!(off <= 1e-5 * y.abs().max(1.0), "{ranks} ranks: {name}: {x}, not {y}");
            }
        }
    }
    Ok(())
}

#[test]
fn ranks_share_the_cores_of_a_machine() {
    let cores = || std::thread::available_parallelism().unwrap().get();
    if let Some(directory) = directory() {
        let shared = Mpi::job(|ranks| {
            let small: Small = Small::build(&Cpu::default());
            let plan = small.explain_training(8).unwrap();
            let threads = (cores() / ranks.size()).max(1);
            assert!(plan.contains(&format!(" {threads} threads")), "{threads} of {plan}");
            Ok::<_, TrainError>(std::fs::write(directory.join(ranks.rank().to_string()), plan))
        });
        return shared.unwrap().unwrap();
    }
    let directory = Directory::new("cores");
    succeed("equal::ranks_share_the_cores_of_a_machine", 2, &directory.0);
    assert!(["0", "1"].iter().all(|rank| directory.0.join(rank).exists()));
}

#[test]
fn the_same_bits_each_time() {
    if let Some(directory) = directory() {
        return work!(Small, directory, |fit: Asked| fit.accumulate(2));
    }
    let runs = ["first", "second"].map(|name| {
        let directory = Directory::new(name);
        succeed("equal::the_same_bits_each_time", 4, &directory.0);
        alike(&directory.0, 4)
    });
    assert!(runs[0] == runs[1]);
}
