//! Reading scenarios, word by word, so that an error can say where it is.

use std::str::FromStr;
use std::time::Duration;

use ringlab::ring::{NodeId, Replication, Spread};
use ringlab::settings::{HintSettings, ReadRepair, Settings, Strictness};

use super::{Doing, Scenario, ScenarioError, Setup, Step, User};

/// What a step begins with.
pub(super) const STEP: &str = "> ";
/// Nodes of a scenario at most.
const NODES_MAX: u32 = 64;

/// The longest time of a scenario, and the most that a clock is off by: a year.
const SPAN_MAX: Duration = Duration::from_secs(365 * 24 * 60 * 60);

type Parsed<T> = Result<T, ScenarioError>;

/// The words of a line, and where the next one begins.
struct Words<'a> {
    line: usize,
    text: &'a str,
    at: usize,
}

pub(super) fn scenario(text: &str) -> Parsed<Scenario> {
    let mut setup = Setup {
        nodes: 3,
        virtual_nodes: 8,
        settings: Settings::SMALL,
    };
    let mut steps = Vec::<Step>::new();
    let mut expects = false;
    for (number, text) in (1..).zip(text.lines()) {
        let (line, at) = (number, 0);
        if text.trim().is_empty() || text.starts_with('#') {
            expects = false;
        } else if text.starts_with(STEP) {
            let at = STEP.len();
            let doing = doing(&mut Words { line, text, at })?;
            steps.push(Step {
                line,
                doing,
                expected: Vec::new(),
            });
            expects = true;
        } else if expects && let Some(step) = steps.last_mut() {
            step.expected.push(text.to_owned());
        } else if steps.is_empty() {
            set_up(&mut setup, &mut Words { line, text, at })?;
        } else {
            return Err(Words { line, text, at }.wants("a step: `> ` and what to do"));
        }
    }
    Ok(Scenario { setup, steps })
}

fn set_up(setup: &mut Setup, words: &mut Words<'_>) -> Parsed<()> {
    let begin = words.at;
    match words.next() {
        Some("nodes") => {
            let at = words.at;
            setup.nodes = words.number("how many nodes: 1 to 64")?;
            if !(1..=NODES_MAX).contains(&setup.nodes) {
                words.at = at;
                return Err(words.wants("how many nodes: 1 to 64"));
            }
        }
        Some("quorum") => {
            let n = words.number("n, the copies of a key")?;
            setup.settings.replication = Replication {
                n,
                spread: Spread::Any,
            };
            setup.settings.r = words.number("r, from 1 to n")?;
            setup.settings.w = words.number("w, from 1 to n")?;
        }
        Some("sloppy") => setup.settings.strictness = Strictness::Sloppy,
        Some("blocking") => setup.settings.read_repair = ReadRepair::Blocking,
        Some("gossip") => setup.settings.gossips = true,
        Some("grace") => {
            let grace = words.span()?;
            setup.settings.tombstone_grace = grace;
            setup.settings.hints = HintSettings::DEFAULT.within(grace);
        }
        _ => {
            words.at = begin;
            return Err(words.wants("nodes, quorum, sloppy, blocking, gossip or grace"));
        }
    }
    words.end()?;
    setup.settings.check().map_err(|error| {
        words.at = begin;
        words.wants(&format!("settings that can be: {error}"))
    })
}

fn doing(words: &mut Words<'_>) -> Parsed<Doing> {
    let begin = words.at;
    let verb = words.next().unwrap_or_default().to_owned();
    let doing = match verb.as_str() {
        "get" => {
            let key = words.word("a key")?;
            let (user, node) = words.whom()?;
            Doing::Get(user, key, node)
        }
        "put" | "blind" => {
            let (key, value) = (words.word("a key")?, words.word("a value")?);
            let (user, node) = words.whom()?;
            match verb.as_str() {
                "put" => Doing::Put(user, key, value, node),
                _ => Doing::Blind(user, key, value, node),
            }
        }
        "delete" => {
            let key = words.word("a key")?;
            let (user, node) = words.whom()?;
            Doing::Delete(user, key, node)
        }
        "run" => Doing::Run(words.span()?),
        "pause" => Doing::Pause(words.node()?),
        "resume" => Doing::Resume(words.node()?),
        "partition" => Doing::Partition(words.parts()?),
        "cut" => Doing::Cut(words.node()?, words.node()?),
        "double" => Doing::Double(words.number("one in how many")?),
        "lose" => Doing::Lose(words.number("one in how many")?),
        "slow" => Doing::Slow(words.node()?, words.number("how many times")?),
        "heal" => Doing::Heal,
        "skew" => Doing::Skew(words.node()?, words.skew()?),
        "add" | "remove" | "replace" | "withdraw" | "takeover" => change(&verb, words)?,
        "crash" => Doing::Crash(words.node()?),
        "restart" => Doing::Restart(words.node()?),
        "compare" => Doing::Compare(words.span()?),
        "show" => Doing::Show(words.word("a key")?),
        "hints" => Doing::Hints,
        "beliefs" => Doing::Beliefs,
        "ring" => Doing::OnRing,
        _ => {
            words.at = begin;
            return Err(words.wants(
                "get, put, blind, delete, run, pause, resume, partition, cut, double, lose, slow, \
                 heal, skew, add, remove, replace, withdraw, takeover, crash, restart, compare, \
                 show, hints, beliefs or ring",
            ));
        }
    };
    words.end()?;
    Ok(doing)
}

/// What an operator does: to which nodes, and by which node.
fn change(verb: &str, words: &mut Words<'_>) -> Parsed<Doing> {
    match verb {
        "add" => Ok(Doing::Add(words.node()?, words.via()?)),
        "remove" => Ok(Doing::Remove(words.node()?, words.via()?)),
        "replace" => {
            let lost = words.node()?;
            words.literal("by")?;
            Ok(Doing::Replace(lost, words.node()?, words.via()?))
        }
        "withdraw" => Ok(Doing::Withdraw(words.via()?, words.lost()?)),
        _ => Ok(Doing::TakeOver(words.via()?, words.lost()?)),
    }
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let begin = self.at + (rest.len() - rest.trim_start().len());
        let word = self.text[begin..].split_whitespace().next()?;
        self.at = begin + word.len();
        Some(word)
    }

    /// The next word as something; the error says what it should be.
    fn read<T>(&mut self, expected: &str, read: impl FnOnce(&str) -> Option<T>) -> Parsed<T> {
        let at = self.at;
        let found = self.next().and_then(read);
        found.ok_or_else(|| {
            self.at = at;
            self.wants(expected)
        })
    }

    fn word(&mut self, expected: &str) -> Parsed<String> {
        self.read(expected, |word| Some(word.to_owned()))
    }

    fn number<T: FromStr>(&mut self, expected: &str) -> Parsed<T> {
        self.read(expected, |word| word.parse().ok())
    }

    fn node(&mut self) -> Parsed<NodeId> {
        self.number("the number of a node").map(NodeId)
    }

    fn literal(&mut self, wanted: &str) -> Parsed<()> {
        self.read(&format!("`{wanted}`"), |word| {
            (word == wanted).then_some(())
        })
    }

    /// Such as `250ms` or `3s`.
    fn span(&mut self) -> Parsed<Duration> {
        self.read("a time, such as 250ms or 3s, of at most a year", |word| {
            let span = match word.strip_suffix("ms") {
                Some(millis) => Duration::from_millis(millis.parse().ok()?),
                None => Duration::from_secs(word.strip_suffix('s')?.parse().ok()?),
            };
            (span <= SPAN_MAX).then_some(span)
        })
    }

    /// Milliseconds, such as `-500`.
    fn skew(&mut self) -> Parsed<i64> {
        self.read("milliseconds, ahead or behind, at most a year", |word| {
            let millis: i64 = word.parse().ok()?;
            (Duration::from_millis(millis.unsigned_abs()) <= SPAN_MAX).then_some(millis)
        })
    }

    /// `via NODE`.
    fn via(&mut self) -> Parsed<NodeId> {
        self.literal("via")?;
        self.node()
    }

    /// `lost NODE NODE`, or nothing.
    fn lost(&mut self) -> Parsed<Vec<NodeId>> {
        let mut lost = Vec::new();
        if !self.text[self.at..].trim().is_empty() {
            self.literal("lost")?;
            lost.push(self.node()?);
        }
        while !self.text[self.at..].trim().is_empty() {
            lost.push(self.node()?);
        }
        Ok(lost)
    }

    /// `via NODE`, and `as USER` when that is not the first.
    fn whom(&mut self) -> Parsed<(User, NodeId)> {
        let node = self.via()?;
        if self.text[self.at..].trim().is_empty() {
            return Ok((0, node));
        }
        self.literal("as")?;
        let user = self.read("the number of a user: 0 to 9", |word| {
            word.parse().ok().filter(|user| *user < super::stage::USERS)
        });
        Ok((user?, node))
    }

    /// Such as `0 1 | 2 3 4`.
    fn parts(&mut self) -> Parsed<Vec<Vec<NodeId>>> {
        let mut parts = vec![Vec::new()];
        while !self.text[self.at..].trim().is_empty() {
            let part = self.read("the number of a node, or `|`", |word| match word {
                "|" => Some(None),
                word => word.parse().ok().map(|node| Some(NodeId(node))),
            })?;
            match (part, parts.last_mut()) {
                (Some(node), Some(last)) => last.push(node),
                _ => parts.push(Vec::new()),
            }
        }
        Ok(parts)
    }

    fn end(&self) -> Parsed<()> {
        if self.text[self.at..].trim().is_empty() {
            return Ok(());
        }
        Err(self.wants("the end of the line"))
    }

    fn wants(&self, expected: &str) -> ScenarioError {
        let rest = &self.text[self.at..];
        let spaces = rest.len() - rest.trim_start().len();
        ScenarioError {
            line: self.line,
            column: self.text[..self.at + spaces].chars().count() + 1,
            expected: expected.to_owned(),
        }
    }
}
