//! A small cluster under a model checker: the nodes are the store's own, and every order in which
//! their messages can arrive is tried. A message that is lost is one that never arrives, so losses
//! are among them. Time stands still; coordinators may lose patience at any moment.

mod properties;
mod state;

use ringlab::settings::Strictness;
use stateright::{Checker, HasDiscoveries, Model, Property};

use self::properties::{acknowledged_is_stored, is_regular, misses, no_lost_update};
use self::state::{Action, System};

/// What a client does, one deed after the other, each by the node of that id.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Get(u32),
    /// Over what it has read.
    Put(u32),
}

/// A cluster and what its clients do.
#[derive(Clone, Debug)]
struct Story {
    nodes: u32,
    r: u32,
    w: u32,
    strictness: Strictness,
    clients: Vec<Vec<Deed>>,
    mistake: Mistake,
}

/// A planted bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    None,
    /// Coordinators acknowledge one copy less than they say.
    EarlyAcknowledgement,
    /// Clients say that they have read whatever there is.
    BoastfulClients,
}

const N: u32 = 3;
/// Of the checker; what it finds is the same with any number.
const THREADS: usize = 2;

const REGULAR: &str = "without fallbacks, a read shows what was acknowledged before it began";
const MISSED: &str = "with fallbacks, a read may miss what was acknowledged before it began";
const STORED: &str = "what is acknowledged is with W nodes";
const KEPT: &str = "what is acknowledged stays until one who has read it replaces it";
const SIBLINGS: &str = "writers who do not know of each other leave siblings";
const ENDED: &str = "every client comes to its end";

impl Model for Story {
    type State = System;
    type Action = Action;

    fn init_states(&self) -> Vec<System> {
        vec![System::new(self)]
    }

    fn actions(&self, system: &System, actions: &mut Vec<Action>) {
        actions.extend(system.actions(self));
    }

    fn next_state(&self, system: &System, action: Action) -> Option<System> {
        let next = system.after(self, action);
        (next != *system).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let is_sloppy = self.strictness == Strictness::Sloppy;
        vec![
            Property::always(REGULAR, |_, system| is_regular(system)),
            Property::always(STORED, |story: &Self, system| {
                acknowledged_is_stored(system, story.w)
            }),
            Property::always(KEPT, |_, system| no_lost_update(system)),
            Property::sometimes(ENDED, |story, system: &System| system.has_ended(story)),
            if is_sloppy {
                Property::sometimes(MISSED, |_, system| misses(system))
            } else {
                Property::sometimes(SIBLINGS, |_, system: &System| system.has_siblings())
            },
        ]
    }
}

/// Strict quorums of three nodes: one client writes and reads, the other reads and writes over it.
fn strict() -> Story {
    Story {
        nodes: 3,
        r: 2,
        w: 2,
        strictness: Strictness::Strict,
        clients: vec![
            vec![Deed::Put(0), Deed::Get(1)],
            vec![Deed::Get(2), Deed::Put(1)],
        ],
        mistake: Mistake::None,
    }
}

/// Sloppy quorums with one node that may stand in: one client writes, then reads elsewhere.
fn sloppy() -> Story {
    Story {
        nodes: 4,
        strictness: Strictness::Sloppy,
        clients: vec![vec![Deed::Put(0), Deed::Get(1)]],
        ..strict()
    }
}

#[test]
fn strict_quorums_hold_in_every_order_of_messages() {
    holds(strict(), 223_653);
}

/// A write may be acknowledged by a replica and a fallback, and the next read answered by the two
/// other replicas (Q3): why every answer tells of its fallbacks. Nothing is lost by it.
#[test]
fn sloppy_quorums_miss_nothing_but_where_they_say_so() {
    holds(sloppy(), 10_668);
}

#[test]
fn an_early_acknowledgement_is_caught() {
    catches(Mistake::EarlyAcknowledgement, STORED);
    catches(Mistake::EarlyAcknowledgement, REGULAR);
}

#[test]
fn a_context_that_was_not_read_is_caught() {
    catches(Mistake::BoastfulClients, KEPT);
}

/// Every state is looked at: their number changes only with the protocol.
fn holds(story: Story, states: usize) {
    let checker = story.checker().threads(THREADS).spawn_bfs().join();
    checker.assert_properties();
    assert_eq!(checker.unique_state_count(), states);
}

fn catches(mistake: Mistake, property: &'static str) {
    let story = Story {
        mistake,
        ..strict()
    };
    let found = HasDiscoveries::AnyOf([property].into());
    let checker = story.checker().finish_when(found).spawn_bfs().join();
    checker.assert_any_discovery(property);
}
