//! Two canvases, one over the other: the ring, drawn when it changes, and what moves over it,
//! drawn on each frame as long as anything moves. It knows no component.
//!
//! Both are drawn in frames only, so that several changes at once cost one drawing; and the ring
//! one frame late, as the browser lays out in the first one what a change did to the page.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::render::{AnimationFrame, request_animation_frame};
use ringlab::hash::Token;
use ringlab::ring::{NodeId, TokenRange};
use ringlab_sim::protocol::Flight;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, window};

use crate::canvas::layout::{Arc, Bar, Geometry, Seat};
use crate::canvas::motion::{Lights, Swarm};
use crate::canvas::paint::{Ink, Moving, Sheet, Still};
use crate::palette::Look;

/// What is drawn seldom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Backdrop {
    /// Revision of the ring.
    pub(super) revision: u64,
    /// Width and height in CSS pixels.
    pub(super) size: f64,
    /// On which ground.
    pub(super) look: Look,
    /// Ranges.
    pub(super) arcs: Rc<Vec<Arc>>,
    /// Histogram.
    pub(super) bars: Rc<Vec<Bar>>,
    /// Seats by node.
    pub(super) seats: Rc<Vec<Seat>>,
    /// Their tags.
    pub(super) tags: Rc<Vec<String>>,
    /// Nodes that are not well, by id.
    pub(super) hollow: Vec<NodeId>,
    /// The node in focus.
    pub(super) selected: Option<NodeId>,
    /// Its tokens.
    pub(super) tokens: Vec<Token>,
}

/// What is drawn often.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Action {
    /// Ways of data, while data moves.
    pub(super) ways: Vec<(NodeId, NodeId, u64)>,
    /// The last request.
    pub(super) lights: Option<Lights>,
    /// The range under the pointer.
    pub(super) hovered: Option<TokenRange>,
    /// The range pinned.
    pub(super) pinned: Option<TokenRange>,
}

/// Draws; clones draw on the same canvases.
#[derive(Clone, Default)]
pub(super) struct Stage(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    still: Option<HtmlCanvasElement>,
    moving: Option<HtmlCanvasElement>,
    before: Option<HtmlCanvasElement>,
    ink: Ink,
    backdrop: Backdrop,
    // What is drawn in the frame after the next, and in the next.
    later: Option<Backdrop>,
    next: Option<Backdrop>,
    action: Action,
    is_stale: bool,
    swarm: Swarm,
    frame: Option<AnimationFrame>,
}

impl Stage {
    /// Takes the canvases.
    pub(super) fn furnish(&self, still: HtmlCanvasElement, moving: HtmlCanvasElement) {
        let mut inner = self.0.borrow_mut();
        if inner.before.is_none() {
            let document = window().and_then(|page| page.document());
            let canvas = document.and_then(|document| document.create_element("canvas").ok());
            inner.before = canvas.and_then(|canvas| canvas.dyn_into().ok());
        }
        (inner.still, inner.moving) = (Some(still), Some(moving));
    }

    /// Draws the ring anew; the one before fades over another one.
    pub(super) fn set_backdrop(&self, backdrop: Backdrop) {
        self.0.borrow_mut().later = Some(backdrop);
        self.keep_running();
    }

    /// Draws what moves from the next frame on.
    pub(super) fn set_action(&self, action: Action) {
        let mut inner = self.0.borrow_mut();
        (inner.action, inner.is_stale) = (action, true);
        drop(inner);
        self.keep_running();
    }

    /// Sends keys through the air; a person who wants no motion sees the ways and the crossfade.
    pub(super) fn launch(&self, flights: &[Flight]) {
        if flights.is_empty() || wants_no_motion() {
            return;
        }
        self.0.borrow_mut().swarm.launch(flights, now_ms());
        self.keep_running();
    }

    /// Stops drawing.
    pub(super) fn strike(&self) {
        *self.0.borrow_mut() = Inner::default();
    }

    fn frame(&self, now_ms: f64) {
        {
            let mut inner = self.0.borrow_mut();
            inner.frame = None;
            inner.is_stale = false;
            inner.swarm.land(now_ms);
            let inner = &mut *inner;
            if let Some(next) = std::mem::replace(&mut inner.next, inner.later.take()) {
                inner.draw_still(next, now_ms);
            }
            inner.draw_moving(now_ms);
        }
        self.keep_running();
    }

    fn keep_running(&self) {
        let mut inner = self.0.borrow_mut();
        if inner.frame.is_some() || !inner.has_work() {
            return;
        }
        let stage = self.clone();
        inner.frame = Some(request_animation_frame(move |now_ms| stage.frame(now_ms)));
    }
}

impl Inner {
    fn has_work(&self) -> bool {
        self.later.is_some() || self.next.is_some() || self.is_stale || self.swarm.is_moving()
    }

    /// Keeps a copy of the ring as it stands, to fade.
    fn remember(&mut self, now_ms: f64) {
        if let (Some(still), Some(before)) = (&self.still, &self.before)
            && still.width() > 0
            && let Some(sheet) = Sheet::new(before, self.backdrop.size)
        {
            sheet.clear();
            sheet.lay(still, 1.0);
            self.swarm.fade(now_ms);
        }
    }

    fn draw_still(&mut self, next: Backdrop, now_ms: f64) {
        let last = &self.backdrop;
        // The words above may have taken room at once: another size is no other ring.
        if last.size > 0.0 && last.revision != next.revision {
            self.remember(now_ms);
        }
        self.backdrop = next;
        let backdrop = &self.backdrop;
        let Some((canvas, sheet)) = self.sheet(&self.still) else {
            return;
        };
        let ink = Ink::of(canvas, backdrop.look);
        sheet.clear();
        let still = Still {
            arcs: &backdrop.arcs,
            bars: &backdrop.bars,
            seats: &backdrop.seats,
            tags: &backdrop.tags,
            hollow: &backdrop.hollow,
            selected: backdrop.selected,
            tokens: &backdrop.tokens,
        };
        sheet.still(&still, &ink);
        self.ink = ink;
    }

    fn draw_moving(&self, now_ms: f64) {
        let Some((_, sheet)) = self.sheet(&self.moving) else {
            return;
        };
        sheet.clear();
        let faded = self.swarm.faded(now_ms);
        if let Some(before) = self.before.as_ref().filter(|_| faded > 0.0) {
            sheet.lay(before, faded);
        }
        let Backdrop { size, seats, .. } = &self.backdrop;
        let dots = self.swarm.placed(&Geometry::new(*size), seats, now_ms);
        let moving = Moving {
            seats,
            ways: &self.action.ways,
            dots: &dots,
            lights: self.action.lights.as_ref(),
            hovered: self.action.hovered,
            pinned: self.action.pinned,
        };
        sheet.moving(&moving, &self.ink);
    }

    /// A canvas to draw on, once it has a size.
    fn sheet<'a>(
        &self,
        canvas: &'a Option<HtmlCanvasElement>,
    ) -> Option<(&'a HtmlCanvasElement, Sheet)> {
        let canvas = canvas.as_ref().filter(|_| self.backdrop.size > 0.0)?;
        Some((canvas, Sheet::new(canvas, self.backdrop.size)?))
    }
}

/// The clock of animation frames.
fn now_ms() -> f64 {
    window()
        .and_then(|page| page.performance())
        .map_or(0.0, |clock| clock.now())
}

fn wants_no_motion() -> bool {
    let query =
        window().and_then(|page| page.match_media("(prefers-reduced-motion: reduce)").ok()?);
    query.is_some_and(|query| query.matches())
}
