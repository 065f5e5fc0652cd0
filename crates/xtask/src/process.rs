//! Running other programs: shown before they start, counted while they print, named when they fail.
//!
//! Does not know what any of them is for.

use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use crate::tally::Tally;

/// Why a task did not come to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something that the reader has to install; the sentence says what and how.
    Missing(String),
    /// The command line makes no sense.
    Usage(String),
    /// A program could not be started.
    NotStarted { command: String, error: io::Error },
    /// A program ended with an error, which it has told itself.
    Ended { command: String, status: ExitStatus },
    /// A file could not be read or written.
    File { path: PathBuf, error: io::Error },
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Missing(sentence) | Failure::Usage(sentence) => formatter.write_str(sentence),
            Failure::NotStarted { command, error } => {
                write!(formatter, "`{command}` did not start: {error}")
            }
            Failure::Ended { command, status } => write!(formatter, "`{command}`: {status}"),
            Failure::File { path, error } => write!(formatter, "{}: {error}", path.display()),
        }
    }
}

/// Runs a command, which prints for itself.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    println!("{}", shown(command));
    let status = command
        .status()
        .map_err(|error| not_started(command, error))?;
    succeed(command, status)
}

/// Runs a command that tests, shows what it prints, and adds up the results it tells.
///
/// A command that ends with an error without telling of a failed test counts as one failure; so
/// does one that ends well without having run any test.
pub(crate) fn count(command: &mut Command) -> Result<Tally, Failure> {
    counted(command, |line| println!("{line}"))
}

/// Runs two such commands at once, each on a core of its own where there are two. What the second
/// prints on its standard output comes after all that the first one does; errors come as they happen.
pub(crate) fn count_both(
    first: &mut Command,
    second: &mut Command,
) -> Result<(Tally, Tally), Failure> {
    std::thread::scope(|scope| {
        let running = scope.spawn(|| {
            let mut printed = Vec::new();
            let tally = counted(second, |line| printed.push(line.to_owned()));
            (printed, tally)
        });
        let first = count(first);
        let (printed, second) = running.join().unwrap_or_else(|panic| resume_unwind(panic));
        for line in printed {
            println!("{line}");
        }
        Ok((first?, second?))
    })
}

fn counted(command: &mut Command, mut print: impl FnMut(&str)) -> Result<Tally, Failure> {
    print(&shown(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, error))?;
    let printed = child
        .stdout
        .take()
        .expect("stdout was piped two lines above");
    let mut tally = Tally::default();
    for line in BufReader::new(printed).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        print(&line);
        tally += Tally::of_line(&line);
    }
    let status = child.wait().map_err(|error| not_started(command, error))?;
    if tally.failed == 0 && (tally.passed == 0 || !status.success()) {
        let reason = if status.success() {
            "ran no test".into()
        } else {
            status.to_string()
        };
        print(&format!("`{}`: {reason}", describe(command)));
        tally.failed = 1;
    }
    Ok(tally)
}

/// What a command prints on its standard output, when it can be run and ends well.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn shown(command: &Command) -> String {
    format!("$ {}", describe(command))
}

fn describe(command: &Command) -> String {
    let mut line = command
        .get_program()
        .to_string_lossy()
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn not_started(command: &Command, error: io::Error) -> Failure {
    Failure::NotStarted {
        command: describe(command),
        error,
    }
}

fn succeed(command: &Command, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Ended {
            command: describe(command),
            status,
        })
    }
}

#[cfg(all(test, unix))]
mod tests;
