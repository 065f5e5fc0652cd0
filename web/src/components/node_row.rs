//! One row of the node table.

use std::rc::Rc;

use ringlab::ring::{Weight, Zone};
use ringlab_sim::protocol::{Command, NodeRow as Row, NodeState, Subject};
use web_sys::MouseEvent;
use yew::{AttrValue, Callback, Html, Properties, classes, component, html};

use super::field::Field;
use super::replace::Replace;
use super::swatch::Swatch;
use super::text_field::complaint;
use crate::engine::Engine;
use crate::held::{Refusals, Wanted};
use crate::hooks::{use_dispatch, use_engine};
use crate::palette::{Look, of_node};
use crate::state::{Action, Focus};
use crate::text::{faults, frame, nodes};
use crate::view::faults::Down;
use crate::view::numbers::{bytes, count, percent, percent_of, ratio, short_count, signed};
use crate::view::rows::{Scale, fair_keys};

/// What a row needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The node.
    pub row: Row,
    /// Its place in the whole table, from 1; the heading is 1.
    pub place: usize,
    /// What bars are drawn against.
    pub scale: Scale,
    /// Everyone who is down, when it is.
    pub down: Option<Rc<Down>>,
    /// On which ground.
    pub look: Look,
    /// Whether it is in focus.
    pub is_selected: bool,
    /// What waits its turn.
    pub wanted: Wanted,
    /// What was refused.
    pub refusals: Refusals,
}

/// The row.
#[component]
pub fn NodeRow(props: &Props) -> Html {
    let row = &props.row;
    let is_gone = row.state == NodeState::Removed;
    let style = format!("--node: {}", of_node(row.id, props.look));
    let class = classes!(
        "node-row",
        is_gone.then_some("is-gone"),
        props.is_selected.then_some("is-selected"),
    );
    html! {
        <tr
            {class}
            {style}
            aria-rowindex={props.place.to_string()}
            aria-selected={props.is_selected.to_string()}
        >
            <NameCell
                row={row.clone()}
                down={props.down.clone()}
                look={props.look}
                refusals={props.refusals.clone()}
            />
            { keys_cell(row, &props.scale) }
            <td class="number change">
                if props.scale.is_changed {
                    { signed(row.before.map_or(0, |before| before.keys), row.primary.keys) }
                }
            </td>
            <td class="number" title={count(row.primary.requests)}>
                { percent_of(row.primary.requests, props.scale.total.requests) }
            </td>
            <td class="number">{ bytes(row.primary.bytes) }</td>
            <td class="number">{ percent(row.share) }</td>
            { held_cell(row, &props.scale) }
            <WeightCell
                row={row.clone()}
                wanted={props.wanted.clone()}
                refusals={props.refusals.clone()}
            />
            <td class="number">{ count(row.virtual_nodes.into()) }</td>
            <ZoneCell
                row={row.clone()}
                wanted={props.wanted.clone()}
                refusals={props.refusals.clone()}
            />
            <RemoveCell row={row.clone()} refusals={props.refusals.clone()} />
        </tr>
    }
}

#[derive(PartialEq, Properties)]
struct NameProps {
    row: Row,
    down: Option<Rc<Down>>,
    look: Look,
    refusals: Refusals,
}

#[component]
fn NameCell(props: &NameProps) -> Html {
    let dispatch = use_dispatch();
    let row = &props.row;
    let node = row.id;
    let onclick =
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Focus(Focus::Node(node))));
    let (glyph, word) = nodes::state(row.state, row.condition);
    html! {
        <th scope="row" class="name">
            <button class="name-button" {onclick} disabled={row.state == NodeState::Removed}>
                <Swatch node={row.id} name={row.name.to_string()} look={props.look} />
                <span class="name-text" title={row.name.to_string()}>{ row.name.as_str() }</span>
            </button>
            <span class={classes!("state", word)} title={faults::advice(row.condition).unwrap_or(word)}>
                <span aria-hidden="true">{ glyph }</span>
                <span class="state-word">{ " " }{ word }</span>
            </span>
            if let Some(down) = props.down.clone() {
                <Replace
                    id={format!("replace-{}", row.id.0)}
                    class="replace"
                    {down}
                    refusals={props.refusals.clone()}
                />
            }
        </th>
    }
}

#[derive(PartialEq, Properties)]
struct CellProps {
    row: Row,
    #[prop_or_default]
    wanted: Wanted,
    refusals: Refusals,
}

#[component]
fn WeightCell(props: &CellProps) -> Html {
    let engine = use_engine();
    let Row { id, weight, .. } = props.row;
    let value = weight.to_string();
    let enter = {
        let engine = engine.clone();
        let stands = stands(props, &Subject::Weight(id), &value);
        Callback::from(move |text: String| {
            let asked: Weight = text.parse().map_err(|error| frame::reason(&error))?;
            if asked.to_string() != *stands {
                engine.send(Command::Reweight(id, asked));
            }
            Ok(())
        })
    };
    cell(props, &engine, Subject::Weight(id), value, enter)
}

#[component]
fn ZoneCell(props: &CellProps) -> Html {
    let engine = use_engine();
    let id = props.row.id;
    let value = props.row.zone.to_string();
    let enter = {
        let engine = engine.clone();
        let stands = stands(props, &Subject::Zone(id), &value);
        Callback::from(move |text: String| {
            let asked: Zone = text.parse().map_err(|error| frame::reason(&error))?;
            if asked.as_str() != &*stands {
                engine.send(Command::Rezone(id, asked));
            }
            Ok(())
        })
    };
    cell(props, &engine, Subject::Zone(id), value, enter)
}

/// What a field shows: the value that waits, else the one in force.
fn stands(props: &CellProps, subject: &Subject, value: &str) -> AttrValue {
    let wanted = props.wanted.of(subject);
    wanted.unwrap_or_else(|| AttrValue::from(value.to_owned()))
}

fn cell(
    props: &CellProps,
    engine: &Engine,
    subject: Subject,
    value: String,
    enter: Callback<String, Result<(), String>>,
) -> Html {
    let row = &props.row;
    let is_disabled = matches!(row.state, NodeState::Leaving | NodeState::Removed);
    let is_number = matches!(subject, Subject::Weight(_));
    let (id, label) = if is_number {
        ("weight", nodes::weight_of(row.name.as_str()))
    } else {
        ("zone", nodes::zone_of(row.name.as_str()))
    };
    html! {
        <td class="edit">
            <Field
                id={format!("{id}-{}", row.id.0)}
                {label}
                value={stands(props, &subject, &value)}
                is_waiting={props.wanted.of(&subject).is_some()}
                {enter}
                refusal={props.refusals.why(&subject)}
                edited={engine.edits(subject)}
                {is_number}
                {is_disabled}
                is_bare={true}
            />
        </td>
    }
}

#[component]
fn RemoveCell(props: &CellProps) -> Html {
    let engine = use_engine();
    let node = props.row.id;
    let is_going = matches!(props.row.state, NodeState::Leaving | NodeState::Removed);
    let onclick = Callback::from(move |_: MouseEvent| {
        if !is_going {
            engine.send(Command::Remove(vec![node]));
        }
    });
    let label = nodes::remove(props.row.name.as_str());
    let refusal = props.refusals.why(&Subject::Removal(vec![node]));
    let complaint_id = format!("remove-{}-error", node.0);
    html! {
        <td class="remove">
            <button
                class="button quiet square"
                aria-label={label.clone()}
                title={label}
                aria-disabled={is_going.to_string()}
                aria-describedby={refusal.is_some().then(|| complaint_id.clone())}
                {onclick}
            >
                { "×" }
            </button>
            { complaint(complaint_id, refusal.as_ref()) }
        </td>
    }
}

/// Keys now as a bar, before as an outline, the fair share as a tick.
fn keys_cell(row: &Row, scale: &Scale) -> Html {
    let fair = fair_keys(row, scale.total.keys);
    let part = |keys: u64| format!("{:.4}", ratio(keys, scale.keys));
    let before = row.before.map(|before| before.keys);
    let style = format!(
        "--now: {}; --before: {}; --fair: {}",
        part(row.primary.keys),
        part(before.unwrap_or(0)),
        part(fair),
    );
    let before = before.map(count);
    let title = nodes::bar(row.primary.keys, before.as_deref(), &count(fair));
    html! {
        <td class="bars" {title}>
            <span class="bars-number">{ count(row.primary.keys) }</span>
            <span class="bars-track" {style} aria-hidden="true">
                <span class="bar-now" />
                if before.is_some() {
                    <span class="bar-before" />
                }
                <span class="bar-fair" />
            </span>
        </td>
    }
}

fn held_cell(row: &Row, scale: &Scale) -> Html {
    let style = format!("--now: {:.4}", ratio(row.held.keys, scale.held));
    html! {
        <td class="bars held" title={count(row.held.keys)}>
            <span class="bars-number">{ short_count(row.held.keys) }</span>
            <span class="bars-track" {style} aria-hidden="true">
                <span class="bar-now" />
            </span>
        </td>
    }
}
