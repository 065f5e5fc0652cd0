//! What is said above everything: the last change in words, with its measures and figures.

use ringlab_sim::protocol::{ChangeReport, NodeTable};
use yew::{Html, Properties, component, html, use_memo};

use crate::held::Section;
use crate::text::verdict as text;
use crate::view::numbers::percent;
use crate::view::verdict::{Figure, Measure, verdict};

/// What the verdict needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Every node.
    pub nodes: Section<NodeTable>,
    /// The last change.
    pub change: Section<ChangeReport>,
}

/// The verdict.
#[component]
pub fn Verdict(props: &Props) -> Html {
    let said = use_memo(
        (props.nodes.clone(), props.change.clone()),
        |(nodes, change)| nodes.get().map(|table| verdict(table, change.get())),
    );
    let Some(said) = said.as_ref() else {
        return html! {
            <section class="verdict" aria-label={text::REGION}>
                <p class="verdict-headline">{ text::WAITING }</p>
            </section>
        };
    };
    html! {
        <section class="verdict" aria-label={text::REGION}>
            <div class="verdict-words">
                <p class="verdict-headline" aria-live="polite">{ &said.headline }</p>
                <p class="verdict-details">{ said.details.join(" ") }</p>
            </div>
            if !said.measures.is_empty() {
                <div class="measures">
                    for part in &said.measures {
                        { measure(part) }
                    }
                </div>
            }
            <dl class="figures">
                for part in &said.figures {
                    { figure(part) }
                }
            </dl>
        </section>
    }
}

fn measure(measure: &Measure) -> Html {
    let style = format!("--part: {:.4}", measure.part.clamp(0.0, 1.0));
    html! {
        <div class="measure">
            <span class="measure-label">{ &measure.label }</span>
            <span class="measure-bar" {style} />
            <span class="measure-value">{ percent(measure.part) }</span>
        </div>
    }
}

fn figure(figure: &Figure) -> Html {
    html! {
        <div class="figure">
            <dt>{ &figure.label }</dt>
            <dd>
                <span class="figure-value">{ &figure.value }</span>
                <span class="figure-note">{ &figure.note }</span>
            </dd>
        </div>
    }
}
