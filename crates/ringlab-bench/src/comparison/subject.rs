//! A placement that is compared: nodes come and go, and every key is asked for.

use ringlab::placement::{Algorithm, BoundedLoads, Placement, WeightedNode};

/// As [`Algorithm::BoundedLoads`] has it.
const BOUND_THOUSANDTHS: u32 = 1_250;
const VIRTUAL_NODES: u32 = 160;

/// An algorithm with its nodes.
pub(super) struct Subject {
    algorithm: Algorithm,
    listed: Vec<WeightedNode>,
    placement: Placed,
    /// Bytes that the placement keeps, the names of its nodes among them.
    pub(super) bytes: i64,
}

/// Bounded loads are told each key; asked without, they would be the ring.
enum Placed {
    Asked(Box<dyn Placement>),
    Told(Box<BoundedLoads>),
}

impl Placed {
    fn as_mut(&mut self) -> &mut dyn Placement {
        match self {
            Self::Asked(placement) => placement.as_mut(),
            Self::Told(bounded) => bounded.as_mut(),
        }
    }
}

/// What may happen to the nodes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// The node of this number comes, the last in order.
    Comes(usize),
    /// The node at this place goes.
    Goes(usize),
}

impl Subject {
    /// The first `nodes` nodes.
    pub(super) fn new(algorithm: Algorithm, nodes: usize) -> Self {
        let listed: Vec<WeightedNode> = (0..nodes).map(node).collect();
        let mut placement = None;
        let memory = allocation_counter::measure(|| {
            placement = Some(place(algorithm, listed.clone()));
        });
        Self {
            algorithm,
            listed,
            placement: placement.expect("it was placed just now"),
            bytes: memory.bytes_current,
        }
    }

    pub(super) fn nodes(&self) -> usize {
        self.listed.len()
    }

    /// The owner of each key, by its place in order.
    pub(super) fn owners(&self, keys: &[&str]) -> Vec<usize> {
        let key_bytes = keys.iter().map(|key| key.as_bytes());
        let owners = match &self.placement {
            Placed::Asked(placement) => key_bytes.map(|key| placement.primary(key)).collect(),
            Placed::Told(bounded) => {
                let mut bounded = bounded.clone();
                key_bytes
                    .map(|key| bounded.put(key))
                    .collect::<Option<Vec<_>>>()
            }
        };
        owners.expect("nodes of weight 1 own every key")
    }

    /// Looks each key up, or puts it where loads count; the sum of the owners' places.
    pub(super) fn look_up(&mut self, keys: &[&str]) -> usize {
        let keys = keys.iter().map(|key| key.as_bytes());
        match &mut self.placement {
            Placed::Asked(placement) => keys.filter_map(|key| placement.primary(key)).sum(),
            Placed::Told(bounded) => keys.filter_map(|key| bounded.put(key)).sum(),
        }
    }

    /// Adds a node to the placement itself and removes it again.
    pub(super) fn resize(&mut self, added: WeightedNode) {
        let name = added.name.clone();
        let placement = self.placement.as_mut();
        let added = placement.add(added);
        added
            .and_then(|()| placement.remove(name.as_str()))
            .expect("the last node can go");
    }

    /// Places its nodes anew; the time is that of placing and of copying their names.
    pub(super) fn build_again(&mut self) {
        self.placement = place(self.algorithm, self.listed.clone());
    }

    /// Makes these changes one after the other.
    pub(super) fn change(&mut self, changes: &[Change]) {
        if !is_laid_out_anew(self.algorithm) {
            return changes
                .iter()
                .for_each(|&change| self.change_in_place(change));
        }
        for &change in changes {
            match change {
                Change::Comes(number) => self.listed.push(node(number)),
                Change::Goes(place) => drop(self.listed.remove(place)),
            }
        }
        self.build_again();
    }

    /// Makes one change as the placement itself does it.
    pub(super) fn change_in_place(&mut self, change: Change) {
        let placement = self.placement.as_mut();
        let changed = match change {
            Change::Comes(number) => {
                self.listed.push(node(number));
                placement.add(node(number))
            }
            Change::Goes(place) => {
                let gone = self.listed.remove(place);
                placement.remove(gone.name.as_str())
            }
        };
        changed.expect("equal nodes can come, and those that are there can go");
    }
}

/// Whether its nodes in order are all it goes by: many changes are then one new layout, to the bit.
pub(super) fn is_laid_out_anew(algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Rendezvous
        | Algorithm::Maglev
        | Algorithm::MultiProbe
        | Algorithm::Modulo
        | Algorithm::Compatible(_) => true,
        Algorithm::Ring
        | Algorithm::BoundedLoads
        | Algorithm::Partitions
        | Algorithm::Jump
        | Algorithm::Anchor => false,
    }
}

/// Changes that keep between half and half as many more nodes: four times some come and some go,
/// how many and which by chance, always the same. Of a jump hash the last ones go.
pub(super) fn resizing(algorithm: Algorithm, nodes: usize) -> Vec<Change> {
    let mut chance = Chance(1);
    let mut waiting: Vec<usize> = (nodes..2 * nodes).collect();
    let mut there: Vec<usize> = (0..nodes).collect();
    let mut changes = Vec::new();
    for _ in 0..4 {
        for _ in 0..=chance.below(nodes * 3 / 2 - there.len()) {
            let number = waiting.swap_remove(chance.below(waiting.len()));
            there.push(number);
            changes.push(Change::Comes(number));
        }
        for _ in 0..=chance.below(there.len() - nodes / 2) {
            let last = there.len() - 1;
            let place = match algorithm {
                Algorithm::Jump => last,
                _ => chance.below(last + 1),
            };
            waiting.push(there.remove(place));
            changes.push(Change::Goes(place));
        }
    }
    changes
}

/// A linear congruential generator (Knuth, MMIX): the same numbers everywhere.
struct Chance(u64);

impl Chance {
    /// A number below `end`; 0 where there is none.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// The node of a number.
pub(super) fn node(number: usize) -> WeightedNode {
    WeightedNode::named(&format!("10.0.{}.{}:6379", number / 250, number % 250))
        .expect("the names are valid")
}

fn place(algorithm: Algorithm, listed: Vec<WeightedNode>) -> Placed {
    match algorithm {
        Algorithm::BoundedLoads => {
            let bounded = BoundedLoads::new(BOUND_THOUSANDTHS, VIRTUAL_NODES, listed);
            Placed::Told(Box::new(bounded.expect("equal nodes can be placed")))
        }
        _ => Placed::Asked(algorithm.place(listed).expect("equal nodes can be placed")),
    }
}
