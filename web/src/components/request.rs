//! Put, get, delete: a client's request, keyboard first.

use std::sync::Arc;

use ringlab::hash::token;
use ringlab_sim::protocol::{
    ChangeReport, Command, KeySource, NodeTable, Request as Asked, Situation, Subject, Trace, User,
};
use web_sys::{InputEvent, MouseEvent, SubmitEvent};
use yew::{Callback, Html, Properties, component, html, use_node_ref, use_state_eq};

use super::text_field::{TextField, typed};
use super::trace::TraceView;
use crate::held::{Refusals, Section};
use crate::hooks::{use_dispatch, use_engine};
use crate::palette::Look;
use crate::state::Action;
use crate::text::ring as text;

/// The id of the key's field, for the shortcut that leads there.
pub const KEY_FIELD: &str = "request-key";

/// What the box needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// In whose name requests are made.
    pub user: User,
    /// The last request.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Put,
    Get,
    Delete,
}

/// The box.
#[component]
pub fn Request(props: &Props) -> Html {
    let (engine, dispatch) = (use_engine(), use_dispatch());
    let operation = use_state_eq(|| Operation::Get);
    let (key, value) = (use_node_ref(), use_node_ref());
    let onsubmit = {
        let (engine, dispatch) = (engine.clone(), dispatch.clone());
        let (user, operation) = (props.user, *operation);
        let (key, value) = (key.clone(), value.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let key = typed(&key).into_bytes();
            dispatch.dispatch(Action::Request(token(&key)));
            let asked = match operation {
                Operation::Put => Asked::Put {
                    key,
                    value: typed(&value).into_bytes(),
                },
                Operation::Get => Asked::Get { key },
                Operation::Delete => Asked::Delete { key },
            };
            engine.send(Command::Request(user, asked));
        })
    };
    let choose = |chosen: Operation| {
        let operation = operation.clone();
        Callback::from(move |_: MouseEvent| operation.set(chosen))
    };
    let speak_for = |user: User| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::User(user)))
    };
    let edits = |subject| engine.edits(subject).reform(|_: InputEvent| ());
    let situation = props.situation.get();
    let is_sample = situation.is_some_and(|situation| situation.keys == KeySource::Sample);
    html! {
        <section class="panel request" aria-labelledby="request-title">
            <header class="panel-header">
                <h2 id="request-title">{ text::REQUEST }</h2>
                <div class="speaker">
                    <span aria-hidden="true">{ text::AS }</span>
                    <div class="segments" role="group" aria-label={text::USER} title={text::USER_NOTE}>
                        for user in [User::Ada, User::Ben] {
                            <button
                                aria-pressed={(user == props.user).to_string()}
                                onclick={speak_for(user)}
                            >
                                { text::user(user) }
                            </button>
                        }
                    </div>
                </div>
                <div class="segments" role="group" aria-label={text::OPERATION}>
                    for (chosen, label) in [
                        (Operation::Get, text::GET),
                        (Operation::Put, text::PUT),
                        (Operation::Delete, text::DELETE),
                    ] {
                        <button
                            aria-pressed={(chosen == *operation).to_string()}
                            onclick={choose(chosen)}
                        >
                            { label }
                        </button>
                    }
                </div>
            </header>
            <form class="request-form form-line" {onsubmit}>
                <TextField
                    id={KEY_FIELD}
                    class="inline grow"
                    label={text::KEY}
                    hint={if is_sample { text::KEY_HINT } else { "" }}
                    wrong={props.refusals.why(&Subject::Key)}
                    input={key}
                    oninput={edits(Subject::Key)}
                />
                if *operation == Operation::Put {
                    <TextField
                        id="request-value"
                        class="inline grow"
                        label={text::VALUE}
                        wrong={props.refusals.why(&Subject::Value)}
                        input={value}
                        oninput={edits(Subject::Value)}
                    />
                }
                <button class="button primary" type="submit">{ text::SEND }</button>
            </form>
            <TraceView
                trace={props.trace.clone()}
                situation={props.situation.clone()}
                change={props.change.clone()}
                nodes={props.nodes.clone()}
                look={props.look}
                refusals={props.refusals.clone()}
            />
        </section>
    }
}
