//! Two canvases, one over the other: the ring, drawn when it changes, and what moves over it,
//! drawn on each frame as long as anything moves. It knows no component.

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

/// What is drawn seldom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Backdrop {
    /// Ranges.
    pub(super) arcs: Rc<Vec<Arc>>,
    /// Histogram.
    pub(super) bars: Rc<Vec<Bar>>,
    /// Seats by node.
    pub(super) seats: Rc<Vec<Seat>>,
    /// Their tags.
    pub(super) tags: Rc<Vec<String>>,
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
    size: f64,
    ink: Ink,
    seats: Rc<Vec<Seat>>,
    action: Action,
    swarm: Swarm,
    frame: Option<AnimationFrame>,
}

impl Stage {
    /// Takes the canvases, their size in CSS pixels and the colours in force.
    pub(super) fn furnish(
        &self,
        still: HtmlCanvasElement,
        moving: HtmlCanvasElement,
        size: f64,
        ink: Ink,
    ) {
        let mut inner = self.0.borrow_mut();
        if inner.before.is_none() {
            let document = window().and_then(|page| page.document());
            let canvas = document.and_then(|document| document.create_element("canvas").ok());
            inner.before = canvas.and_then(|canvas| canvas.dyn_into().ok());
        }
        (inner.still, inner.moving) = (Some(still), Some(moving));
        (inner.size, inner.ink) = (size, ink);
    }

    /// Draws the ring anew; `crossfades` lets the one before fade over it.
    pub(super) fn set_backdrop(&self, backdrop: &Backdrop, crossfades: bool) {
        {
            let mut inner = self.0.borrow_mut();
            if crossfades {
                inner.remember();
            }
            inner.seats = Rc::clone(&backdrop.seats);
            inner.draw_still(backdrop);
        }
        self.frame(now_ms());
    }

    /// Draws what moves from now on.
    pub(super) fn set_action(&self, action: Action) {
        self.0.borrow_mut().action = action;
        self.frame(now_ms());
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
            inner.swarm.land(now_ms);
            inner.draw_moving(now_ms);
        }
        self.keep_running();
    }

    fn keep_running(&self) {
        let mut inner = self.0.borrow_mut();
        if inner.frame.is_some() || !inner.swarm.is_moving() {
            return;
        }
        let stage = self.clone();
        inner.frame = Some(request_animation_frame(move |now_ms| {
            stage.0.borrow_mut().frame = None;
            stage.frame(now_ms);
        }));
    }
}

impl Inner {
    /// Keeps a copy of the ring as it stands, to fade.
    fn remember(&mut self) {
        if let (Some(still), Some(before)) = (&self.still, &self.before)
            && still.width() > 0
            && let Some(sheet) = Sheet::new(before, self.size)
        {
            sheet.clear();
            sheet.lay(still, 1.0);
            self.swarm.fade(now_ms());
        }
    }

    fn draw_still(&self, backdrop: &Backdrop) {
        let sheet = self
            .still
            .as_ref()
            .and_then(|canvas| Sheet::new(canvas, self.size));
        let Some(sheet) = sheet.filter(|_| self.size > 0.0) else {
            return;
        };
        sheet.clear();
        let still = Still {
            arcs: &backdrop.arcs,
            bars: &backdrop.bars,
            seats: &backdrop.seats,
            tags: &backdrop.tags,
            selected: backdrop.selected,
            tokens: &backdrop.tokens,
        };
        sheet.still(&still, &self.ink);
    }

    fn draw_moving(&self, now_ms: f64) {
        let sheet = self
            .moving
            .as_ref()
            .and_then(|canvas| Sheet::new(canvas, self.size));
        let Some(sheet) = sheet.filter(|_| self.size > 0.0) else {
            return;
        };
        sheet.clear();
        let faded = self.swarm.faded(now_ms);
        if let Some(before) = self.before.as_ref().filter(|_| faded > 0.0) {
            sheet.lay(before, faded);
        }
        let dots = self
            .swarm
            .placed(&Geometry::new(self.size), &self.seats, now_ms);
        let moving = Moving {
            seats: &self.seats,
            ways: &self.action.ways,
            dots: &dots,
            lights: self.action.lights.as_ref(),
            hovered: self.action.hovered,
            pinned: self.action.pinned,
        };
        sheet.moving(&moving, &self.ink);
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
