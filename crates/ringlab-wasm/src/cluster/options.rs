//! What a cluster is made from, as JavaScript tells it.

use ringlab::ring::{NodeId, NodeSpec, RingError, Weight, Zone};
use ringlab::settings::{Setting, SettingError};
use ringlab_sim::protocol::{self, KeySource, Situation};
use ringlab_sim::scenario;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::refused;
use crate::errors::of_ring;

/// Everything that a run starts from but its keys.
pub(super) struct Options {
    pub(super) seed: u32,
    pub(super) virtual_nodes: u32,
    pub(super) nodes: NewNodes,
    pub(super) settings: Vec<(Setting, u64)>,
}

/// Nodes to be added.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct NewNodes(Vec<NewNode>);

/// A node to be added; what is left out is chosen.
#[derive(Debug)]
struct NewNode {
    name: Option<String>,
    weight: String,
    zone: Option<String>,
}

/// What a scenario showed.
#[derive(Serialize)]
pub(super) struct Shown {
    differences: Vec<Difference>,
    rewritten: String,
}

/// A step that showed something else than expected.
#[derive(Serialize)]
struct Difference {
    line: usize,
    expected: Vec<String>,
    shown: Vec<String>,
}

impl Options {
    pub(super) fn situation(self, keys: u64) -> Result<Situation, JsValue> {
        let mut situation = Situation::fresh(self.seed.into());
        situation.settings.virtual_nodes = self.virtual_nodes;
        let settings = situation.settings.with(&self.settings);
        situation.settings = settings.map_err(|error| refused::setting(&error))?;
        let specs: Result<_, _> = (1..)
            .zip(self.nodes.0)
            .map(|(id, node)| node.spec(id))
            .collect();
        situation.nodes = specs?;
        situation.next_id = situation.nodes.len() as u32 + 1;
        situation.keys = KeySource::Own {
            label: "keys".to_owned(),
            keys,
        };
        Ok(situation)
    }
}

#[wasm_bindgen]
impl NewNodes {
    /// None yet.
    #[must_use]
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    pub fn push(&mut self, name: Option<String>, weight: String, zone: Option<String>) {
        self.0.push(NewNode { name, weight, zone });
    }
}

impl NewNodes {
    pub(super) fn wanted(self) -> Result<Vec<protocol::NewNode>, JsValue> {
        self.0.into_iter().map(NewNode::wanted).collect()
    }
}

impl NewNode {
    fn wanted(self) -> Result<protocol::NewNode, JsValue> {
        Ok(protocol::NewNode {
            name: ring(self.name.map(|name| name.parse()).transpose())?,
            weight: ring(self.weight.parse())?,
            zone: ring(self.zone.map(|zone| zone.parse()).transpose())?,
        })
    }

    /// Numbered where it has no name.
    fn spec(self, id: u32) -> Result<NodeSpec, JsValue> {
        let name = self.name.unwrap_or_else(|| format!("node-{id}"));
        let zone: Result<Zone, _> = self.zone.unwrap_or_default().parse();
        let weight: Result<Weight, _> = self.weight.parse();
        Ok(NodeSpec {
            id: NodeId(id),
            name: ring(name.parse())?,
            weight: ring(weight)?,
            zone: ring(zone)?,
        })
    }
}

impl From<scenario::Shown> for Shown {
    fn from(shown: scenario::Shown) -> Self {
        let difference = |(line, expected, shown)| Difference {
            line,
            expected,
            shown,
        };
        Self {
            differences: shown.differences.into_iter().map(difference).collect(),
            rewritten: shown.rewritten,
        }
    }
}

/// What the ring refuses, thrown.
pub(super) fn ring<T>(result: Result<T, RingError>) -> Result<T, JsValue> {
    result.map_err(|error| of_ring(&error))
}

/// Settings by their names, with their values as texts.
pub(super) fn settings(
    names: &[String],
    values: &[String],
) -> Result<Vec<(Setting, u64)>, JsValue> {
    let value = |(name, value): (&String, &String)| {
        let setting = Setting::named(name)?;
        Ok((setting, setting.parse(value)?))
    };
    let values: Result<_, SettingError> = names.iter().zip(values).map(value).collect();
    values.map_err(|error| refused::setting(&error))
}
