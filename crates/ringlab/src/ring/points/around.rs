//! Points one after the other, once around the ring, either way. It knows lines by their numbers.

use super::{Place, Point, Points};

/// Clockwise from a place.
pub(in crate::ring) struct Clockwise<'a> {
    points: &'a Points,
    place: Place,
    /// How many points the line of the place has.
    len: usize,
    left: usize,
}

/// Counter-clockwise from a place.
pub(in crate::ring) struct CounterClockwise<'a> {
    points: &'a Points,
    place: Place,
    left: usize,
}

impl<'a> Clockwise<'a> {
    pub(super) fn new(points: &'a Points, place: Place) -> Self {
        Self {
            points,
            place,
            len: points.line_len(place.line),
            left: points.len,
        }
    }
}

impl<'a> CounterClockwise<'a> {
    pub(super) fn new(points: &'a Points, place: Place) -> Self {
        Self {
            points,
            place,
            left: points.len,
        }
    }
}

impl Iterator for Clockwise<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        self.left = self.left.checked_sub(1)?;
        while self.place.at >= self.len {
            let line = self.points.after(self.place.line);
            self.place = Place { line, at: 0 };
            self.len = self.points.line_len(line);
        }
        let Place { line, at } = self.place;
        self.place.at += 1;
        Some(self.points.point(line, at))
    }
}

impl Iterator for CounterClockwise<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        self.left = self.left.checked_sub(1)?;
        while self.place.at == 0 {
            let line = self.points.before_line(self.place.line);
            let at = self.points.line_len(line);
            self.place = Place { line, at };
        }
        self.place.at -= 1;
        let Place { line, at } = self.place;
        Some(self.points.point(line, at))
    }
}
