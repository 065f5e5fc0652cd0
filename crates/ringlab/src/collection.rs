//! The role of a node that forgets tombstones, once nobody has anything else of their keys. It
//! knows no disk and no network.
//!
//! A tombstone stands for versions that some replica, a hint or a message may still have: who
//! forgets it too early brings them back. So time alone is no reason to forget it (Cassandra's
//! `gc_grace_seconds` is, and CASSANDRA-11427 and many others tell what came of it). Here a
//! tombstone goes by proof, as Riak's reaper asks for all primaries:
//!
//! - it has not changed for a grace, which is longer than any message travels and any hint lives;
//! - every node of the layout says that it has nothing else of the key: each replica has this very
//!   cell on its disk, nobody keeps a hint of it and nobody coordinates a request for it;
//! - then the replicas forget it, each only if its cell still is that cell.
//!
//! A replica that does not hear of it keeps the tombstone, and anti-entropy may bring it back to
//! the others: it is collected again later, and shows nobody a value. A tombstone over a row of the
//! loaded population stays for ever, since the row does.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use crate::hash::Token;
use crate::layout::{Layout, Stage};
use crate::message::{Collection, Event, Message, TimerId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::ring::NodeId;
use crate::sorted::{LongMap, SortedMap, SortedSet};
use crate::storage::Tombstones;
use crate::time::Instant;
use crate::version::Siblings;

/// Tombstones that a node watches at most; it finds the others when it has forgotten some.
pub const TOMBSTONES_WATCHED_MAX: usize = 65_536;
/// Cells that a node looks at in one round, and so most tombstones that it asks about.
pub const CELLS_PER_ROUND: usize = 1_024;
/// Most bytes of keys in one question, but for its last key's.
pub const BYTES_PER_QUESTION_MAX: u64 = 4 << 20;
/// From one round to the next, where the grace is long: a million cells take 16 hours.
pub const COLLECTION_INTERVAL: Duration = Duration::from_secs(60);
/// Rounds in a grace that is short.
const ROUNDS_PER_GRACE: u32 = 16;

/// A node's part in the collection of tombstones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collector {
    /// Where the next round goes on.
    next: Token,
    /// Tombstones of keys whose primary this node is, and since when they are what they are.
    watched: LongMap<Key, (Siblings, Instant)>,
    questions: u64,
    /// The last question, until all have answered or the next round begins.
    asked: Option<Asked>,
}

#[derive(Clone, Debug)]
struct Asked {
    number: u64,
    stage: Stage,
    cells: Arc<[(Key, Siblings)]>,
    /// By place: who has not answered.
    waiting: Vec<SortedSet<NodeId>>,
}

/// What the rest of the node lends it.
pub(crate) struct Field<'a> {
    /// Only when the node is live and no membership change is under way.
    pub(crate) layout: Option<&'a Layout>,
    pub(crate) grace: Duration,
}

impl Collector {
    /// When the next round is.
    pub(crate) fn set_timer(grace: Duration, out: &mut Outbox<'_>) {
        let interval = COLLECTION_INTERVAL.min(grace / ROUNDS_PER_GRACE);
        out.set_timer_patiently(TimerId::Collection, interval);
    }

    /// A round: `look` shows some cells from a token on; what has stood for long is asked about.
    pub(crate) fn round(
        &mut self,
        field: &Field<'_>,
        look: impl FnOnce(Token) -> Option<Tombstones>,
        out: &mut Outbox<'_>,
    ) {
        Self::set_timer(field.grace, out);
        self.asked = None;
        let Some(layout) = field.layout else {
            return;
        };
        let from = self.next;
        let Some(Tombstones { cells, until }) = look(from) else {
            return;
        };
        self.next = until.map_or(Token(0), |last| Token(last.0.wrapping_add(1)));
        let own = out.id;
        let is_primary = |key: &Key| layout.reads().primary(key.token()) == Some(own);
        let found = cells.into_iter().filter(|(key, _)| is_primary(key));
        let found = found.collect();
        self.watch(from..=until.unwrap_or(Token(u64::MAX)), &found, out.now);
        let since = |key: &Key| self.watched.get(key).map(|(_, since)| *since);
        let is_due = |key: &Key| since(key).is_some_and(|since| since + field.grace <= out.now);
        let cells = some_of(found.into_iter().filter(|(key, _)| is_due(key)));
        if !cells.is_empty() {
            self.ask(layout, cells, out);
        }
    }

    /// A node has nothing else of some keys that it was asked about.
    pub(crate) fn nothing_else(
        &mut self,
        from: NodeId,
        (number, places): (u64, Vec<u32>),
        field: &Field<'_>,
        out: &mut Outbox<'_>,
    ) {
        let (Some(layout), Some(asked)) = (field.layout, &mut self.asked) else {
            return;
        };
        if asked.number != number || asked.stage != layout.stage() {
            return;
        }
        let mut proved = Vec::new();
        for place in places {
            let place = place as usize;
            let Some(waiting) = asked.waiting.get_mut(place) else {
                continue;
            };
            if waiting.remove(&from) && waiting.is_empty() {
                proved.push(asked.cells[place].clone());
            }
        }
        let mut to_forget = SortedMap::<NodeId, Vec<_>>::new();
        for (key, cell) in proved {
            self.watched.remove(&key);
            for &node in &*layout.placement().replicas(key.token()) {
                let cells = to_forget.entry(node).or_default();
                cells.push((key.clone(), cell.clone()));
            }
        }
        let stage = layout.stage();
        for (node, cells) in to_forget {
            let cells = cells.into();
            out.send(
                node,
                Message::Collection(Collection::Forget { stage, cells }),
            );
        }
    }

    /// Takes note of the tombstones that were found among some tokens.
    fn watch(
        &mut self,
        tokens: RangeInclusive<Token>,
        found: &SortedMap<Key, Siblings>,
        now: Instant,
    ) {
        self.watched.retain(|key, (cell, _)| {
            !tokens.contains(&key.token()) || found.get(key) == Some(cell)
        });
        for (key, cell) in found {
            if self.watched.len() < TOMBSTONES_WATCHED_MAX {
                let watched = || (cell.clone(), now);
                self.watched.get_or_insert_with(key.clone(), watched);
            }
        }
    }

    fn ask(&mut self, layout: &Layout, cells: Arc<[(Key, Siblings)]>, out: &mut Outbox<'_>) {
        self.questions += 1;
        let (number, stage) = (self.questions, layout.stage());
        let nodes: SortedSet<NodeId> = layout.reads().nodes().map(|node| node.id).collect();
        for &node in &nodes {
            let ask = Collection::Ask {
                number,
                stage,
                cells: cells.clone(),
            };
            out.send(node, Message::Collection(ask));
        }
        out.observe(Event::CollectionBegan {
            keys: cells.len() as u64,
        });
        self.asked = Some(Asked {
            number,
            stage,
            waiting: vec![nodes; cells.len()],
            cells,
        });
    }
}

/// As many as one message takes.
fn some_of(cells: impl Iterator<Item = (Key, Siblings)>) -> Arc<[(Key, Siblings)]> {
    let mut bytes = 0;
    let fits = |(key, _): &(Key, Siblings)| {
        let fits = bytes < BYTES_PER_QUESTION_MAX;
        bytes += key.bytes().len() as u64;
        fits
    };
    cells.take_while(fits).collect()
}

#[cfg(test)]
mod tests;
