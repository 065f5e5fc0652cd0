//! What a cluster shows of itself: plain objects with the names of nodes, and numbers that
//! JavaScript tells exactly up to 2^53.

use std::time::Duration;

use ringlab::keyspace;
use ringlab::ring::NodeId;
use ringlab::settings::{TABLE, Unit};
use ringlab::time::Instant;
use ringlab_sim::engine::{COORDINATOR, COORDINATOR_NAME, Engine};
use ringlab_sim::protocol::{
    self, Answer, ChangeReport, NodeRow, Revisions, SettingInForce, Situation, StepKind, Trace,
    TransferProgress,
};
use serde::Serialize;

/// All that there is to see.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snapshot {
    now: f64,
    events: f64,
    nodes: Vec<Node>,
    settings: Vec<(&'static str, Value)>,
    change: Option<Change>,
    transfer: Option<Transfer>,
    waiting: u32,
    uneasy: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    name: String,
    state: String,
    condition: String,
    health: String,
    weight: f64,
    zone: String,
    virtual_nodes: u32,
    share: f64,
    fair_share: f64,
    primary: Load,
    held: Load,
    hints: f64,
    differing: Option<f64>,
}

#[derive(Serialize)]
struct Load {
    keys: f64,
    requests: f64,
    bytes: f64,
}

/// A setting's value: a word of a choice, or a number in its unit.
#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Word(&'static str),
    Number(f64),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    began: f64,
    ended: Option<f64>,
    share_moved: f64,
    moved: Load,
    rerouted: Load,
    to_copy: Load,
    lost: Load,
    modulo: Option<Load>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Transfer {
    phase: String,
    copied: Load,
    planned: Load,
    remaining: f64,
    stalled: bool,
    waits_for: Vec<String>,
}

/// What a client was told, and the way there.
#[derive(Serialize)]
pub(super) struct Request {
    outcome: &'static str,
    values: Vec<Bytes>,
    beside: u32,
    needed: u32,
    answered: u32,
    reason: Option<String>,
    fallbacks: Vec<String>,
    steps: Vec<Step>,
}

/// A `Uint8Array`.
struct Bytes(Vec<u8>);

#[derive(Serialize)]
struct Step {
    at: f64,
    what: &'static str,
    nodes: Vec<String>,
}

pub(super) fn of(engine: &mut Engine) -> Snapshot {
    let seen = engine.snapshot(Revisions::default());
    let situation = engine.situation();
    let rows = seen.nodes.map(|table| table.rows).unwrap_or_default();
    let settings = seen.settings.map(|all| all.all).unwrap_or_default();
    Snapshot {
        now: millis_at(seen.now),
        events: seen.events as f64,
        nodes: rows.iter().map(Node::of).collect(),
        settings: settings.iter().map(setting).collect(),
        change: seen.change.as_ref().map(Change::of),
        transfer: seen
            .transfer
            .as_ref()
            .map(|transfer| Transfer::of(transfer, situation)),
        waiting: seen.waiting,
        uneasy: seen.is_uneasy,
    }
}

impl Node {
    fn of(row: &NodeRow) -> Self {
        Self {
            name: row.name.as_str().to_owned(),
            state: word(&row.state),
            condition: word(&row.condition),
            health: word(&row.health),
            weight: f64::from(row.weight.thousandths()) / 1_000.0,
            zone: row.zone.as_str().to_owned(),
            virtual_nodes: row.virtual_nodes,
            share: row.share,
            fair_share: row.fair,
            primary: row.primary.into(),
            held: row.held.into(),
            hints: row.hints as f64,
            differing: row.differing.map(|buckets| buckets as f64),
        }
    }
}

impl Change {
    fn of(report: &ChangeReport) -> Self {
        Self {
            began: millis_at(report.began),
            ended: report.ended.map(millis_at),
            share_moved: report.share_moved,
            moved: report.moved.into(),
            rerouted: report.rerouted.into(),
            to_copy: report.to_copy.into(),
            lost: report.lost.into(),
            modulo: report.modulo.map(Into::into),
        }
    }
}

impl Transfer {
    fn of(progress: &TransferProgress, situation: &Situation) -> Self {
        let waits_for = progress.waits_for.iter();
        Self {
            phase: word(&progress.phase),
            copied: progress.copied.into(),
            planned: progress.planned.into(),
            remaining: millis(progress.remaining),
            stalled: progress.is_stalled,
            waits_for: waits_for.map(|&id| name_of(id, situation)).collect(),
        }
    }
}

impl From<keyspace::Load> for Load {
    fn from(load: keyspace::Load) -> Self {
        let [keys, requests, bytes] =
            [load.keys, load.requests, load.bytes].map(|amount| amount as f64);
        Self {
            keys,
            requests,
            bytes,
        }
    }
}

impl Request {
    pub(super) fn of(trace: &Trace, situation: &Situation) -> Self {
        let fallbacks = trace.fallbacks.iter();
        let step = |step: &protocol::Step| Step::of(step, situation);
        let mut told = Self {
            outcome: "unanswered",
            values: Vec::new(),
            beside: 0,
            needed: 0,
            answered: 0,
            reason: None,
            fallbacks: fallbacks.map(|one| name_of(one.node, situation)).collect(),
            steps: trace.steps.iter().map(step).collect(),
        };
        match &trace.answer {
            None | Some(Answer::NoAnswer) => {}
            Some(Answer::Stored { beside }) => {
                (told.outcome, told.beside) = ("stored", *beside);
            }
            Some(Answer::Values(values)) => {
                told.outcome = "values";
                told.values = values.iter().cloned().map(Bytes).collect();
            }
            Some(Answer::QuorumUnreachable { needed, answered }) => {
                told.outcome = "unreachable";
                (told.needed, told.answered) = (*needed, *answered);
            }
            Some(Answer::Refused(reason)) => {
                (told.outcome, told.reason) = ("refused", Some(format!("{reason:?}")));
            }
        }
        told
    }
}

impl Step {
    fn of(step: &protocol::Step, situation: &Situation) -> Self {
        let (what, nodes) = match &step.what {
            StepKind::Coordinate { .. } => ("coordinate", vec![]),
            StepKind::Ask { replicas, .. } => ("ask", replicas.clone()),
            StepKind::Reply { from, .. } => ("reply", vec![*from]),
            StepKind::Fallbacks(all) => ("fallbacks", all.iter().map(|one| one.node).collect()),
            StepKind::Hedge => ("hedge", vec![]),
            StepKind::Quorum => ("quorum", vec![]),
            StepKind::Late { from } => ("late", vec![*from]),
            StepKind::Repaired(replicas) => ("repaired", replicas.clone()),
            StepKind::Answer => ("answer", vec![]),
        };
        Self {
            at: millis_at(step.at),
            what,
            nodes: nodes.iter().map(|&id| name_of(id, situation)).collect(),
        }
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

fn setting(told: &SettingInForce) -> (&'static str, Value) {
    let row = &TABLE[told.setting as usize];
    let value = match row.unit {
        Unit::Choice(words) => words.get(told.value as usize).copied().map(Value::Word),
        _ => None,
    };
    (row.name, value.unwrap_or(Value::Number(told.value as f64)))
}

fn name_of(id: NodeId, situation: &Situation) -> String {
    let node = situation.nodes.iter().find(|node| node.id == id);
    match node {
        Some(node) => node.name.as_str().to_owned(),
        None if id == COORDINATOR => COORDINATOR_NAME.to_owned(),
        None => format!("node {}, gone", id.0),
    }
}

/// A plain variant's name in small letters.
fn word(variant: &impl std::fmt::Debug) -> String {
    format!("{variant:?}").to_ascii_lowercase()
}

fn millis_at(at: Instant) -> f64 {
    millis(at.since(Instant::ZERO))
}

fn millis(span: Duration) -> f64 {
    span.as_micros() as f64 / 1_000.0
}
