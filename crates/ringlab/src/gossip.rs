//! The role of a node that watches the others: it probes one after the other and passes on what it
//! hears of them. It knows who is up, suspect or down, and never who owns what: ownership changes
//! with the layout alone.
//!
//! This is SWIM (Das, Gupta, Motivala 2002). In each period a node asks one other node whether it
//! answers; if it does not, some others are asked to ask it; if nobody brings an answer by the end
//! of the period, it is suspect. A suspect that does not say in time that it is up is down. All
//! that is said of nodes travels with these messages, so a node sends a few messages in a period,
//! however large the cluster, and news reaches everyone in O(log nodes) periods.
//!
//! A rumour is told so often that nearly everyone hears it. What makes sure of the rest: the room
//! that news leaves in a message repeats who is not up, and whoever says something outdated is
//! corrected by the answer. So who joins late or missed a rumour ends with the same view.
//!
//! A node judges others only while it can trust itself (the simplest part of Lifeguard; Dadgar,
//! Phillips, Currey 2018). A timer that comes late tells it that it was away: that period counts
//! for nothing. When nobody answered its last probes it may be cut off itself: suspicions stay
//! what they are. So of two nodes neither ever convicts the other: it cannot know.

mod beliefs;
mod news;
mod round;

use std::sync::Arc;
use std::time::Duration;

use crate::health::{Health, Rumour};
use crate::message::{Event, Message, Probe, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;
use crate::settings::{Epoch, GossipSettings};
use crate::time::Instant;

use self::beliefs::Beliefs;
use self::news::News;
use self::round::Round;

/// Rumours that a message carries at most.
pub const RUMOURS_MAX: usize = 8;
/// News is told about this times log4(nodes) times by everyone who has heard it.
pub const TELLINGS_MULTIPLIER: u32 = 4;
/// After so many of its probes in a row without an answer a node convicts nobody.
pub const DOUBT_AFTER: u32 = 3;
/// A timer that is late by this part of the time that an answer may take was held up by a pause.
const PAUSE_PART: u32 = 4;

/// What a node does to know who is up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gossip {
    /// The layout version that its view belongs to.
    version: u64,
    /// Whether the node waits for another one to end a change to it.
    waits: bool,
    /// The latest layout version it has heard of.
    heard: u64,
    /// When the settings that the node goes by were decided.
    epoch: Epoch,
    round: Round,
    beliefs: Beliefs,
    news: News,
    /// Probes so far.
    probes: u64,
    asked: Option<Asked>,
    /// Probes in a row that nobody answered.
    unanswered: u32,
    /// Whether a timer of this period came late.
    was_away: bool,
    /// When the next period begins; `None` when none will.
    due: Option<Instant>,
}

/// The probe of a period, until it is answered.
#[derive(Clone, Copy, Debug)]
struct Asked {
    node: NodeId,
    number: u64,
    /// When others are asked to ask.
    due: Instant,
}

impl Gossip {
    /// The view: the nodes of a layout version, by id. A node that is alone, or not among them, stops.
    /// O(log nodes) where it is the very list of before, else O(nodes).
    pub(crate) fn follow(
        &mut self,
        version: u64,
        nodes: Arc<[NodeId]>,
        settings: &GossipSettings,
        out: &mut Outbox<'_>,
    ) {
        self.version = version;
        if nodes.len() < 2 || nodes.binary_search(&out.id).is_err() {
            return self.stop(out);
        }
        if self.round.follow(nodes, out) {
            self.asked = self.asked.filter(|asked| self.round.has(asked.node));
            self.beliefs.retain(|node| self.round.has(node));
            self.news.retain(|node| self.round.has(node));
        }
        if self.due.is_none() {
            // Anywhere in a period, so that not everyone speaks at once.
            let interval = settings.interval.as_micros() as u64;
            let late = out.below(interval.max(1));
            self.next_period(Duration::from_micros(late), out);
        }
    }

    /// From now on it tells that it goes by settings of this epoch.
    pub(crate) const fn tell_epoch(&mut self, epoch: Epoch) {
        self.epoch = epoch;
    }

    /// From now on it tells whether it waits for another node to end a change.
    pub(crate) const fn tell_waits(&mut self, waits: bool) {
        self.waits = waits;
    }

    /// Probes nobody from now on and takes everyone for up.
    pub(crate) fn stop(&mut self, out: &mut Outbox<'_>) {
        if self.due.is_some() {
            out.cancel_timer(TimerId::Gossip);
            out.cancel_timer(TimerId::Probe);
        }
        (self.due, self.asked, self.round) = (None, None, Round::default());
        self.news = News::default();
        self.beliefs.retain(|node| node == out.id);
    }

    /// A period begins: judges what the last one brought, then probes the next node.
    pub(crate) fn period(&mut self, settings: &GossipSettings, out: &mut Outbox<'_>) {
        let Some(due) = self.due else {
            return;
        };
        self.notice(due, settings, out.now);
        self.judge(settings, out);
        self.ask_next(settings, out);
        self.next_period(settings.interval, out);
    }

    /// The probed node has not answered: others are asked to ask it.
    pub(crate) fn probe_late(&mut self, settings: &GossipSettings, out: &mut Outbox<'_>) {
        let Some(Asked { node, number, due }) = self.asked else {
            return;
        };
        self.notice(due, settings, out.now);
        if self.was_away || self.health(node) == Health::Down {
            return;
        }
        let others = self.round.in_some_order(out);
        let helpers = others.filter(|&other| other != node && self.is_up(other));
        let helpers: Vec<_> = helpers.take(settings.indirect_probes as usize).collect();
        for helper in helpers {
            self.say(helper, Probe::AskFor { node, number }, &[], out);
        }
    }

    /// Hears a message's rumours, then does what it asks.
    pub(crate) fn receive(
        &mut self,
        from: NodeId,
        probe: Probe,
        (version, rumours): (u64, Vec<Rumour>),
        out: &mut Outbox<'_>,
    ) {
        if version > self.version.max(self.heard) {
            self.heard = version;
            out.observe(Event::Behind { version });
        }
        let mut outdated = Vec::new();
        for rumour in rumours {
            if self.hear(from, rumour, out) {
                outdated.push(rumour.node);
            }
        }
        let node = out.id;
        match probe {
            Probe::Ask { asker, number } => {
                let answer = Probe::Answer {
                    node,
                    asker,
                    number,
                };
                self.say(from, answer, &outdated, out);
            }
            Probe::AskFor { node, number } => {
                let asker = from;
                self.say(node, Probe::Ask { asker, number }, &outdated, out);
            }
            Probe::Answer { asker, .. } if asker != out.id => self.say(asker, probe, &[], out),
            Probe::Answer { number, .. } => self.answered(number, out),
        }
    }

    /// How a node seems to be. One of whom nothing was heard is up.
    pub(crate) fn health(&self, node: NodeId) -> Health {
        self.beliefs.status(node).health
    }

    /// Whether nothing is said against a node.
    pub(crate) fn is_up(&self, node: NodeId) -> bool {
        self.health(node) == Health::Up
    }

    fn next_period(&mut self, after: Duration, out: &mut Outbox<'_>) {
        let due = out.now + after;
        self.due = Some(due);
        out.set_timer(TimerId::Gossip, due);
    }

    /// Notices when a timer comes late.
    fn notice(&mut self, due: Instant, settings: &GossipSettings, now: Instant) {
        self.was_away |= now.since(due) > settings.probe_timeout / PAUSE_PART;
    }

    fn judge(&mut self, settings: &GossipSettings, out: &mut Outbox<'_>) {
        let silent = self.asked.take().map(|asked| asked.node);
        if std::mem::take(&mut self.was_away) {
            return;
        }
        // That one who is down does not answer tells nothing of this node.
        let silent = silent.filter(|&node| self.health(node) != Health::Down);
        if silent.is_some() {
            self.unanswered += 1;
        }
        if self.unanswered < DOUBT_AFTER {
            let patience = self.times(settings.suspicion_multiplier);
            for node in self.beliefs.age(patience) {
                self.accuse(node, Health::Down, out);
            }
        }
        if let Some(node) = silent {
            self.accuse(node, Health::Suspect, out);
        }
    }

    fn accuse(&mut self, node: NodeId, health: Health, out: &mut Outbox<'_>) {
        let said = self.beliefs.status(node).but(health);
        self.believe(out.id, Rumour { node, status: said }, out);
    }

    fn ask_next(&mut self, settings: &GossipSettings, out: &mut Outbox<'_>) {
        let Some(node) = self.round.next(out) else {
            return;
        };
        self.probes += 1;
        let (asker, number) = (out.id, self.probes);
        let due = out.now + settings.probe_timeout;
        self.asked = Some(Asked { node, number, due });
        out.set_timer(TimerId::Probe, due);
        self.say(node, Probe::Ask { asker, number }, &[], out);
    }

    fn answered(&mut self, number: u64, out: &mut Outbox<'_>) {
        if self.asked.is_some_and(|asked| asked.number == number) {
            self.asked = None;
            self.unanswered = 0;
            out.cancel_timer(TimerId::Probe);
        }
    }

    /// Takes in a rumour; whether its teller lacks a later word that this node knows.
    fn hear(&mut self, by: NodeId, rumour: Rumour, out: &mut Outbox<'_>) -> bool {
        let known = self.beliefs.status(rumour.node);
        if rumour.status <= known {
            return rumour.status < known && rumour.status.health != Health::Up;
        }
        if rumour.node == out.id {
            let status = rumour.status.refuted();
            self.beliefs.learn(rumour.node, status);
            self.news.add(rumour.node);
            return status != rumour.status;
        }
        if self.round.has(rumour.node) {
            self.believe(by, rumour, out);
        }
        false
    }

    fn believe(&mut self, by: NodeId, rumour: Rumour, out: &mut Outbox<'_>) {
        let Rumour { node, status } = rumour;
        let before = self.beliefs.status(node);
        let status = before.join(status);
        if status == before {
            return;
        }
        self.beliefs.learn(node, status);
        self.news.add(node);
        if status.health != before.health {
            out.observe(match status.health {
                Health::Up => Event::Cleared { node, by },
                Health::Suspect => Event::Suspected { node, by },
                Health::Down => Event::Down { node, by },
            });
        }
    }

    /// Sends a probe, and with it what is most worth telling: to one who is not up that it is
    /// not; what the answer has to correct; news; and again who is not up.
    fn say(&mut self, to: NodeId, probe: Probe, outdated: &[NodeId], out: &mut Outbox<'_>) {
        let accused = (!self.is_up(to)).then_some(to);
        let tellings = self.times(TELLINGS_MULTIPLIER);
        let candidates = accused
            .into_iter()
            .chain(outdated.iter().copied())
            .chain(self.news.tell(RUMOURS_MAX, tellings))
            .chain(self.beliefs.repeat(RUMOURS_MAX));
        let mut rumours = Vec::<Rumour>::new();
        for node in candidates {
            if rumours.len() < RUMOURS_MAX && rumours.iter().all(|told| told.node != node) {
                let status = self.beliefs.status(node);
                rumours.push(Rumour { node, status });
            }
        }
        let message = Message::Gossip {
            probe,
            version: self.version,
            waits: self.waits,
            epoch: self.epoch,
            rumours,
        };
        out.send(to, message);
    }

    /// About `multiplier` times log4 of the nodes: of a number that doubles the nodes add half.
    fn times(&self, multiplier: u32) -> u32 {
        let nodes = self.round.len().max(1);
        let bits = usize::BITS - nodes.leading_zeros();
        (multiplier * bits).div_ceil(2)
    }
}

#[cfg(test)]
mod tests;
