//! Where keys come from: the sample, a seed, or a person's own file.

use std::rc::Rc;
use std::sync::Arc;

use ringlab_sim::loading::ImportReport;
use ringlab_sim::protocol::{KeySource, Situation};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, MouseEvent};
use yew::{AttrValue, Callback, Children, Event, Html, Properties, component, html};

use super::generator::Generator;
use super::topology::FromText;
use crate::held::Section;
use crate::hooks::{use_dispatch, use_engine};
use crate::state::{Action, KeyChoice};
use crate::text::keys as text;
use crate::view::numbers::ratio;
use crate::wire::{Comparing, Comparison, LoadingState, Report, SAMPLE_NAME, TopologyRead};

/// What the panel needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The source shown.
    pub choice: KeyChoice,
    /// The source in force.
    pub situation: Section<Arc<Situation>>,
    /// How many keys are on the ring.
    pub keys: Option<u64>,
    /// Loading under way.
    pub loading: Option<LoadingState>,
    /// How the last loading ended.
    pub report: Option<Rc<Report>>,
    /// What was made of a text of another system.
    pub topology: Rc<TopologyRead>,
    /// How many texts were read.
    pub reads: u32,
    /// How far comparing that system with the ring is.
    pub comparing: Comparing,
    /// What came of it.
    pub comparison: Option<Rc<Comparison>>,
    /// Why a situation was refused.
    pub refusal: Option<AttrValue>,
}

/// The panel.
#[component]
pub fn Keys(props: &Props) -> Html {
    let dispatch = use_dispatch();
    let choose = |choice: KeyChoice| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::KeyChoice(choice)))
    };
    let report = props
        .report
        .as_ref()
        .filter(|report| is_shown(report, props));
    let is_loaded = |report: &Rc<Report>| matches!(**report, Report::Loaded(_));
    let tells_what_stands = props.loading.is_some() || report.is_some_and(is_loaded);
    html! {
        <section class="panel keys" aria-labelledby="keys-title">
            <header class="panel-header">
                <h2 id="keys-title">{ text::TITLE }</h2>
                <div class="segments" role="group" aria-label={text::SOURCE}>
                    for choice in [KeyChoice::Sample, KeyChoice::Generated, KeyChoice::Own] {
                        <button
                            aria-pressed={(choice == props.choice).to_string()}
                            onclick={choose(choice)}
                        >
                            { text::choice(choice) }
                        </button>
                    }
                </div>
            </header>
            { match props.choice {
                KeyChoice::Sample => html! { <Sample situation={props.situation.clone()} /> },
                KeyChoice::Generated => html! { <Generator /> },
                KeyChoice::Own => html! {
                    <Own>
                        <FromText
                            situation={props.situation.clone()}
                            read={props.topology.clone()}
                            reads={props.reads}
                            comparing={props.comparing.clone()}
                            comparison={props.comparison.clone()}
                        />
                    </Own>
                },
            } }
            if let Some(loading) = &props.loading {
                <Loading loading={loading.clone()} />
            }
            if let Some(report) = report {
                { ended(report) }
            }
            if !tells_what_stands {
                { standing(props) }
            }
            if let Some(refusal) = &props.refusal {
                <p class="refusal" role="alert">{ refusal }</p>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct SampleProps {
    situation: Section<Arc<Situation>>,
}

#[component]
fn Sample(props: &SampleProps) -> Html {
    let engine = use_engine();
    let load = Callback::from(move |_: MouseEvent| engine.load(KeySource::Sample));
    let stands = props
        .situation
        .get()
        .is_some_and(|stands| stands.keys == KeySource::Sample);
    html! {
        <div class="source">
            <p>{ text::SAMPLE }</p>
            if !stands {
                <button class="button primary" onclick={load}>{ text::LOAD_SAMPLE }</button>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct OwnProps {
    /// What else of one's own can be brought.
    children: Children,
}

#[component]
fn Own(props: &OwnProps) -> Html {
    let engine = use_engine();
    let onchange = Callback::from(move |event: Event| {
        let input = event.target().and_then(|input| input.dyn_into().ok());
        let Some(input) = input.map(|input: HtmlInputElement| input) else {
            return;
        };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            engine.load_file(&file);
        }
        // The same file can be chosen again.
        input.set_value("");
    });
    html! {
        <div class="source">
            <p>{ text::FORMATS }</p>
            <label class="button primary file">
                { text::PICK }
                <input type="file" class="hidden" {onchange} />
            </label>
            <p class="private">{ text::PRIVATE }</p>
            { props.children.clone() }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct LoadingProps {
    loading: LoadingState,
}

#[component]
fn Loading(props: &LoadingProps) -> Html {
    let engine = use_engine();
    let cancel = Callback::from(move |_: MouseEvent| engine.cancel_loading());
    let loading = &props.loading.loading;
    let value = loading
        .total
        .map(|total| format!("{:.4}", ratio(loading.done, total).min(1.0)));
    html! {
        <div class="loading">
            <span>{ text::loading(loading) }</span>
            <progress class="progress" max="1" {value} aria-label={text::TITLE} />
            <button class="button small" onclick={cancel}>{ text::CANCEL }</button>
        </div>
    }
}

/// A report of what was loaded stands with its source, while that is on the ring; that nothing was
/// loaded, with each.
fn is_shown(report: &Report, props: &Props) -> bool {
    let (Report::Loaded(loaded), Some(situation)) = (report, props.situation.get()) else {
        return true;
    };
    let is_on_the_ring = match &situation.keys {
        KeySource::Own { label, keys } => (label, *keys) == (&loaded.label, loaded.total.keys),
        KeySource::Sample => loaded.label == SAMPLE_NAME,
        KeySource::Generated(population) => {
            loaded.label.is_empty() && loaded.total.keys == u64::from(population.keys)
        }
    };
    is_on_the_ring && KeyChoice::of(&situation.keys) == props.choice
}

/// What lies on the ring.
fn standing(props: &Props) -> Html {
    match (props.situation.get(), props.keys) {
        (Some(situation), Some(keys)) => {
            html! { <p class="report">{ text::standing(&situation.keys, keys) }</p> }
        }
        _ => Html::default(),
    }
}

fn ended(report: &Report) -> Html {
    let class = match report {
        Report::Failed { .. } => "refusal",
        Report::Loaded(_) | Report::Cancelled => "report",
    };
    html! {
        <>
            <p {class} role="status">{ text::report(report) }</p>
            if let Report::Loaded(ImportReport { bad_rows, first_bad, .. }) = report
                && *bad_rows > 0
            {
                <details class="bad-rows">
                    <summary>{ text::bad_rows(*bad_rows, first_bad.len() as u64) }</summary>
                    <ol>
                        for row in first_bad {
                            <li>{ row.to_string() }</li>
                        }
                    </ol>
                </details>
            }
        </>
    }
}
