//! A replica and its disk: group commit, and what becomes of it when the disk does not do what it
//! should. It knows no requests.
//!
//! What an input writes goes into the logs' memory. One sync serves all that was written until the
//! disk's turn comes, and only then are acknowledgements given out. A full disk takes no writes
//! until there is room; after any other failure nobody knows what it holds, so the node is no
//! replica any more until it restarts. Damage costs no more than the keys it may concern.

use std::time::Duration;

use crate::disk::{Disk, DiskError};
use crate::hash::Token;
use crate::journal::{Entry, JournalError};
use crate::layout::Stage;
use crate::message::{AppendId, Event, Message, Record, TimerId};
use crate::outbox::Outbox;
use crate::ring::{NodeId, TokenRange};
use crate::settings::Settings;
use crate::storage::{Cells, Damage, LsmError, LsmSettings, RangeSet, Work};
use crate::time::Instant;

use super::{APPENDS_WAITING_MAX, Growth, Replica};

/// Bytes of merging at a time: about a millisecond.
pub const WORK_BYTES: u64 = 64 << 10;
/// From one piece of such work to the next.
pub const WORK_INTERVAL: Duration = Duration::from_millis(10);
/// How long a full disk is left alone.
pub const FULL_PATIENCE: Duration = Duration::from_secs(1);
/// How long before what damage took is asked for again.
pub const REFETCH_PATIENCE: Duration = Duration::from_secs(5);
/// Troubles of one input that are told; more of them tell nothing new.
const TROUBLES_MAX: usize = 16;
/// The whole of what a share of the ring is told in.
const MILLION: u128 = 1_000_000;
/// Lives are counted from 0, up to far below this; of a node that was wiped, from a number by chance
/// that is at least this and less than twice as much.
const FIRST_LIFE_AFTER_WIPE: u64 = 1 << 30;
/// Lives that the disk of such a node may have forgotten in turn; the next is one by chance again.
const LIVES_FORGOTTEN_MAX: u64 = 1 << 20;

/// What can be asked of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Well,
    /// Reads, but no writes for now.
    Full,
    /// Nothing.
    Failed,
}

impl<D: Disk> Replica<D> {
    /// From now on it keeps to these limits, and so does its store: what is made next takes the new
    /// values, and a memtable that is full by them becomes a table.
    pub(crate) fn configure(&mut self, settings: &Settings) {
        self.hints.limit(settings.hints);
        self.growth = Growth {
            clock_pairs: settings.clock_pairs,
            siblings_max: settings.siblings_max,
        };
        let engine = self.storage.engine_mut();
        let set = engine.set_settings(store_settings(engine.settings(), settings));
        set.expect("the bounds of settings that were checked are the store's own");
    }

    /// Whether it takes another write: its own, or one to keep in another's place.
    pub(crate) fn has_room(&self, place: Option<NodeId>) -> bool {
        self.state == State::Well
            && self.waiting.len() < APPENDS_WAITING_MAX
            && (place.is_none() || self.hints.has_room())
    }

    /// Whether it may say what it has of a token, and name writes there.
    pub(crate) fn speaks_for(&self, token: Token) -> bool {
        self.state != State::Failed && !self.damaged.contains(token)
    }

    /// Whether the disk does all it is asked.
    pub(crate) fn is_well(&self) -> bool {
        self.state == State::Well
    }

    /// Tokens whose cells may be lost.
    pub(crate) const fn damaged(&self) -> &RangeSet {
        &self.damaged
    }

    /// The disk's turn has come: what to say to whom, now that all that was written is stored; nothing
    /// is, when it cannot be.
    pub(crate) fn sync(&mut self, out: &mut Outbox<'_>) -> Option<Vec<(NodeId, Message)>> {
        self.asked = false;
        if self.state == State::Failed {
            return None;
        }
        if let Err(error) = self.commit() {
            self.note(error);
            return None;
        }
        if self.state == State::Full {
            self.state = State::Well;
            out.observe(Event::DiskHasRoom);
        }
        if let Some(last) = self.appends.checked_sub(1)
            && self.stored < self.appends
        {
            self.stored = self.appends;
            out.stored(AppendId(last));
        }
        self.unsynced.clear();
        self.cut_out(out);
        self.set_work_timer(out);
        Some(self.waiting.drain(..).collect())
    }

    /// The store has work that was put off, or the disk was full.
    pub(crate) fn work(&mut self, out: &mut Outbox<'_>) {
        self.work_is_due = false;
        match self.state {
            State::Failed => {}
            State::Full => self.ask(out),
            State::Well => {
                let worked = self.storage.engine_mut().work(WORK_BYTES);
                if self.noted(worked) == Some(Work::More) {
                    self.set_work_timer(out);
                }
            }
        }
    }

    /// Remembers something of the node itself, at the next sync.
    pub(crate) fn remember(&mut self, entry: &Entry, out: &mut Outbox<'_>) {
        self.journal.write(entry);
        self.ask(out);
    }

    /// Remembers that the node took a step; the append that is stored when this is.
    pub(crate) fn remember_step(
        &mut self,
        entry: &Entry,
        stage: Stage,
        out: &mut Outbox<'_>,
    ) -> AppendId {
        self.journal.write(entry);
        self.append(Record::Step(stage), None, out);
        AppendId(self.appends - 1)
    }

    /// Whether something that was written survives a crash.
    pub(crate) const fn is_stored(&self, append: AppendId) -> bool {
        append.0 < self.stored
    }

    /// Whether the journal is long enough to be written anew.
    pub(crate) const fn journal_is_long(&self) -> bool {
        self.journal.is_long()
    }

    /// Writes the journal anew.
    pub(crate) fn renew_journal(&mut self, entries: &[Entry]) {
        let disk = self.storage.engine_mut().disk_mut();
        if let Err(error) = self.journal.renew(disk, entries) {
            self.note(match error {
                JournalError::Disk(error) => error.into(),
                JournalError::Damaged { .. } | JournalError::Settings(_) => LsmError::Stopped,
            });
        }
    }

    /// What is remembered of hints and of damage.
    pub(crate) fn entries(&self, now: Instant) -> Vec<Entry> {
        let mut entries = vec![Entry::Life(self.life)];
        let hints = self.hints.all(now);
        entries.extend(hints.map(|(place, kept)| Entry::Hint(place.clone(), kept)));
        if !self.damaged.is_empty() {
            entries.push(Entry::Damaged(self.damaged.clone()));
        }
        entries
    }

    /// Its disk was wiped or has forgotten much, and it owned this: all of that is to be fetched. Dots
    /// and hints of the life that begins, none before can have named: its number is one by chance.
    pub(crate) fn begin_anew(&mut self, owned: &RangeSet, why: &str, out: &mut Outbox<'_>) {
        self.life = match self.life {
            ..FIRST_LIFE_AFTER_WIPE => FIRST_LIFE_AFTER_WIPE + out.below(FIRST_LIFE_AFTER_WIPE),
            life => life + 1 + out.below(LIVES_FORGOTTEN_MAX),
        };
        self.counter = 0;
        self.hints.begin_life(self.life);
        self.damaged = owned.clone();
        self.journal.write(&Entry::Life(self.life));
        self.journal.write(&Entry::Damaged(owned.clone()));
        out.observe(Event::Damaged {
            what: why.into(),
            millionths: millionths(owned),
        });
        out.set_timer(TimerId::Refetch, out.now + WORK_INTERVAL);
    }

    /// All that damage took was fetched.
    pub(crate) fn is_whole(&mut self, out: &mut Outbox<'_>) {
        self.damaged = RangeSet::default();
        self.journal.write(&Entry::Whole);
        self.append(Record::Cells([].into()), None, out);
        out.observe(Event::Whole);
    }

    /// What was done, if it was; what was not is seen to after the input.
    pub(crate) fn noted<T>(&mut self, done: Result<T, LsmError>) -> Option<T> {
        done.map_err(|error| self.note(error)).ok()
    }

    pub(super) fn note(&mut self, error: LsmError) {
        note(&mut self.troubles, error);
    }

    /// Sees to what the disk did not do.
    pub(crate) fn see_to_troubles(&mut self, out: &mut Outbox<'_>) {
        for trouble in std::mem::take(&mut self.troubles) {
            match trouble {
                LsmError::Damaged(damage) => self.damaged_by(damage, out),
                LsmError::Malformed(token) if self.to_erase.insert(token) => {
                    let why = LsmError::Malformed(token).to_string();
                    self.lose(&only(token), why, out);
                }
                LsmError::Malformed(_) => {}
                LsmError::Disk(DiskError::Full) => self.is_full(out),
                // A read that fails may succeed another time; nothing was said of what it is of.
                LsmError::Disk(error @ DiskError::Failed { .. }) if !self.is_uncertain(&error) => {}
                error => self.fails(&error, out),
            }
        }
    }

    /// Adds to what was written, and to what is said once it is stored.
    pub(super) fn append(
        &mut self,
        record: Record,
        done: Option<(NodeId, Message)>,
        out: &mut Outbox<'_>,
    ) {
        out.append(AppendId(self.appends), record);
        self.appends += 1;
        self.waiting.extend(done);
        self.ask(out);
    }

    fn ask(&mut self, out: &mut Outbox<'_>) {
        if !self.asked {
            self.asked = true;
            out.sync();
        }
    }

    /// Cells first: what the journal says of them is true once it is there.
    fn commit(&mut self) -> Result<(), LsmError> {
        let engine = self.storage.engine_mut();
        engine.sync()?;
        Ok(self.journal.sync(engine.disk_mut())?)
    }

    /// Has the store work soon, if it puts anything off.
    pub(crate) fn set_work_timer(&mut self, out: &mut Outbox<'_>) {
        if !self.work_is_due && self.storage.engine().puts_off() {
            self.work_is_due = true;
            out.set_timer(TimerId::Disk, out.now + WORK_INTERVAL);
        }
    }

    fn is_full(&mut self, out: &mut Outbox<'_>) {
        if self.state == State::Well {
            self.state = State::Full;
            out.observe(Event::DiskFull);
        }
        out.set_timer(TimerId::Disk, out.now + FULL_PATIENCE);
    }

    /// Whether nobody knows what the disk holds after this.
    fn is_uncertain(&self, error: &DiskError) -> bool {
        use crate::disk::Operation;
        let reads = |operation| matches!(operation, Operation::Read);
        let read = matches!(error, DiskError::Failed { operation, .. } if reads(*operation));
        !read || self.storage.engine().is_stopped()
    }

    fn fails(&mut self, error: &LsmError, out: &mut Outbox<'_>) {
        if self.state != State::Failed {
            self.state = State::Failed;
            self.waiting.clear();
            self.unsynced.clear();
            let reason = error.to_string();
            out.observe(Event::DiskFailed { reason });
        }
    }

    fn damaged_by(&mut self, damage: Damage, out: &mut Outbox<'_>) {
        if self.to_cut_out.insert(damage.file.clone()) {
            let range = damage.range;
            self.lose(&range.into(), LsmError::Damaged(damage).to_string(), out);
        }
    }

    /// Cells of these tokens may be lost. Dots that the node gave there may be, too: from now on it
    /// is another actor.
    fn lose(&mut self, lost: &RangeSet, why: String, out: &mut Outbox<'_>) {
        self.damaged = self.damaged.union(lost);
        self.life += 1;
        self.renew(self.actor.since & u64::from(u32::MAX));
        self.counter = 0;
        self.journal.write(&Entry::Life(self.life));
        self.journal.write(&Entry::Damaged(lost.clone()));
        self.append(Record::Cells([].into()), None, out);
        out.observe(Event::Damaged {
            what: why,
            millionths: millionths(lost),
        });
    }

    /// Its disk has forgotten what it had received of these tokens: all of that is to be fetched.
    pub(crate) fn has_forgotten_copies(&mut self, received: &RangeSet, out: &mut Outbox<'_>) {
        let why = "the disk has forgotten what was copied to it";
        self.lose(received, why.to_owned(), out);
        out.set_timer(TimerId::Refetch, out.now + WORK_INTERVAL);
    }

    /// The damage is remembered: what can be read of its files goes on without it.
    fn cut_out(&mut self, out: &mut Outbox<'_>) {
        let files = std::mem::take(&mut self.to_cut_out);
        for file in &files {
            let cut = self.storage.engine_mut().cut_out(file);
            self.noted(cut);
        }
        let tokens = std::mem::take(&mut self.to_erase);
        for &token in &tokens {
            let erased = self.storage.engine_mut().erase_malformed(token);
            self.noted(erased);
            self.ask(out);
        }
        if !files.is_empty() || !tokens.is_empty() {
            self.trees.clear();
            let counted = self.storage.recount();
            self.noted(counted);
            out.set_timer(TimerId::Refetch, out.now + WORK_INTERVAL);
        }
    }
}

/// One token alone.
pub(crate) fn only(token: Token) -> RangeSet {
    let after = Token(token.0.wrapping_sub(1));
    TokenRange { after, to: token }.into()
}

/// How many tokens these are, as a part of all.
pub(crate) fn millionths(tokens: &RangeSet) -> u64 {
    (tokens.width() * MILLION / (u128::from(u64::MAX) + 1)) as u64
}

/// How a store keeps cells: as the settings say, and for the rest as before.
pub(crate) const fn store_settings(before: LsmSettings, settings: &Settings) -> LsmSettings {
    LsmSettings {
        memtable_bytes: settings.memtable_bytes,
        log_segment_bytes: settings.log_segment_bytes,
        filter_one_in: settings.filter_one_in,
        ..before
    }
}

pub(super) fn note(troubles: &mut Vec<LsmError>, error: LsmError) {
    if troubles.len() < TROUBLES_MAX {
        troubles.push(error);
    }
}
