//! A simulated store, command by command. Nodes go by their names; what a command is refused for
//! is thrown at once.

mod options;
mod refused;
mod snapshot;

use std::time::Duration;

use ringlab::ring::{NodeId, NodeName};
use ringlab::time::Instant;
use ringlab_sim::engine::Engine;
use ringlab_sim::protocol::{Command, Fault, Request, User};
use ringlab_sim::scenario::Scenario;
use serde::Serialize;
use wasm_bindgen::prelude::*;

pub use self::options::NewNodes;
use self::options::{Options, Shown};
use crate::errors::error;
use crate::keyspace::Keyspace;

/// A simulated cluster. The same options, keys and commands give the same history as natively.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Cluster(Engine);

#[wasm_bindgen]
impl Cluster {
    /// A cluster that holds these keys, with these settings by name.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the options.
    #[wasm_bindgen(constructor)]
    pub fn new(
        seed: u32,
        virtual_nodes: u32,
        nodes: NewNodes,
        names: Vec<String>,
        values: Vec<String>,
        keys: &Keyspace,
    ) -> Result<Self, JsValue> {
        let options = Options {
            seed,
            virtual_nodes,
            nodes,
            settings: options::settings(&names, &values)?,
        };
        let situation = options.situation(keys.keys.len().into())?;
        let engine = Engine::new(situation, keys.keys.clone());
        Ok(Self(engine.map_err(|reason| refused::thrown(&reason))?))
    }

    /// Nodes join, in one change.
    ///
    /// # Errors
    ///
    /// When they are refused.
    pub fn add(&mut self, nodes: NewNodes) -> Result<(), JsValue> {
        self.handle(Command::Add(nodes.wanted()?))
    }

    /// Nodes hand over what they hold, then leave.
    ///
    /// # Errors
    ///
    /// When one is not there, or holds all data.
    pub fn remove(&mut self, names: Vec<String>) -> Result<(), JsValue> {
        let nodes = self.ids(&names)?;
        self.handle(Command::Remove(nodes))
    }

    /// Nodes are lost for good, and new ones take their parts.
    ///
    /// # Errors
    ///
    /// When one is not there, or runs.
    pub fn replace(&mut self, names: Vec<String>) -> Result<(), JsValue> {
        let nodes = self.ids(&names)?;
        self.handle(Command::Replace(nodes))
    }

    /// A node takes a larger or smaller part.
    ///
    /// # Errors
    ///
    /// When it is not there, or this is no weight.
    pub fn reweight(&mut self, name: &str, weight: &str) -> Result<(), JsValue> {
        let weight = options::ring(weight.parse())?;
        let node = self.id(name)?;
        self.handle(Command::Reweight(node, weight))
    }

    /// A node stands elsewhere.
    ///
    /// # Errors
    ///
    /// When it is not there, or this is no zone.
    pub fn rezone(&mut self, name: &str, zone: &str) -> Result<(), JsValue> {
        let zone = options::ring(zone.parse())?;
        let node = self.id(name)?;
        self.handle(Command::Rezone(node, zone))
    }

    /// Settings of the store, all at once; each by its name, with its value as text.
    ///
    /// # Errors
    ///
    /// When one is none, or cannot be so.
    pub fn set(&mut self, names: Vec<String>, values: Vec<String>) -> Result<(), JsValue> {
        self.handle(Command::Set(options::settings(&names, &values)?))
    }

    /// A ring with so many virtual nodes for a node of weight 1.
    ///
    /// # Errors
    ///
    /// When there cannot be so many.
    #[wasm_bindgen(js_name = setVirtualNodes)]
    pub fn set_virtual_nodes(&mut self, virtual_nodes: u32) -> Result<(), JsValue> {
        self.handle(Command::VirtualNodes(virtual_nodes))
    }

    /// Something goes wrong with nodes, or is right again.
    ///
    /// # Errors
    ///
    /// When a node is not there, or it is not possible.
    pub fn fault(&mut self, kind: &str, names: Vec<String>) -> Result<(), JsValue> {
        let nodes = self.ids(&names)?;
        if kind == "partition" {
            return self.handle(Command::Fault(Fault::Partition(nodes)));
        }
        if kind == "heal" {
            return self.handle(Command::Fault(Fault::Heal));
        }
        for node in nodes {
            let fault = match kind {
                "pause" => Fault::Pause(node),
                "resume" => Fault::Resume(node),
                "crash" => Fault::Crash(node),
                "restart" => Fault::Restart(node),
                "wipe" => Fault::Wipe(node),
                _ => return Err(error("BAD_OPTION", &format!("there is no fault {kind:?}"))),
            };
            self.handle(Command::Fault(fault))?;
        }
        Ok(())
    }

    /// A client reads; what it is told, once simulated time has gone so far.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub fn get(&mut self, client: u32, key: &[u8]) -> Result<JsValue, JsValue> {
        let key = key.to_vec();
        self.request(client, Request::Get { key })
    }

    /// A client writes, with the context of what it has read; what it is told.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub fn put(&mut self, client: u32, key: &[u8], value: &[u8]) -> Result<JsValue, JsValue> {
        let (key, value) = (key.to_vec(), value.to_vec());
        self.request(client, Request::Put { key, value })
    }

    /// A client deletes, with the context of what it has read; what it is told.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub fn delete(&mut self, client: u32, key: &[u8]) -> Result<JsValue, JsValue> {
        let key = key.to_vec();
        self.request(client, Request::Delete { key })
    }

    /// Lets the next event happen; whether there was one within an hour.
    pub fn step(&mut self) -> bool {
        let until = self.0.now() + Duration::from_secs(3_600);
        self.0.step(until)
    }

    /// Lets simulated time pass.
    pub fn advance(&mut self, microseconds: u32) {
        self.0.advance(Duration::from_micros(microseconds.into()));
    }

    /// Lets the changes under way run to their end.
    ///
    /// # Errors
    ///
    /// None: a change that stalls is left so.
    pub fn settle(&mut self) -> Result<(), JsValue> {
        self.handle(Command::Settle)
    }

    /// Returns to before the last change.
    ///
    /// # Errors
    ///
    /// When there was none.
    pub fn undo(&mut self) -> Result<(), JsValue> {
        self.handle(Command::Undo)
    }

    /// Takes the last undo back.
    ///
    /// # Errors
    ///
    /// When there was none.
    pub fn redo(&mut self) -> Result<(), JsValue> {
        self.handle(Command::Redo)
    }

    /// Whether nothing is under way.
    #[must_use]
    #[wasm_bindgen(js_name = isSettled)]
    pub fn is_settled(&self) -> bool {
        self.0.is_settled()
    }

    /// Microseconds of simulated time.
    #[must_use]
    pub fn now(&self) -> f64 {
        self.0.now().since(Instant::ZERO).as_micros() as f64
    }

    /// Events so far.
    #[must_use]
    pub fn events(&self) -> f64 {
        self.0.history().events() as f64
    }

    /// A digest of all events so far.
    #[must_use]
    pub fn digest(&self) -> u64 {
        self.0.history().digest()
    }

    /// All that there is to see.
    ///
    /// # Errors
    ///
    /// When it can't be turned into an object.
    pub fn snapshot(&mut self) -> Result<JsValue, JsValue> {
        to_js(&snapshot::of(&mut self.0))
    }
}

/// Plays a scenario: a text of steps with what is expected to be seen after each.
///
/// # Errors
///
/// When the text is none: says where.
#[wasm_bindgen(js_name = playScenario)]
pub fn play_scenario(text: &str) -> Result<JsValue, JsValue> {
    let scenario = Scenario::parse(text);
    let scenario = scenario.map_err(|wrong| error("BAD_SCENARIO", &wrong.to_string()))?;
    to_js(&Shown::from(scenario.run(text)))
}

impl Cluster {
    fn handle(&mut self, command: Command) -> Result<(), JsValue> {
        self.0.handle(command);
        match self.0.take_refusals().first() {
            Some(refusal) => Err(refused::thrown(&refusal.reason)),
            None => Ok(()),
        }
    }

    fn request(&mut self, client: u32, request: Request) -> Result<JsValue, JsValue> {
        let user = if client == 0 { User::Ada } else { User::Ben };
        self.handle(Command::Request(user, request))?;
        self.0.run_until_answered();
        match self.0.trace() {
            Some(trace) => to_js(&snapshot::Request::of(trace, self.0.situation())),
            None => Err(error("UNANSWERED", "the request was dropped")),
        }
    }

    fn id(&self, name: &str) -> Result<NodeId, JsValue> {
        let mut nodes = self.0.situation().nodes.iter();
        let named = |name: &NodeName, wanted| name.as_str() == wanted;
        let node = nodes.find(|node| named(&node.name, name));
        node.map(|node| node.id)
            .ok_or_else(|| error("UNKNOWN_NODE", &format!("no node is named {name:?}")))
    }

    fn ids(&self, names: &[String]) -> Result<Vec<NodeId>, JsValue> {
        names.iter().map(|name| self.id(name)).collect()
    }
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(serde_wasm_bindgen::to_value(value)?)
}
