//! One run: a world made from a script, in which things go wrong while users work; then all is well
//! again, and everything must come to rest as it should.
//!
//! A safety phase and then liveness, after TigerBeetle's `vopr`.

mod healing;
mod operator;
mod tell;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use ringlab::keyspace::{Keyspace, KeyspaceBuilder};
use ringlab::layout::Layout;
use ringlab::message::{Event, NodeState, Outcome, Record};
use ringlab::pair::Key;
use ringlab::ring::{NodeId, NodeSpec, Ring, Weight, Zone};
use ringlab::settings::Setting;
use ringlab::time::Instant;

use crate::checker::{self, Check, Checker, Found, Scene, Violation};
use crate::chosen::Chosen;
use crate::chronicle::{Chronicle, Promises};
use crate::cluster::{Cluster, Node, Origin, Sight, WorldOptions};
use crate::fault::{Fault, Ongoing, Place};
use crate::network::NetworkFaultsSeen;
use crate::oracle::Oracle;
use crate::sabotage::Sabotage;
use crate::script::{Act, Choice, Half, Keep, Script};
use crate::workload::{Users, key_name};

/// When every run begins: late enough that a clock can be behind.
pub const BEGINNING: Instant = Instant(1_000_000_000);

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What was broken, in the order in which it was noticed.
    pub violations: Vec<Violation>,
    /// Events that nodes let be seen, and their digest.
    pub history: (u64, u64),
    /// What the users did, and what is promised of it.
    pub chronicle: Chronicle,
    /// What went wrong on the network.
    pub network: NetworkFaultsSeen,
    /// How long it took in the world.
    pub took: Duration,
    /// How long after the faults all had come to rest.
    pub rested: Option<Duration>,
}

/// A run that goes on.
struct Run<'a> {
    script: &'a Script,
    cluster: Cluster,
    oracle: Oracle,
    users: Users,
    checkers: Vec<Box<dyn Checker>>,
    found: Found,
    /// Room for what is seen at a time.
    sights: Vec<Sight>,
    /// Faults under way, by when they end.
    ongoing: BTreeMap<(Instant, usize), Ongoing>,
    operator: operator::Operator,
    chosen: Chosen,
    /// What an operator asks for until every node goes by it.
    wanted: Vec<(Setting, u64)>,
    /// The node whose disk does not keep what it is given.
    victim: Option<NodeId>,
    /// The same when it never comes back as who it was, until it is replaced.
    dead: Option<NodeId>,
    /// Whether no layout has it any more. A wish on its way may still bring one.
    is_buried: bool,
    /// Whether an operator takes it for dead that is up, for it has forgotten what others count on.
    is_given_up: bool,
    /// The last version whose change an operator had another node lead on.
    is_taken_over: bool,
    /// Nodes whose disk failed, until they stop.
    failed: BTreeSet<NodeId>,
    /// Promises that the victim's disk has broken.
    broken_promises: u64,
    data_was_lost: bool,
    /// Whether it ever was.
    ever_lost: bool,
    /// When all has arrived that was sent before the faults ended: late rumours among it.
    late_until: Instant,
    /// When replicas had become equal.
    settled: Option<Instant>,
    layout_changes: bool,
    healed: Option<Instant>,
    is_equal: bool,
    rested: Option<Duration>,
    /// Whom all that happens is told in words, if anyone listens: words are dear.
    tell: Option<&'a mut dyn FnMut(String)>,
}

/// Runs a script with the steps that are kept. O(events).
#[must_use]
pub fn run(script: &Script, keep: &Keep) -> Verdict {
    Run::new(script, None).through(keep)
}

/// The same with a planted bug.
#[must_use]
pub fn sabotaged(script: &Script, keep: &Keep, sabotage: Sabotage) -> Verdict {
    let mut run = Run::new(script, None);
    run.cluster.sabotage(sabotage);
    run.through(keep)
}

/// The same; tells each thing that happens, in a line that a person can read.
pub fn told(script: &Script, keep: &Keep, tell: &mut dyn FnMut(String)) -> Verdict {
    Run::new(script, Some(tell)).through(keep)
}

impl<'a> Run<'a> {
    fn new(script: &'a Script, tell: Option<&'a mut dyn FnMut(String)>) -> Self {
        let setup = &script.setup;
        let ring = ring_of(setup.nodes, setup.virtual_nodes);
        let keyspace = Arc::new(keyspace_of(setup.rows));
        let mut oracle = Oracle::default();
        for row in 0..setup.rows {
            let key = Key::new(key_name(row).as_bytes()).expect("a name is short and not empty");
            oracle.loaded(&key);
        }
        let origin = Origin {
            ring,
            settings: setup.settings,
            keyspace,
            cells: Vec::new(),
            coordinators: Vec::new(),
        };
        // The world's luck is another than the script's.
        let seed = script.seed ^ 0x9e37_79b9_7f4a_7c15;
        let mut cluster = Cluster::new(origin, WorldOptions::DATA_CENTRE, BEGINNING, seed);
        cluster.watch();
        let mut users = Users::new(setup.users, setup.tries, seed ^ 1);
        if setup.has_patron {
            users = users.with_patron(seed ^ 2);
        }
        Self {
            script,
            users,
            operator: operator::Operator::new(setup.nodes),
            chosen: Chosen::of(&setup.settings),
            cluster,
            oracle,
            checkers: checker::all(),
            found: Found::default(),
            sights: Vec::new(),
            ongoing: BTreeMap::new(),
            wanted: Vec::new(),
            victim: None,
            dead: None,
            is_buried: false,
            is_given_up: false,
            is_taken_over: false,
            failed: BTreeSet::new(),
            broken_promises: 0,
            data_was_lost: false,
            ever_lost: false,
            late_until: Instant::default(),
            settled: None,
            layout_changes: false,
            healed: None,
            is_equal: false,
            rested: None,
            tell,
        }
    }

    fn through(mut self, keep: &Keep) -> Verdict {
        self.safety(keep);
        self.heal();
        self.verdict()
    }

    fn say(&mut self, line: impl FnOnce(Instant) -> Option<String>) {
        let now = self.cluster.now();
        if let Some(tell) = &mut self.tell
            && let Some(line) = line(now)
        {
            tell(line);
        }
    }

    /// The time in which things go wrong.
    fn safety(&mut self, keep: &Keep) {
        let script = self.script;
        let steps = script.steps.iter().enumerate();
        for (place, step) in steps.filter(|(place, _)| keep.has(*place)) {
            self.run_until(BEGINNING + step.at);
            self.say(|now| Some(tell::step(now, place, step)));
            self.act(place, step.act);
            self.look();
        }
        self.run_until(BEGINNING + script.setup.span);
    }

    fn act(&mut self, place: usize, act: Act) {
        match act {
            Act::Operate(user, operation) => {
                self.users
                    .operate(user, operation, &mut self.cluster, &mut self.oracle);
            }
            Act::Fault(fault, lasts) => {
                let Some(fault) = self.allowed(fault) else {
                    return;
                };
                let number = u32::try_from(place).unwrap_or(u32::MAX);
                if let Some(ongoing) = fault.begin(&mut self.cluster, number, lasts) {
                    let ends = self.cluster.now() + lasts;
                    self.ongoing.insert((ends, place), ongoing);
                }
            }
            Act::Move(wanted) => {
                // One who has damage of its own must not be left with the only copies.
                if self.victim.is_some() && wanted.takes_away() && self.sound_nodes() <= 2 {
                    return;
                }
                self.layout_changes = true;
                self.operator.wants(wanted, &mut self.cluster);
            }
            Act::Choose(Choice(values), half) => {
                // One who has damage of its own may be all that has a write of one acknowledgement.
                if self.victim.is_some() && values.contains(&(Setting::W, 1)) {
                    return;
                }
                self.layout_changes |= values.iter().any(|(setting, _)| setting.is_of_the_layout());
                self.chosen.add(values);
                match half {
                    Half::All => self.operator.chooses(values, &mut self.cluster),
                    Half::First => self.decided(values, Half::First),
                }
            }
        }
    }

    /// A fault that takes what is stored may only do so where another copy is left: at one node in a
    /// run, and where two have acknowledged each write.
    fn allowed(&mut self, fault: Fault) -> Option<Fault> {
        let Some(Place(place)) = fault.damages() else {
            return Some(fault);
        };
        let nodes: Vec<NodeId> = self.cluster.nodes().map(Node::id).collect();
        let layouts = self.cluster.nodes().filter_map(Node::layout);
        let stored_on = layouts.map(|layout| {
            let soon = layout.change().map(|change| &change.after.ring);
            let rings = [Some(layout.reads()), soon].into_iter().flatten();
            rings.map(|ring| self.staying_in(ring)).min().unwrap_or(0)
        });
        let copies = self.chosen.least(Setting::W).min(stored_on.min()? as u64);
        if copies < 2 {
            return None;
        }
        let victim = *self
            .victim
            .get_or_insert(nodes[place as usize % nodes.len()]);
        let may_forget = matches!(fault, Fault::LyingSyncs(_) | Fault::MisdirectedWrites(..));
        if may_forget && self.leads_changes(victim) {
            return None;
        }
        let place = nodes.iter().position(|&node| node == victim)?;
        Some(fault.damaging(Place(u32::try_from(place).ok()?)))
    }

    /// How many nodes of a ring store, and no operator wants to be without: such a wish may be on
    /// its way.
    fn staying_in(&self, ring: &Ring) -> usize {
        let stays =
            |node: &&NodeSpec| node.weight > Weight::ZERO && !self.operator.parts_with(node.id);
        ring.nodes().filter(stays).count()
    }

    /// How many nodes are live, have no damage of their own, and are to stay.
    fn sound_nodes(&self) -> usize {
        let is_sound = |node: &&Node| {
            let stays = node.state() == NodeState::Live && !self.operator.parts_with(node.id());
            stays && self.victim != Some(node.id())
        };
        self.cluster.nodes().filter(is_sound).count()
    }

    /// Whether a node may lead a change, or does. What such a node decided stands on its disk alone
    /// until others have heard: if that forgets what it had synced, it decides a second time.
    fn leads_changes(&self, node: NodeId) -> bool {
        let layouts = || self.cluster.nodes().filter_map(Node::layout);
        let lowest = |layout: &Layout| layout.reads().nodes().next().map(|node| node.id);
        let leads = |layout: &Layout| layout.lead().is_some_and(|lead| lead.leader == node);
        layouts().any(|layout| lowest(layout) == Some(node) || leads(layout))
    }

    /// These settings were decided; some nodes hear of it at once, the others from them.
    fn decided(&mut self, values: &[(Setting, u64)], half: Half) {
        let nodes: Vec<NodeId> = self.cluster.nodes().map(Node::id).collect();
        let told = match half {
            Half::First => nodes.len().div_ceil(2),
            Half::All => nodes.len(),
        };
        // What does not go together with what was decided before is not decided.
        let _ = self.cluster.decided(&nodes[..told], values);
    }

    /// Lets the world run up to a moment, ends faults and has users give up on the way.
    fn run_until(&mut self, until: Instant) {
        // What an operator has just done is seen before time passes.
        self.look();
        loop {
            let fault = self.ongoing.keys().next().map(|(at, _)| *at);
            let soon = [fault, self.users.next_at()].into_iter().flatten().min();
            let next = soon.map_or(until, |soon| soon.min(until));
            while self.cluster.step(next) {
                self.look();
            }
            self.users.give_up(&mut self.cluster, &mut self.oracle);
            while let Some(entry) = self.ongoing.first_entry()
                && entry.key().0 <= self.cluster.now()
            {
                let ((_, place), ongoing) = entry.remove_entry();
                self.say(|now| Some(tell::ended(now, place)));
                ongoing.end(&mut self.cluster);
            }
            self.look();
            if next >= until {
                return;
            }
        }
    }

    /// Takes in all that can be seen: first the oracle, then the checkers, then the users, whose
    /// next requests can be seen in turn.
    fn look(&mut self) {
        let mut sights = std::mem::take(&mut self.sights);
        while self.cluster.swap_sights(&mut sights) {
            for sight in &sights {
                self.see(sight);
            }
            sights.clear();
        }
        self.sights = sights;
    }

    /// Whether the victim's disk has lost what it had said it had synced. The victim may not know.
    fn notice_losses(&mut self) {
        let disk = self.victim.and_then(|victim| self.cluster.disk(victim));
        let broken = disk.map_or(0, |disk| disk.borrow().seen().broken_promises);
        if broken > self.broken_promises {
            (self.data_was_lost, self.ever_lost) = (true, true);
        }
        self.broken_promises = self.broken_promises.max(broken);
    }

    fn see(&mut self, sight: &Sight) {
        self.say(|now| tell::sight(now, sight));
        self.notice_losses();
        match sight {
            Sight::Event(_, Event::Named { request, dot }) => {
                if let Err(what) = self.oracle.named(*request, *dot) {
                    let now = self.cluster.now();
                    self.found.report(Check::DotsAreUnique, now, what);
                }
            }
            Sight::Appended(_, _, Record::Forgotten(cells)) => {
                for (key, cell) in cells.iter() {
                    self.oracle.forgotten(key, cell);
                }
            }
            Sight::Event(_, Event::Dropped { request, versions }) => {
                self.oracle.dropped(*request, versions);
            }
            Sight::Event(node, Event::DiskFailed { .. }) => {
                self.failed.insert(*node);
            }
            Sight::Wiped(node) => self.dead = Some(*node),
            Sight::Crashed(node) => {
                self.failed.remove(node);
            }
            _ => {}
        }
        let scene = Scene {
            cluster: &self.cluster,
            oracle: &self.oracle,
            users: &self.users,
            chosen: &self.chosen,
            data_was_lost: self.data_was_lost,
            layout_changes: self.layout_changes,
            healed: self.healed,
            is_equal: self.is_equal,
        };
        for checker in &mut self.checkers {
            checker.saw(sight, &scene, &mut self.found);
        }
        match sight {
            Sight::Replied(_, id, Outcome::Stored(answer)) => {
                self.oracle.acknowledged(*id, answer);
            }
            Sight::Told(id, outcome) => {
                self.users
                    .told(*id, outcome, &mut self.cluster, &mut self.oracle);
            }
            _ => {}
        }
    }

    /// What may be expected of what users were told, by the worst of all that was asked for.
    fn promises(&self) -> Promises {
        let chosen = &self.chosen;
        let meet = chosen.quorums_meet() && !chosen.is_sloppy() && !self.ever_lost;
        let keeps = !chosen.drops();
        let settled = self.settled.filter(|_| keeps);
        let keys = 0..self.script.setup.rows;
        Promises {
            regular: meet && keeps,
            exact: !chosen.cuts(checker::PAIRS_MAX),
            settled: settled.map(|at| at.0),
            loaded: keys
                .map(|row| (key_name(row), requests_of(row).to_string()))
                .collect(),
        }
    }

    fn verdict(mut self) -> Verdict {
        let scene = Scene {
            cluster: &self.cluster,
            oracle: &self.oracle,
            users: &self.users,
            chosen: &self.chosen,
            data_was_lost: self.data_was_lost,
            layout_changes: self.layout_changes,
            healed: self.healed,
            is_equal: self.is_equal,
        };
        for checker in &mut self.checkers {
            checker.at_the_end(&scene, &mut self.found);
        }
        let history = self.cluster.history();
        Verdict {
            violations: self.found.violations().to_vec(),
            history: (history.events(), history.digest()),
            chronicle: Chronicle {
                promises: self.promises(),
                deeds: self.users.deeds().to_vec(),
            },
            network: self.cluster.network().seen(),
            took: self.cluster.now().since(BEGINNING),
            rested: self.rested,
        }
    }
}

/// A node as runs have it.
fn spec(id: u32, weight: Weight) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().expect("a number is a name"),
        weight,
        zone: Zone::default(),
    }
}

fn ring_of(nodes: u32, virtual_nodes: u32) -> Ring {
    let specs = (0..nodes).map(|id| spec(id, Weight::ONE));
    Ring::with_nodes(virtual_nodes, specs).expect("a few nodes of different names make a ring")
}

/// What a loaded key has for a value.
fn requests_of(row: u32) -> u64 {
    u64::from(row) + 1
}

fn keyspace_of(rows: u32) -> Keyspace {
    let mut builder = KeyspaceBuilder::new(rows.into());
    for row in 0..rows {
        let pushed = builder.push(key_name(row).as_bytes(), requests_of(row), None);
        pushed.expect("a few different keys fit");
    }
    builder.finish()
}

#[cfg(test)]
mod tests;
