//! What is to be said of a request's way: whether it still holds for the ring as it is, and whether
//! its value was loaded.

use ringlab_sim::protocol::{Answer, ChangeReport, Request, Situation, StepKind, Trace};

#[cfg(test)]
mod tests;

/// Whether a request got the value that a loaded key has while nobody writes over it.
#[must_use]
pub fn is_loaded(trace: &Trace, situation: &Situation) -> bool {
    let Request::Get { key } = &trace.request else {
        return false;
    };
    let has_value = matches!(&trace.answer, Some(Answer::Values(values)) if !values.is_empty());
    has_value && situation.writes.iter().all(|(written, _)| written != key)
}

/// Whether the nodes that a request asked are still those that hold its key: no membership change
/// has begun since, and one that was under way then still is.
#[must_use]
pub fn is_current(trace: &Trace, last_change: Option<&ChangeReport>) -> bool {
    let is_ask = |what: &StepKind| matches!(what, StepKind::Ask { .. });
    let asked = trace.steps.iter().rfind(|step| is_ask(&step.what));
    match (asked, last_change) {
        (Some(asked), Some(change)) => asked.at >= change.ended.unwrap_or(change.began),
        _ => true,
    }
}
