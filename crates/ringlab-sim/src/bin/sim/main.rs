//! Seeds in, verdicts out: what `cargo xtask sim` runs, one process a core. It has no clock.

mod arguments;
mod report;

use std::process::ExitCode;

use arguments::Task;

fn main() -> ExitCode {
    let task = match arguments::parse(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("sim: {error}");
            return ExitCode::from(2);
        }
    };
    let clean = match task {
        Task::Seeds { seeds, stops } => report::seeds(seeds, stops),
        Task::Check(path) => report::check(&path),
        Task::Replay { seed, keep, export } => report::replay(seed, &keep, export.as_deref()),
    };
    match clean {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("sim: {error}");
            ExitCode::from(2)
        }
    }
}
