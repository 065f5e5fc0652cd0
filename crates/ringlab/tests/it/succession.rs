//! Changes that lose their leader, or others that they wait for, and are led on.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::cell::Cell;
use std::time::Duration;

use ringlab::layout::{ChangeError, Layout, MembershipChange, Stage, Step};
use ringlab::message::{Event, NodeState};
use ringlab::ring::NodeId;

use crate::seeds::with_seeds;
use crate::world::{Setup, World};

const SEEDS: u64 = 24;
/// Who leads, as long as it lives.
const LEADER: NodeId = NodeId(0);
/// Long enough for requests with their deadlines, and for leaders to ask again.
const A_WHILE: Duration = Duration::from_secs(60);

/// A change is under way and has come to some step.
fn in_a_change(seed: u64) -> World {
    let mut world = World::new(Setup {
        // Requests may fail while a node is gone.
        loss: if seed.is_multiple_of(2) { 1_000_000 } else { 6 },
        ..Setup::of(seed, 6)
    });
    world.checks.maybe_is_nothing = true;
    for _ in 0..40 {
        world.ask_something();
    }
    let change = MembershipChange {
        add: world.new_nodes(&[1_000]),
        remove: vec![NodeId(3)],
        ..MembershipChange::default()
    };
    world.change(LEADER, change);
    // All but those whose leader alone has the plan.
    while stages(&world)
        .iter()
        .filter(|stage| stage.version == 2)
        .count()
        < 2
    {
        world.step();
    }
    for step in 0..world.rng.below(1_200) {
        if step.is_multiple_of(25) {
            world.ask_something();
        }
        world.step();
    }
    world
}

fn stages(world: &World) -> Vec<Stage> {
    let layouts = world.nodes.values().filter_map(|node| node.layout());
    layouts.map(Layout::stage).collect()
}

/// A node other than these that knows the change, if any is at it yet.
fn at_it(world: &World, not: &[NodeId]) -> Option<NodeId> {
    let is_at_it = |node: &&crate::world::Node| {
        let changes = |layout: &Layout| layout.change().is_some();
        !not.contains(&node.id()) && node.layout().is_some_and(changes)
    };
    world.nodes.values().find(is_at_it).map(|node| node.id())
}

/// Which of the two ends it came to, by all that remain.
fn came_to(world: &World, lost: &[NodeId]) -> usize {
    let remain = world.nodes.values().filter(|node| {
        !lost.contains(&node.id()) && matches!(node.state(), NodeState::Live | NodeState::Leaving)
    });
    let mut ends = Vec::new();
    for node in remain {
        let layout = node.layout().unwrap();
        assert!(layout.change().is_none(), "{:?} is still at it", node.id());
        assert_eq!(layout.stage().version, 2);
        ends.push(usize::from(layout.reads().node(NodeId(3)).is_none()));
    }
    ends.dedup();
    assert_eq!(ends.len(), 1, "some went on and some went back");
    ends[0]
}

fn count(ends: &Cell<[u32; 2]>, end: usize) {
    let mut counts = ends.get();
    counts[end] += 1;
    ends.set(counts);
}

fn both(ends: &Cell<[u32; 2]>) {
    let replays = std::env::var("RINGLAB_SEED").is_ok();
    let both = ends.get().iter().all(|&times| times > 0);
    assert!(replays || both, "{ends:?}");
}

#[test]
fn a_change_whose_leader_died_is_led_on_and_the_dead_replaced() {
    let ends = Cell::new([0, 0]);
    with_seeds("a_change_whose_leader_died", SEEDS, |seed| {
        let mut world = in_a_change(seed);
        world.lose(LEADER);
        world.run_for(A_WHILE);
        if let Some(asked) = at_it(&world, &[LEADER]) {
            world.take_over(asked, &[LEADER]);
        }
        world.run(100);
        count(&ends, came_to(&world, &[LEADER]));
        world.replace(NodeId(2), LEADER);
        world.run(100);
        assert!(stages(&world).iter().any(|stage| stage.version == 3));
        world.checks.at_the_end(&world.nodes);
        world
    });
    both(&ends);
}

#[test]
fn a_leader_that_comes_back_ends_as_the_others_did() {
    let ends = Cell::new([0, 0]);
    with_seeds("a_leader_that_comes_back", SEEDS, |seed| {
        let mut world = in_a_change(seed);
        world.cut_off(&[LEADER]);
        world.run_for(A_WHILE);
        if let Some(asked) = at_it(&world, &[LEADER]) {
            world.checks.lost.insert(LEADER);
            world.take_over(asked, &[LEADER]);
            world.run_for(A_WHILE);
            count(&ends, came_to(&world, &[LEADER]));
        }
        if world.rng.below(2) == 0 {
            world.crash(LEADER);
            world.restart(LEADER);
        }
        world.cut_off(&[]);
        world.run(60);
        world.run_for(10 * A_WHILE);
        world.checks.lost.clear();
        world.run(60);
        came_to(&world, &[]);
        world.checks.at_the_end(&world.nodes);
        world
    });
    both(&ends);
}

#[test]
fn a_node_that_died_in_the_middle_is_not_waited_for() {
    let ends = Cell::new([0, 0]);
    with_seeds("a_node_that_died_in_the_middle", SEEDS, |seed| {
        let mut world = in_a_change(seed);
        let lost = NodeId(2 + 2 * world.rng.below(3) as u32);
        world.lose(lost);
        world.run_for(A_WHILE);
        if at_it(&world, &[lost]).is_some() {
            world.take_over(LEADER, &[lost]);
        }
        world.run(100);
        count(&ends, came_to(&world, &[lost]));
        if lost < NodeId(6) {
            world.replace(NodeId(1), lost);
            world.run(100);
        }
        world.checks.at_the_end(&world.nodes);
        world
    });
    both(&ends);
}

/// Two operators do not know of each other.
#[test]
fn of_two_that_lead_on_the_later_one_does() {
    with_seeds("of_two_that_lead_on", SEEDS / 2, |seed| {
        let mut world = in_a_change(seed);
        world.lose(LEADER);
        world.run_for(A_WHILE);
        for asked in [NodeId(1), NodeId(4), NodeId(1)] {
            let at_it = at_it(&world, &[LEADER]).is_some();
            let knows = world.nodes[&asked].layout().unwrap().change().is_some();
            if at_it && knows {
                world.take_over(asked, &[LEADER]);
            }
            for _ in 0..world.rng.below(60) {
                world.step();
            }
        }
        world.run_for(10 * A_WHILE);
        came_to(&world, &[LEADER]);
        world.replace(NodeId(2), LEADER);
        world.run(60);
        world.checks.at_the_end(&world.nodes);
        world
    });
}

/// A node misses that another one leads on; that one is lost as well, and the node takes over in a
/// term that others know already.
#[test]
fn a_term_that_is_taken_is_outdone() {
    let times = Cell::new([0, 0]);
    let (first, late) = (NodeId(4), NodeId(1));
    with_seeds("a_term_that_is_taken", SEEDS, |seed| {
        let mut world = in_a_change(seed);
        world.cut_off(&[late]);
        let is_at_it = |world: &World, id| {
            let layout = world.nodes[&id].layout().unwrap();
            layout.change().is_some()
        };
        if is_at_it(&world, first) && is_at_it(&world, late) {
            world.take_over(first, &[]);
            world.run_for(A_WHILE);
            world.lose(first);
            world.cut_off(&[]);
            world.take_over(late, &[first]);
            let outdoes = Event::TookOver {
                version: 2,
                term: 2,
            };
            world.run_for(10 * A_WHILE);
            count(&times, usize::from(world.events.contains(&(late, outdoes))));
        } else {
            world.cut_off(&[]);
            world.lose(first);
            world.run_for(A_WHILE);
            if let Some(asked) = at_it(&world, &[first]) {
                world.take_over(asked, &[first]);
            }
            world.run_for(10 * A_WHILE);
        }
        came_to(&world, &[first]);
        world.replace(NodeId(2), first);
        world.run(60);
        world.checks.at_the_end(&world.nodes);
        world
    });
    let replays = std::env::var("RINGLAB_SEED").is_ok();
    assert!(replays || times.get()[1] > 0, "{times:?}");
}

/// A node that leads on is told by those who have ended that it is over, ends as well and forgets
/// in a crash that others follow it: who is still at it hears of the end by gossip.
#[test]
fn who_follows_a_leader_that_ended_ends_too() {
    with_seeds("who_follows_a_leader_that_ended", SEEDS / 2, |seed| {
        let mut world = World::new(Setup::of(seed, 6));
        let (leads_on, away) = (NodeId(3), NodeId(4));
        let change = MembershipChange {
            add: world.new_nodes(&[1_000]),
            ..MembershipChange::default()
        };
        world.change(LEADER, change);
        let at = |step| Stage { version: 2, step };
        let stage = |world: &World, id| world.nodes[&id].layout().unwrap().stage();
        while stage(&world, LEADER) < at(Step::Retired) {
            world.step();
        }
        for node in [leads_on, away] {
            world.cut(LEADER, node);
        }
        while stage(&world, NodeId(1)) < at(Step::Released) {
            world.step();
        }
        assert!(stage(&world, leads_on) < at(Step::Released));
        for node in (0..7).map(NodeId) {
            world.cut(node, away);
        }
        world.take_over(leads_on, &[]);
        while stage(&world, leads_on) < at(Step::Released) {
            world.step();
        }
        world.run_for(Duration::from_millis(500));
        world.crash(leads_on);
        world.restart(leads_on);
        world.heal();
        world.run_for(A_WHILE);
        assert!(
            stages(&world)
                .iter()
                .all(|&stage| stage == at(Step::Released))
        );
        world.checks.at_the_end(&world.nodes);
        world
    });
}

#[test]
fn only_a_change_under_way_is_led_on() {
    let mut world = World::new(Setup::of(1, 3));
    world.take_over(NodeId(1), &[NodeId(2)]);
    world.run(0);
    let reason = ChangeError::NothingUnderWay;
    let refused = (NodeId(1), Event::ChangeRefused { reason });
    assert!(world.events.contains(&refused));
}
