//! The role of a node that compares itself with other replicas, now and then, and gives and takes
//! what only one of them has (anti-entropy; Dynamo, section 4.7). It knows how neither is stored.
//!
//! An exchange is between two nodes, over all ranges that both hold. The asker goes down the tree
//! of digests as far as it differs, then through the keys of the buckets that differ; only cells
//! that differ travel. Each question waits for its answer: one message of an exchange is on its
//! way at a time, and when one is lost, a timer ends the exchange and the next one finds what is
//! left. A node begins one exchange at a time, and none while a membership change moves data.

mod answering;
mod asking;
mod keys;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use crate::disk::Disk;
use crate::hash::Token;
use crate::layout::Layout;
use crate::merkle::{Scope, Tree};
use crate::message::{Comparison, Difference, Event, ExchangeEnd, Message, TimerId, Unequal};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::replica::Replica;
use crate::ring::NodeId;
use crate::settings::AntiEntropy;
use crate::storage::{Cells, RangeSet, Storage};
use crate::version::Siblings;

use self::asking::Asking;

/// Most digests of a message: the children of 32 nodes.
pub(crate) const DIGESTS_MAX: usize = 1_024;
/// Most keys of a message, and most cells, unless one token has more: as in a transfer.
pub(crate) const KEYS_MAX: usize = 256;
/// Most bytes of keys and values of a message, but for its last key's: as in a transfer.
pub(crate) const BYTES_MAX: u64 = 4 << 20;
/// Most ranges of a message: as in a transfer.
pub(crate) const RANGES_MAX: usize = 4_096;
/// How long an asker waits for an answer: as a source for a batch to be stored.
pub(crate) const EXCHANGE_PATIENCE: Duration = Duration::from_secs(10);

/// A node's part in anti-entropy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repair {
    settings: Option<AntiEntropy>,
    /// The exchange that it began.
    asking: Option<Asking>,
    /// Questions put so far.
    questions: u64,
}

/// What the rest of the node lends it.
pub(crate) struct Ground<'a, D> {
    /// Only when the node is live and no membership change is under way.
    pub(crate) layout: Option<&'a Layout>,
    pub(crate) replica: &'a mut Replica<D>,
}

impl Repair {
    /// An operator wants it otherwise.
    pub(crate) fn configure<D: Disk>(
        &mut self,
        settings: Option<AntiEntropy>,
        replica: &mut Replica<D>,
        out: &mut Outbox<'_>,
    ) {
        self.settings = settings;
        replica.fell_trees();
        // Its trees are gone, so an exchange under way ends with the next answer at the latest. When
        // that was lost, the new settings would wait for the old exchange's patience to end.
        let reason = settings.map_or(Unequal::Off, |_| Unequal::Reconfigured);
        self.end(ExchangeEnd::Refused(reason), out);
        match settings {
            Some(settings) => out.set_timer_patiently(TimerId::AntiEntropy, settings.interval()),
            None => out.cancel_timer(TimerId::AntiEntropy),
        }
    }

    /// The next exchange is due; it is left out while one is under way.
    pub(crate) fn due<D: Disk>(&mut self, mut ground: Ground<'_, D>, out: &mut Outbox<'_>) {
        let Some(settings) = self.settings else {
            return;
        };
        out.set_timer_patiently(TimerId::AntiEntropy, settings.interval());
        if self.asking.is_some() {
            return;
        }
        let Some(with) = ground.partner(out) else {
            return;
        };
        let Ok(tree) = ground.tree(out.id, with, self.settings) else {
            return;
        };
        let number = self.questions;
        self.asking = Some(Asking::begin(number, with, tree));
        out.observe(Event::ExchangeBegan { number, with });
        self.proceed(ground, out);
    }

    /// An answer did not come in time.
    pub(crate) fn late(&mut self, out: &mut Outbox<'_>) {
        self.end(ExchangeEnd::Late, out);
    }

    pub(crate) fn receive<D: Disk>(
        &mut self,
        from: NodeId,
        message: Comparison,
        mut ground: Ground<'_, D>,
        out: &mut Outbox<'_>,
    ) {
        let (number, answer) = match message {
            Comparison::Differing { number, nodes } => (number, Answer::Differing(nodes)),
            Comparison::Cells { number, difference } => (number, Answer::Cells(difference)),
            Comparison::Pushed { number } => (number, Answer::Pushed),
            Comparison::Refused { number, reason } => (number, Answer::Refused(reason)),
            question => {
                return answering::answer(from, question, self.settings, &mut ground, out);
            }
        };
        let awaited = |asking: &&mut Asking| asking.awaits(from, number);
        let Some(asking) = self.asking.as_mut().filter(awaited) else {
            return;
        };
        match ground.compared(out.id, from, self.settings, asking.scope()) {
            Ok(_) => match asking.take(answer, ground.replica, out) {
                Ok(()) => self.proceed(ground, out),
                Err(reason) => self.end(ExchangeEnd::Refused(reason), out),
            },
            Err(reason) => self.end(ExchangeEnd::Refused(reason), out),
        }
    }

    /// Puts the next question, or ends the exchange when there is none.
    fn proceed<D: Disk>(&mut self, mut ground: Ground<'_, D>, out: &mut Outbox<'_>) {
        let Some(asking) = &mut self.asking else {
            return;
        };
        let number = self.questions;
        self.questions += 1;
        match asking.next(number, self.settings, &mut ground, out.id) {
            Ok(Some(question)) => {
                out.set_timer(TimerId::Exchange, out.now + EXCHANGE_PATIENCE);
                out.send(asking.with(), Message::AntiEntropy(question));
            }
            Ok(None) => self.end(ExchangeEnd::Done, out),
            Err(reason) => self.end(ExchangeEnd::Refused(reason), out),
        }
    }

    fn end(&mut self, end: ExchangeEnd, out: &mut Outbox<'_>) {
        if let Some(asking) = self.asking.take() {
            out.cancel_timer(TimerId::Exchange);
            out.observe(asking.ended(end));
        }
    }
}

/// The tokens that two nodes both hold.
pub(crate) use self::shared::ranges as shared;

/// The tokens up to one, from token 0.
pub(crate) use self::keys::up_to;

/// Keys with what they hold, and up to which token that is all, when it is not all.
type Told = (Arc<[(Key, Siblings)]>, Option<Token>);

/// What keys of these tokens hold, as much as fits into a message; up to which token, when that is
/// not all.
pub(crate) fn all_of<C: Cells>(storage: &Storage<C>, tokens: &RangeSet) -> Result<Told, C::Error> {
    let mut cells = Vec::new();
    let until = keys::fill(storage, tokens.ranges(), |room, key, cell| {
        room.take(key.bytes().len() as u64 + cell.bytes());
        cells.push((key.clone(), cell.clone()));
    })?;
    Ok((cells.into(), until))
}

/// An answer that was waited for.
enum Answer {
    Differing(Vec<u32>),
    Cells(Difference),
    Pushed,
    Refused(Unequal),
}

impl<D: Disk> Ground<'_, D> {
    /// The tree of what this node shares with another one.
    fn tree(
        &mut self,
        own: NodeId,
        with: NodeId,
        settings: Option<AntiEntropy>,
    ) -> Result<&Tree, Unequal> {
        let buckets = settings.ok_or(Unequal::Off)?.buckets();
        let layout = self.layout.ok_or(Unequal::Moving)?;
        let version = layout.stage().version;
        let shared = || shared::ranges(layout.placement(), own, with);
        let tree = self.replica.tree(with, (version, buckets), shared);
        tree.ok_or(Unequal::Unreadable)
    }

    /// The same, if it may be compared with one of this scope.
    fn compared(
        &mut self,
        own: NodeId,
        with: NodeId,
        settings: Option<AntiEntropy>,
        scope: Scope,
    ) -> Result<&Tree, Unequal> {
        let tree = self.tree(own, with, settings)?;
        tree.scope().comparable(scope).map_err(Unequal::Trees)?;
        Ok(tree)
    }

    /// Another replica of a range that this node owns, by chance.
    fn partner(&self, out: &mut Outbox<'_>) -> Option<NodeId> {
        shared::partner(self.layout?.placement(), out)
    }
}

#[cfg(test)]
mod tests;
