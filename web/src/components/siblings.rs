//! Values that stand beside each other, and what ends that: one of them, or a value that joins them,
//! put by whoever has read them.

use ringlab_sim::protocol::{Answer, Command, Request, Subject, Trace, User};
use web_sys::{InputEvent, MouseEvent, SubmitEvent};
use yew::{
    AttrValue, Callback, Html, Properties, component, hook, html, use_effect_with, use_state_eq,
};

use super::field::text_of;
use super::text_field::TextField;
use crate::held::{Refusals, Section};
use crate::hooks::use_engine;
use crate::text::ring as text;

/// What the siblings need.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The read that found them.
    pub user: User,
    /// They.
    pub values: Vec<Vec<u8>>,
    /// Puts a value in the place of all.
    pub resolve: Callback<Vec<u8>>,
    /// What was refused.
    pub refusals: Refusals,
}

/// The siblings.
#[component]
pub fn Siblings(props: &Props) -> Html {
    let engine = use_engine();
    let typed = use_state_eq(|| None::<String>);
    let merged = (*typed).clone();
    let merged = merged.unwrap_or_else(|| text::joined(&props.values));
    let onsubmit = {
        let (resolve, merged) = (props.resolve.clone(), merged.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            resolve.emit(merged.clone().into_bytes());
        })
    };
    let oninput = Callback::from(move |event: InputEvent| {
        typed.set(text_of(&event));
        engine.edited(Subject::Value);
    });
    html! {
        <div class="siblings" role="group" aria-label={text::SIBLINGS}>
            <p class="trace-note">{ text::siblings(props.values.len() as u64, props.user) }</p>
            <ul>
                for value in &props.values {
                    { sibling(value, &props.resolve) }
                }
            </ul>
            <form class="form-line siblings-merge" {onsubmit}>
                <TextField
                    id="merged-value"
                    class="inline grow"
                    label={text::MERGED}
                    value={AttrValue::from(merged)}
                    wrong={props.refusals.why(&Subject::Value)}
                    {oninput}
                />
                <button class="button" type="submit">{ text::PUT_MERGED }</button>
            </form>
        </div>
    }
}

fn sibling(value: &[u8], resolve: &Callback<Vec<u8>>) -> Html {
    let shown = String::from_utf8_lossy(value).into_owned();
    let kept = value.to_vec();
    let onclick = resolve.reform(move |_: MouseEvent| kept.clone());
    html! {
        <li>
            <code>{ &shown }</code>
            <button class="button small" aria-label={text::keep(&shown)} {onclick}>
                { text::KEEP }
            </button>
        </li>
    }
}

/// Puts a value in the place of what a trace has read, in the name of who has read it; when that
/// is stored, reads again, so that the answer is one value.
#[hook]
pub fn use_resolve(trace: &Section<Trace>) -> Callback<Vec<u8>> {
    let engine = use_engine();
    let put = use_state_eq(|| None::<Request>);
    let read = trace
        .get()
        .map(|trace| (trace.user, trace.request.key().to_vec()));
    let (stored, reader) = (put.clone(), engine.clone());
    use_effect_with(trace.clone(), move |trace| {
        let Some(trace) = trace
            .get()
            .filter(|trace| Some(&trace.request) == (*stored).as_ref())
        else {
            return;
        };
        let Some(answer) = &trace.answer else {
            return;
        };
        if matches!(answer, Answer::Stored { .. }) {
            let key = trace.request.key().to_vec();
            reader.send(Command::Request(trace.user, Request::Get { key }));
        }
        stored.set(None);
    });
    Callback::from(move |value: Vec<u8>| {
        if let Some((user, key)) = read.clone() {
            let request = Request::Put { key, value };
            put.set(Some(request.clone()));
            engine.send(Command::Request(user, request));
        }
    })
}
