//! The only drawing code. It decides nothing: shapes come from `layout`, colours from the
//! stylesheet's custom properties and from the node's id.

use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::ops::Range;

use ringlab::hash::Token;
use ringlab::ring::{NodeId, TokenRange};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

use super::layout::{Arc, Bar, Geometry, Point, Seat, arcs_of, trimmed, turns, way_width};
use super::motion::{Lights, Placed, seat_of};
use crate::palette::{Look, of_node};

/// Bearings on the rim: the first byte of the tokens there.
const BEARINGS: [(f64, &str); 4] = [(0.0, "00"), (0.25, "40"), (0.5, "80"), (0.75, "c0")];
/// Arcs thinner than this, in CSS pixels, are widened by it so that no seam shows between them.
const SEAM: f64 = 0.35;
/// Pieces of a ring narrower than this, in CSS pixels, are drawn with straight ends: that differs
/// by a hundredth of a pixel, and thousands of them are painted in half the time.
const NARROW: f64 = 4.0;
/// The hole of a hollow seat, as a part of it.
const HOLLOW: f64 = 0.8;
/// Discs of a smaller radius are drawn as squares of the same area.
const SQUARE: f64 = 1.0;

/// Colours of the stylesheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ink {
    /// Text and marks.
    pub text: String,
    /// Text of less weight.
    pub muted: String,
    /// Hairlines, and the rest of the ring while one node is in focus.
    pub line: String,
    /// The ground.
    pub ground: String,
    /// Which colours the nodes have.
    pub look: Look,
    /// The page's font.
    pub font: String,
}

/// What changes seldom: the ring itself.
#[derive(Clone, Copy, Debug)]
pub struct Still<'a> {
    /// Ranges, by node.
    pub arcs: &'a [Arc],
    /// Histogram.
    pub bars: &'a [Bar],
    /// Where the nodes sit, by node.
    pub seats: &'a [Seat],
    /// A short word for each seat, in the same order; none where seats are too small.
    pub tags: &'a [String],
    /// Nodes that are not well, by id: their seats are hollow.
    pub hollow: &'a [NodeId],
    /// Only this node keeps its colour.
    pub selected: Option<NodeId>,
    /// Tokens of the selected node.
    pub tokens: &'a [Token],
}

/// What changes often: what happens on the ring.
#[derive(Clone, Copy, Debug)]
pub struct Acting<'a> {
    /// Seats, by node.
    pub seats: &'a [Seat],
    /// Ways of data with their keys, while data moves.
    pub ways: &'a [(NodeId, NodeId, u64)],
    /// The request shown.
    pub lights: Option<&'a Lights>,
    /// The range under the pointer.
    pub hovered: Option<TokenRange>,
    /// The range pinned.
    pub pinned: Option<TokenRange>,
}

/// A canvas of a size in CSS pixels, its backing store in the screen's own.
#[derive(Clone, Debug)]
pub struct Sheet {
    context: CanvasRenderingContext2d,
    geometry: Geometry,
}

impl Ink {
    /// Reads the custom properties in force at an element.
    #[must_use]
    pub fn of(element: &Element, look: Look) -> Self {
        let style = web_sys::window().and_then(|page| page.get_computed_style(element).ok()?);
        let read = |name: &str| {
            let value = style
                .as_ref()
                .and_then(|style| style.get_property_value(name).ok());
            value.unwrap_or_default().trim().to_owned()
        };
        Self {
            text: read("--ink"),
            muted: read("--ink-muted"),
            line: read("--line-strong"),
            ground: read("--ground"),
            look,
            font: read("font-family"),
        }
    }
}

impl Sheet {
    /// Prepares a canvas; `None` when the browser cannot draw. Clears it when the size changed.
    #[must_use]
    pub fn new(canvas: &HtmlCanvasElement, size: f64) -> Option<Self> {
        let ratio = web_sys::window().map_or(1.0, |page| page.device_pixel_ratio());
        let pixels = (size * ratio).round() as u32;
        if canvas.width() != pixels {
            canvas.set_width(pixels);
            canvas.set_height(pixels);
        }
        let context = canvas.get_context("2d").ok()??;
        let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
        context
            .set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)
            .ok()?;
        Some(Self {
            context,
            geometry: Geometry::new(size),
        })
    }

    /// Wipes everything.
    pub fn clear(&self) {
        self.context
            .clear_rect(0.0, 0.0, self.geometry.size, self.geometry.size);
    }

    /// Lays another canvas over this one.
    pub fn lay(&self, other: &HtmlCanvasElement, visible: f64) {
        let size = self.geometry.size;
        self.context.set_global_alpha(visible);
        // Fails only for an empty canvas, which shows nothing anyway.
        let _ = self
            .context
            .draw_image_with_html_canvas_element_and_dw_and_dh(other, 0.0, 0.0, size, size);
        self.context.set_global_alpha(1.0);
    }

    /// Draws these seats of the ring with their ranges: before the first of them what belongs to no
    /// node, after the last one what lies over them.
    pub fn still(&self, still: &Still<'_>, seats: Range<usize>, ink: &Ink) {
        if seats.start == 0 {
            self.bars(still.bars, ink);
            self.bearings(ink);
        }
        self.nodes(still, seats.clone(), ink);
        if seats.end == still.seats.len() {
            self.ticks(still, ink);
        }
    }

    /// Draws what happens on the ring.
    pub fn acting(&self, acting: &Acting<'_>, ink: &Ink) {
        self.ways(acting, ink);
        for range in [acting.pinned, acting.hovered].into_iter().flatten() {
            self.outline(range, ink);
        }
        if let Some(lights) = acting.lights {
            self.lights(lights, acting.seats, ink);
        }
    }

    /// Draws keys in the air: first the rims of all, then each node's in its colour, as to set a
    /// colour costs more than to paint with it.
    pub fn dots(&self, dots: &[Placed], ink: &Ink) {
        self.context.set_fill_style_str(&ink.ground);
        for dot in dots {
            self.spot(dot.at, 4.0);
        }
        let mut dots: Vec<&Placed> = dots.iter().collect();
        dots.sort_by_key(|dot| dot.node);
        for dots in dots.chunk_by(|one, other| one.node == other.node) {
            let colour = of_node(dots[0].node, ink.look);
            self.context.set_fill_style_str(&colour.to_string());
            for dot in dots {
                self.spot(dot.at, 3.0);
            }
        }
    }

    fn bars(&self, bars: &[Bar], ink: &Ink) {
        let Geometry {
            density_inner: inner,
            density_outer: outer,
            ..
        } = self.geometry;
        self.context.set_fill_style_str(&ink.muted);
        self.context.set_global_alpha(0.55);
        for bar in bars {
            let gap = (bar.end - bar.start) * 0.12;
            let top = inner + (outer - inner) * bar.height;
            self.piece(bar.start + gap, bar.end - gap, inner, top);
        }
        self.context.set_global_alpha(1.0);
    }

    /// Ranges and seats, node by node: to set a colour costs more than to paint with it. Whoever
    /// owns a range has a seat; both stand by node.
    fn nodes(&self, still: &Still<'_>, seats: Range<usize>, ink: &Ink) {
        self.context.set_font(&format!("600 11px {}", ink.font));
        self.context.set_text_align("center");
        self.context.set_text_baseline("middle");
        for place in seats {
            let seat = &still.seats[place];
            let is_rest = still.selected.is_some_and(|selected| selected != seat.node);
            let colour = of_node(seat.node, ink.look);
            let paint = (!is_rest).then(|| colour.to_string());
            self.context
                .set_fill_style_str(paint.as_ref().unwrap_or(&ink.line));
            self.ranges(arcs_of(still.arcs, seat.node), is_rest);
            self.spot(seat.at, seat.radius);
            let is_hollow = still.hollow.binary_search(&seat.node).is_ok();
            if is_hollow {
                self.disc(seat.at, seat.radius * HOLLOW, &ink.ground);
            }
            if still.selected == Some(seat.node) {
                self.circle(seat.at, seat.radius + 3.0, &ink.text, 1.5);
            }
            if let Some(tag) = still.tags.get(place) {
                let text = (!is_rest && !is_hollow).then(|| colour.ink().to_string());
                self.context
                    .set_fill_style_str(text.as_ref().unwrap_or(&ink.text));
                // Fails only for text that cannot be drawn; the disc still stands.
                let _ = self.context.fill_text(tag, seat.at.x, seat.at.y + 0.5);
            }
        }
    }

    fn ranges(&self, arcs: &[Arc], is_rest: bool) {
        let Geometry {
            band_inner,
            band_outer,
            ..
        } = self.geometry;
        let seam = SEAM / (TAU * band_outer);
        for arc in arcs {
            // A bin that many share shows its largest owner as faintly as that owns it.
            let alpha = if is_rest { 1.0 } else { 0.25 + 0.75 * arc.part };
            self.context.set_global_alpha(alpha);
            self.piece(arc.start - seam, arc.end + seam, band_inner, band_outer);
        }
        self.context.set_global_alpha(1.0);
    }

    /// The tokens of the selected node: its arcs end there.
    fn ticks(&self, still: &Still<'_>, ink: &Ink) {
        let Some(node) = still.selected else {
            return;
        };
        let Geometry {
            band_inner,
            band_outer,
            ..
        } = self.geometry;
        self.context.begin_path();
        for &token in still.tokens {
            let (from, to) = (
                self.geometry.at(turns(token), band_inner - 5.0),
                self.geometry.at(turns(token), band_outer),
            );
            self.context.move_to(from.x, from.y);
            self.context.line_to(to.x, to.y);
        }
        self.context.set_line_width(1.0);
        self.context
            .set_stroke_style_str(&of_node(node, ink.look).to_string());
        self.context.stroke();
    }

    fn bearings(&self, ink: &Ink) {
        self.context.set_font(&format!("10px {}", ink.font));
        self.context.set_text_align("center");
        self.context.set_text_baseline("middle");
        self.context.set_fill_style_str(&ink.muted);
        for (turns, text) in BEARINGS {
            let at = self.geometry.at(turns, self.geometry.bearings);
            let _ = self.context.fill_text(text, at.x, at.y);
        }
    }

    fn ways(&self, acting: &Acting<'_>, ink: &Ink) {
        let most = acting
            .ways
            .iter()
            .map(|&(_, _, keys)| keys)
            .max()
            .unwrap_or(0);
        let radius = acting.seats.first().map_or(0.0, |seat| seat.radius);
        self.context.set_line_join("round");
        self.context.set_global_alpha(0.3);
        for &(from, to, keys) in acting.ways {
            let (Some(start), Some(end)) = (seat_of(acting.seats, from), seat_of(acting.seats, to))
            else {
                continue;
            };
            self.context.set_line_width(way_width(keys, most));
            self.context
                .set_stroke_style_str(&of_node(to, ink.look).to_string());
            self.way(start, end, radius + 1.0);
        }
        self.context.set_global_alpha(1.0);
    }

    /// The coordinator round the centre, a way to each replica it asked, and where the key is.
    fn lights(&self, lights: &Lights, seats: &[Seat], ink: &Ink) {
        let geometry = self.geometry;
        let radius = seats.first().map_or(0.0, |seat| seat.radius);
        self.circle(geometry.centre, geometry.coordinator, &ink.muted, 1.0);
        for &(node, replied) in &lights.replicas {
            let Some(replica) = seat_of(seats, node) else {
                continue;
            };
            // Between the two circles, on the straight way from the centre.
            let on_way = |distance: f64| Point {
                x: geometry.centre.x + (replica.x - geometry.centre.x) * distance / geometry.seats,
                y: geometry.centre.y + (replica.y - geometry.centre.y) * distance / geometry.seats,
            };
            let (edge, end) = (
                on_way(geometry.coordinator),
                on_way(geometry.seats - radius - 4.0),
            );
            self.line(edge, end, &ink.text, if replied { 2.0 } else { 0.75 });
            self.circle(
                replica,
                radius + 4.0,
                &ink.text,
                if replied { 2.5 } else { 1.0 },
            );
        }
        let key = geometry.at(turns(lights.token), geometry.band_inner - 7.0);
        if let Some(&(primary, _)) = lights.replicas.first()
            && let Some(primary) = seat_of(seats, primary)
        {
            self.context.set_stroke_style_str(&ink.muted);
            self.context.set_line_width(1.0);
            // Bent as from the circle of the seats, and so round the centre.
            let start = geometry.at(turns(lights.token), geometry.seats);
            self.curve(key, geometry.bend(start, primary), primary, radius + 4.0);
        }
        self.disc(key, 5.5, &ink.ground);
        self.disc(key, 4.0, &ink.text);
    }

    fn outline(&self, range: TokenRange, ink: &Ink) {
        let start = turns(range.after);
        let end = start + range.share();
        let Geometry {
            band_inner,
            band_outer,
            ..
        } = self.geometry;
        self.context.begin_path();
        self.sector(start, end, band_inner - 4.0, band_outer + 4.0);
        self.context.set_line_width(1.5);
        self.context.set_stroke_style_str(&ink.text);
        self.context.stroke();
    }

    /// A piece of a ring, by itself: one path of many, all round the ring, is painted more slowly.
    fn piece(&self, start: f64, end: f64, inner: f64, outer: f64) {
        self.context.begin_path();
        if (end - start) * TAU * outer < NARROW {
            self.wedge(start, end, inner, outer);
        } else {
            self.sector(start, end, inner, outer);
        }
        self.context.fill();
    }

    /// Adds a narrow piece of a ring to the path, with straight ends.
    fn wedge(&self, start: f64, end: f64, inner: f64, outer: f64) {
        let [(left, far_left), (far_right, right)] = [
            self.geometry.spoke(start, inner, outer),
            self.geometry.spoke(end, outer, inner),
        ];
        self.context.move_to(left.x, left.y);
        for corner in [far_left, far_right, right] {
            self.context.line_to(corner.x, corner.y);
        }
        self.context.close_path();
    }

    /// Adds a piece of a ring to the path.
    fn sector(&self, start: f64, end: f64, inner: f64, outer: f64) {
        let Point { x, y } = self.geometry.centre;
        let (from, to) = (start * TAU - FRAC_PI_2, end * TAU - FRAC_PI_2);
        let first = self.geometry.at(start, outer);
        self.context.move_to(first.x, first.y);
        // Fails only for a negative radius.
        let _ = self.context.arc(x, y, outer, from, to);
        let _ = self
            .context
            .arc_with_anticlockwise(x, y, inner, to, from, true);
        self.context.close_path();
    }

    fn line(&self, from: Point, to: Point, colour: &str, width: f64) {
        self.context.begin_path();
        self.context.move_to(from.x, from.y);
        self.context.line_to(to.x, to.y);
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width);
        self.context.stroke();
    }

    fn way(&self, from: Point, to: Point, edge: f64) {
        self.curve(from, self.geometry.bend(from, to), to, edge);
    }

    fn curve(&self, from: Point, bend: Point, to: Point, edge: f64) {
        let [first, rest @ ..] = trimmed(from, bend, to, edge);
        self.context.begin_path();
        self.context.move_to(first.x, first.y);
        for point in rest {
            self.context.line_to(point.x, point.y);
        }
        self.context.stroke();
    }

    fn disc(&self, at: Point, radius: f64, colour: &str) {
        self.context.set_fill_style_str(colour);
        self.spot(at, radius);
    }

    /// A disc in the colour set last.
    fn spot(&self, at: Point, radius: f64) {
        if radius < SQUARE {
            let side = radius * PI.sqrt();
            let (left, top) = (at.x - side / 2.0, at.y - side / 2.0);
            return self.context.fill_rect(left, top, side, side);
        }
        self.context.begin_path();
        let _ = self.context.arc(at.x, at.y, radius, 0.0, TAU);
        self.context.fill();
    }

    fn circle(&self, at: Point, radius: f64, colour: &str, width: f64) {
        self.context.begin_path();
        let _ = self.context.arc(at.x, at.y, radius, 0.0, TAU);
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width);
        self.context.stroke();
    }
}
