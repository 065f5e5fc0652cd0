//! The node table: only the rows in sight are in the document.

use std::rc::Rc;

use ringlab::ring::NodeId;
use ringlab_sim::protocol::{NodeRow as Row, NodeState, NodeTable};
use ringlab_sim::situation::NODES_MAX;
use web_sys::{Element, Event, MouseEvent};
use yew::{
    AttrValue, Callback, Html, NodeRef, Properties, classes, component, hook, html,
    use_effect_with, use_memo, use_node_ref, use_state_eq,
};

use super::add_node::AddNode;
use super::node_row::NodeRow;
use crate::held::{Refusals, Section, Wanted};
use crate::hooks::{use_dispatch, use_late, use_size};
use crate::palette::Look;
use crate::state::Action;
use crate::text::nodes;
use crate::view::faults::{Down, is_down};
use crate::view::rows::{Column, HEAD_HEIGHT, Order, ROW_HEIGHT, Scale, Window, present};

/// The id of the table's room: where the link past the ring leads.
pub const TABLE_ID: &str = "node-table";

/// Columns in order: what a change does first, so that a narrow screen shows it; what is set last.
const COLUMNS: [Column; 10] = [
    Column::Node,
    Column::Keys,
    Column::Delta,
    Column::Requests,
    Column::Bytes,
    Column::Share,
    Column::Held,
    Column::Weight,
    Column::VirtualNodes,
    Column::Zone,
];

/// What the table needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Every node.
    pub nodes: Section<NodeTable>,
    /// Order of the rows.
    pub order: Order,
    /// The node in focus.
    pub selected: Option<NodeId>,
    /// On which ground.
    pub look: Look,
    /// No more changes can wait.
    pub is_full: bool,
    /// What waits its turn.
    pub wanted: Wanted,
    /// What was refused.
    pub refusals: Refusals,
}

/// The panel of nodes.
#[component]
pub fn Nodes(props: &Props) -> Html {
    let standing = props.nodes.get().map_or(0, |table| present(table).count());
    let late = use_late(&props.nodes);
    let is_late = late != props.nodes;
    let totals = props.nodes.get().map(|table| {
        let standing = table
            .rows
            .iter()
            .filter(|row| row.state != NodeState::Removed);
        let points = standing
            .clone()
            .map(|row| u64::from(row.virtual_nodes))
            .sum();
        nodes::summary(standing.count() as u64, points)
    });
    html! {
        <section class="panel nodes" aria-labelledby="nodes-title">
            <header class="panel-header">
                <h2 id="nodes-title">{ nodes::TITLE }</h2>
                <AddNode
                    room={NODES_MAX.saturating_sub(standing) as u32}
                    is_full={props.is_full}
                    newest={newest(props)}
                    refusals={props.refusals.clone()}
                />
            </header>
            <div class="table-room" aria-busy={is_late.to_string()}>
                <Table nodes={late} ..props.clone() />
            </div>
            <footer class="panel-footer">
                <span>{ totals.unwrap_or_default() }</span>
                <span>{ nodes::LEGEND }</span>
            </footer>
        </section>
    }
}

#[component]
fn Table(props: &Props) -> Html {
    let sight = use_node_ref();
    let (width, height) = use_size(&sight);
    let scrolled = use_state_eq(|| 0.0_f64);
    let prepared = use_memo((props.nodes.clone(), props.order), |(nodes, order)| {
        nodes.get().map(|table| Prepared {
            places: order.places(&table.rows),
            scale: Scale::of(table),
            down: Rc::new(Down::of(table)),
        })
    });
    let edges = use_state_eq(Edges::default);
    let onscroll = {
        let (sight, scrolled, edges) = (sight.clone(), scrolled.clone(), edges.clone());
        Callback::from(move |_: Event| {
            if let Some(sight) = sight.cast::<Element>() {
                // Whole rows only: a scroll within a row draws the same ones.
                scrolled.set((f64::from(sight.scroll_top()) / ROW_HEIGHT).floor() * ROW_HEIGHT);
                edges.set(Edges::of(&sight));
            }
        })
    };
    use_newcomers(props, &sight, height);
    let rows = prepared
        .as_ref()
        .as_ref()
        .map_or(0, |prepared| prepared.places.len());
    let (seen, laid) = (sight.clone(), edges.clone());
    use_effect_with(width as u32, move |_| {
        if let Some(sight) = seen.cast::<Element>() {
            laid.set(Edges::of(&sight));
        }
    });
    // Other rows are not laid out yet: what is below them is counted.
    let (counted, top) = (edges.clone(), *scrolled);
    use_effect_with((height as u32, rows), move |_| {
        counted.set(Edges {
            below: HEAD_HEIGHT + rows as f64 * ROW_HEIGHT - top - height > 1.0,
            ..*counted
        });
    });
    let more = classes!(
        "table-frame",
        edges.below.then_some("more-below"),
        edges.right.then_some("more-right"),
    );
    html! {
        <div class={more}>
            <div class="table-box" ref={sight} {onscroll} id={TABLE_ID} tabindex="-1">
                if let (Some(table), Some(prepared)) = (props.nodes.get(), &*prepared) {
                    { rows_in_sight(props, table, prepared, Window::of(rows, *scrolled, height)) }
                }
            </div>
        </div>
    }
}

/// The name of the node that came last.
fn newest(props: &Props) -> Option<AttrValue> {
    let last = props.nodes.get()?.rows.last()?;
    Some(last.name.to_string().into())
}

/// Brings the row of a node that begins to join into sight.
#[hook]
fn use_newcomers(props: &Props, sight: &NodeRef, height: f64) {
    let joining = props.nodes.get().and_then(|table| {
        let last = table.rows.last()?;
        (last.state == NodeState::Joining).then_some(last.id)
    });
    let (table, order, sight) = (props.nodes.clone(), props.order, sight.clone());
    use_effect_with(joining, move |joining| {
        let place = joining.zip(table.get()).and_then(|(node, table)| {
            let places = order.places(&table.rows);
            places.iter().position(|&row| table.rows[row].id == node)
        });
        if let (Some(place), Some(sight)) = (place, sight.cast::<Element>()) {
            let top = place as f64 * ROW_HEIGHT;
            let least = HEAD_HEIGHT + top + ROW_HEIGHT - height;
            let now = f64::from(sight.scroll_top());
            sight.set_scroll_top(now.clamp(least.min(top), top) as i32);
        }
    });
}

/// What all rows are drawn from.
struct Prepared {
    places: Vec<usize>,
    scale: Scale,
    down: Rc<Down>,
}

/// Where the table goes on beyond what is in sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Edges {
    below: bool,
    right: bool,
}

impl Edges {
    fn of(sight: &Element) -> Self {
        let below = sight.scroll_height() - sight.client_height() - sight.scroll_top();
        let right = sight.scroll_width() - sight.client_width() - sight.scroll_left();
        Self {
            below: below > 1,
            right: right > 1,
        }
    }
}

fn rows_in_sight(props: &Props, table: &NodeTable, prepared: &Prepared, window: Window) -> Html {
    let Prepared {
        places,
        scale,
        down,
    } = prepared;
    let space = |rows: usize| format!("height: {}px", rows as f64 * ROW_HEIGHT);
    html! {
        <table class="node-table" aria-rowcount={(places.len() + 1).to_string()}>
            <caption class="hidden">{ nodes::TITLE }</caption>
            <Headings order={props.order} />
            <tbody>
                <tr class="space" style={space(window.first)} aria-hidden="true" />
                for (place, row) in seen(table, places, window) {
                    <NodeRow
                        key={row.id.0}
                        row={row.clone()}
                        place={place + 2}
                        scale={*scale}
                        down={is_down(row).then(|| down.clone())}
                        look={props.look}
                        is_selected={props.selected == Some(row.id)}
                        wanted={props.wanted.clone()}
                        refusals={props.refusals.clone()}
                    />
                }
                <tr class="space" style={space(places.len() - window.end)} aria-hidden="true" />
            </tbody>
        </table>
    }
}

/// The rows to draw, with their places.
fn seen<'a>(
    table: &'a NodeTable,
    places: &'a [usize],
    window: Window,
) -> impl Iterator<Item = (usize, &'a Row)> {
    let places = places.iter().enumerate().take(window.end);
    places
        .skip(window.first)
        .map(|(place, &row)| (place, &table.rows[row]))
}

#[derive(PartialEq, Properties)]
struct HeadingsProps {
    order: Order,
}

#[component]
fn Headings(props: &HeadingsProps) -> Html {
    let dispatch = use_dispatch();
    html! {
        <thead>
            <tr aria-rowindex="1">
                for column in COLUMNS {
                    { heading(column, props.order, &dispatch) }
                }
                <th class="remove"><span class="hidden">{ nodes::REMOVE }</span></th>
            </tr>
        </thead>
    }
}

fn heading(column: Column, order: Order, dispatch: &crate::hooks::Dispatch) -> Html {
    let dispatch = dispatch.clone();
    let onclick = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::SortBy(column)));
    let (sort, glyph) = match (order.column == column, order.descending) {
        (false, _) => (None, ""),
        (true, false) => (Some("ascending"), "↑"),
        (true, true) => (Some("descending"), "↓"),
    };
    let is_text = matches!(column, Column::Node | Column::Zone);
    let class = classes!(
        format!("column-{}", column as u8),
        (!is_text).then_some("number")
    );
    html! {
        <th scope="col" aria-sort={sort} {class} title={nodes::column_note(column)}>
            <button class="heading" {onclick}>
                { nodes::column(column) }
                <span class="heading-glyph" aria-hidden="true">{ glyph }</span>
            </button>
        </th>
    }
}
