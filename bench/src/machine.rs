//! What the bench runs on.

use std::fs;
use std::process::Command;
use std::thread;

use serde::{Deserialize, Serialize};

/// A machine.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// Its processor, as it calls itself.
    pub processor: String,
    /// How many threads run at once.
    pub cores: usize,
    /// What instructions for vectors it has.
    pub instructions: Vec<String>,
    /// Memory in bytes.
    pub memory: u64,
    /// Its operating system.
    pub system: String,
    /// The compiler of what is written in Rust.
    pub rustc: String,
}

const INSTRUCTIONS: &[&str] =
    &["avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve", "bf16"];

impl Machine {
    /// This one.
    pub fn this() -> Self {
        let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let field = |names: &[&str]| {
            let fields = processor.lines().filter_map(|line| line.split_once(':'));
            let mut named = fields.filter(|(name, _)| names.contains(&name.trim()));
            named.next().map(|(_, value)| value.trim().to_owned())
        };
        let flags = field(&["flags", "Features"]).unwrap_or_default();
        let flags: Vec<_> = flags.split(' ').collect();
        let instructions = INSTRUCTIONS.iter().filter(|name| flags.contains(name));
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let total = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
        let total = total.and_then(|text| text.trim().split(' ').next()?.parse::<u64>().ok());
        let family = ["cpu family", "model"].map(|name| field(&[name]));
        let family = match family {
            [Some(family), Some(model)] => format!(" (family {family}, model {model})"),
            _ => String::new(),
        };
        let name = field(&["model name", "Hardware"]).unwrap_or(std::env::consts::ARCH.to_owned());
        Machine {
            processor: name + &family,
            cores: thread::available_parallelism().map_or(1, usize::from),
            instructions: instructions.map(|name| (*name).to_owned()).collect(),
            memory: 1024 * total.unwrap_or(0),
            system: said(&["uname", "-sr"]),
            rustc: said(&["rustc", "--version"]),
        }
    }
}

/// What a command prints.
pub fn said(command: &[&str]) -> String {
    let output = Command::new(command[0]).args(&command[1..]).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
