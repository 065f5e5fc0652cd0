//! What a person lets go wrong, and what came of it, behind a line that says how things are.

use std::rc::Rc;

use ringlab::ring::NodeId;
use ringlab_sim::protocol::{Command, Condition, Fault, NodeRow, NodeTable, Subject};
use web_sys::{HtmlSelectElement, MouseEvent};
use yew::{Callback, Event, Html, Properties, TargetCast, classes, component, html, use_state_eq};

use super::replace::Replace;
use super::swatch::Swatch;
use super::text_field::complaint;
use crate::held::{Refusals, Section};
use crate::hooks::{use_dispatch, use_engine};
use crate::palette::Look;
use crate::state::Action;
use crate::text::faults as text;
use crate::view::faults::{
    Down, apart_with, conditions, counts, is_down, left_out, there, troubled,
};
use crate::view::numbers::count;

/// What the faults need.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Every node.
    pub nodes: Section<NodeTable>,
    /// The node in focus: it is offered first.
    pub selected: Option<NodeId>,
    /// Whether they are open.
    pub is_open: bool,
    /// On which ground.
    pub look: Look,
    /// What was refused.
    pub refusals: Refusals,
}

/// The faults.
#[component]
pub fn Faults(props: &Props) -> Html {
    let dispatch = use_dispatch();
    let toggle = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::ToggleFaults));
    let Some(table) = props.nodes.get() else {
        return Html::default();
    };
    let (nodes, hints) = counts(table);
    let is_uneasy = nodes > 0 || hints > 0;
    html! {
        <section class={classes!("settings", "faults", is_uneasy.then_some("uneasy"))} aria-label={text::TITLE}>
            <button
                class="settings-toggle"
                aria-expanded={props.is_open.to_string()}
                aria-controls="faults-fields"
                onclick={toggle}
            >
                <strong>{ text::TITLE }</strong>
                <span>{ text::summary(nodes, hints) }</span>
                <span class="chevron" aria-hidden="true">{ "›" }</span>
            </button>
            <div id="faults-fields" hidden={!props.is_open}>
                if props.is_open {
                    <div class="settings-fields">
                        <Actions ..props.clone() />
                        <Troubled ..props.clone() />
                        <p class="settings-note">{ text::NOTE }</p>
                    </div>
                }
            </div>
        </section>
    }
}

/// Chooses a node and does something to it.
#[component]
fn Actions(props: &Props) -> Html {
    let engine = use_engine();
    let chosen = use_state_eq(|| None::<NodeId>);
    let Some(table) = props.nodes.get() else {
        return Html::default();
    };
    let wanted = (*chosen).or(props.selected);
    let row = there(table).find(|row| Some(row.id) == wanted);
    let Some(row) = row.or_else(|| there(table).next()) else {
        return Html::default();
    };
    let onchange = Callback::from(move |event: Event| {
        let value = event.target_dyn_into::<HtmlSelectElement>();
        let id = value.and_then(|select| select.value().parse().ok());
        chosen.set(id.map(NodeId));
    });
    let does = |label: &'static str, fault: Fault| {
        let engine = engine.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            engine.send(Command::Fault(fault.clone()));
        });
        html! { <button class="button" {onclick}>{ label }</button> }
    };
    let refusal = props.refusals.why(&Subject::Fault);
    let is_down = is_down(row);
    html! {
        <div class="fault-actions">
            <label class="inline" for="fault-node">{ text::NODE }</label>
            <select id="fault-node" class="input" {onchange}>
                for offered in there(table) {
                    { option(offered, row.id) }
                }
            </select>
            if row.condition == Condition::Paused {
                { does(text::RESUME, Fault::Resume(row.id)) }
            } else if !is_down {
                { does(text::PAUSE, Fault::Pause(row.id)) }
            }
            if row.is_apart {
                { does(text::RECONNECT, Fault::Partition(apart_with(table, row.id, false))) }
            } else {
                { does(text::CUT_OFF, Fault::Partition(apart_with(table, row.id, true))) }
            }
            if is_down {
                { does(text::RESTART, Fault::Restart(row.id)) }
                <Replace
                    id="replace"
                    down={Rc::new(Down::of(table))}
                    refusals={props.refusals.clone()}
                />
            } else {
                { does(text::CRASH, Fault::Crash(row.id)) }
            }
            if row.condition != Condition::Wiped {
                { does(text::WIPE, Fault::Wipe(row.id)) }
            }
            { does(text::HEAL, Fault::Heal) }
            { complaint("fault-error", refusal.as_ref()) }
        </div>
    }
}

fn option(row: &NodeRow, chosen: NodeId) -> Html {
    let is_chosen = row.id == chosen;
    html! {
        <option value={row.id.0.to_string()} selected={is_chosen}>{ row.name.as_str() }</option>
    }
}

/// Who is in trouble, and what is believed of whom.
#[component]
fn Troubled(props: &Props) -> Html {
    let Some(table) = props.nodes.get() else {
        return Html::default();
    };
    let shown: Vec<&NodeRow> = troubled(table).collect();
    if shown.is_empty() {
        return Html::default();
    }
    let left_out = left_out(table);
    html! {
        <>
            <div class="troubled">
                <table>
                    <caption class="hidden">{ text::TROUBLED }</caption>
                    <thead>
                        <tr>
                            for heading in [
                                text::NODE,
                                text::CONDITION,
                                text::BELIEVED,
                            ] {
                                <th scope="col">{ heading }</th>
                            }
                            for heading in [text::HINTS, text::DIFFERING] {
                                <th scope="col" class="number">{ heading }</th>
                            }
                        </tr>
                    </thead>
                    <tbody>
                        for row in shown {
                            { troubled_row(row, props.look) }
                        }
                    </tbody>
                </table>
                if left_out > 0 {
                    <p class="field-note">{ text::left_out(left_out) }</p>
                }
            </div>
            <ul class="advice">
                for advice in conditions(table).into_iter().filter_map(text::advice) {
                    <li>{ advice }</li>
                }
            </ul>
        </>
    }
}

fn troubled_row(row: &NodeRow, look: Look) -> Html {
    html! {
        <tr key={row.id.0}>
            <th scope="row">
                <Swatch node={row.id} name={row.name.to_string()} {look} />
                { " " }
                { row.name.as_str() }
            </th>
            <td>{ text::condition(row.condition) }</td>
            <td>{ text::health(row.health) }</td>
            <td class="number">{ count(row.hints) }</td>
            <td class="number">{ row.differing.map_or("–".to_owned(), count) }</td>
        </tr>
    }
}
