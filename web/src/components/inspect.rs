//! What stands at a place of the ring: the exact range, its owners, its load and hottest keys. The
//! way there by keyboard, too: a key, a token, the range before and after.

use std::rc::Rc;

use ringlab::hash::{Token, token as token_of};
use ringlab::ring::NodeId;
use ringlab_sim::protocol::{Inspection, KeyLoad, NodeTable};
use web_sys::{HtmlInputElement, MouseEvent, SubmitEvent};
use yew::{Callback, Html, Properties, component, html, use_node_ref};

use super::swatch::Swatch;
use crate::held::Section;
use crate::hooks::use_dispatch;
use crate::palette::Look;
use crate::state::{Action, Focus};
use crate::text::ring as text;
use crate::view::numbers::{bytes, count, percent, short_count, token};
use crate::view::rows::{name_of, row_of};

/// Tokens written out; a person who wants more has the drawing.
const TOKENS_WRITTEN: usize = 12;

/// What the panel needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// What stands there.
    pub inspection: Section<Inspection>,
    /// For the nodes' names.
    pub nodes: Section<NodeTable>,
    /// On which ground.
    pub look: Look,
}

/// The panel.
#[component]
pub fn Inspect(props: &Props) -> Html {
    let none = Inspection::Nothing;
    let facts = match (props.inspection.get().unwrap_or(&none), props.nodes.get()) {
        (Inspection::Nothing, _) | (_, None) => html! { <p class="empty">{ text::NOTHING }</p> },
        (Inspection::Range { .. }, Some(table)) => {
            range_facts(props.inspection.get().unwrap_or(&none), table, props.look)
        }
        (Inspection::Node { .. }, Some(table)) => {
            node_facts(props.inspection.get().unwrap_or(&none), table, props.look)
        }
    };
    html! {
        <section class="panel inspect" aria-labelledby="inspect-title">
            <header class="panel-header">
                <h2 id="inspect-title">{ text::INSPECT }</h2>
                <Find />
            </header>
            { facts }
        </section>
    }
}

#[component]
fn Find() -> Html {
    let dispatch = use_dispatch();
    let field = use_node_ref();
    let onsubmit = {
        let field = field.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = field.cast::<HtmlInputElement>().map(|input| input.value());
            if let Some(typed) = typed.filter(|typed| !typed.is_empty()) {
                dispatch.dispatch(Action::Focus(Focus::Token(place_of(&typed))));
            }
        })
    };
    html! {
        <form class="find" {onsubmit}>
            <input
                ref={field}
                class="input"
                type="text"
                autocomplete="off"
                spellcheck="false"
                aria-label={text::FIND}
                placeholder={text::FIND_HINT}
            />
            <button class="button" type="submit">{ text::FIND_BUTTON }</button>
        </form>
    }
}

/// A token that is written as one, else the token of a key.
fn place_of(typed: &str) -> Token {
    let digits = typed
        .strip_prefix("0x")
        .and_then(|digits| u64::from_str_radix(digits, 16).ok());
    digits.map_or_else(|| token_of(typed.as_bytes()), Token)
}

fn range_facts(inspection: &Inspection, table: &NodeTable, look: Look) -> Html {
    let Inspection::Range {
        range,
        share,
        owners,
        load,
        hottest,
        ..
    } = inspection
    else {
        return Html::default();
    };
    let before = range.after;
    let after = Token(range.to.0.wrapping_add(1));
    html! {
        <>
            <div class="range-line">
                <Neighbour place={before} label={text::BEFORE} glyph="‹" />
                <code>{ text::range(&token(range.after), &token(range.to)) }</code>
                <Neighbour place={after} label={text::AFTER} glyph="›" />
                <span class="range-share">{ percent(*share) }</span>
            </div>
            <dl class="facts">
                <div>
                    <dt>{ text::OWNERS }</dt>
                    <dd>{ owner_list(owners, table, look) }</dd>
                </div>
                <div>
                    <dt>{ text::LOAD }</dt>
                    <dd>
                        { text::load(load.keys, &short_count(load.requests), &bytes(load.bytes)) }
                    </dd>
                </div>
            </dl>
            { hottest_keys(hottest, table.total.requests) }
        </>
    }
}

fn node_facts(inspection: &Inspection, table: &NodeTable, look: Look) -> Html {
    let Inspection::Node {
        node,
        tokens,
        tokens_left_out,
        hottest,
    } = inspection
    else {
        return Html::default();
    };
    let all = tokens.len() as u64 + u64::from(*tokens_left_out);
    let left_out = all.saturating_sub(TOKENS_WRITTEN as u64);
    let load = row_of(table, *node)
        .map(|row| row.primary)
        .unwrap_or_default();
    let written = tokens.iter().take(TOKENS_WRITTEN).map(|&one| token(one));
    html! {
        <>
            <dl class="facts">
                <div>
                    <dt>{ owner_list(&[*node], table, look) }</dt>
                    <dd>
                        { text::load(load.keys, &short_count(load.requests), &bytes(load.bytes)) }
                    </dd>
                </div>
            </dl>
            { hottest_keys(hottest, table.total.requests) }
            <details class="tokens">
                <summary>{ text::tokens(all) }</summary>
                <code>{ written.collect::<Vec<_>>().join("  ") }</code>
                if left_out > 0 {
                    <p class="empty">
                        { text::tokens_left_out(u32::try_from(left_out).unwrap_or(u32::MAX)) }
                    </p>
                }
            </details>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct NeighbourProps {
    place: Token,
    label: &'static str,
    glyph: &'static str,
}

#[component]
fn Neighbour(props: &NeighbourProps) -> Html {
    let dispatch = use_dispatch();
    let place = props.place;
    let onclick =
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Focus(Focus::Token(place))));
    html! {
        <button class="button quiet square" aria-label={props.label} title={props.label} {onclick}>
            { props.glyph }
        </button>
    }
}

fn owner_list(owners: &[NodeId], table: &NodeTable, look: Look) -> Html {
    html! {
        <span class="owners">
            for &owner in owners {
                <span class="owner">
                    <Swatch node={owner} name={Rc::<str>::from(name_of(table, owner))} {look} />
                    { name_of(table, owner) }
                </span>
            }
        </span>
    }
}

fn hottest_keys(hottest: &[KeyLoad], total: u64) -> Html {
    if hottest.is_empty() {
        return html! { <p class="empty">{ text::NO_KEYS }</p> };
    }
    let most = hottest.first().map_or(1, |key| key.requests).max(1);
    html! {
        <table class="hottest">
            <caption>{ text::HOTTEST }</caption>
            <tbody>
                for key in hottest {
                    <tr style={format!("--now: {:.4}", key.requests as f64 / most as f64)}>
                        <th scope="row">{ String::from_utf8_lossy(&key.key).into_owned() }</th>
                        <td class="number">{ count(key.requests) }</td>
                        <td class="number">
                            { crate::view::numbers::percent_of(key.requests, total) }
                        </td>
                    </tr>
                }
            </tbody>
        </table>
    }
}
