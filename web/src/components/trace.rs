//! The way of a request, step by step, with simulated times.

use std::sync::Arc;

use ringlab::ring::NodeId;
use ringlab::time::Instant;
use ringlab_sim::protocol::{Answer, ChangeReport, NodeTable, Request, Situation, StepKind, Trace};
use yew::{Html, Properties, classes, component, html};

use super::siblings::{Siblings, use_resolve};
use crate::held::{Refusals, Section};
use crate::palette::{Look, of_node};
use crate::text::ring as text;
use crate::view::numbers::{bytes, span, token};
use crate::view::rows::{name_of, row_of};
use crate::view::trace::{is_current, is_loaded};

/// An answer of up to so many bytes is read in three lines.
const ANSWER_SHORT: u64 = 90;

/// What the way needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The request.
    pub trace: Section<Trace>,
    /// For what was written.
    pub situation: Section<Arc<Situation>>,
    /// The last change.
    pub change: Section<ChangeReport>,
    /// For the nodes' names.
    pub nodes: Section<NodeTable>,
    /// On which ground.
    pub look: Look,
    /// What was refused.
    pub refusals: Refusals,
}

/// The way.
#[component]
pub fn TraceView(props: &Props) -> Html {
    let resolve = use_resolve(&props.trace);
    let (Some(trace), Some(table)) = (props.trace.get(), props.nodes.get()) else {
        return html! { <p class="empty">{ text::NO_TRACE }</p> };
    };
    let name = |node: NodeId| match row_of(table, node) {
        None if node == trace.coordinator => text::COORDINATOR.to_owned(),
        _ => name_of(table, node),
    };
    let began = trace.steps.first().map_or(Instant::ZERO, |step| step.at);
    let verb = match &trace.request {
        Request::Put { .. } => text::PUT,
        Request::Get { .. } => text::GET,
        Request::Delete { .. } => text::DELETE,
    };
    let key = String::from_utf8_lossy(trace.request.key());
    let answer = trace.answer.as_ref();
    let answer = answer.map(|answer| text::answer(&trace.request, answer));
    html! {
        <div class="trace">
            <div class="trace-head">
                <p class="trace-answer" aria-live="polite">
                    <span class="trace-verb">{ verb }</span>
                    { " " }
                    <code>{ &*key }</code>
                    { " → " }
                    <strong>{ answer.unwrap_or_else(|| text::UNDER_WAY.to_owned()) }</strong>
                </p>
                if props.situation.get().is_some_and(|situation| is_loaded(trace, situation)) {
                    <p class="trace-note">{ text::LOADED_VALUE }</p>
                }
                if !trace.fallbacks.is_empty() {
                    <p class="trace-note">{ text::sloppy(&trace.fallbacks, name) }</p>
                }
                if let Some(length) = long_answer(trace.answer.as_ref()) {
                    <p class="trace-note">{ bytes(length) }</p>
                }
                if !is_current(trace, props.change.get()) {
                    <p class="trace-note">{ text::RING_CHANGED }</p>
                }
            </div>
            if let Some(values) = siblings(trace.answer.as_ref()) {
                <Siblings
                    key={trace.id}
                    user={trace.user}
                    values={values.to_vec()}
                    {resolve}
                    refusals={props.refusals.clone()}
                />
            }
            <ol class="trace-steps">
                { step_line(text::STEP_HASH, &text::hashed(&key, &token(trace.token)), None, "") }
                for step in &trace.steps {
                    { step_row(step.at.since(began), &step.what, trace, name, props.look) }
                }
            </ol>
        </div>
    }
}

/// Values that were read and stand beside each other.
fn siblings(answer: Option<&Answer>) -> Option<&[Vec<u8>]> {
    match answer {
        Some(Answer::Values(values)) if values.len() > 1 => Some(values),
        _ => None,
    }
}

/// How long an answer is that the line above may cut.
fn long_answer(answer: Option<&Answer>) -> Option<u64> {
    let Some(Answer::Values(values)) = answer else {
        return None;
    };
    let length = values.iter().map(|value| value.len() as u64).sum();
    (length > ANSWER_SHORT).then_some(length)
}

fn step_row(
    after: std::time::Duration,
    what: &StepKind,
    trace: &Trace,
    name: impl Fn(NodeId) -> String,
    look: Look,
) -> Html {
    let (label, mut sentence) = text::step(what, &name);
    if matches!(what, StepKind::Coordinate { .. }) {
        sentence = format!("{} {sentence}", name(trace.coordinator));
    }
    let node = match what {
        StepKind::Reply { from, .. } | StepKind::Late { from } => Some(*from),
        StepKind::Coordinate { .. }
        | StepKind::Ask { .. }
        | StepKind::Fallbacks(_)
        | StepKind::Hedge
        | StepKind::Quorum
        | StepKind::Repaired(_)
        | StepKind::Answer => None,
    };
    let colour = node.map(|node| of_node(node, look).to_string());
    step_line(label, &sentence, colour, &span(after))
}

fn step_line(label: &'static str, sentence: &str, colour: Option<String>, after: &str) -> Html {
    let class = classes!("trace-step", label.to_lowercase());
    let style = colour.map(|colour| format!("--node: {colour}"));
    html! {
        <li {class} {style}>
            <span class="trace-time">{ after }</span>
            <span class="trace-label">{ label }</span>
            <span class="trace-sentence">{ sentence }</span>
        </li>
    }
}
