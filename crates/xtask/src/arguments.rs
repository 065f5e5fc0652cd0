//! What was asked for: the command line as a task, and the help text.
//!
//! Knows the names of the steps, not what they do.

use std::ffi::OsString;
use std::fmt::Write as _;

use lexopt::{Arg, Parser};

use crate::checks::{STEPS, Step};
use crate::process::Failure;

/// What one call of `cargo xtask` does.
#[derive(Debug)]
pub(crate) enum Task {
    /// Tell every task.
    Help,
    /// Serve the page while it is worked on; the words are handed on to `trunk serve`.
    Serve { trunk: Vec<OsString> },
    /// Run these steps and add up what they count.
    Check { steps: Vec<&'static Step> },
    /// Measure; `page` is that of the page alone, other words go to that of the core alone.
    Bench { rest: Vec<OsString> },
    /// Run seeds of the simulator; the words say which.
    Sim { rest: Vec<OsString> },
    /// Look for inputs that break something; the words say where and for how long.
    Fuzz { rest: Vec<OsString> },
    /// Install what the steps need, without running them.
    Setup,
}

/// Reads a command line.
///
/// # Errors
/// An unknown task, step or option: the sentence names it.
pub(crate) fn parse(mut parser: Parser) -> Result<Task, Failure> {
    let Some(first) = parser.next().map_err(usage)? else {
        return Ok(Task::Help);
    };
    let Arg::Value(name) = first else {
        return match first {
            Arg::Short('h') | Arg::Long("help") => Ok(Task::Help),
            other => Err(usage(other.unexpected())),
        };
    };
    match name.to_string_lossy().as_ref() {
        "help" => Ok(Task::Help),
        "serve" => Ok(Task::Serve {
            trunk: rest(&mut parser)?,
        }),
        "bench" => Ok(Task::Bench {
            rest: rest(&mut parser)?,
        }),
        "sim" => Ok(Task::Sim {
            rest: rest(&mut parser)?,
        }),
        "fuzz" => Ok(Task::Fuzz {
            rest: rest(&mut parser)?,
        }),
        "setup" => Ok(Task::Setup),
        "test" => parse_test(parser),
        other => Ok(Task::Check {
            steps: vec![step(other)?],
        }),
    }
}

/// The text of `cargo xtask --help`.
pub(crate) fn help() -> String {
    let mut text = String::from(
        "Every development task of Ringlab.

cargo xtask serve [trunk's options]   install what is missing, serve the page, print its address
cargo xtask test                      every step below, then one line: N passed, N failed
cargo xtask test --quick              the steps marked *: no browser, no Node
cargo xtask test STEP...              these steps only
cargo xtask STEP                      one step
cargo xtask bench [page | words]      measure, print tables, write JSON under target/bench/
cargo xtask sim --seeds A..B          try to break the store: faults and users made from each seed
cargo xtask sim --seed S              tell all that happens in one; --keep 3,7-9 leaves steps out
cargo xtask sim --check FILE          judge the history that --seed S --export FILE wrote, alone
cargo xtask sim --minutes M           as many as fit; --until-failure stops at the first
cargo xtask fuzz [TARGET...]          look for texts and files that break a reader; --minutes M each
cargo xtask setup                     install what the steps need, run none of them

Steps:
",
    );
    for step in STEPS {
        let mark = if step.quick { '*' } else { ' ' };
        writeln!(text, "  {:<10} {mark} {}", step.name, step.about)
            .expect("a String takes every write");
    }
    text
}

fn parse_test(mut parser: Parser) -> Result<Task, Failure> {
    let mut quick = false;
    let mut steps = Vec::new();
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Arg::Long("quick") => quick = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(Task::Help),
            Arg::Value(name) => steps.push(step(&name.to_string_lossy())?),
            other => return Err(usage(other.unexpected())),
        }
    }
    if steps.is_empty() {
        steps = STEPS.iter().filter(|step| step.quick || !quick).collect();
    } else if quick {
        return Err(Failure::Usage(
            "--quick chooses the steps itself: name none".into(),
        ));
    }
    Ok(Task::Check { steps })
}

fn step(name: &str) -> Result<&'static Step, Failure> {
    STEPS.iter().find(|step| step.name == name).ok_or_else(|| {
        Failure::Usage(format!(
            "no task or step `{name}`; `cargo xtask --help` tells them all"
        ))
    })
}

fn rest(parser: &mut Parser) -> Result<Vec<OsString>, Failure> {
    Ok(parser.raw_args().map_err(usage)?.collect())
}

fn usage(error: lexopt::Error) -> Failure {
    Failure::Usage(format!("{error}; `cargo xtask --help` tells the tasks"))
}

#[cfg(test)]
mod tests;
