//! Whether the way of a request still holds for the ring as it is.

use ringlab_sim::protocol::{ChangeReport, StepKind, Trace};

#[cfg(test)]
mod tests;

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
