//! Ways to place keys. Nodes are numbers here: the package knows which name each has.

use std::fmt;

use ringlab::placement::{Algorithm, Placement as Places, PlacementError, WeightedNode};
use wasm_bindgen::prelude::*;

use crate::errors::of_placement;
use crate::{packed, scratch};

/// No node: nobody owns the key.
const NONE: i32 = -1;

/// The names of all algorithms.
#[must_use]
#[wasm_bindgen(js_name = placementNames)]
pub fn names() -> Vec<String> {
    let names = Algorithm::all().map(|algorithm| algorithm.name().to_owned());
    names.collect()
}

/// Nodes, and how keys are placed on them.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Placement {
    pub(crate) algorithm: &'static str,
    pub(crate) placed: Box<dyn Places>,
}

impl fmt::Debug for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("Placement");
        told.field("algorithm", &self.algorithm);
        told.field("nodes", &self.placed.nodes());
        told.finish()
    }
}

#[wasm_bindgen]
impl Placement {
    /// Places keys on nodes, of which the lists tell one thing each; an id of 0 is none.
    ///
    /// # Errors
    ///
    /// As [`Algorithm::place`], and when there is no such algorithm or a name is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        algorithm: &str,
        names: Vec<String>,
        weights: &[u32],
        ids: &[u32],
    ) -> Result<Self, JsValue> {
        let made = || {
            let algorithm: Algorithm = algorithm.parse()?;
            let told = names.iter().zip(weights).zip(ids);
            let nodes = told.map(|((name, &weight), &id)| node(name, weight, id));
            let placed = algorithm.place(nodes.collect::<Result<_, _>>()?)?;
            Ok((algorithm.name(), placed))
        };
        let (algorithm, placed) = made().map_err(|error| of_placement(&error))?;
        Ok(Self { algorithm, placed })
    }

    /// Adds a node, the last in order; an id of 0 is none.
    ///
    /// # Errors
    ///
    /// As [`Places::add`], and when the name is none.
    pub fn add(&mut self, name: &str, weight: u32, id: u32) -> Result<(), JsValue> {
        let added = node(name, weight, id).and_then(|node| self.placed.add(node));
        added.map_err(|error| of_placement(&error))
    }

    /// Removes the node of this name.
    ///
    /// # Errors
    ///
    /// As [`Places::remove`].
    pub fn remove(&mut self, name: &str) -> Result<(), JsValue> {
        let removed = self.placed.remove(name);
        removed.map_err(|error| of_placement(&error))
    }

    /// Gives a node another weight.
    ///
    /// # Errors
    ///
    /// As [`Places::reweight`].
    pub fn reweight(&mut self, name: &str, weight: u32) -> Result<(), JsValue> {
        let changed = self.placed.reweight(name, weight);
        changed.map_err(|error| of_placement(&error))
    }

    /// The owner of the key in the scratch memory; -1 when nobody owns it.
    #[must_use]
    #[wasm_bindgen(js_name = primaryAt)]
    pub fn primary_at(&self, len: usize) -> i32 {
        scratch::with_key(len, |key| self.primary_of(key))
    }

    /// The owner of a key; -1 when nobody owns it.
    #[must_use]
    #[wasm_bindgen(js_name = primaryOf)]
    pub fn primary_of(&self, key: &[u8]) -> i32 {
        // Two bytes count the nodes.
        let primary = self.placed.primary(key);
        primary.map_or(NONE, |number| number as i32)
    }

    /// The owners of many keys in one piece, see `packed`.
    #[must_use]
    #[wasm_bindgen(js_name = primaryMany)]
    pub fn primary_many(&self, keys: &[u8], ends: &[u32]) -> Vec<i32> {
        let keys = packed::keys(keys, ends);
        keys.map(|key| self.primary_of(key)).collect()
    }

    /// The same placement, to be changed apart from this one.
    #[must_use]
    pub fn copy(&self) -> Self {
        self.clone()
    }

    /// The first `n` nodes of the key in the scratch memory.
    #[must_use]
    #[wasm_bindgen(js_name = firstAt)]
    pub fn first_at(&self, len: usize, n: usize) -> Vec<u32> {
        scratch::with_key(len, |key| self.first_of(key, n))
    }

    /// The first `n` nodes of a key.
    #[must_use]
    #[wasm_bindgen(js_name = firstOf)]
    pub fn first_of(&self, key: &[u8], n: usize) -> Vec<u32> {
        let mut owners = vec![0; n.min(self.placed.nodes().len())];
        let found = self.placed.first(key, &mut owners);
        owners[..found]
            .iter()
            .map(|&number| number as u32)
            .collect()
    }

    /// What the placement is called.
    #[must_use]
    pub fn algorithm(&self) -> String {
        self.algorithm.to_owned()
    }

    /// The names of the nodes, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let nodes = self.placed.nodes().iter();
        nodes.map(|node| node.name.as_str().to_owned()).collect()
    }

    /// Their weights.
    #[must_use]
    pub fn weights(&self) -> Vec<u32> {
        let nodes = self.placed.nodes().iter();
        nodes.map(|node| node.weight).collect()
    }

    /// Their ids; 0 is none.
    #[must_use]
    pub fn ids(&self) -> Vec<u32> {
        let nodes = self.placed.nodes().iter();
        nodes.map(|node| node.id.unwrap_or_default()).collect()
    }
}

fn node(name: &str, weight: u32, id: u32) -> Result<WeightedNode, PlacementError> {
    let mut node = WeightedNode::weighing(name, weight)?;
    node.id = (id > 0).then_some(id);
    Ok(node)
}
