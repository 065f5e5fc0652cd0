//! A run in lines that a person can read. It knows what happened and changes nothing.

use ringlab::message::{Event, ExchangeEnd, Message, Outcome};
use ringlab::ring::NodeId;
use ringlab::time::Instant;

use super::BEGINNING;
use crate::cluster::Sight;
use crate::script::Step;

/// A step of the script.
pub(super) fn step(now: Instant, place: usize, step: &Step) -> String {
    line(now, &format!("== step {place}: {}", step.act))
}

/// A fault ended.
pub(super) fn ended(now: Instant, place: usize) -> String {
    line(now, &format!("== the fault of step {place} ends"))
}

/// No fault any more.
pub(super) fn well(now: Instant) -> String {
    line(now, "== all is well from now on")
}

/// Something that can be seen; nothing for what happens all the time.
pub(super) fn sight(now: Instant, sight: &Sight) -> Option<String> {
    let what = match sight {
        Sight::Event(_, Event::ExchangeBegan { .. }) => return None,
        Sight::Event(_, Event::ExchangeEnded { end, tally, .. })
            if *end == ExchangeEnd::Done && tally.differing == 0 =>
        {
            return None;
        }
        Sight::Event(NodeId(node), event) => format!("node {node}: {event:?}"),
        Sight::Asked(NodeId(node), id, command) => {
            format!("request {} to node {node}: {command:?}", id.number)
        }
        Sight::Told(id, outcome) => format!("request {} is told {}", id.number, short(outcome)),
        Sight::Sent(NodeId(from), NodeId(to), message) => match message {
            Message::Gossip { .. } | Message::AntiEntropy(_) => return None,
            message => format!("node {from} to node {to}: {}", cut(&format!("{message:?}"))),
        },
        Sight::Wished(change) => format!("wanted: {}", cut(&format!("{change:?}"))),
        Sight::Resumed(NodeId(node), away) => format!("node {node} goes on after {away:?}"),
        Sight::Crashed(NodeId(node)) => format!("node {node} crashes"),
        Sight::Wiped(NodeId(node)) => format!("node {node} loses its data"),
        Sight::Stored(NodeId(node), append) => format!("node {node} has stored {}", append.0),
        Sight::Appended(NodeId(node), append, record) => {
            format!(
                "node {node} stores {}: {}",
                append.0,
                cut(&format!("{record:?}"))
            )
        }
        Sight::Replied(..) => return None,
    };
    Some(line(now, &what))
}

/// Longest text of a message in a line, in characters.
const TEXT_MAX: usize = 400;

fn cut(text: &str) -> String {
    let mut cut: String = text.chars().take(TEXT_MAX).collect();
    if cut.len() < text.len() {
        cut.push_str(" ...");
    }
    cut
}

fn short(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Stored(answer) | Outcome::Values(answer) => {
            let dots: Vec<_> = answer.siblings.versions().iter().map(|v| v.dot).collect();
            format!("{:?} {dots:?}", outcome.in_short())
        }
        other => format!("{:?}", other.in_short()),
    }
}

fn line(now: Instant, what: &str) -> String {
    let micros = now.since(BEGINNING).as_micros();
    format!("{:>4}.{:06} {what}", micros / 1_000_000, micros % 1_000_000)
}
