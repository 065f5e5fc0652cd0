//! Scenarios: texts of steps with what is expected to be seen after each, run in a world and
//! rewritten when what is seen is right (after etcd's `rafttest`).
//!
//! ```text
//! # A write waits for two of three.
//! nodes 3
//! quorum 3 2 2
//!
//! > put a 1 via 0
//! stored by 0 1
//! ```
//!
//! Lines before the first step set the world up. A step begins with `> `; what follows, up to an
//! empty line, is expected. `#` begins a comment.

mod parse;
mod stage;

use std::fmt;
use std::time::Duration;

use ringlab::ring::NodeId;
use ringlab::settings::Settings;

/// A scenario as it was read.
#[derive(Clone, Debug)]
pub struct Scenario {
    setup: Setup,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Setup {
    nodes: u32,
    virtual_nodes: u32,
    settings: Settings,
}

#[derive(Clone, Debug)]
struct Step {
    /// The line that it stands in.
    line: usize,
    doing: Doing,
    expected: Vec<String>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Doing {
    /// A user reads a key, asking a node.
    Get(User, String, NodeId),
    /// A user writes with the context it has read.
    Put(User, String, String, NodeId),
    /// The same without a context.
    Blind(User, String, String, NodeId),
    /// A user deletes what it has read.
    Delete(User, String, NodeId),
    /// Time passes.
    Run(Duration),
    /// Nodes stop for a while.
    Pause(NodeId),
    Resume(NodeId),
    /// The network falls into these parts.
    Partition(Vec<Vec<NodeId>>),
    /// What one sends the other is lost.
    Cut(NodeId, NodeId),
    /// One message in so many comes twice.
    Double(u32),
    /// One message in so many is lost.
    Lose(u32),
    /// Messages take so many times as long from and to a node.
    Slow(NodeId, u32),
    /// All is well again.
    Heal,
    /// A clock is off by so many milliseconds.
    Skew(NodeId, i64),
    /// A new node joins; an operator asks a node for it.
    Add(NodeId, NodeId),
    /// A node leaves.
    Remove(NodeId, NodeId),
    /// A node is dead for good and another one takes its part, under its name.
    Replace(NodeId, NodeId, NodeId),
    /// The change under way is withdrawn, without those that are lost.
    Withdraw(NodeId, Vec<NodeId>),
    /// A node leads the change under way on, without those that are lost.
    TakeOver(NodeId, Vec<NodeId>),
    /// A node stops, and begins again with what its disk has.
    Crash(NodeId),
    Restart(NodeId),
    /// Replicas compare themselves from now on.
    Compare(Duration),
    /// Shows what each node has of a key.
    Show(String),
    /// Shows who keeps hints.
    Hints,
    /// Shows whom nodes believe not to be up.
    Beliefs,
    /// Shows who is on the ring that each node reads by.
    OnRing,
}

/// A user of a scenario: its contexts are its own.
type User = usize;

/// Why a text is no scenario: where, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// What should stand there.
    pub expected: String,
}

/// What a scenario showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Steps that showed something else than expected: their lines, what was expected and what
    /// was shown.
    pub differences: Vec<(usize, Vec<String>, Vec<String>)>,
    /// The text with what was shown in the place of what was expected.
    pub rewritten: String,
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    ///
    /// [`ScenarioError`] at the first word that makes no sense.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        parse::scenario(text)
    }

    /// The line that each step stands in, from 1.
    pub fn lines(&self) -> impl Iterator<Item = usize> {
        self.steps.iter().map(|step| step.line)
    }

    /// Runs it; `text` is what it was read from.
    #[must_use]
    pub fn run(&self, text: &str) -> Shown {
        let mut stage = stage::Stage::new(&self.setup);
        let mut differences = Vec::new();
        let mut shown = Vec::new();
        for step in &self.steps {
            let seen = stage.take(&step.doing);
            if seen != step.expected {
                differences.push((step.line, step.expected.clone(), seen.clone()));
            }
            shown.push(seen);
        }
        Shown {
            differences,
            rewritten: rewritten(text, &shown),
        }
    }
}

/// A text with what each of its steps showed.
fn rewritten(text: &str, shown: &[Vec<String>]) -> String {
    let mut out = String::new();
    let mut shown = shown.iter();
    let mut in_expected = false;
    for line in text.lines() {
        let is_step = line.starts_with(parse::STEP);
        let ends = line.trim().is_empty() || line.starts_with('#') || is_step;
        in_expected &= !ends;
        if !in_expected {
            out.push_str(line);
            out.push('\n');
        }
        if is_step {
            for seen in shown.next().into_iter().flatten() {
                out.push_str(seen);
                out.push('\n');
            }
            in_expected = true;
        }
    }
    out
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            expected,
        } = self;
        write!(f, "line {line}, column {column}: expected {expected}")
    }
}

impl std::error::Error for ScenarioError {}

#[cfg(test)]
mod tests;
