//! Three canvases, one over the other: the ring, and what happens on it, each drawn when it changes;
//! and what moves over them, drawn on each frame as long as anything moves. It knows no component.
//!
//! All are drawn in frames only, so that several changes at once cost one drawing. The ring comes
//! some frames late, as the browser lays out in the first ones what a change did to the page; and a
//! large one in portions, a frame each, while the one before lies over it.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use gloo::render::{AnimationFrame, request_animation_frame};
use ringlab::hash::Token;
use ringlab::ring::{NodeId, TokenRange};
use ringlab_sim::protocol::Flight;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, window};

use crate::canvas::layout::{Arc, Bar, Geometry, Seat, portions};
use crate::canvas::motion::{Lights, Swarm};
use crate::canvas::paint::{Acting, Ink, Sheet, Still};
use crate::palette::Look;

/// Frames that the rest of the page has for a change before its ring is drawn.
const FRAMES_LATE: u32 = 3;

/// What is drawn seldom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Backdrop {
    /// Revision of the ring.
    pub(super) revision: u64,
    /// Width and height in CSS pixels.
    pub(super) size: f64,
    /// On which ground.
    pub(super) look: Look,
    /// Ranges, by node.
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

/// What happens on it.
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
    acting: Option<HtmlCanvasElement>,
    moving: Option<HtmlCanvasElement>,
    before: Option<HtmlCanvasElement>,
    ink: Option<Ink>,
    backdrop: Backdrop,
    // What is to be drawn, after so many frames.
    later: Option<(Backdrop, u32)>,
    // What is not drawn yet of the backdrop, last first.
    portions: Vec<Range<usize>>,
    // The ring of before lies over what is not drawn to its end; whether it fades then.
    cover: Option<bool>,
    action: Action,
    is_stale: bool,
    swarm: Swarm,
    frame: Option<AnimationFrame>,
}

impl Stage {
    /// Takes the canvases.
    pub(super) fn furnish(&self, canvases: [HtmlCanvasElement; 3]) {
        let mut inner = self.0.borrow_mut();
        if inner.before.is_none() {
            let document = window().and_then(|page| page.document());
            let canvas = document.and_then(|document| document.create_element("canvas").ok());
            inner.before = canvas.and_then(|canvas| canvas.dyn_into().ok());
        }
        [inner.still, inner.acting, inner.moving] = canvases.map(Some);
    }

    /// Draws the ring anew; the one before fades over another one.
    pub(super) fn set_backdrop(&self, backdrop: Backdrop) {
        let mut inner = self.0.borrow_mut();
        let is_other = backdrop.revision != inner.backdrop.revision;
        let frames = if is_other { FRAMES_LATE } else { 0 };
        let frames = inner.later.take().map_or(frames, |(_, frames)| frames);
        inner.later = Some((backdrop, frames));
        drop(inner);
        self.keep_running();
    }

    /// Draws what happens, in the next frame.
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
            inner.swarm.land(now_ms);
            let inner = &mut *inner;
            match inner.later.take() {
                Some((next, 0)) => inner.begin_still(next),
                Some((next, frames)) => inner.later = Some((next, frames - 1)),
                None => {}
            }
            inner.draw_still(now_ms);
            if std::mem::take(&mut inner.is_stale) {
                inner.draw_acting();
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
        let is_drawn = self.later.is_none() && self.portions.is_empty();
        !is_drawn || self.is_stale || self.swarm.is_moving()
    }

    /// Keeps a copy of the ring as it stands; whether it can.
    fn remember(&self) -> bool {
        if let (Some(still), Some(before)) = (&self.still, &self.before)
            && still.width() > 0
            && let Some(sheet) = Sheet::new(before, self.backdrop.size)
        {
            sheet.clear();
            sheet.lay(still, 1.0);
            return true;
        }
        false
    }

    fn begin_still(&mut self, next: Backdrop) {
        let last = &self.backdrop;
        // The words above may have taken room at once: another size is no other ring.
        let is_other = last.size > 0.0 && last.revision != next.revision;
        let mut portions = portions(next.bars.len(), &next.arcs, &next.seats);
        portions.reverse();
        self.cover = match self.cover {
            // What stands is not drawn to its end.
            Some(fades) => Some(fades || is_other),
            None if last.size > 0.0 && (is_other || portions.len() > 1) => {
                self.remember().then_some(is_other)
            }
            None => None,
        };
        (self.backdrop, self.portions) = (next, portions);
        // To read the stylesheet has the page laid out: once for each look.
        let look = self.backdrop.look;
        let is_inked = self.ink.as_ref().is_some_and(|ink| ink.look == look);
        if let Some((canvas, sheet)) = self.sheet(&self.still) {
            let ink = (!is_inked).then(|| Ink::of(canvas, look));
            sheet.clear();
            self.ink = ink.or(self.ink.take());
        }
        self.is_stale = true;
    }

    /// Draws the next portion of the ring.
    fn draw_still(&mut self, now_ms: f64) {
        let Some(portion) = self.portions.pop() else {
            return;
        };
        let backdrop = &self.backdrop;
        if let (Some((_, sheet)), Some(ink)) = (self.sheet(&self.still), &self.ink) {
            let still = Still {
                arcs: &backdrop.arcs,
                bars: &backdrop.bars,
                seats: &backdrop.seats,
                tags: &backdrop.tags,
                hollow: &backdrop.hollow,
                selected: backdrop.selected,
                tokens: &backdrop.tokens,
            };
            sheet.still(&still, portion, ink);
        }
        if self.portions.is_empty() && self.cover.take() == Some(true) {
            self.swarm.fade(now_ms);
        }
    }

    fn draw_acting(&self) {
        let (Some((_, sheet)), Some(ink)) = (self.sheet(&self.acting), &self.ink) else {
            return;
        };
        let acting = Acting {
            seats: &self.backdrop.seats,
            ways: &self.action.ways,
            lights: self.action.lights.as_ref(),
            hovered: self.action.hovered,
            pinned: self.action.pinned,
        };
        sheet.clear();
        sheet.acting(&acting, ink);
    }

    fn draw_moving(&self, now_ms: f64) {
        let (Some((_, sheet)), Some(ink)) = (self.sheet(&self.moving), &self.ink) else {
            return;
        };
        sheet.clear();
        let faded = match self.cover {
            Some(_) => 1.0,
            None => self.swarm.faded(now_ms),
        };
        if let Some(before) = self.before.as_ref().filter(|_| faded > 0.0) {
            sheet.lay(before, faded);
        }
        let Backdrop { size, seats, .. } = &self.backdrop;
        let dots = self.swarm.placed(&Geometry::new(*size), seats, now_ms);
        sheet.dots(&dots, ink);
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
