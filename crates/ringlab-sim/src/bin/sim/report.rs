//! Running seeds and telling what they came to.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::ops::Range;

use ringlab_sim::checker::Check;
use ringlab_sim::chronicle::Chronicle;
use ringlab_sim::judge::judge;
use ringlab_sim::run::{Verdict, run, told};
use ringlab_sim::script::{Keep, Script};
use ringlab_sim::shrink::shrink;

/// Failing seeds that are shrunk and told whole; of more, one line each.
const TOLD_MAX: u32 = 5;

/// Runs seeds; whether nothing was broken. Ends with a line of what was counted.
pub(crate) fn seeds(seeds: Range<u64>, stops: bool) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    let (mut ran, mut broken, mut events, mut simulated) = (0_u64, 0, 0, 0);
    for seed in seeds {
        let script = Script::of(seed);
        let verdict = run(&script, &Keep::All);
        ran += 1;
        events += verdict.history.0;
        simulated += verdict.took.as_millis();
        let Some(first) = verdict.violations.first() else {
            continue;
        };
        broken += 1;
        if broken <= TOLD_MAX {
            writeln!(out, "{}", failure(&script, first.check))?;
        } else {
            writeln!(out, "seed {seed}: {first}")?;
        }
        out.flush()?;
        if stops {
            break;
        }
    }
    writeln!(
        out,
        "ran {ran} broken {broken} events {events} simulated-ms {simulated}"
    )?;
    Ok(broken == 0)
}

/// Bytes of a history that is judged at most.
const HISTORY_BYTES_MAX: u64 = 1 << 28;

/// Judges the history in a file by nothing else; whether it is as promised.
pub(crate) fn check(path: &str) -> io::Result<bool> {
    let named = |what: String| io::Error::other(format!("{path}: {what}"));
    let bytes = std::fs::metadata(path)
        .map_err(|error| named(error.to_string()))?
        .len();
    if bytes > HISTORY_BYTES_MAX {
        let what = format!("it has {bytes} bytes, {HISTORY_BYTES_MAX} are possible");
        return Err(named(what));
    }
    let text = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    let chronicle = Chronicle::read(&text).map_err(|error| named(error.to_string()))?;
    let breaches = judge(&chronicle);
    let mut out = io::stdout().lock();
    for breach in &breaches {
        writeln!(out, "{path}: {breach}")?;
    }
    let operations = chronicle.deeds.len();
    match breaches.len() {
        0 => writeln!(out, "{operations} operations, all as promised")?,
        many => writeln!(out, "{operations} operations, {many} promises broken")?,
    }
    Ok(breaches.is_empty())
}

/// Runs one seed and tells all that happens; writes what users did to a file, one line of JSON
/// each.
pub(crate) fn replay(seed: u64, keep: &Keep, export: Option<&str>) -> io::Result<bool> {
    let script = Script::of(seed);
    let mut out = io::stdout().lock();
    writeln!(out, "seed {seed}: {}", script.setup)?;
    let mut failed = None;
    let verdict = told(&script, keep, &mut |line| {
        failed = writeln!(out, "{line}").err().or(failed.take());
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if let Some(path) = export {
        let lines = verdict.chronicle.write().map_err(io::Error::other)?;
        std::fs::write(path, lines)?;
    }
    tell(&mut out, &verdict)?;
    Ok(verdict.violations.is_empty())
}

fn tell(out: &mut impl io::Write, verdict: &Verdict) -> io::Result<()> {
    let (events, digest) = verdict.history;
    writeln!(
        out,
        "{} operations, {events} events, history {digest:016x}",
        verdict.chronicle.deeds.len()
    )?;
    writeln!(out, "network: {:?}", verdict.network)?;
    writeln!(out, "came to rest after {:?}", verdict.rested)?;
    for violation in &verdict.violations {
        writeln!(out, "VIOLATION {violation}")?;
    }
    Ok(())
}

/// The fewest steps of a script that still break the same, and how to replay them.
fn failure(script: &Script, check: Check) -> String {
    let fails = |kept: &BTreeSet<usize>| {
        let verdict = run(script, &Keep::Only(kept.clone()));
        verdict
            .violations
            .iter()
            .any(|violation| violation.check == check)
    };
    let kept = Keep::Only(shrink(script.steps.len(), fails));
    let verdict = run(script, &kept);
    let mut text = format!("seed {}: {}\n", script.seed, script.setup);
    for (place, step) in script.steps.iter().enumerate() {
        if kept.has(place) {
            text += &format!("  {place:>4} {:>10?} {}\n", step.at, step.act);
        }
    }
    for violation in &verdict.violations {
        text += &format!("  VIOLATION {violation}\n");
    }
    text + &format!(
        "  replay: cargo xtask sim --seed {} --keep {kept}",
        script.seed
    )
}
