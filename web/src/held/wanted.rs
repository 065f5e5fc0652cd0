//! Weights, zones and settings that were asked for and wait for the change under way.

use std::rc::Rc;

use ringlab_sim::protocol::{Command, Snapshot, Subject};
use yew::AttrValue;

use crate::view::settings::value_text;

/// What waits, one value a subject. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted(Rc<Vec<Wish>>);

#[derive(Clone, Debug, PartialEq)]
struct Wish {
    subject: Subject,
    value: AttrValue,
    /// The question that brings it to the engine.
    number: u64,
}

impl Wanted {
    /// The value that waits for a subject.
    #[must_use]
    pub fn of(&self, subject: &Subject) -> Option<AttrValue> {
        let wish = self.0.iter().find(|wish| wish.subject == *subject)?;
        Some(wish.value.clone())
    }

    /// With what a command asks for.
    pub(super) fn with(&self, command: &Command, number: u64) -> Self {
        let (subject, value) = match command {
            Command::Reweight(node, weight) => (Subject::Weight(*node), weight.to_string()),
            Command::Rezone(node, zone) => (Subject::Zone(*node), zone.to_string()),
            Command::Set(values) => match values.first() {
                Some(&(setting, value)) => (Subject::Setting(setting), value_text(setting, value)),
                None => return self.clone(),
            },
            _ => return self.clone(),
        };
        let others = self.0.iter().filter(|wish| wish.subject != subject);
        let mut wishes: Vec<Wish> = others.cloned().collect();
        wishes.push(Wish {
            subject,
            value: value.into(),
            number,
        });
        Self(Rc::new(wishes))
    }

    /// What still waits by an answer: its turn has not come, and it was not refused.
    pub(super) fn after(&self, snapshot: &Snapshot) -> Self {
        let waits = |wish: &&Wish| {
            let is_known = snapshot.number >= wish.number;
            let is_refused = || {
                let mut refusals = snapshot.refusals.iter();
                refusals.any(|refusal| refusal.subject == wish.subject)
            };
            !is_known || (snapshot.waiting > 0 && !is_refused() && !wish.stands(snapshot))
        };
        let left: Vec<Wish> = self.0.iter().filter(waits).cloned().collect();
        if left.len() == self.0.len() {
            return self.clone();
        }
        Self(Rc::new(left))
    }
}

impl Wish {
    fn stands(&self, snapshot: &Snapshot) -> bool {
        if let Subject::Setting(setting) = self.subject {
            let now = snapshot
                .situation
                .as_ref()
                .map(|now| now.settings.get(setting));
            return now.is_some_and(|value| self.value == value_text(setting, value));
        }
        let mut nodes = snapshot.situation.iter().flat_map(|now| &now.nodes);
        nodes.any(|node| match &self.subject {
            Subject::Weight(id) => *id == node.id && self.value == node.weight.to_string(),
            Subject::Zone(id) => *id == node.id && self.value == node.zone.as_str(),
            _ => false,
        })
    }
}
