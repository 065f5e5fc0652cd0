//! A node's colour with its tag in it: colour is never the only cue.

use ringlab::ring::NodeId;
use yew::{AttrValue, Html, Properties, component, html};

use crate::palette::{Look, of_node};
use crate::view::rows::tag;

/// What a swatch needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Whose colour.
    pub node: NodeId,
    /// Whose tag.
    pub name: AttrValue,
    /// On which ground.
    pub look: Look,
}

/// The swatch.
#[component]
pub fn Swatch(props: &Props) -> Html {
    let colour = of_node(props.node, props.look);
    let style = format!("--node: {colour}; --node-ink: {}", colour.ink());
    html! { <span class="swatch" {style} aria-hidden="true">{ tag(&props.name) }</span> }
}
