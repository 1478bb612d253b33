//! How a test starts itself as the ranks of a job.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const VARIABLE: &str = "FORMWORK_TEST_MPI_IN";

/// Where this process, if it is a rank of a job, works.
pub fn directory() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).map(PathBuf::from)
}

/// Runs a test as a job of so many ranks, all on this machine, until it ends.
pub fn run(test: &str, ranks: usize, directory: &Path) -> Output {
    let own = directory.join("mpi");
    std::fs::create_dir_all(&own).unwrap();
    let mut command = Command::new("mpirun");
    command.args(["-n", &ranks.to_string(), "--oversubscribe", "--bind-to", "none"]);
    command.arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]);
    // Tests may run as root, as in containers, whose processes do not read each other's memory.
    command.env("OMPI_ALLOW_RUN_AS_ROOT", "1").env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    command.env("OMPI_MCA_btl", "self,vader");
    command.env("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
    // Jobs that begin at the same time make and remove the same directory.
    command.env("OMPI_MCA_orte_tmpdir_base", own);
    command.env(VARIABLE, directory).output().expect("`mpirun` of openmpi-bin")
}

/// The same, and all must go well.
pub fn succeed(test: &str, ranks: usize, directory: &Path) {
    let output = run(test, ranks, directory);
    assert!(output.status.success(), "{}", said(&output));
}

/// What a job said on stderr.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A directory that goes with the value.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("formwork-mpi-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Directory(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
