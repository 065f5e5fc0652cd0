//! The drawing of the ring, and what the pointer finds on it.

mod stage;

use std::rc::Rc;

use ringlab::ring::{NodeId, TokenRange};
use ringlab_sim::protocol::{
    ChangeReport, Command, Condition, Flight, Inspect, Inspection, NodeTable, Owners, RingPicture,
    Trace,
};
use web_sys::{HtmlCanvasElement, PointerEvent};
use yew::{
    Callback, Html, Properties, component, hook, html, use_effect_with, use_memo, use_node_ref,
    use_state_eq,
};

use self::stage::{Action as Scene, Backdrop, Stage};
use super::swatch::Swatch;
use crate::canvas::hit::{Hit, hit};
use crate::canvas::layout::{
    Geometry, Point, Seat, TAGGED_SEATS_MAX, arcs, bars, by_node, range_at, seats,
};
use crate::canvas::motion::Lights;
use crate::held::Section;
use crate::hooks::{use_dispatch, use_engine, use_size};
use crate::palette::Look;
use crate::state::{Action, Focus};
use crate::text::{faults, ring as text};
use crate::view::faults::not_well;
use crate::view::numbers::{count, percent, percent_of, token};
use crate::view::rows::{name_of, present, row_of, tag};
use crate::view::trace::is_current;

/// What the drawing needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The ring.
    pub ring: Section<RingPicture>,
    /// Every node.
    pub nodes: Section<NodeTable>,
    /// The last change.
    pub change: Section<ChangeReport>,
    /// The last request.
    pub trace: Section<Trace>,
    /// What is looked at.
    pub inspection: Section<Inspection>,
    /// Whether data moves.
    pub is_moving: bool,
    /// Copies that arrived.
    pub flights: Rc<Vec<Flight>>,
    /// Number of the snapshot that they came with.
    pub number: u64,
    /// What is in focus.
    pub focus: Focus,
    /// On which ground.
    pub look: Look,
}

/// What the pointer is on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Hover {
    hit: Hit,
    range: Option<TokenRange>,
    owner: NodeId,
    part: f64,
    at: Point,
}

/// The drawing.
#[component]
pub fn Ring(props: &Props) -> Html {
    let room = use_node_ref();
    let (still, acting, moving) = (use_node_ref(), use_node_ref(), use_node_ref());
    let (width, height) = use_size(&room);
    let size = width.min(height).floor();
    let hover = use_state_eq(|| None::<Hover>);
    let ids = use_memo(props.nodes.clone(), |nodes| {
        nodes
            .get()
            .map(|table| present(table).map(|row| row.id).collect::<Vec<_>>())
    });
    let seats = use_memo((ids, size), |(ids, size)| {
        seats(&Geometry::new(*size), ids.as_deref().unwrap_or_default())
    });
    let stage = (*use_memo((), |()| Stage::default())).clone();
    use_backdrop(props, &stage, [&still, &acting, &moving], size, &seats);
    use_scene(props, &stage, hover.as_ref().and_then(|hover| hover.range));
    let on = use_pointer(props, &seats, size, &hover);
    let style = format!("width: {size}px; height: {size}px");
    html! {
        <div class="ring-area">
            <div class="ring-room" ref={room}>
                <div class="ring" {style} role="img" aria-label={label(props)}>
                    <canvas ref={still} aria-hidden="true" />
                    <canvas ref={acting} aria-hidden="true" />
                    <canvas
                        ref={moving}
                        aria-hidden="true"
                        onpointermove={on.moved}
                        onpointerleave={on.left}
                        onclick={on.clicked}
                    />
                    { centre(props) }
                </div>
                { hover.as_ref().map(|hover| tooltip(hover, props, size)).unwrap_or_default() }
            </div>
            { binned(props) }
        </div>
    }
}

/// Draws the ring when it, the look, the size or the selection changes.
#[hook]
fn use_backdrop(
    props: &Props,
    stage: &Stage,
    canvases: [&yew::NodeRef; 3],
    size: f64,
    seats: &Rc<Vec<Seat>>,
) {
    let shapes = use_memo(props.ring.clone(), |ring| {
        let shapes = |ring: &RingPicture| {
            let arcs = by_node(arcs(ring));
            (Rc::new(arcs), Rc::new(bars(&ring.density)))
        };
        ring.get().map(shapes).unwrap_or_default()
    });
    let selected = match props.focus {
        Focus::Node(node) => Some(node),
        Focus::Ring | Focus::Token(_) => None,
    };
    let tokens = match props.inspection.get() {
        Some(Inspection::Node { node, tokens, .. }) if selected == Some(*node) => tokens.clone(),
        _ => Vec::new(),
    };
    let table = props
        .nodes
        .get()
        .filter(|_| seats.len() <= TAGGED_SEATS_MAX);
    let tags = table.map(|table| {
        let tags = seats.iter().map(|seat| tag(&name_of(table, seat.node)));
        tags.collect::<Vec<_>>()
    });
    let backdrop = Backdrop {
        revision: props.ring.revision(),
        size,
        look: props.look,
        arcs: Rc::clone(&shapes.0),
        bars: Rc::clone(&shapes.1),
        seats: Rc::clone(seats),
        tags: Rc::new(tags.unwrap_or_default()),
        hollow: props.nodes.get().map(not_well).unwrap_or_default(),
        selected,
        tokens,
    };
    let canvases = canvases.map(Clone::clone);
    let stage = stage.clone();
    use_effect_with(backdrop, move |backdrop| {
        let canvases = canvases.map(|canvas| canvas.cast::<HtmlCanvasElement>());
        if let [Some(still), Some(acting), Some(moving)] = canvases {
            stage.furnish([still, acting, moving]);
            stage.set_backdrop(backdrop.clone());
        }
    });
}

/// Draws what moves when any of it changes; frees the canvases in the end.
#[hook]
fn use_scene(props: &Props, stage: &Stage, hovered: Option<TokenRange>) {
    let ways = match props.change.get() {
        Some(change) if props.is_moving => change
            .links
            .iter()
            .map(|&(from, to, load)| (from, to, load.keys))
            .collect(),
        _ => Vec::new(),
    };
    let pinned = match (props.focus, props.inspection.get()) {
        (Focus::Token(_), Some(Inspection::Range { range, .. })) => Some(*range),
        _ => None,
    };
    let current = |trace: &&Trace| is_current(trace, props.change.get());
    let seen = |trace: &&Trace| props.focus.shows(trace.token);
    let lights = props
        .trace
        .get()
        .filter(current)
        .filter(seen)
        .map(Lights::of);
    let scene = Scene {
        ways,
        lights,
        hovered,
        pinned,
    };
    let drawing = stage.clone();
    use_effect_with(scene, move |scene| drawing.set_action(scene.clone()));
    let flying = stage.clone();
    let flights = Rc::clone(&props.flights);
    use_effect_with(props.number, move |_| flying.launch(&flights));
    let ending = stage.clone();
    use_effect_with((), move |()| move || ending.strike());
}

struct Pointer {
    moved: Callback<PointerEvent>,
    left: Callback<PointerEvent>,
    clicked: Callback<yew::MouseEvent>,
}

/// Turns places on the canvas into what stands there, and asks the engine about it.
#[hook]
fn use_pointer(
    props: &Props,
    seats: &Rc<Vec<Seat>>,
    size: f64,
    hover: &yew::UseStateHandle<Option<Hover>>,
) -> Pointer {
    let (engine, dispatch) = (use_engine(), use_dispatch());
    let found = {
        let (ring, seats) = (props.ring.clone(), Rc::clone(seats));
        move |x: i32, y: i32| {
            let at = Point {
                x: f64::from(x),
                y: f64::from(y),
            };
            let hit = hit(&Geometry::new(size), &seats, at)?;
            let (range, owner, part) = match hit {
                Hit::Node(node) => (None, node, 1.0),
                Hit::Token(token) => {
                    let (range, owner, part) = range_at(ring.get()?, token)?;
                    (Some(range), owner, part)
                }
            };
            Some(Hover {
                hit,
                range,
                owner,
                part,
                at,
            })
        }
    };
    let inspected = Callback::from({
        let engine = engine.clone();
        move |inspect: Inspect| engine.send(Command::Inspect(inspect))
    });
    let focus = props.focus;
    let moved = {
        let (hover, found, inspected) = (hover.clone(), found.clone(), inspected.clone());
        Callback::from(move |event: PointerEvent| {
            let now = found(event.offset_x(), event.offset_y());
            let place = |hover: &Option<Hover>| hover.map(|hover| (hover.range, hover.owner));
            if place(&now) != place(&hover) {
                let inspect = now.map_or_else(
                    || inspect_of(focus),
                    |hover| match hover.hit {
                        Hit::Node(node) => Inspect::Node(node),
                        Hit::Token(token) => Inspect::Token(token),
                    },
                );
                inspected.emit(inspect);
            }
            hover.set(now);
        })
    };
    let left = {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| {
            hover.set(None);
            inspected.emit(inspect_of(focus));
        })
    };
    let pointed = **hover;
    let clicked = Callback::from(move |event: yew::MouseEvent| {
        // What the pointer was told to be on: a click is a pixel less exact than a pointer.
        let clicked = pointed.or_else(|| found(event.offset_x(), event.offset_y()));
        let hit = clicked.map(|hover| hover.hit);
        dispatch.dispatch(Action::Focus(match hit {
            Some(Hit::Node(node)) => Focus::Node(node),
            Some(Hit::Token(token)) => Focus::Token(token),
            None => Focus::Ring,
        }));
    });
    Pointer {
        moved,
        left,
        clicked,
    }
}

/// What to ask the engine for what is in focus.
#[must_use]
pub const fn inspect_of(focus: Focus) -> Inspect {
    match focus {
        Focus::Ring => Inspect::Nothing,
        Focus::Node(node) => Inspect::Node(node),
        Focus::Token(token) => Inspect::Token(token),
    }
}

fn label(props: &Props) -> String {
    let (Some(ring), Some(table)) = (props.ring.get(), props.nodes.get()) else {
        return text::TITLE.to_owned();
    };
    let largest = present(table).max_by(|one, other| one.share.total_cmp(&other.share));
    let (name, share) = largest.map_or((String::new(), 0.0), |row| {
        (row.name.to_string(), row.share)
    });
    let nodes = present(table).count() as u64;
    let keys = table.total.keys;
    text::canvas_label(nodes, ring.virtual_nodes, keys, &name, &percent(share))
}

/// The large number: all keys, or those of the node in focus.
fn centre(props: &Props) -> Html {
    let (Some(ring), Some(table)) = (props.ring.get(), props.nodes.get()) else {
        return Html::default();
    };
    let focused = match props.focus {
        Focus::Node(node) => row_of(table, node),
        Focus::Ring | Focus::Token(_) => None,
    };
    let (keys, below) = match focused {
        Some(row) => {
            let part = percent_of(row.primary.keys, table.total.keys);
            (
                row.primary.keys,
                [row.name.to_string(), text::of_keys(&part)],
            )
        }
        None => (
            table.total.keys,
            text::nodes(present(table).count() as u64, ring.virtual_nodes),
        ),
    };
    html! {
        <div class="centre" aria-hidden="true">
            <span class="centre-number">{ count(keys) }</span>
            <span class="centre-unit">{ text::keys(keys) }</span>
            for line in below {
                <span class="centre-below">{ line }</span>
            }
        </div>
    }
}

fn tooltip(hover: &Hover, props: &Props, size: f64) -> Html {
    let Some(table) = props.nodes.get() else {
        return Html::default();
    };
    let name = name_of(table, hover.owner);
    let share = row_of(table, hover.owner).map_or(0.0, |row| row.share);
    let sentence = match hover.range {
        Some(_) if hover.part < 1.0 => text::hovered_bin(&name, &percent(hover.part)),
        Some(range) => text::hovered(&name, &percent(range.share())),
        None => text::hovered(&name, &percent(share)),
    };
    let sentence = match row_of(table, hover.owner).map(|row| row.condition) {
        None | Some(Condition::Well) => sentence,
        Some(condition) => text::in_trouble(&sentence, faults::condition(condition)),
    };
    // On the side of the pointer where there is room.
    let side = if hover.at.x > size / 2.0 {
        "right"
    } else {
        "left"
    };
    let from_side = if hover.at.x > size / 2.0 {
        size - hover.at.x
    } else {
        hover.at.x
    };
    let style = format!(
        "{side}: {:.0}px; top: {:.0}px",
        from_side + 14.0,
        hover.at.y + 14.0
    );
    html! {
        <div class="tooltip-room" style={format!("width: {size}px; height: {size}px")} aria-hidden="true">
            <div class="tooltip" {style}>
                <span class="owner">
                    <Swatch node={hover.owner} {name} look={props.look} />
                    { sentence }
                </span>
                if let Some(range) = hover.range {
                    <code>{ text::range(&token(range.after), &token(range.to)) }</code>
                }
            </div>
        </div>
    }
}

fn binned(props: &Props) -> Html {
    match props
        .ring
        .get()
        .map(|ring| (&ring.owners, ring.virtual_nodes))
    {
        Some((Owners::Bins(bins), virtual_nodes)) => html! {
            <p class="binned">{ text::binned(bins.len() as u64, virtual_nodes) }</p>
        },
        _ => Html::default(),
    }
}
