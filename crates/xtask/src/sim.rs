//! Seeds on every core: each process takes the next few, until all are done, time is over or one
//! has failed.
//!
//! Does not know what a seed does: a release build of the simulator runs it and says what broke.

mod order;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::ops::{AddAssign, Range};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::checkout::Checkout;
use crate::process::{self, Failure};

use order::{Order, Until};

/// Seeds that a process takes at once.
const SEEDS_PER_PROCESS: u64 = 200;
/// The last line of a process begins with this.
const COUNTED: &str = "ran ";

/// Runs what `words` ask for; whether nothing was broken.
pub(crate) fn run(checkout: &Checkout, words: &[OsString]) -> Result<bool, Failure> {
    let order = order::parse(words)?;
    process::run(checkout.cargo().args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "ringlab-sim",
        "--bin",
        "sim",
    ]))?;
    let program = checkout.path(&format!(
        "target/release/sim{}",
        std::env::consts::EXE_SUFFIX
    ));
    match order {
        Order::One(words) => {
            let mut command = checkout.command(&program);
            let status = command.args(words).status();
            let status = status.map_err(|error| not_started(&program, error))?;
            Ok(status.success())
        }
        Order::Seeds(seeds, until) => sweep(&program, seeds, until),
    }
}

fn sweep(program: &Path, seeds: Range<u64>, until: Until) -> Result<bool, Failure> {
    let began = Instant::now();
    let next = Mutex::new(Next {
        seeds,
        ends: until
            .minutes
            .map(|minutes| began + Duration::from_secs(60 * minutes)),
        stops: until.failure,
        counted: Counted::default(),
    });
    let processes = thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<Failure> = thread::scope(|scope| {
        let workers: Vec<_> = (0..processes)
            .map(|_| scope.spawn(|| work(program, &next)))
            .collect();
        let ended = workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker hands errors on"));
        ended.filter_map(Result::err).collect()
    });
    if let Some(failure) = failures.into_iter().next() {
        return Err(failure);
    }
    let counted = next.into_inner().expect("no worker panicked").counted;
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{} seeds in {seconds:.1} s, {:.1} a second; {} events, {} simulated seconds; {} broke something",
        counted.ran,
        counted.ran as f64 / seconds,
        counted.events,
        counted.simulated_ms / 1_000,
        counted.broken,
    );
    Ok(counted.broken == 0)
}

/// Takes seeds and runs them, until there are no more.
fn work(program: &Path, next: &Mutex<Next>) -> Result<(), Failure> {
    loop {
        let Some((seeds, stops)) = next.lock().expect("no worker panicked").take() else {
            return Ok(());
        };
        let mut command = Command::new(program);
        command.args(["--seeds", &format!("{}..{}", seeds.start, seeds.end)]);
        if stops {
            command.arg("--until-failure");
        }
        let output = command
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output();
        let output = output.map_err(|error| not_started(program, error))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let (told, last) = text
            .trim_end()
            .rsplit_once('\n')
            .unwrap_or(("", text.trim_end()));
        let Some(counted) = Counted::of_line(last) else {
            // It ended before it could count: that is a failure of the store, too.
            println!("{text}\nseeds {seeds:?} ended with {}", output.status);
            next.lock().expect("no worker panicked").count(Counted {
                broken: 1,
                ..Counted::default()
            });
            continue;
        };
        if !told.is_empty() {
            println!("{told}");
            io::stdout().flush().ok();
        }
        next.lock().expect("no worker panicked").count(counted);
    }
}

/// What is still to be run, and what was counted.
struct Next {
    seeds: Range<u64>,
    ends: Option<Instant>,
    stops: bool,
    counted: Counted,
}

impl Next {
    fn take(&mut self) -> Option<(Range<u64>, bool)> {
        let is_over = self.ends.is_some_and(|ends| Instant::now() >= ends);
        if is_over || self.seeds.is_empty() || (self.stops && self.counted.broken > 0) {
            return None;
        }
        let end = (self.seeds.start + SEEDS_PER_PROCESS).min(self.seeds.end);
        let taken = self.seeds.start..end;
        self.seeds.start = end;
        Some((taken, self.stops))
    }

    fn count(&mut self, counted: Counted) {
        self.counted += counted;
    }
}

/// What a process counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    ran: u64,
    broken: u64,
    events: u64,
    simulated_ms: u64,
}

impl Counted {
    /// Reads `ran 200 broken 0 events 900 simulated-ms 12`.
    fn of_line(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix(COUNTED)?.split(' ');
        let ran = words.next()?.parse().ok()?;
        let mut named = |name: &str| (words.next()? == name).then(|| words.next()?.parse().ok())?;
        Some(Self {
            ran,
            broken: named("broken")?,
            events: named("events")?,
            simulated_ms: named("simulated-ms")?,
        })
    }
}

impl AddAssign for Counted {
    fn add_assign(&mut self, other: Self) {
        self.ran += other.ran;
        self.broken += other.broken;
        self.events += other.events;
        self.simulated_ms += other.simulated_ms;
    }
}

fn not_started(program: &Path, error: io::Error) -> Failure {
    Failure::NotStarted {
        command: program.display().to_string(),
        error,
    }
}

#[cfg(test)]
mod tests;
