//! Every virtual node of a ring, for lookups that touch one line of 64 bytes. It knows nodes by
//! their slots only.
//!
//! The circle of tokens is cut into equal parts, one a [`Line`]; a multiplication tells the line
//! of a token and the remainder that says where in the line. A line is full with 15 points: with
//! half as many on average, few are. The rest of a full line's points stand in `spilled`.
//!
//! No token is kept. A line has its owners, `indices` has which virtual node of its owner a point
//! is, and from both the token is made anew where remainders are equal.

mod around;
#[cfg(test)]
mod tests;

use std::hint::black_box;
use std::ops::Range;

use self::around::{Clockwise, CounterClockwise};
use super::lanes::{LANES, Lanes, with, without};
use super::line::{LINE_POINTS_MAX, Line, REMAINDER_BITS};
use super::nodes::{Nodes, Point, Slot};
use crate::hash::Token;
use crate::sorted::SortedMap;

/// Lines whose spilled points stand together: a few of them have any.
const LINES_TOGETHER: usize = 256;
/// Points per two lines when they are laid out: about half full, so that few lines spill.
const TWO_LINES_POINTS: usize = 15;
/// Points per line above which there are to be more lines.
const LINE_MEAN_MAX: usize = 9;
/// Points per line below which there are to be fewer.
const LINE_MEAN_MIN: usize = 3;

/// In order of tokens; on equal tokens of the names of the nodes, so that the smaller is first.
#[derive(Clone, Debug)]
pub(super) struct Points {
    lines: Vec<Line>,
    indices: Vec<Lanes>,
    /// By line, of so many lines each: its points after the fifteenth.
    spilled: Vec<SortedMap<usize, Vec<Point>>>,
    len: usize,
    /// How many points are not the first at their token.
    shadowed: usize,
}

/// Between two points: before point `at` of a line, or after its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    line: usize,
    at: usize,
}

impl Points {
    /// The points of all nodes. O(points).
    pub(super) fn build(nodes: &Nodes) -> Self {
        let len: usize = nodes
            .slots()
            .iter()
            .map(|&slot| nodes.points(slot) as usize)
            .sum();
        let lines = (2 * len).div_ceil(TWO_LINES_POINTS).max(1);
        let mut points = Self {
            lines: vec![Line::EMPTY; lines],
            indices: vec![[0; LANES]; lines],
            spilled: vec![SortedMap::new(); lines.div_ceil(LINES_TOGETHER)],
            len,
            shadowed: 0,
        };
        for &slot in nodes.slots() {
            for point in Point::of(slot, 0..nodes.points(slot)) {
                if points.insert_plainly(nodes, point).is_none() {
                    points.insert_carefully(nodes, point);
                }
            }
        }
        points.follow_all();
        points
    }

    /// Adds points of a node in place, or lays all out anew when they would be too many.
    pub(super) fn insert(&mut self, nodes: &Nodes, slot: Slot, from: u32, to: u32) {
        self.len += (to - from) as usize;
        if self.len > LINE_MEAN_MAX * self.lines.len() {
            *self = Self::build(nodes);
            return;
        }
        self.touch(nodes, slot, from..to);
        for point in Point::of(slot, from..to) {
            match self.insert_plainly(nodes, point) {
                Some(place) => self.follow_insert(place, slot),
                None => {
                    let place = self.insert_carefully(nodes, point);
                    self.follow(place);
                }
            }
        }
    }

    /// Reads the lines of some points, the two before each, which mostly see it, and the one after,
    /// so that they come from memory side by side and not, each waited for, one after the other.
    fn touch(&self, nodes: &Nodes, slot: Slot, indices: Range<u32>) {
        let line_len = |point| {
            let (line, _) = self.locate_roughly(nodes.token(point));
            let before = self.before_line(line);
            let near = [self.after(line), line, before, self.before_line(before)];
            let lens = near.map(|line| self.lines[line].len());
            lens.iter().sum::<usize>() + usize::from(self.indices[line][0])
        };
        black_box(Point::of(slot, indices).map(line_len).sum::<usize>());
    }

    /// Takes points of a node out in place; `nodes` still has them. When few are left `shrink` is
    /// due.
    pub(super) fn remove(&mut self, nodes: &Nodes, slot: Slot, from: u32, to: u32) {
        self.len -= (to - from) as usize;
        if self.len == 0 {
            *self = Self::default();
            return;
        }
        self.touch(nodes, slot, from..to);
        for point in Point::of(slot, from..to) {
            match self.remove_plainly(nodes, point) {
                Some(place) => self.follow_remove(place),
                None => {
                    let place = self.remove_carefully(nodes, point);
                    self.follow(place);
                }
            }
        }
    }

    /// Lays all out anew in fewer lines if there are far too many.
    pub(super) fn shrink(&mut self, nodes: &Nodes) {
        if self.len < LINE_MEAN_MIN * self.lines.len() && self.lines.len() > 1 {
            *self = Self::build(nodes);
        }
    }

    /// The owners of a token and of the points after it, as far as one line tells; none where a
    /// remainder ties. One multiplication, one line.
    #[inline]
    pub(super) fn owners(&self, token: Token) -> &[Slot] {
        let sight = self.sight(token);
        sight.map_or(&[], |(line, at)| line.owners_from(at))
    }

    /// Reads the lines of some tokens, so that they come from memory side by side.
    #[inline]
    pub(super) fn touch_owners(&self, tokens: &[Token]) {
        let first = |&token: &Token| {
            let (line, _) = self.locate_roughly(token);
            u32::from(self.lines[line].owner(0))
        };
        black_box(tokens.iter().map(first).fold(0, u32::wrapping_add));
    }

    /// The first different of them; `None`, or [`NO_SLOT`](super::nodes::NO_SLOT) among them, where
    /// those do not suffice.
    #[inline]
    pub(super) fn first_different<const N: usize>(&self, token: Token) -> Option<[Slot; N]> {
        let (line, at) = self.sight(token)?;
        line.first_different(at)
    }

    /// The line of a token and how many of its points come before; `None` where a remainder ties.
    #[inline]
    fn sight(&self, token: Token) -> Option<(&Line, usize)> {
        let (line, remainder) = self.locate_roughly(token);
        let line = &self.lines[line];
        let at = line.rank(remainder);
        (!line.ties(at, remainder)).then_some((line, at))
    }

    /// How many points there are, also those that share a token with another.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How many points are not the first at their token.
    pub(super) fn shadowed(&self) -> usize {
        self.shadowed
    }

    /// The place before the first point at or after a token.
    pub(super) fn locate(&self, nodes: &Nodes, token: Token) -> Place {
        let (line, remainder) = self.locate_roughly(token);
        let mut at = self.lines[line].rank(remainder);
        let maybe_before = |at| at >= LINE_POINTS_MAX || self.lines[line].ties(at, remainder);
        while at < self.line_len(line)
            && maybe_before(at)
            && nodes.token(self.point(line, at)) < token
        {
            at += 1;
        }
        Place { line, at }
    }

    /// The owners from a place on, as far as one line tells.
    pub(super) fn owners_at(&self, place: Place) -> &[Slot] {
        if place.at > LINE_POINTS_MAX {
            return &[];
        }
        self.lines[place.line].owners_from(place.at)
    }

    /// The last point before a place.
    pub(super) fn before(&self, place: Place) -> Option<Point> {
        if let Some(at) = place.at.checked_sub(1) {
            return Some(self.point(place.line, at));
        }
        let line = self.before_line(place.line);
        match self.line_len(line).checked_sub(1) {
            Some(at) => Some(self.point(line, at)),
            None => self.counter_clockwise(place).next(),
        }
    }

    /// All points once around, clockwise.
    pub(super) fn clockwise(&self, from: Place) -> Clockwise<'_> {
        Clockwise::new(self, from)
    }

    /// All points once around, counter-clockwise.
    pub(super) fn counter_clockwise(&self, from: Place) -> CounterClockwise<'_> {
        CounterClockwise::new(self, from)
    }

    /// Line and remainder: the whole and the broken part of the token times the number of lines.
    #[inline]
    fn locate_roughly(&self, token: Token) -> (usize, u16) {
        let product = (token.0 >> 32) * self.lines.len() as u64;
        let remainder = product as u32 >> (u32::BITS - REMAINDER_BITS);
        ((product >> 32) as usize, remainder as u16)
    }

    /// The line clockwise of a line. Without a division: those take longer than all the rest.
    #[inline]
    fn after(&self, line: usize) -> usize {
        let next = line + 1;
        if next == self.lines.len() { 0 } else { next }
    }

    /// The line counter-clockwise of a line.
    #[inline]
    fn before_line(&self, line: usize) -> usize {
        line.checked_sub(1).unwrap_or(self.lines.len() - 1)
    }

    fn line_len(&self, line: usize) -> usize {
        match self.lines[line].len() {
            LINE_POINTS_MAX => LINE_POINTS_MAX + self.spilled_of(line).len(),
            len => len,
        }
    }

    fn point(&self, line: usize, at: usize) -> Point {
        match at.checked_sub(LINE_POINTS_MAX) {
            None => Point {
                slot: self.lines[line].owner(at),
                index: self.indices[line][at],
            },
            Some(at) => self.spilled_of(line)[at],
        }
    }

    fn spilled_of(&self, line: usize) -> &[Point] {
        let together = &self.spilled[line / LINES_TOGETHER];
        together.get(&line).map_or(&[], Vec::as_slice)
    }

    /// All points of a line.
    fn points_of(&self, line: usize) -> Vec<Point> {
        let places = 0..self.line_len(line);
        places.map(|at| self.point(line, at)).collect()
    }

    /// Puts a point where it belongs; `None` where its line is full or its remainder ties. What
    /// other lines tell of it is left to the caller, here and below.
    #[inline]
    fn insert_plainly(&mut self, nodes: &Nodes, point: Point) -> Option<Place> {
        let (line, remainder) = self.locate_roughly(nodes.token(point));
        let at = self.lines[line].rank(remainder);
        let room = self.lines[line].len() < LINE_POINTS_MAX;
        if !room || self.lines[line].ties(at, remainder) {
            return None;
        }
        self.lines[line].insert(at, remainder, point.slot);
        self.indices[line] = with(&self.indices[line], at, point.index);
        Some(Place { line, at })
    }

    #[inline]
    fn remove_plainly(&mut self, nodes: &Nodes, point: Point) -> Option<Place> {
        let (line, remainder) = self.locate_roughly(nodes.token(point));
        let at = self.lines[line].rank(remainder);
        let full = self.lines[line].len() == LINE_POINTS_MAX;
        if full || self.lines[line].ties(at + 1, remainder) {
            return None;
        }
        let seen_of_next = LANES - self.lines[line].len();
        let last = self.lines[self.after(line)].owner(seen_of_next);
        self.lines[line].remove(at, last);
        self.indices[line] = without(&self.indices[line], at, 0);
        Some(Place { line, at })
    }

    /// The way for full lines and equal remainders: by whole tokens, the whole line anew.
    #[cold]
    fn insert_carefully(&mut self, nodes: &Nodes, point: Point) -> Place {
        let (line, _) = self.locate_roughly(nodes.token(point));
        let mut all = self.points_of(line);
        let at = all.partition_point(|&other| nodes.order(other, point).is_lt());
        all.insert(at, point);
        self.shadowed += usize::from(shares_token(nodes, &all, at));
        self.rewrite(nodes, line, &all);
        Place { line, at }
    }

    #[cold]
    fn remove_carefully(&mut self, nodes: &Nodes, point: Point) -> Place {
        let (line, _) = self.locate_roughly(nodes.token(point));
        let mut all = self.points_of(line);
        let found = all.iter().position(|&other| other == point);
        let at = found.expect("a node's points are in their lines");
        self.shadowed -= usize::from(shares_token(nodes, &all, at));
        all.remove(at);
        self.rewrite(nodes, line, &all);
        Place { line, at }
    }

    fn rewrite(&mut self, nodes: &Nodes, line: usize, points: &[Point]) {
        let (kept, spilled) = points.split_at(points.len().min(LINE_POINTS_MAX));
        let following = *self.lines[line].owners();
        self.lines[line] = Line::EMPTY;
        self.lines[line].follow_with(&following);
        for (at, &point) in kept.iter().enumerate() {
            let (_, remainder) = self.locate_roughly(nodes.token(point));
            self.lines[line].insert(at, remainder, point.slot);
            self.indices[line][at] = point.index;
        }
        let together = &mut self.spilled[line / LINES_TOGETHER];
        if spilled.is_empty() {
            together.remove(&line);
        } else {
            together.insert(line, spilled.to_vec());
        }
        self.follow_line(line);
    }

    /// Tells one line which owners follow it, from what the next line tells.
    fn follow_line(&mut self, line: usize) {
        let following = *self.lines[self.after(line)].owners();
        self.lines[line].follow_with(&following);
        if self.lines[line].len() == LINE_POINTS_MAX && !self.spilled_of(line).is_empty() {
            self.lines[line].follow_with_spilled();
        }
    }

    /// After a point of `slot` went in at `place`: so it does in what the lines before it see.
    fn follow_insert(&mut self, place: Place, slot: Slot) {
        let Place { mut line, mut at } = place;
        loop {
            line = self.before_line(line);
            at += self.lines[line].len();
            if at > LINE_POINTS_MAX {
                return;
            }
            if self.lines[line].len() == LINE_POINTS_MAX {
                return self.follow(place);
            }
            self.lines[line].insert_seen(at, slot);
        }
    }

    /// After a point was taken out at `place`: so it is from what the lines before it see.
    fn follow_remove(&mut self, place: Place) {
        let Place { mut line, mut at } = place;
        loop {
            let after = line;
            line = self.before_line(line);
            let len = self.lines[line].len();
            at += len;
            if at > LINE_POINTS_MAX {
                return;
            }
            if len == LINE_POINTS_MAX {
                return self.follow(place);
            }
            let last = self.lines[after].owner(LINE_POINTS_MAX - len);
            self.lines[line].remove_seen(at, last);
        }
    }

    /// After a change at `place`: tells the lines before it, as far back as they see it.
    fn follow(&mut self, place: Place) {
        let Place {
            mut line,
            at: mut seen_at,
        } = place;
        loop {
            line = self.before_line(line);
            seen_at += self.lines[line].len();
            if seen_at > LINE_POINTS_MAX {
                return;
            }
            self.follow_line(line);
        }
    }

    /// Tells every line which owners follow it.
    fn follow_all(&mut self) {
        for line in (0..self.lines.len()).rev() {
            self.follow_line(line);
        }
        // The last line saw of the first one only the first one's own points.
        if self.len > 0 {
            self.follow(Place {
                line: 0,
                at: self.lines[0].len(),
            });
        }
    }
}

impl Default for Points {
    /// One empty line.
    fn default() -> Self {
        Self::build(&Nodes::default())
    }
}

fn shares_token(nodes: &Nodes, points: &[Point], at: usize) -> bool {
    let token = nodes.token(points[at]);
    let same = |other: Option<&Point>| other.is_some_and(|&other| nodes.token(other) == token);
    same(points.get(at + 1)) || same(at.checked_sub(1).and_then(|before| points.get(before)))
}
