//! What is seen of a world, as a sequence diagram in Mermaid's words. It knows no world.
//!
//! An arrow stands where its message was sent, with the time since the first one; what a node says
//! to itself needs no network and is not seen.

mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ringlab::message::{Event, RequestId};
use ringlab::ring::NodeId;
use ringlab::time::Instant;

use crate::cluster::Sight;

/// A sequence diagram that grows with what is seen; it is shown as Mermaid reads it.
#[derive(Clone, Debug, Default)]
pub struct Diagram {
    /// When the first arrow was drawn.
    began: Option<Instant>,
    nodes: BTreeSet<NodeId>,
    /// Whom a client asked.
    coordinators: BTreeMap<RequestId, NodeId>,
    lines: Vec<String>,
}

impl Diagram {
    /// Something can be seen. What happens all the time, gossip and the spreading of settings, is
    /// left out.
    pub fn see(&mut self, at: Instant, sight: &Sight) {
        match sight {
            Sight::Asked(to, id, command) => {
                self.coordinators.insert(*id, *to);
                let to = self.name(*to);
                self.arrow(at, "client", &to, &words::of_command(command));
            }
            Sight::Sent(from, to, message) => {
                if let Some(words) = words::of_message(message) {
                    let (from, to) = (self.name(*from), self.name(*to));
                    self.arrow(at, &from, &to, &words);
                }
            }
            Sight::Told(id, outcome) => {
                if let Some(&from) = self.coordinators.get(id) {
                    let from = self.name(from);
                    self.arrow(at, &from, "client", &words::of_outcome(outcome));
                }
            }
            Sight::Event(node, event) => self.event(*node, event),
            Sight::Crashed(node) => self.note(*node, "crashes"),
            _ => {}
        }
    }

    /// Says something of a node.
    pub fn note(&mut self, node: NodeId, text: &str) {
        let node = self.name(node);
        self.lines.push(format!("Note over {node}: {text}"));
    }

    fn event(&mut self, node: NodeId, event: &Event) {
        if let Some(words) = words::of_event(event) {
            self.note(node, &words);
        }
    }

    fn arrow(&mut self, at: Instant, from: &str, to: &str, words: &str) {
        let began = *self.began.get_or_insert(at);
        let micros = at.since(began).as_micros();
        let time = format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10);
        self.lines.push(format!("{from}->>{to}: {words} [{time}]"));
    }

    fn name(&mut self, node: NodeId) -> String {
        self.nodes.insert(node);
        format!("n{}", node.0)
    }
}

impl fmt::Display for Diagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "sequenceDiagram")?;
        if !self.coordinators.is_empty() {
            writeln!(f, "    participant client")?;
        }
        for node in &self.nodes {
            writeln!(f, "    participant n{} as node {}", node.0, node.0)?;
        }
        for line in &self.lines {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
