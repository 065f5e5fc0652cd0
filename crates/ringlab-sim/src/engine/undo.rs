//! The way back: situations before each change, and after each undo. It knows no engine.

use crate::protocol::{Deed, UNDO_MAX};

/// States to return to, with the deed that led away from each.
#[derive(Clone, Debug)]
pub(super) struct Undo<S> {
    past: Vec<(Deed, S)>,
    future: Vec<(Deed, S)>,
}

impl<S> Undo<S> {
    /// Remembers the state before a deed. What was undone can't be done again after it.
    pub(super) fn remember(&mut self, deed: Deed, before: S) {
        self.future.clear();
        if self.past.len() == UNDO_MAX {
            self.past.remove(0);
        }
        self.past.push((deed, before));
    }

    /// Goes one deed back from `now`.
    pub(super) fn undo(&mut self, now: S) -> Result<S, S> {
        Self::step(&mut self.past, &mut self.future, now)
    }

    /// Goes one deed forward again from `now`.
    pub(super) fn redo(&mut self, now: S) -> Result<S, S> {
        Self::step(&mut self.future, &mut self.past, now)
    }

    /// What undo would take back.
    pub(super) fn undoable(&self) -> Option<&Deed> {
        self.past.last().map(|(deed, _)| deed)
    }

    /// What redo would do again.
    pub(super) fn redoable(&self) -> Option<&Deed> {
        self.future.last().map(|(deed, _)| deed)
    }

    /// Goes through the past from the latest state on and forgets all from the first one that is
    /// not to be kept.
    pub(super) fn forget_unless(&mut self, mut keep: impl FnMut(&S) -> bool) {
        let forgotten = self.past.iter().rposition(|(_, state)| !keep(state));
        self.past.drain(..forgotten.map_or(0, |last| last + 1));
    }

    fn step(from: &mut Vec<(Deed, S)>, to: &mut Vec<(Deed, S)>, now: S) -> Result<S, S> {
        match from.pop() {
            Some((deed, state)) => {
                to.push((deed, now));
                Ok(state)
            }
            None => Err(now),
        }
    }
}

impl<S> Default for Undo<S> {
    fn default() -> Self {
        Self {
            past: Vec::new(),
            future: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn undo_and_redo_walk_the_same_states() {
        let mut undo = Undo::default();
        for before in 0..3 {
            undo.remember(Deed::Configure, before);
        }
        assert_eq!(undo.undo(3), Ok(2));
        assert_eq!(undo.undo(2), Ok(1));
        assert_eq!(undo.redo(1), Ok(2));
        assert_eq!(undo.undoable(), Some(&Deed::Configure));
        undo.remember(Deed::Load, 2);
        assert_eq!(undo.redo(9), Err(9), "a new deed ends what could be redone");
    }

    #[test]
    fn the_oldest_states_are_forgotten() {
        let mut undo = Undo::default();
        for before in 0..=UNDO_MAX {
            undo.remember(Deed::Configure, before);
        }
        let oldest = (0..UNDO_MAX).fold(UNDO_MAX + 1, |now, _| undo.undo(now).expect("remembered"));
        assert_eq!((oldest, undo.undo(oldest)), (1, Err(1)));

        let mut undo = Undo::default();
        for before in [1, 2, 1, 2, 2] {
            undo.remember(Deed::Configure, before);
        }
        undo.forget_unless(|state| *state == 2);
        assert_eq!(
            (undo.undo(9), undo.undo(2), undo.undo(2)),
            (Ok(2), Ok(2), Err(2))
        );
    }
}
