//! How the system of a text places the keys that lie on the ring, beside the ring of its nodes.

use std::rc::Rc;

use web_sys::{HtmlSelectElement, MouseEvent};
use yew::{
    AttrValue, Callback, Event, Html, Properties, TargetCast, component, html, use_callback,
    use_effect_with, use_state_eq,
};

use crate::hooks::use_engine;
use crate::text::comparison as text;
use crate::view::comparison::{Part, ROWS_FIRST, ROWS_MAX, Row, fullest, rows};
use crate::view::numbers::{count, factor, percent_of, ratio};
use crate::wire::{Compared, Comparing, Comparison, SystemText, ToCompare};

/// What it needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Whose text it is.
    pub whose: SystemText,
    /// Which cluster of the text.
    pub cluster: usize,
    /// Virtual nodes of the ring.
    pub virtual_nodes: u32,
    /// The comparison that was counted last.
    pub comparison: Option<Rc<Comparison>>,
    /// How far the one that is wanted is.
    pub comparing: Comparing,
}

/// The part of the panel.
#[component]
pub fn Beside(props: &Props) -> Html {
    let engine = use_engine();
    let leaving = use_state_eq(|| None::<usize>);
    let wish = ToCompare {
        cluster: props.cluster,
        virtual_nodes: props.virtual_nodes,
        leaving: *leaving,
    };
    use_effect_with(wish, {
        let engine = engine.clone();
        move |wish| engine.compare(*wish)
    });
    let again = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.compare(wish))
    };
    let choose = use_callback(leaving.setter(), |chosen, leaving| leaving.set(chosen));
    let stop = Callback::from(move |_: MouseEvent| engine.cancel_comparing());
    let is_of_this = |counted: &&Rc<Comparison>| counted.cluster == props.cluster;
    let comparison = props.comparison.as_ref().filter(is_of_this);
    html! {
        <section class="beside" aria-labelledby="beside-title">
            <h3 id="beside-title">{ text::title(props.whose) }</h3>
            // It is there before there is anything to say, so that it is read out.
            <div class="beside-words" aria-live="polite">
                { comparison.map(|counted| words(props.whose, counted)).unwrap_or_default() }
            </div>
            { match &props.comparing {
                Comparing::Counting { done, total } => under_way(*done, *total, stop),
                Comparing::Refused(why) => html! {
                    <p class="refusal" role="alert">{ text::refused(why) }</p>
                },
                Comparing::Cancelled => html! {
                    <p class="form-line">
                        <span>{ text::STOPPED }</span>
                        <button class="button small" onclick={again}>{ text::COUNT }</button>
                    </p>
                },
                Comparing::Nothing | Comparing::Counted(_) => Html::default(),
            } }
            if let Some(comparison) = comparison.cloned() {
                <Counted whose={props.whose} {comparison} leaving={*leaving} {choose} />
            }
            <p class="beside-note">{ text::note(props.whose) }</p>
        </section>
    }
}

fn under_way(done: u64, total: u64, stop: Callback<MouseEvent>) -> Html {
    let value = format!("{:.4}", ratio(done, total).min(1.0));
    html! {
        <div class="loading">
            <span>{ text::counting(done, total) }</span>
            <progress class="progress" max="1" {value} aria-label={text::PLACED} />
            <button class="button small" onclick={stop}>{ text::STOP }</button>
        </div>
    }
}

/// What is said of it.
fn words(whose: SystemText, comparison: &Comparison) -> Html {
    html! {
        <>
            <p class="beside-headline">{ headline(whose, comparison) }</p>
            if comparison.homeless > 0 {
                <p>{ text::homeless(comparison.homeless) }</p>
            }
            if let Some(told) = removal(whose, comparison) {
                <p>{ told }</p>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct CountedProps {
    whose: SystemText,
    comparison: Rc<Comparison>,
    /// The node whose removal is wanted; the fullest where none is named.
    leaving: Option<usize>,
    choose: Callback<Option<usize>>,
}

/// Each node of what was counted.
#[component]
fn Counted(props: &CountedProps) -> Html {
    let whose = props.whose;
    let comparison = &*props.comparison;
    let rows = rows(comparison);
    let are_more_wanted = use_state_eq(|| false);
    let most = if *are_more_wanted {
        ROWS_MAX
    } else {
        ROWS_FIRST
    };
    let shown = &rows[..rows.len().min(most)];
    let more = {
        let are_more_wanted = are_more_wanted.clone();
        Callback::from(move |_: MouseEvent| are_more_wanted.set(true))
    };
    html! {
        <>
            if comparison.removal.is_some() {
                <Leaving
                    nodes={candidates(&rows, shown.len(), props.leaving)}
                    leaving={props.leaving}
                    choose={props.choose.clone()}
                />
            }
            <div class="beside-room" role="region" aria-label={text::caption(whose)} tabindex="0">
                <table>
                    <caption class="hidden">{ text::caption(whose) }</caption>
                    { headings(whose) }
                    <tbody>
                        for row in shown {
                            <tr key={row.number}>
                                <th scope="row" title={row.name.to_owned()}>{ row.name }</th>
                                { cells(row.theirs) }
                                { cells(row.ours) }
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            if shown.len() < rows.len() {
                <p class="form-line">
                    <span>{ text::cut(shown.len(), rows.len()) }</span>
                    if !*are_more_wanted {
                        <button class="button small" onclick={more}>
                            { text::more(rows.len().min(ROWS_MAX)) }
                        </button>
                    }
                </p>
            }
        </>
    }
}

/// Those that are shown, and the one that was chosen wherever it stands.
fn candidates(rows: &[Row<'_>], shown: usize, chosen: Option<usize>) -> Vec<(usize, AttrValue)> {
    let rows = rows.iter().enumerate();
    let wanted = rows.filter(|&(place, row)| place < shown || chosen == Some(row.number));
    let named = wanted.map(|(_, row)| (row.number, AttrValue::from(row.name.to_owned())));
    named.collect()
}

fn headline(whose: SystemText, comparison: &Comparison) -> String {
    let of = |keys: fn(&Compared) -> u64| {
        let (number, over) = fullest(comparison, keys)?;
        Some((comparison.nodes.get(number)?.name.as_str(), over))
    };
    let both = of(|node| node.theirs).zip(of(|node| node.ours));
    both.map_or_else(String::new, |(theirs, ours)| {
        text::fullest(whose, theirs, ours)
    })
}

fn removal(whose: SystemText, comparison: &Comparison) -> Option<String> {
    let removal = comparison.removal?;
    let leaving = comparison.nodes.get(removal.leaving)?;
    let keys = comparison.keys + comparison.homeless;
    let theirs = (leaving.theirs, removal.theirs);
    let leaving = (whose, leaving.name.as_str());
    Some(text::removal(leaving, keys, theirs, removal.ours))
}

fn headings(whose: SystemText) -> Html {
    let sides = [text::system(whose), text::OURS];
    html! {
        <>
            <col />
            for _ in sides {
                <colgroup span="2" />
            }
            <thead>
                <tr>
                    <th scope="col" rowspan="2">{ text::NODE }</th>
                    for side in sides {
                        <th scope="colgroup" colspan="2">{ side }</th>
                    }
                </tr>
                <tr>
                    for heading in sides.iter().flat_map(|_| text::COLUMNS) {
                        <th scope="col" class="number">{ heading }</th>
                    }
                </tr>
            </thead>
        </>
    }
}

fn cells(part: Part) -> Html {
    html! {
        <>
            <td class="number">
                { count(part.keys) }
                <span class="share">{ percent_of(part.keys, part.of) }</span>
            </td>
            <td class="number">{ part.over.map_or_else(|| text::NONE.to_owned(), factor) }</td>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct LeavingProps {
    /// Their numbers and names.
    nodes: Vec<(usize, AttrValue)>,
    leaving: Option<usize>,
    choose: Callback<Option<usize>>,
}

/// Chooses the node that goes.
#[component]
fn Leaving(props: &LeavingProps) -> Html {
    let onchange = {
        let (choose, nodes) = (props.choose.clone(), props.nodes.clone());
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let place = select.and_then(|select| usize::try_from(select.selected_index()).ok());
            // The first one stands for the fullest.
            let chosen = place.and_then(|place| nodes.get(place.checked_sub(1)?));
            choose.emit(chosen.map(|(number, _)| *number));
        })
    };
    html! {
        <label class="field inline">
            <span class="field-label">{ text::LEAVING }</span>
            <select class="input" {onchange}>
                <option selected={props.leaving.is_none()}>{ text::FULLEST }</option>
                for (number, name) in &props.nodes {
                    <option key={*number} selected={props.leaving == Some(*number)}>{ name }</option>
                }
            </select>
        </label>
    }
}
