//! The nodes of a ring: each in a numbered slot, so that a point names its owner in two bytes.
//! It knows ids, names and zones, and what token a point has; it knows no order of points.

use std::cmp::Ordering;
use std::ops::Range;

use super::spec::{NodeId, NodeSpec, RingError, Weight, Zone};
use crate::hash::{Token, token, virtual_token_of};
use crate::sorted::{SortedMap, sort};

/// Most nodes on a ring. One number of 16 bits is left over for "no slot".
pub const NODES_MAX: usize = u16::MAX as usize;

/// Most virtual nodes of one node, whatever its weight: their numbers fit 16 bits.
pub const NODE_POINTS_MAX: u32 = 1 << 16;

/// A node's place in the tables of a ring. Reused when its node is gone, unlike an id.
pub(super) type Slot = u16;

/// Never a node's slot.
pub(super) const NO_SLOT: Slot = Slot::MAX;

/// A virtual node: whose, and which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) slot: Slot,
    pub(super) index: u16,
}

/// By slot where not said otherwise. What a lookup reads lies apart from what it does not.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    ids: Vec<NodeId>,
    names: Vec<Token>,
    points: Vec<u32>,
    zones: Vec<u16>,
    specs: Vec<Option<NodeSpec>>,
    free: Vec<Slot>,
    /// Slots in order of their nodes' ids.
    by_id: Vec<Slot>,
    /// Slots in order of the hashes of their nodes' names, and then of the names: a search reads
    /// few names.
    by_name: Vec<Slot>,
    zone_numbers: SortedMap<Zone, ZoneUse>,
    /// The highest id ever given.
    highest: Option<NodeId>,
    storage_nodes: usize,
    /// Zones with a storage node in them.
    storage_zones: usize,
}

/// A zone's number and how many nodes stand in it.
#[derive(Clone, Copy, Debug, Default)]
struct ZoneUse {
    number: u16,
    nodes: u32,
    storage_nodes: u32,
}

/// What the points of a node follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodePoints {
    pub(crate) id: NodeId,
    /// The hash of its name.
    pub(crate) name: Token,
    /// How many there are.
    pub(crate) points: u32,
}

/// How many virtual nodes a weight gives where weight 1 gives `virtual_nodes`: the nearest whole
/// number, at least one unless the weight is 0.
pub(super) fn points_of(weight: Weight, virtual_nodes: u32) -> Result<u32, RingError> {
    let thousandths = u64::from(weight.thousandths());
    let rounded = (thousandths * u64::from(virtual_nodes) + 500) / 1_000;
    let points = rounded.max(u64::from(thousandths > 0));
    match u32::try_from(points) {
        Ok(points) if points <= NODE_POINTS_MAX => Ok(points),
        _ => Err(RingError::Full {
            what: "virtual nodes of one node".to_owned(),
            limit: u64::from(NODE_POINTS_MAX),
        }),
    }
}

impl Point {
    /// Some virtual nodes of one node.
    pub(super) fn of(slot: Slot, indices: Range<u32>) -> impl Iterator<Item = Self> {
        // No index is above NODE_POINTS_MAX - 1: 16 bits hold it.
        indices.map(move |index| Self {
            slot,
            index: index as u16,
        })
    }
}

impl Nodes {
    /// Refuses a node whose name is on the ring or whose id was given before. O(log nodes).
    pub(super) fn check(&self, node: &NodeSpec) -> Result<(), RingError> {
        if self.highest.is_some_and(|highest| node.id <= highest) {
            return Err(RingError::IdTaken(node.id));
        }
        if self.name_position(node.name.as_str()).is_ok() {
            return Err(RingError::NameTaken(node.name.clone()));
        }
        if self.len() == NODES_MAX {
            return Err(RingError::Full {
                what: "nodes".to_owned(),
                limit: NODES_MAX as u64,
            });
        }
        Ok(())
    }

    /// The highest id ever given.
    pub(super) const fn highest(&self) -> Option<NodeId> {
        self.highest
    }

    /// Ids up to this one were given before, by another ring that this one goes on from.
    pub(super) fn raise_highest(&mut self, highest: Option<NodeId>) {
        self.highest = self.highest.max(highest);
    }

    /// Gives a node a slot; [`Self::check`] came first. O(nodes) moves of two bytes.
    pub(super) fn insert(&mut self, node: NodeSpec, points: u32) -> Slot {
        let by_name = self
            .name_position(node.name.as_str())
            .expect_err("the name is free, it was checked");
        self.highest = Some(node.id);
        let slot = self.free.pop().unwrap_or_else(|| self.new_slot());
        let at = usize::from(slot);
        self.ids[at] = node.id;
        self.names[at] = token(node.name.as_str().as_bytes());
        self.points[at] = points;
        self.zones[at] = self.enter_zone(&node.zone, points > 0);
        self.storage_nodes += usize::from(points > 0);
        self.specs[at] = Some(node);
        self.by_name.insert(by_name, slot);
        // The highest id so far: it comes last.
        self.by_id.push(slot);
        slot
    }

    /// Frees a slot. O(nodes) moves of two bytes.
    pub(super) fn remove(&mut self, slot: Slot) -> NodeSpec {
        let at = usize::from(slot);
        let by_name = self
            .name_position(self.spec(slot).name.as_str())
            .expect("each node is listed by name");
        let node = self.specs[at].take().expect("a slot in use has its node");
        self.by_name.remove(by_name);
        let by_id = self
            .by_id
            .binary_search_by_key(&node.id, |&other| self.ids[usize::from(other)])
            .expect("each node is listed by id");
        self.by_id.remove(by_id);
        let stores = self.points[at] > 0;
        self.leave_zone(&node.zone, stores);
        self.storage_nodes -= usize::from(stores);
        self.points[at] = 0;
        self.free.push(slot);
        node
    }

    /// Another weight and its number of virtual nodes. O(log zones).
    pub(super) fn reweight(&mut self, slot: Slot, weight: Weight, points: u32) {
        let at = usize::from(slot);
        let zone = self.spec(slot).zone.clone();
        let stored = self.points[at] > 0;
        self.leave_zone(&zone, stored);
        self.zones[at] = self.enter_zone(&zone, points > 0);
        self.storage_nodes -= usize::from(stored);
        self.storage_nodes += usize::from(points > 0);
        self.points[at] = points;
        if let Some(node) = &mut self.specs[at] {
            node.weight = weight;
        }
    }

    /// Another zone. O(log zones).
    pub(super) fn rezone(&mut self, slot: Slot, zone: Zone) {
        let at = usize::from(slot);
        let stores = self.points[at] > 0;
        let left = self.spec(slot).zone.clone();
        self.leave_zone(&left, stores);
        self.zones[at] = self.enter_zone(&zone, stores);
        if let Some(node) = &mut self.specs[at] {
            node.zone = zone;
        }
    }

    /// Where the node of this id is. O(log nodes).
    pub(super) fn slot(&self, id: NodeId) -> Option<Slot> {
        self.by_id
            .binary_search_by_key(&id, |&slot| self.ids[usize::from(slot)])
            .ok()
            .map(|at| self.by_id[at])
    }

    /// The id in a slot; `None` for a number that is no slot.
    #[inline]
    pub(super) fn id(&self, slot: Slot) -> Option<NodeId> {
        self.ids.get(usize::from(slot)).copied()
    }

    /// The number of its zone: equal numbers, equal zones.
    #[inline]
    pub(super) fn zone(&self, slot: Slot) -> u16 {
        self.zones[usize::from(slot)]
    }

    /// How many virtual nodes it has.
    pub(super) fn points(&self, slot: Slot) -> u32 {
        self.points[usize::from(slot)]
    }

    /// Where a virtual node stands. One mix.
    #[inline]
    pub(super) fn token(&self, point: Point) -> Token {
        virtual_token_of(self.names[usize::from(point.slot)], u32::from(point.index))
    }

    /// Which of two points comes first: by token, then by the name of the node.
    pub(super) fn order(&self, a: Point, b: Point) -> Ordering {
        let by_name = || self.spec(a.slot).name.cmp(&self.spec(b.slot).name);
        self.token(a).cmp(&self.token(b)).then_with(by_name)
    }

    /// The id of the node of this name. O(log nodes).
    pub(super) fn id_of(&self, name: &str) -> Option<NodeId> {
        let at = self.name_position(name).ok()?;
        self.id(self.by_name[at])
    }

    /// The node in a slot; `None` for a number that is no slot.
    #[inline]
    pub(super) fn get(&self, slot: Slot) -> Option<&NodeSpec> {
        self.specs.get(usize::from(slot))?.as_ref()
    }

    /// The node in a slot that is in use.
    pub(super) fn spec(&self, slot: Slot) -> &NodeSpec {
        self.specs[usize::from(slot)]
            .as_ref()
            .expect("a slot in use has its node")
    }

    /// Slots in order of their nodes' ids.
    pub(super) fn slots(&self) -> &[Slot] {
        &self.by_id
    }

    /// Of each node but the first `seen` what its points follow from, in order of id.
    #[inline]
    pub(super) fn node_points(&self, seen: usize) -> impl Iterator<Item = NodePoints> + Clone {
        self.by_id[seen..].iter().map(|&slot| NodePoints {
            id: self.ids[usize::from(slot)],
            name: self.names[usize::from(slot)],
            points: self.points[usize::from(slot)],
        })
    }

    /// How many nodes, the first in order of id, have the same points in both; perhaps more have.
    /// Of two rings of which one was made of the other, all up to the first that changed.
    pub(super) fn same_points(&self, other: &Self) -> usize {
        let slots = same(&self.ids, &other.ids)
            .min(same(&self.names, &other.names))
            .min(same(&self.points, &other.points));
        let listed = same(&self.by_id, &other.by_id);
        if slots == self.ids.len().min(other.ids.len()) {
            return listed;
        }
        let known = |slot: &&Slot| usize::from(**slot) < slots;
        self.by_id[..listed].iter().take_while(known).count()
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn storage_nodes(&self) -> usize {
        self.storage_nodes
    }

    pub(super) fn storage_zones(&self) -> usize {
        self.storage_zones
    }

    /// Where the name is in the list by name, or where it would go.
    fn name_position(&self, name: &str) -> Result<usize, usize> {
        let hash = token(name.as_bytes());
        self.by_name.binary_search_by(|&slot| {
            let by_hash = self.names[usize::from(slot)].cmp(&hash);
            by_hash.then_with(|| self.spec(slot).name.as_str().cmp(name))
        })
    }

    fn new_slot(&mut self) -> Slot {
        let slot = Slot::try_from(self.ids.len()).expect("nodes are limited to NODES_MAX");
        self.ids.push(NodeId::default());
        self.names.push(Token::default());
        self.points.push(0);
        self.zones.push(0);
        self.specs.push(None);
        slot
    }

    fn enter_zone(&mut self, zone: &Zone, stores: bool) -> u16 {
        if !self.zone_numbers.contains_key(zone) {
            let number = self.free_zone_number();
            let unused = ZoneUse {
                number,
                ..ZoneUse::default()
            };
            self.zone_numbers.insert(zone.clone(), unused);
        }
        let entered = self
            .zone_numbers
            .get_mut(zone)
            .expect("the zone is there, just now if not before");
        entered.nodes += 1;
        entered.storage_nodes += u32::from(stores);
        self.storage_zones += usize::from(stores && entered.storage_nodes == 1);
        entered.number
    }

    fn leave_zone(&mut self, zone: &Zone, stored: bool) {
        let left = self
            .zone_numbers
            .get_mut(zone)
            .expect("a node's zone has a number");
        left.nodes -= 1;
        left.storage_nodes -= u32::from(stored);
        self.storage_zones -= usize::from(stored && left.storage_nodes == 0);
        if left.nodes == 0 {
            self.zone_numbers.remove(zone);
        }
    }

    /// The smallest number that no zone has. O(zones log zones), and a new zone is rare.
    fn free_zone_number(&self) -> u16 {
        let mut taken: Vec<u16> = self.zone_numbers.values().map(|used| used.number).collect();
        sort(&mut taken);
        let gap = (0..).zip(&taken).find(|(free, number)| free < *number);
        gap.map_or_else(
            || u16::try_from(taken.len()).expect("zones are no more than nodes"),
            |(free, _)| free,
        )
    }
}

/// How many entries two tables have in common before the first that differs.
fn same<T: Copy + PartialEq>(one: &[T], other: &[T]) -> usize {
    /// Compared side by side, without a branch for each.
    const AT_ONCE: usize = 32;
    let (ones, _) = one.as_chunks::<AT_ONCE>();
    let (others, _) = other.as_chunks::<AT_ONCE>();
    let equal = |(one, other): &(&[T; AT_ONCE], &[T; AT_ONCE])| {
        let pairs = one.iter().zip(*other);
        pairs.fold(true, |equal, (one, other)| equal & (one == other))
    };
    let seen = AT_ONCE * ones.iter().zip(others).take_while(equal).count();
    let rest = one[seen..].iter().zip(&other[seen..]);
    seen + rest.take_while(|(one, other)| one == other).count()
}
