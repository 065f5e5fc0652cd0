//! Put, get, delete: a client's request, keyboard first.

use ringlab_sim::protocol::{Command, NodeTable, Request as Asked, Trace};
use web_sys::{HtmlInputElement, MouseEvent, SubmitEvent};
use yew::{AttrValue, Callback, Html, Properties, component, html, use_node_ref, use_state_eq};

use super::trace::TraceView;
use crate::held::Section;
use crate::hooks::use_engine;
use crate::palette::Look;
use crate::text::ring as text;

/// The id of the key's field, for the shortcut that leads there.
pub const KEY_FIELD: &str = "request-key";

/// What the box needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The last request.
    pub trace: Section<Trace>,
    /// For the nodes' names.
    pub nodes: Section<NodeTable>,
    /// On which ground.
    pub look: Look,
    /// Why the last request was refused.
    pub refusal: Option<AttrValue>,
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
    let engine = use_engine();
    let operation = use_state_eq(|| Operation::Get);
    let (key, value) = (use_node_ref(), use_node_ref());
    let onsubmit = {
        let (key, value, operation) = (key.clone(), value.clone(), *operation);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = |field: &yew::NodeRef| {
                let text = field.cast::<HtmlInputElement>().map(|input| input.value());
                text.unwrap_or_default().into_bytes()
            };
            let key = typed(&key);
            engine.send(Command::Request(match operation {
                Operation::Put => Asked::Put {
                    key,
                    value: typed(&value),
                },
                Operation::Get => Asked::Get { key },
                Operation::Delete => Asked::Delete { key },
            }));
        })
    };
    let choose = |chosen: Operation| {
        let operation = operation.clone();
        Callback::from(move |_: MouseEvent| operation.set(chosen))
    };
    html! {
        <section class="panel request" aria-labelledby="request-title">
            <header class="panel-header">
                <h2 id="request-title">{ text::REQUEST }</h2>
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
            <form class="request-form" {onsubmit}>
                <label class="field inline grow">
                    <span class="field-label">{ text::KEY }</span>
                    <input
                        ref={key}
                        id={KEY_FIELD}
                        class="input"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                    />
                </label>
                if *operation == Operation::Put {
                    <label class="field inline grow">
                        <span class="field-label">{ text::VALUE }</span>
                        <input ref={value} class="input" type="text" autocomplete="off" />
                    </label>
                }
                <button class="button primary" type="submit">{ text::SEND }</button>
            </form>
            if let Some(refusal) = &props.refusal {
                <p class="refusal" role="alert">{ refusal }</p>
            }
            <TraceView
                trace={props.trace.clone()}
                nodes={props.nodes.clone()}
                look={props.look}
            />
        </section>
    }
}
