//! What messages, events and answers say, in a few words each. None of them has a character that
//! means something to Mermaid.

use ringlab::layout::Step;
use ringlab::message::{
    Answer, Collection, Command, Comparison, Event, Membership, Message, Outcome,
};
use ringlab::pair::{Key, Value};
use ringlab::ring::NodeId;
use ringlab::version::{Dot, Siblings};

pub(super) fn of_command(command: &Command) -> String {
    match command {
        Command::Get { key } => format!("get {}", name(key)),
        Command::Put { key, value, .. } => format!("put {} = {}", name(key), text(value)),
        Command::Delete { key, .. } => format!("delete {}", name(key)),
    }
}

pub(super) fn of_outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Stored(answer) => format!("stored by {}", by(answer)),
        Outcome::Values(answer) => format!("{}, by {}", cell(&answer.siblings), by(answer)),
        Outcome::QuorumUnreachable { needed, answered } => {
            format!("only {answered} of {needed} answered")
        }
        Outcome::Refused(_) => "refused".to_owned(),
        Outcome::NoAnswer => "no answer".to_owned(),
    }
}

/// Nothing for what is sent all the time.
pub(super) fn of_message(message: &Message) -> Option<String> {
    Some(match message {
        Message::Gossip { .. } | Message::Settings(_) => return None,
        Message::Read {
            key, place: None, ..
        } => format!("what have you of {}?", name(key)),
        Message::Read {
            key,
            place: Some(place),
            ..
        } => {
            format!("what do you keep of {} for node {}?", name(key), place.0)
        }
        Message::ReadReply { siblings, .. } => cell(siblings),
        Message::Write { value, place, .. } => {
            let what = value.as_ref().map_or_else(tombstone, text);
            match place {
                None => format!("name {what} and store it"),
                Some(NodeId(place)) => format!("name {what} and keep it for node {place}"),
            }
        }
        Message::Written { siblings, .. } => format!("stored, the cell is {}", cell(siblings)),
        Message::Replicate {
            siblings,
            place: None,
            ..
        } => format!("store {}", cell(siblings)),
        Message::Replicate {
            siblings,
            place: Some(place),
            ..
        } => {
            format!("keep {} for node {}", cell(siblings), place.0)
        }
        Message::Replicated { .. } | Message::HandedOver { .. } => stored(),
        Message::Declined { .. } => "no".to_owned(),
        Message::OtherLife { .. } => "no, I have restarted since".to_owned(),
        Message::TooManySiblings { .. } => "too many siblings".to_owned(),
        Message::Repair { siblings, .. } => format!("you lack {}", cell(siblings)),
        Message::HandOver {
            siblings,
            place: None,
            ..
        } => format!("kept for you, {}", cell(siblings)),
        Message::HandOver {
            siblings,
            place: Some(place),
            ..
        } => {
            format!("keep {} for node {} from now on", cell(siblings), place.0)
        }
        Message::Membership(message) => of_membership(message),
        Message::AntiEntropy(message) => of_comparison(message),
        Message::Collection(message) => of_collection(message),
    })
}

/// Nothing for what arrows tell already.
pub(super) fn of_event(event: &Event) -> Option<String> {
    Some(match event {
        Event::Named { dot, .. } => format!("names it {}", named(*dot)),
        Event::Stored { .. } => "on its disk".to_owned(),
        Event::QuorumReached { .. } => "enough replies".to_owned(),
        Event::FallbacksAsked { fallbacks, .. } => {
            let asked = fallbacks.iter().map(|fallback| {
                format!(
                    "node {} in the place of node {}",
                    fallback.node.0, fallback.place.0
                )
            });
            format!(
                "waited long enough, asks {}",
                asked.collect::<Vec<_>>().join(", ")
            )
        }
        Event::HintKept { place, .. } => format!("keeps a hint for node {}", place.0),
        Event::HintGone { place, .. } => format!("forgets its hint for node {}", place.0),
        Event::ChangeBegan { version, .. } => format!("plans layout {version} and leads"),
        Event::ChangeEnded { version } => format!("all live in layout {version}"),
        Event::Released { load, .. } if load.keys > 0 => format!("deletes {}", keys(load.keys)),
        Event::ExchangeBegan { with, .. } => format!("compares itself with node {}", with.0),
        Event::ExchangeEnded { tally, .. } => {
            format!(
                "done, {} received and {} sent",
                cells(tally.received),
                tally.sent
            )
        }
        Event::CollectionBegan { .. } => "the tombstone is old enough".to_owned(),
        Event::TombstonesForgotten { .. } => "forgets the tombstone".to_owned(),
        _ => return None,
    })
}

fn of_membership(message: &Membership) -> String {
    match message {
        Membership::Wanted(_) => "an operator wants a change".to_owned(),
        Membership::WithdrawWanted(_) => "an operator wants it withdrawn".to_owned(),
        Membership::Withdraw(change, _) => {
            format!(
                "layout {} does not come, write by the old one",
                change.version
            )
        }
        Membership::Lead { version, .. } => format!("I lead to layout {version} from now on"),
        Membership::Follows { .. } => "I follow".to_owned(),
        Membership::InForce { version, .. } => format!("layout {version} is in force"),
        Membership::Refused(_) => "refused".to_owned(),
        Membership::Announce(change) => {
            format!("layout {} comes, write by both", change.version)
        }
        Membership::Take(stage) => match stage.step {
            Step::Announced => "write by both",
            Step::Withdrawn => "write by the old one again",
            Step::Committed => "read by the new one",
            Step::Retired => "the old one is over",
            Step::Released => "delete what is not yours",
        }
        .to_owned(),
        Membership::Taken(stage) => match stage.step {
            Step::Announced => "I do, and all older requests have ended",
            Step::Withdrawn | Step::Committed => "I do",
            Step::Retired => "it is, and all older requests have ended",
            Step::Released => "deleted",
        }
        .to_owned(),
        Membership::Stream { .. } => "send what new owners lack".to_owned(),
        Membership::Streaming { .. } => "I begin".to_owned(),
        Membership::Streamed { .. } => "all that I sent is stored".to_owned(),
        Membership::Batch(batch) => format!("{} that you own", keys(batch.load.keys)),
        Membership::BatchStored { .. } => stored(),
        Membership::Inquire { .. } => "I began again: how far are you?".to_owned(),
        Membership::Known { .. } => "so far".to_owned(),
    }
}

fn of_comparison(message: &Comparison) -> String {
    match message {
        Comparison::Digests {
            height, digests, ..
        } => match digests.len() {
            1 => format!("my digest at height {height}"),
            many => format!("my {many} digests at height {height}"),
        },
        Comparison::Differing { nodes, .. } => format!("{} differ", nodes.len()),
        Comparison::Keys { keys: told, .. } => {
            format!(
                "I have {} there, with these digests",
                keys(told.len() as u64)
            )
        }
        Comparison::Cells { difference, .. } => format!(
            "{} that you lack, and I lack {}",
            cells(difference.cells.len() as u64),
            difference.lacking.len()
        ),
        Comparison::Push { cells: told, .. } => {
            format!("{} that you lack", cells(told.len() as u64))
        }
        Comparison::Pushed { .. } => stored(),
        Comparison::Fetch { .. } => "what have you of what I lost?".to_owned(),
        Comparison::Fetched { cells: told, .. } => cells(told.len() as u64),
        Comparison::Refused { .. } => "not now".to_owned(),
    }
}

fn of_collection(message: &Collection) -> String {
    match message {
        Collection::Ask { .. } => "have you anything else of this key?".to_owned(),
        Collection::NothingElse { places, .. } if places.is_empty() => "I may".to_owned(),
        Collection::NothingElse { .. } => "nothing else".to_owned(),
        Collection::Forget { .. } => "nobody has, forget it".to_owned(),
    }
}

fn by(answer: &Answer) -> String {
    let replicas = answer
        .replicas
        .iter()
        .map(|node| format!("node {}", node.0));
    let fallbacks = answer.fallbacks.iter();
    let fallbacks = fallbacks.map(|it| format!("node {} for node {}", it.node.0, it.place.0));
    replicas.chain(fallbacks).collect::<Vec<_>>().join(", ")
}

fn cell(siblings: &Siblings) -> String {
    let versions = siblings.versions().iter();
    let texts = versions.map(|version| version.value.as_ref().map_or_else(tombstone, text));
    match texts.collect::<Vec<_>>().join(" beside ") {
        nothing if nothing.is_empty() => "nothing".to_owned(),
        texts => texts,
    }
}

fn named(dot: Dot) -> String {
    format!("{} of node {}", dot.counter, dot.actor.node.0)
}

fn name(key: &Key) -> String {
    plain(key.bytes())
}

fn text(value: &Value) -> String {
    plain(value.bytes())
}

/// What Mermaid would take for the end of a line or for a code is left out.
fn plain(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace([';', '#', '\n', '\r'], " ")
}

fn tombstone() -> String {
    "a tombstone".to_owned()
}

fn stored() -> String {
    "stored".to_owned()
}

fn keys(many: u64) -> String {
    format!("{many} {}", if many == 1 { "key" } else { "keys" })
}

fn cells(many: u64) -> String {
    format!("{many} {}", if many == 1 { "cell" } else { "cells" })
}
