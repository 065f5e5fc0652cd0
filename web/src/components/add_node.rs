//! The form for a node: name, weight and zone, each of them chosen when left out.

use ringlab::ring::Weight;
use ringlab_sim::protocol::{Command, NewNode};
use web_sys::{HtmlInputElement, SubmitEvent};
use yew::{
    AttrValue, Callback, Html, NodeRef, Properties, component, html, use_node_ref, use_state,
};

use crate::hooks::use_engine;
use crate::text::{frame, nodes};

/// Nodes that the button for many adds.
const MANY: usize = 10;

/// What the form needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Why the last change was refused.
    pub refusal: Option<AttrValue>,
}

/// The form.
#[component]
pub fn AddNode(props: &Props) -> Html {
    let engine = use_engine();
    let (name, weight, zone) = (use_node_ref(), use_node_ref(), use_node_ref());
    let error = use_state(|| None::<String>);
    let onsubmit = {
        let (engine, error) = (engine.clone(), error.clone());
        let fields = [name.clone(), weight.clone(), zone.clone()];
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let [name, weight, zone] = fields.each_ref().map(taken);
            match node_of(name, &weight, zone) {
                Ok(node) => {
                    error.set(None);
                    engine.send(Command::Add(vec![node]));
                }
                Err(wrong) => error.set(Some(wrong)),
            }
        })
    };
    let add_many = Callback::from(move |_| {
        engine.send(Command::Add(vec![NewNode::default(); MANY]));
    });
    let wrong = (*error)
        .clone()
        .map(AttrValue::from)
        .or_else(|| props.refusal.clone());
    html! {
        <form class="add-node" {onsubmit}>
            { field(nodes::NAME, nodes::NAME_HINT, "", name) }
            { field(nodes::WEIGHT, "1", "short", weight) }
            { field(nodes::ZONE, nodes::ZONE_HINT, "", zone) }
            <button class="button primary" type="submit">{ nodes::ADD }</button>
            <button class="button" type="button" onclick={add_many}>{ nodes::ADD_TEN }</button>
            if let Some(wrong) = wrong {
                <span class="refusal" role="alert">{ wrong }</span>
            }
        </form>
    }
}

fn field(label: &'static str, hint: &'static str, size: &'static str, input: NodeRef) -> Html {
    html! {
        <label class={yew::classes!("field", "inline", size)}>
            <span class="field-label">{ label }</span>
            <input ref={input} class="input" type="text" placeholder={hint} autocomplete="off" />
        </label>
    }
}

/// What was typed.
fn taken(field: &NodeRef) -> String {
    field
        .cast::<HtmlInputElement>()
        .map(|input| input.value())
        .unwrap_or_default()
}

/// The node asked for. Names and zones are the engine's to judge: it knows those that are taken.
fn node_of(name: String, weight: &str, zone: String) -> Result<NewNode, String> {
    let weight = match weight.trim() {
        "" => Weight::ONE,
        typed => typed
            .parse()
            .map_err(|error: ringlab::ring::RingError| frame::sentence(&error.to_string()))?,
    };
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(NewNode {
        name: given(name),
        weight,
        zone: given(zone),
    })
}
