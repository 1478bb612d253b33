//! The process of a peer, which is asked one thing after the other.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use crate::Result;
use crate::peers::{Peer, Places};

/// A process that answers.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// The peer's version.
    pub version: String,
}

impl Process {
    /// Whether there is nobody left to ask.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Starts a peer's process; what it prints besides answers goes to a file of that folder.
    ///
    /// # Errors
    /// If it cannot be started, or says why the peer cannot run.
    pub fn start(peer: &Peer, places: &Places, threads: usize, logs: &Path) -> Result<Self> {
        let log = logs.join(peer.name).with_extension("log");
        let mut command = peer.command(places, threads)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(File::create(&log)?);
        let program = command.get_program().display().to_string();
        let mut child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = BufReader::new(output.ok_or("no standard output")?);
        let mut process = Process { child, input, output, version: String::new() };
        process.version = process.answer()?;
        Ok(process)
    }

    /// The answer to a command.
    ///
    /// # Errors
    /// What the peer says is wrong, or that its process has ended.
    pub fn ask(&mut self, words: &[&str]) -> Result<String> {
        let input = self.input.as_mut().ok_or("no standard input")?;
        let sent = writeln!(input, "{}", words.join("\t")).and_then(|()| input.flush());
        sent.map_err(|error| format!("its process has ended: {error}"))?;
        self.answer()
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        match line.trim_end().split_once(' ').unwrap_or((line.trim_end(), "")) {
            ("ok", text) => Ok(text.to_owned()),
            ("error", text) => Err(text.into()),
            _ => Err(format!("its process has ended ({})", self.child.wait()?).into()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends when there are no more commands.
        drop(self.input.take());
        drop(self.child.wait());
    }
}
