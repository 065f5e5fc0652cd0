//! What a refusal is about. It judges no command: it is asked after one was refused.

use ringlab::ring::RingError;

use crate::protocol::{Command, Refused, Settings, Subject};

/// What a command wants, over the settings in force.
pub(super) fn of(command: &Command, now: &Settings) -> Subject {
    match command {
        Command::Open(_) | Command::Inspect(_) | Command::Settle => Subject::Situation,
        Command::Add(_) => Subject::NewNodes,
        Command::Remove(ids) => Subject::Removal(ids.clone()),
        Command::Reweight(id, _) => Subject::Weight(*id),
        Command::Rezone(id, _) => Subject::Zone(*id),
        Command::Configure(asked) => changed(now, asked),
        Command::Request(..) => Subject::Key,
        Command::Fault(_) => Subject::Fault,
        Command::Undo | Command::Redo => Subject::Undo,
    }
}

/// The part of it that the reason names.
pub(super) fn because_of(subject: Subject, reason: &Refused) -> Subject {
    match (subject, reason) {
        (Subject::NewNodes, Refused::Ring(RingError::NameTaken(_))) => Subject::NewName,
        (Subject::Key, Refused::ValueTooLong { .. }) => Subject::Value,
        (subject, _) => subject,
    }
}

/// The first setting that would be another.
fn changed(now: &Settings, asked: &Settings) -> Subject {
    if asked.n != now.n {
        Subject::N
    } else if asked.r != now.r {
        Subject::R
    } else if asked.w != now.w {
        Subject::W
    } else {
        Subject::VirtualNodes
    }
}
