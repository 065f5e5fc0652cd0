//! The role of a node as a source: it streams what new owners lack, batch by batch, each stored by
//! its target before the next one leaves. It knows the plan's slice that is its own, and no ring.
//!
//! Hundreds of small ranges travel in one batch, so that a node which joins a large cluster does
//! not cost a round trip a range. A batch is cut when it is sent: what is written later goes to
//! the target anyway, for every write since the announcement goes to old and new owners.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::layout::Change;
use crate::message::{Event, Membership, Message, TimerId};
use crate::outbox::Outbox;
use crate::ring::{NodeId, TokenRange};
use crate::sorted::SortedMap;
use crate::storage::{Batch, Cells, RangeSet, Storage};
use crate::time::doubled;

/// Most loaded rows of a batch, and most written cells: few, so that a transfer is a steady stream
/// beside which requests go on, and its progress is seen.
pub const BATCH_KEYS_MAX: u64 = 256;
/// Most bytes of a batch, unless keys of one token have more.
pub const BATCH_BYTES_MAX: u64 = 4 << 20;
/// Most ranges of a batch.
pub const BATCH_RANGES_MAX: usize = 4_096;
/// Targets that a source sends to at a time; the others wait.
pub const STREAMS_MAX: usize = 4;
/// How long a source waits for a batch to be stored before it sends it again.
pub const BATCH_PATIENCE: Duration = Duration::from_secs(10);
/// How often a batch is sent again before the change is reported as stuck. It is sent on, less and
/// less often: a target that comes back is to go on where it was.
pub const BATCH_RETRIES_MAX: u32 = 5;
/// How often the time between two sendings is doubled then: to 5 minutes and 20 seconds.
const BATCH_DOUBLINGS_MAX: u32 = 5;

/// All that a source has to send for one change.
#[derive(Clone, Debug)]
pub(crate) struct Transfer {
    version: u64,
    leader: NodeId,
    /// By target; gone when all of it is confirmed.
    streams: SortedMap<NodeId, Stream>,
}

/// What is sent to one target.
#[derive(Clone, Debug)]
struct Stream {
    remaining: VecDeque<TokenRange>,
    /// The number of the next batch.
    next: u64,
    on_its_way: Option<Arc<Batch>>,
    retries: u32,
}

impl Transfer {
    /// What `change` plans for this node, in this life of it; nothing is sent yet. A change that
    /// plans nothing for it is done at once.
    pub(crate) fn new(change: &Change, life: u64, out: &Outbox<'_>) -> Self {
        let own = change.copies.get(&out.id).into_iter().flatten();
        let streams = own.map(|(&target, ranges)| (target, Stream::new(ranges, life)));
        Self {
            version: change.version,
            leader: change.leader,
            streams: streams.collect(),
        }
    }

    pub(crate) const fn version(&self) -> u64 {
        self.version
    }

    /// Whether every target confirmed everything.
    pub(crate) fn is_done(&self) -> bool {
        self.streams.is_empty()
    }

    /// A target has stored a batch; whether the next may go.
    pub(crate) fn confirmed(&mut self, target: NodeId, number: u64, out: &mut Outbox<'_>) -> bool {
        let Some(stream) = self.streams.get_mut(&target) else {
            return false;
        };
        let Some(batch) = stream.on_its_way.take_if(|batch| batch.number == number) else {
            return false;
        };
        stream.retries = 0;
        out.cancel_timer(TimerId::Batch(target));
        out.observe(Event::BatchConfirmed {
            to: target,
            load: batch.load,
            at: batch.at(),
        });
        if stream.remaining.is_empty() {
            self.streams.remove(&target);
        }
        true
    }

    /// A batch was not confirmed in time, or not sent; whether the next may go.
    pub(crate) fn late(&mut self, target: NodeId, out: &mut Outbox<'_>) -> bool {
        let Some(stream) = self.streams.get_mut(&target) else {
            return false;
        };
        let Some(batch) = stream.on_its_way.clone() else {
            return true;
        };
        if stream.retries == BATCH_RETRIES_MAX {
            out.observe(Event::ChangeStuck {
                version: self.version,
                waiting: vec![target],
            });
        }
        let doublings = stream.retries.saturating_sub(BATCH_RETRIES_MAX - 1);
        stream.retries = stream.retries.saturating_add(1);
        let patience = doubled(BATCH_PATIENCE, doublings.min(BATCH_DOUBLINGS_MAX));
        send(target, batch, patience, out);
        false
    }

    /// Sends the next batch to each of the first targets that has none on its way. What cannot be
    /// read now is tried again later.
    pub(crate) fn proceed<C: Cells>(
        &mut self,
        storage: &Storage<C>,
        out: &mut Outbox<'_>,
    ) -> Result<(), C::Error> {
        for (&target, stream) in self.streams.iter_mut().take(STREAMS_MAX) {
            if stream.on_its_way.is_some() {
                continue;
            }
            // Moved when the batch leaves.
            out.set_timer_patiently(TimerId::Batch(target), BATCH_PATIENCE);
            let batch = Arc::new(stream.cut(self.version, storage)?);
            stream.on_its_way = Some(batch.clone());
            out.observe(Event::BatchSent {
                to: target,
                load: batch.load,
                at: batch.at(),
            });
            send(target, batch, BATCH_PATIENCE, out);
        }
        if self.streams.is_empty() {
            let version = self.version;
            let streamed = Message::Membership(Membership::Streamed { version });
            out.send(self.leader, streamed);
        }
        Ok(())
    }
}

fn send(target: NodeId, batch: Arc<Batch>, patience: Duration, out: &mut Outbox<'_>) {
    out.set_timer_patiently(TimerId::Batch(target), patience);
    out.send(target, Message::Membership(Membership::Batch(batch)));
}

impl Stream {
    fn new(ranges: &RangeSet, life: u64) -> Self {
        Self {
            remaining: ranges.ranges().collect(),
            // A confirmation that an earlier life waited for is for none of this one's.
            next: life << 32,
            on_its_way: None,
            retries: 0,
        }
    }

    /// Takes as many ranges from what remains as one batch may have, the last one in part; nothing
    /// when they cannot be read.
    fn cut<C: Cells>(&mut self, version: u64, storage: &Storage<C>) -> Result<Batch, C::Error> {
        let mut ranges = Vec::new();
        let cut = self.ranges(storage, &mut ranges);
        let set = ranges.iter().copied().collect();
        match cut.and_then(|()| Batch::of(version, self.next, set, storage)) {
            Ok(batch) => {
                self.next += 1;
                Ok(batch)
            }
            Err(error) => {
                for range in ranges.into_iter().rev() {
                    self.remaining.push_front(range);
                }
                Err(error)
            }
        }
    }

    /// Moves ranges from what remains to `ranges`, as many as fit.
    fn ranges<C: Cells>(
        &mut self,
        storage: &Storage<C>,
        ranges: &mut Vec<TokenRange>,
    ) -> Result<(), C::Error> {
        let (mut keys, mut bytes) = (BATCH_KEYS_MAX, BATCH_BYTES_MAX);
        while let Some(&range) = self.remaining.front() {
            let mut fits = storage.try_beginning(range, keys, bytes)?;
            if fits.is_none() && ranges.is_empty() {
                // One key, however large.
                fits = storage.try_beginning(range, 1, u64::MAX)?.or(Some(range));
            }
            let Some(part) = fits else {
                break;
            };
            let load = storage.try_load_in(part)?;
            ranges.push(part);
            self.remaining.pop_front();
            if part.to != range.to {
                let after = part.to;
                self.remaining.push_front(TokenRange { after, ..range });
                break;
            }
            keys = keys.saturating_sub(load.keys);
            bytes = bytes.saturating_sub(load.bytes);
            if ranges.len() == BATCH_RANGES_MAX {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
