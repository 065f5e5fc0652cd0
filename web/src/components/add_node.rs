//! The form for a node: name, weight and zone, each of them chosen when left out.

use std::str::FromStr;

use ringlab::ring::RingError;
use ringlab_sim::protocol::{Command, NewNode, Refused, Subject};
use web_sys::{HtmlInputElement, InputEvent, SubmitEvent};
use yew::{
    AttrValue, Callback, Html, Properties, component, html, use_effect_with, use_node_ref,
    use_state_eq,
};

use super::field::Field;
use super::generator::whole;
use super::text_field::{TextField, complaint, typed};
use crate::engine::Engine;
use crate::held::Refusals;
use crate::hooks::{use_engine, use_mistakes, use_sent};
use crate::text::{frame, nodes};

/// Nodes that the button for many adds, unless a person says how many.
const MANY: u32 = 10;

/// What the form needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Nodes that can still be added.
    pub room: u32,
    /// No more changes can wait.
    pub is_full: bool,
    /// The name of the node that came last.
    pub newest: Option<AttrValue>,
    /// What was refused.
    pub refusals: Refusals,
}

/// What is wrong with name, weight and zone.
type Wrong = [Option<String>; 3];

/// The form.
#[component]
pub fn AddNode(props: &Props) -> Html {
    let engine = use_engine();
    let [name, weight, zone] = [use_node_ref(), use_node_ref(), use_node_ref()];
    let wrong = use_state_eq(Wrong::default);
    let onsubmit = {
        let (engine, wrong) = (engine.clone(), wrong.clone());
        let fields = [name.clone(), weight.clone(), zone.clone()];
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            forget_refusals(&engine);
            let node = node_of(fields.each_ref().map(typed));
            wrong.set(node.as_ref().err().cloned().unwrap_or_default());
            if let Ok(node) = node {
                engine.send(Command::Add(vec![node]));
            }
        })
    };
    let oninput = {
        let (engine, wrong) = (engine.clone(), wrong.clone());
        Callback::from(move |_: InputEvent| {
            forget_refusals(&engine);
            wrong.set(Wrong::default());
        })
    };
    // A name is taken once its node is there.
    let named = name.clone();
    use_effect_with(props.newest.clone(), move |newest| {
        let field = named.cast::<HtmlInputElement>();
        if let (Some(field), Some(newest)) = (field, newest)
            && field.value() == newest.as_str()
        {
            field.set_value("");
        }
    });
    let mended = wrong.clone();
    let sent = use_sent();
    use_effect_with(sent, move |_| mended.set(Wrong::default()));
    let [wrong_name, wrong_weight, wrong_zone] = (*wrong).clone().map(|why| why.map(Into::into));
    let wrong_name = wrong_name.or_else(|| props.refusals.why(&Subject::NewName));
    let refused = props.refusals.why(&Subject::NewNodes);
    let refused = refused.or_else(|| {
        let full = || frame::reason(&Refused::TooManyWaiting).into();
        props.is_full.then(full)
    });
    html! {
        <form class="add-node form-line" {onsubmit}>
            <TextField
                id="new-name"
                class="inline"
                label={nodes::NAME}
                hint={nodes::NAME_HINT}
                wrong={wrong_name}
                input={name}
                oninput={&oninput}
            />
            <TextField
                id="new-weight"
                class="inline short"
                label={nodes::WEIGHT}
                hint="1"
                wrong={wrong_weight}
                is_number={true}
                input={weight}
                oninput={&oninput}
            />
            <TextField
                id="new-zone"
                class="inline"
                label={nodes::ZONE}
                hint={nodes::ZONE_HINT}
                wrong={wrong_zone}
                input={zone}
                {oninput}
            />
            <span class="add-buttons">
                <button
                    class="button primary"
                    type="submit"
                    disabled={props.is_full}
                    aria-describedby={refused.is_some().then_some(REFUSED_ID)}
                >
                    { nodes::ADD }
                </button>
                { complaint(REFUSED_ID, refused.as_ref()) }
            </span>
            <AddMany room={props.room} is_full={props.is_full} />
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct ManyProps {
    room: u32,
    is_full: bool,
}

/// As many nodes as a person says, in one change.
#[component]
fn AddMany(props: &ManyProps) -> Html {
    let engine = use_engine();
    let many = use_state_eq(|| MANY);
    let mistakes = use_mistakes();
    let room = props.room;
    let enter = {
        let (many, mistakes) = (many.clone(), mistakes.clone());
        Callback::from(move |typed: String| {
            let read = whole(typed.trim(), 1, room.max(1));
            mistakes.note(HOW_MANY, read.is_err());
            many.set(read?);
            Ok(())
        })
    };
    let edited = {
        let mistakes = mistakes.clone();
        Callback::from(move |()| mistakes.note(HOW_MANY, false))
    };
    let add = {
        let many = *many;
        Callback::from(move |_| {
            engine.send(Command::Add(vec![NewNode::default(); many as usize]));
        })
    };
    html! {
        <>
            <Field
                id={HOW_MANY}
                class="short how-many"
                label={nodes::HOW_MANY}
                value={many.to_string()}
                {enter}
                {edited}
                is_number={true}
                is_bare={true}
            />
            <button
                class="button"
                type="button"
                disabled={props.is_full || !mistakes.is_none()}
                onclick={add}
            >
                { nodes::add_many(*many) }
            </button>
        </>
    }
}

/// The id of the field for the number of nodes.
const HOW_MANY: &str = "how-many";
/// The id of why no node at all can be added.
const REFUSED_ID: &str = "new-nodes-error";

fn forget_refusals(engine: &Engine) {
    engine.edited(Subject::NewName);
    engine.edited(Subject::NewNodes);
}

/// The node asked for. Whether its name is taken is the engine's to judge.
fn node_of([name, weight, zone]: [String; 3]) -> Result<NewNode, Wrong> {
    match (given(&name), given(weight.trim()), given(&zone)) {
        (Ok(name), Ok(weight), Ok(zone)) => Ok(NewNode {
            name,
            weight: weight.unwrap_or_default(),
            zone,
        }),
        (name, weight, zone) => Err([name.err(), weight.err(), zone.err()]),
    }
}

fn given<T: FromStr<Err = RingError>>(typed: &str) -> Result<Option<T>, String> {
    if typed.is_empty() {
        return Ok(None);
    }
    typed
        .parse()
        .map(Some)
        .map_err(|error| frame::reason(&error))
}
