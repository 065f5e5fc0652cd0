//! The way of one request, put together from what nodes let be seen.

use ringlab::message::{Event, Outcome, RequestKind};
use ringlab::time::Instant;

use crate::cluster::Seen;
use crate::protocol::{Answer, Step, StepKind, Trace};

/// Takes an event in; whether it is one of this request.
pub(super) fn follow(trace: &mut Trace, seen: &Seen) -> bool {
    let (request, what) = match &seen.event {
        Event::RequestBegan { request, kind, .. } => (
            request,
            StepKind::Coordinate {
                read: *kind == RequestKind::Get,
            },
        ),
        Event::Asked {
            request,
            replicas,
            needed,
        } => (
            request,
            StepKind::Ask {
                replicas: replicas.clone(),
                needed: *needed,
            },
        ),
        Event::Replied {
            request,
            from,
            counted,
            needed,
        } => (
            request,
            StepKind::Reply {
                from: *from,
                counted: *counted,
                needed: *needed,
            },
        ),
        Event::FallbacksAsked { request, fallbacks } => {
            (request, StepKind::Fallbacks(fallbacks.clone()))
        }
        Event::Repaired { request, replicas } => (request, StepKind::Repaired(replicas.clone())),
        Event::Hedged { request } => (request, StepKind::Hedge),
        Event::QuorumReached { request } => (request, StepKind::Quorum),
        Event::RepliedLate { request, from } => (request, StepKind::Late { from: *from }),
        _ => return false,
    };
    if request.number != trace.id {
        return false;
    }
    if matches!(what, StepKind::Coordinate { .. }) {
        trace.coordinator = seen.node;
    }
    trace.steps.push(Step { at: seen.at, what });
    true
}

/// Closes a trace with the client's answer.
pub(super) fn answer(trace: &mut Trace, at: Instant, outcome: &Outcome) {
    trace.steps.push(Step {
        at,
        what: StepKind::Answer,
    });
    if let Outcome::Stored(answer) | Outcome::Values(answer) = outcome {
        trace.fallbacks.clone_from(&answer.fallbacks);
    }
    trace.answer = Some(match outcome {
        Outcome::Stored(answer) => Answer::Stored {
            beside: (answer.siblings.versions().len() as u32).saturating_sub(1),
        },
        Outcome::Values(answer) => Answer::Values(
            answer
                .siblings
                .values()
                .map(|value| value.bytes().to_vec())
                .collect(),
        ),
        Outcome::QuorumUnreachable { needed, answered } => Answer::QuorumUnreachable {
            needed: *needed,
            answered: *answered,
        },
        Outcome::Refused(refusal) => Answer::Refused(*refusal),
        Outcome::NoAnswer => Answer::NoAnswer,
    });
}
