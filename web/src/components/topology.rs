//! Nodes for the ring from the text of a system that people run: pasted, or from a file.

use std::rc::Rc;
use std::sync::Arc;

use ringlab::ring::NodeSpec;
use ringlab_sim::protocol::Situation;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, MouseEvent};
use yew::{
    AttrValue, Callback, Children, Event, Html, InputEvent, NodeRef, Properties, TargetCast,
    component, html, use_effect_with, use_node_ref, use_state_eq,
};

use super::comparison::Beside;
use super::text_field::complaint;
use crate::held::Section;
use crate::hooks::use_engine;
use crate::text::topology as text;
use crate::view::topology::with_nodes;
use crate::wire::{
    Cluster, Comparing, Comparison, SYSTEM_TEXT_BYTES_MAX, SystemText, TopologyRead,
};

const FIELD: &str = "topology-text";
const WRONG: &str = "topology-text-error";
/// What comes as a whole and is longer is read and not shown: whenever the page is laid out, each line
/// of a field is, and the thousands of a large cluster hold a frame up.
const SHOWN_LINES_MAX: usize = 400;
/// The same of one that has long lines.
const SHOWN_BYTES_MAX: usize = 32 << 10;

/// What it needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// What stands.
    pub situation: Section<Arc<Situation>>,
    /// What was made of the text.
    pub read: Rc<TopologyRead>,
    /// How many were read: with each, all that hangs on a text is made anew.
    pub reads: u32,
    /// How far comparing that system with the ring is.
    pub comparing: Comparing,
    /// What came of it.
    pub comparison: Option<Rc<Comparison>>,
}

/// A text for the field, or why there is none.
struct Came {
    text: Result<String, String>,
    /// In the place of what was there, as a file is.
    is_whole: bool,
}

/// What came of the wish to make nodes the ring.
#[derive(Clone, Debug, PartialEq)]
enum Wish {
    None,
    /// These are the nodes.
    Granted(Vec<NodeSpec>),
    Refused(String),
}

/// The part of the panel.
#[component]
pub fn FromText(props: &Props) -> Html {
    let engine = use_engine();
    let field = use_node_ref();
    let wish = use_state_eq(|| Wish::None);
    let unseen = use_state_eq(|| None);
    // The field is empty when it appears, whatever was read before.
    use_effect_with((), {
        let engine = engine.clone();
        move |()| {
            engine.read(String::new());
            // Nor is anything to be counted for a field that is gone.
            move || engine.read(String::new())
        }
    });
    let take = {
        let (engine, wish, unseen) = (engine.clone(), wish.clone(), unseen.clone());
        let field = field.clone();
        Callback::from(move |Came { text, is_whole }: Came| {
            let read = text.and_then(|text| match text.len() {
                ..=SYSTEM_TEXT_BYTES_MAX => Ok(text),
                _ => Err(text::too_large(text::THE_TEXT)),
            });
            let text = read.as_deref().unwrap_or_default();
            let is_hidden = is_whole && is_long(text);
            unseen.set(is_hidden.then(|| text.lines().count()));
            if is_whole {
                show(&field, if is_hidden { "" } else { text });
            }
            wish.set(match &read {
                Ok(_) => Wish::None,
                Err(why) => Wish::Refused(why.clone()),
            });
            engine.read(read.unwrap_or_default());
        })
    };
    let replace = {
        let (stands, wish) = (props.situation.clone(), wish.clone());
        Callback::from(move |cluster: Cluster| {
            let Some(stands) = stands.get() else {
                return;
            };
            wish.set(match with_nodes(stands, &cluster) {
                Ok(situation) => {
                    engine.open(situation);
                    Wish::Granted(cluster.nodes)
                }
                Err(why) => Wish::Refused(why),
            });
        })
    };
    let wrong = match (&*wish, &*props.read) {
        (Wish::Refused(why), _) => Some(AttrValue::from(why.clone())),
        (_, TopologyRead::Wrong { line, column, what }) => {
            Some(text::wrong(*line, *column, what).into())
        }
        _ => None,
    };
    let stands = props.situation.get();
    let stand = stands.map(|situation| &situation.nodes);
    let is_done = matches!(&*wish, Wish::Granted(nodes) if stand == Some(nodes));
    let after = html! {
        <>
            if is_done {
                <p role="status">{ text::REPLACED }</p>
            }
            <p>{ text::NOTE }</p>
        </>
    };
    html! {
        <details class="topology">
            <summary>{ text::TITLE }</summary>
            <p>{ text::FORMATS }</p>
            <Text {field} unseen={*unseen} {wrong} {take} />
            if let TopologyRead::Told(whose, clusters) = &*props.read {
                <Offer
                    whose={*whose}
                    clusters={clusters.clone()}
                    {replace}
                    reads={props.reads}
                    virtual_nodes={stands.map(|stands| stands.settings.virtual_nodes)}
                    comparing={props.comparing.clone()}
                    comparison={props.comparison.clone()}
                >
                    { after }
                </Offer>
            } else {
                { after }
            }
        </details>
    }
}

fn is_long(text: &str) -> bool {
    text.len() > SHOWN_BYTES_MAX || text.lines().count() > SHOWN_LINES_MAX
}

/// Puts a text into the field; where it stands there, the caret stays.
fn show(field: &NodeRef, text: &str) {
    if let Some(area) = field.cast::<HtmlTextAreaElement>()
        && area.value() != text
    {
        area.set_value(text);
    }
}

#[derive(PartialEq, Properties)]
struct TextProps {
    field: NodeRef,
    /// How many lines were read that are not shown.
    unseen: Option<usize>,
    wrong: Option<AttrValue>,
    take: Callback<Came>,
}

/// The field, and the button that reads a file in its place.
#[component]
fn Text(props: &TextProps) -> Html {
    let wrong = &props.wrong;
    let oninput = {
        let take = props.take.clone();
        Callback::from(move |event: InputEvent| {
            let way = event.input_type();
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                take.emit(Came {
                    text: Ok(area.value()),
                    // Pasted or dropped, not typed.
                    is_whole: way.starts_with("insertFrom"),
                });
            }
        })
    };
    html! {
        <>
            <div class="field-box">
                <label class="field" for={FIELD}>
                    <span class="field-label">{ text::TEXT }</span>
                </label>
                <textarea
                    id={FIELD}
                    ref={props.field.clone()}
                    class="input"
                    rows="6"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder={props.unseen.map(text::unseen)}
                    aria-invalid={wrong.is_some().then_some("true")}
                    aria-describedby={wrong.is_some().then_some(WRONG)}
                    {oninput}
                />
                { complaint(WRONG, wrong.as_ref()) }
            </div>
            <FromFile take={props.take.clone()} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FromFileProps {
    take: Callback<Came>,
}

/// The button that reads a file.
#[component]
fn FromFile(props: &FromFileProps) -> Html {
    let onchange = {
        let take = props.take.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let file = input.as_ref().and_then(|input| input.files()?.get(0));
            let take = take.clone();
            if let Some(file) = file {
                spawn_local(async move {
                    take.emit(Came {
                        text: text_of(&file).await,
                        is_whole: true,
                    });
                });
            }
            // The same file can be opened again.
            if let Some(input) = input {
                input.set_value("");
            }
        })
    };
    html! {
        <label class="button file">
            { text::PICK }
            <input type="file" class="hidden" {onchange} />
        </label>
    }
}

/// What a file has, unless it is larger than any configuration or cannot be read.
async fn text_of(file: &File) -> Result<String, String> {
    if file.size() > SYSTEM_TEXT_BYTES_MAX as f64 {
        return Err(text::too_large(&file.name()));
    }
    let told = JsFuture::from(file.text()).await.ok();
    told.and_then(|told| told.as_string())
        .ok_or_else(|| text::unreadable(&file.name()))
}

#[derive(PartialEq, Properties)]
struct OfferProps {
    whose: SystemText,
    clusters: Vec<Cluster>,
    replace: Callback<Cluster>,
    reads: u32,
    /// Of the ring that stands, if one does.
    virtual_nodes: Option<u32>,
    comparing: Comparing,
    comparison: Option<Rc<Comparison>>,
    /// What stands below the button.
    children: Children,
}

/// What was read, the button that makes it the ring, and what its own system does with the keys.
#[component]
fn Offer(props: &OfferProps) -> Html {
    let which = use_state_eq(|| 0_usize);
    let clusters = &props.clusters;
    // Another text may have fewer.
    let place = Some(*which).filter(|which| *which < clusters.len());
    let place = place.unwrap_or_default();
    let Some(cluster) = clusters.get(place) else {
        return Html::default();
    };
    let onchange = {
        let which = which.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let place = select.and_then(|select| usize::try_from(select.selected_index()).ok());
            which.set(place.unwrap_or_default());
        })
    };
    let onclick = {
        let (replace, cluster) = (props.replace.clone(), cluster.clone());
        Callback::from(move |_: MouseEvent| replace.emit(cluster.clone()))
    };
    html! {
        <>
            <div class="form-line">
                <p role="status">{ text::found(props.whose, &cluster.name, cluster.nodes.len()) }</p>
                if clusters.len() > 1 {
                    <label class="field inline">
                        <span class="field-label">{ text::WHICH }</span>
                        <select class="input" {onchange}>
                            for offered in clusters {
                                <option selected={offered == cluster}>
                                    { &offered.name }
                                </option>
                            }
                        </select>
                    </label>
                }
                <button class="button primary" {onclick}>{ text::REPLACE }</button>
            </div>
            { props.children.clone() }
            if let Some(virtual_nodes) = props.virtual_nodes {
                <Beside
                    key={format!("{} {place}", props.reads)}
                    whose={props.whose}
                    cluster={place}
                    {virtual_nodes}
                    comparing={props.comparing.clone()}
                    comparison={props.comparison.clone()}
                />
            }
        </>
    }
}
