//! The hash ring. Nodes are numbers here: the package knows which name each has.

use std::borrow::Cow;

use ringlab::hash::Token;
use ringlab::ring::{NodeId, NodeSpec, Replication, Ring, RingError, Spread, TokenRange};
use wasm_bindgen::prelude::*;

use crate::errors::of_ring;
use crate::movement::Movement;
use crate::{packed, scratch};

/// No node: nobody stores.
const NONE: i32 = -1;

/// Nodes on a circle of tokens, numbered from 0 in the order in which they came.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct HashRing {
    pub(crate) ring: Ring,
    next: u32,
}

#[wasm_bindgen]
impl HashRing {
    /// A ring of nodes, of which the lists tell one thing each.
    ///
    /// # Errors
    ///
    /// As [`Ring::with_nodes`], and when a name, weight or zone is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        virtual_nodes: u32,
        names: Vec<String>,
        weights: Vec<String>,
        zones: Vec<String>,
    ) -> Result<Self, JsValue> {
        let told = names.iter().zip(&weights).zip(&zones);
        let specs: Result<Vec<_>, _> = (0..)
            .zip(told)
            .map(|(id, ((name, weight), zone))| spec(id, name, weight, zone))
            .collect();
        let ring = specs.and_then(|specs| Ring::with_nodes(virtual_nodes, specs));
        Ok(Self {
            ring: ring.map_err(|error| of_ring(&error))?,
            next: names.len() as u32,
        })
    }

    /// Puts a node on the ring; its number.
    ///
    /// # Errors
    ///
    /// As [`Ring::add`], and when a name, weight or zone is none.
    pub fn add(&mut self, name: &str, weight: &str, zone: &str) -> Result<u32, JsValue> {
        let id = self.next;
        let added = spec(id, name, weight, zone).and_then(|spec| self.ring.add(spec));
        added.map_err(|error| of_ring(&error))?;
        self.next += 1;
        Ok(id)
    }

    /// Takes a node off the ring.
    ///
    /// # Errors
    ///
    /// As [`Ring::remove`].
    pub fn remove(&mut self, node: u32) -> Result<(), JsValue> {
        let removed = self.ring.remove(NodeId(node));
        removed.map(drop).map_err(|error| of_ring(&error))
    }

    /// Gives a node another weight.
    ///
    /// # Errors
    ///
    /// As [`Ring::reweight`], and when it is no weight.
    pub fn reweight(&mut self, node: u32, weight: &str) -> Result<(), JsValue> {
        let weight = weight.parse();
        let changed = weight.and_then(|weight| self.ring.reweight(NodeId(node), weight));
        changed.map_err(|error| of_ring(&error))
    }

    /// Moves a node to another zone.
    ///
    /// # Errors
    ///
    /// As [`Ring::rezone`], and when it is no zone.
    pub fn rezone(&mut self, node: u32, zone: &str) -> Result<(), JsValue> {
        let zone = zone.parse();
        let changed = zone.and_then(|zone| self.ring.rezone(NodeId(node), zone));
        changed.map_err(|error| of_ring(&error))
    }

    /// The same ring, to be changed apart from this one.
    #[must_use]
    pub fn copy(&self) -> Self {
        self.clone()
    }

    /// The primary of the key in the scratch memory; -1 when nobody stores.
    #[must_use]
    #[wasm_bindgen(js_name = primaryAt)]
    pub fn primary_at(&self, len: usize) -> i32 {
        self.primary(scratch::token(len))
    }

    /// The primary of a token; -1 when nobody stores.
    #[must_use]
    #[wasm_bindgen(js_name = primaryOf)]
    pub fn primary_of(&self, token: u64) -> i32 {
        self.primary(Token(token))
    }

    /// The primaries of many keys in one piece, see `packed`.
    #[must_use]
    #[wasm_bindgen(js_name = primaryMany)]
    pub fn primary_many(&self, keys: &[u8], ends: &[u32]) -> Vec<i32> {
        let keys = packed::keys(keys, ends);
        let tokens: Vec<Token> = keys.map(ringlab::hash::token).collect();
        let mut owners = vec![NodeId::default(); tokens.len()];
        let found = self.ring.primaries(&tokens, &mut owners);
        let number = |&NodeId(id): &NodeId| id.cast_signed();
        let mut primaries: Vec<i32> = owners[..found].iter().map(number).collect();
        primaries.resize(tokens.len(), NONE);
        primaries
    }

    /// The preference list of the key in the scratch memory, left there; how long it is.
    #[must_use]
    #[wasm_bindgen(js_name = preferenceListAt)]
    pub fn preference_list_at(&self, len: usize, n: u32, zones: bool) -> usize {
        self.preference_list(scratch::token(len), n, zones)
    }

    /// The preference list of a token, left in the scratch memory; how long it is.
    #[must_use]
    #[wasm_bindgen(js_name = preferenceListOf)]
    pub fn preference_list_of(&self, token: u64, n: u32, zones: bool) -> usize {
        self.preference_list(Token(token), n, zones)
    }

    /// How many nodes store.
    #[must_use]
    #[wasm_bindgen(js_name = storageNodes)]
    pub fn storage_nodes(&self) -> usize {
        self.ring.storage_nodes()
    }

    /// A node's weight in thousandths.
    #[must_use]
    pub fn weight(&self, node: u32) -> u32 {
        let spec = self.ring.node(NodeId(node));
        spec.map_or(0, |spec| spec.weight.thousandths())
    }

    /// A node's zone.
    #[must_use]
    pub fn zone(&self, node: u32) -> String {
        let spec = self.ring.node(NodeId(node));
        spec.map_or_else(String::new, |spec| spec.zone.as_str().to_owned())
    }

    /// A node's virtual nodes.
    #[must_use]
    #[wasm_bindgen(js_name = virtualNodesOf)]
    pub fn virtual_nodes_of(&self, node: u32) -> u32 {
        self.ring.virtual_nodes_of(NodeId(node))
    }

    /// Part of the ring that a node owns, 0 to 1.
    #[must_use]
    pub fn share(&self, node: u32) -> f64 {
        TokenRange::share_of(self.ring.width_of(NodeId(node)))
    }

    /// Every range, clockwise: the token before it, its last token, its node.
    #[must_use]
    pub fn ranges(&self) -> Vec<u64> {
        let mut rows = Vec::new();
        for (range, NodeId(node)) in self.ring.ranges() {
            rows.extend_from_slice(&[range.after.0, range.to.0, node.into()]);
        }
        rows
    }

    /// What changes hands from this ring to another one, where keys have `n` replicas. The
    /// other's nodes have these numbers here, in the order of its own; nothing is said where all
    /// are the same.
    ///
    /// # Errors
    ///
    /// When two of them have one number.
    #[wasm_bindgen(js_name = movementTo)]
    pub fn movement_to(
        &self,
        after: &Self,
        numbers: &[u32],
        n: u32,
        zones: bool,
        dead: &[u32],
    ) -> Result<Movement, JsValue> {
        let after = after.numbered(numbers)?;
        Ok(Movement::between(
            &self.ring,
            &after,
            replication(n, zones),
            dead,
        ))
    }
}

impl HashRing {
    #[inline]
    fn primary(&self, token: Token) -> i32 {
        let primary = self.ring.primary(token);
        primary.map_or(NONE, |NodeId(id)| id.cast_signed())
    }

    fn preference_list(&self, token: Token, n: u32, zones: bool) -> usize {
        scratch::put(&self.ring.preference_list(token, replication(n, zones)))
    }

    /// The same ring with other numbers, in the order of its own.
    fn numbered(&self, numbers: &[u32]) -> Result<Cow<'_, Ring>, JsValue> {
        if numbers.is_empty() {
            return Ok(Cow::Borrowed(&self.ring));
        }
        let mut specs = Vec::new();
        for (spec, &number) in self.ring.nodes().zip(numbers) {
            let id = NodeId(number);
            specs.push(NodeSpec { id, ..spec.clone() });
        }
        let ring = Ring::with_nodes(self.ring.virtual_nodes(), specs);
        ring.map(Cow::Owned).map_err(|error| of_ring(&error))
    }
}

fn spec(id: u32, name: &str, weight: &str, zone: &str) -> Result<NodeSpec, RingError> {
    Ok(NodeSpec {
        id: NodeId(id),
        name: name.parse()?,
        weight: weight.parse()?,
        zone: zone.parse()?,
    })
}

fn replication(n: u32, zones: bool) -> Replication {
    let spread = if zones { Spread::Zones } else { Spread::Any };
    Replication { n, spread }
}
