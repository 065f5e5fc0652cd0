//! What a refusal is about. It judges no command: it is asked after one was refused.

use ringlab::ring::RingError;

use crate::protocol::{Command, Refused, Subject};

/// What a command wants.
pub(super) fn of(command: &Command) -> Subject {
    match command {
        Command::Open(_) | Command::Inspect(_) | Command::Settle => Subject::Situation,
        Command::Add(_) => Subject::NewNodes,
        Command::Remove(ids) => Subject::Removal(ids.clone()),
        Command::Replace(ids) => Subject::Replacement(ids.clone()),
        Command::Reweight(id, _) => Subject::Weight(*id),
        Command::Rezone(id, _) => Subject::Zone(*id),
        Command::Set(values) => values.first().map_or(Subject::Situation, |(first, _)| {
            // What was to change, even where it is another setting that forbids it.
            Subject::Setting(*first)
        }),
        Command::VirtualNodes(_) => Subject::VirtualNodes,
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
