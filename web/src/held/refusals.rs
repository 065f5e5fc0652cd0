//! What was refused last. It stands until what it is about is edited, or something else is asked.

use std::rc::Rc;

use ringlab_sim::protocol::{Refusal, Subject};
use yew::AttrValue;

use crate::text::frame;

/// Refusals of one answer. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusals(Rc<Vec<Refusal>>);

impl Refusals {
    /// Why a subject was refused, as a sentence.
    #[must_use]
    pub fn why(&self, subject: &Subject) -> Option<AttrValue> {
        let refusal = self.0.iter().rfind(|refusal| refusal.subject == *subject)?;
        Some(frame::reason(&refusal.reason).into())
    }

    pub(super) fn without(&self, subject: &Subject) -> Self {
        let others = self.0.iter().filter(|refusal| refusal.subject != *subject);
        Self(Rc::new(others.cloned().collect()))
    }
}

impl From<Vec<Refusal>> for Refusals {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self(Rc::new(refusals))
    }
}
