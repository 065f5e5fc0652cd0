//! Fifty nodes and a thousand operations a simulated second, without faults: how much faster than
//! real time a world runs. `cargo run --release -p ringlab-sim --example crowd`; in a worker of a
//! browser `cargo xtask bench page`.

use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use ringlab::keyspace::KeyspaceBuilder;
use ringlab::message::{Command, RequestId};
use ringlab::pair::{Key, Value};
use ringlab::ring::{NodeId, NodeSpec, Ring, Weight, Zone};
use ringlab::settings::Settings;
use ringlab::time::Instant;
use ringlab::version::VersionVector;
use ringlab_sim::cluster::{Cluster, Origin, WorldOptions};
use ringlab_sim::random::Chance;

const NODES: u32 = 50;
const KEYS: u32 = 10_000;
/// Between two operations: a thousand a second.
const BETWEEN: Duration = Duration::from_millis(1);
const OPERATIONS: u64 = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    for _ in 0..machine::ROUNDS {
        machine::say(&crowd()?);
    }
    Ok(())
}

/// What a run tells.
fn crowd() -> Result<String, Box<dyn Error>> {
    let specs = (0..NODES).map(|id| {
        Ok(NodeSpec {
            id: NodeId(id),
            name: format!("node-{id}").parse()?,
            weight: Weight::ONE,
            zone: Zone::default(),
        })
    });
    let specs = specs.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let settings = Settings {
        gossips: true,
        ..Settings::SMALL
    };
    let origin = Origin {
        ring: Ring::with_nodes(256, specs)?,
        settings,
        keyspace: Arc::new(KeyspaceBuilder::new(0).finish()),
        cells: Vec::new(),
        coordinators: Vec::new(),
    };
    let mut cluster = Cluster::new(origin, WorldOptions::DATA_CENTRE, Instant::ZERO, 1);
    let mut chance = Chance::new(2);
    let mut text = String::new();
    let began = machine::seconds();
    for number in 0..OPERATIONS {
        text.clear();
        write!(text, "key-{}", chance.up_to(KEYS - 1))?;
        let key = Key::new(text.as_bytes())?;
        // Three reads a write, as of a client that has read what it replaces.
        let command = match chance.up_to(3) {
            0 => Command::Put {
                context: context_of(&cluster, &key),
                value: Value::new(&number.to_le_bytes())?,
                key,
            },
            _ => Command::Get { key },
        };
        let coordinator = NodeId(chance.up_to(NODES - 1));
        cluster.request(coordinator, RequestId { number, leg: 0 }, command);
        cluster.run(BETWEEN);
        cluster.take_seen();
    }
    let real = machine::seconds() - began;
    let simulated = cluster.now().since(Instant::ZERO).as_secs_f64();
    Ok(format!(
        "{NODES} nodes, {OPERATIONS} operations, {} events: {simulated:.0} s simulated in {real:.2} s, \
         {:.0} times as fast; {:.0} operations a second",
        cluster.history().events(),
        simulated / real,
        OPERATIONS as f64 / real
    ))
}

/// What a client that has just read a key would carry: what its primary has, which names every
/// version.
fn context_of(cluster: &Cluster, key: &Key) -> VersionVector {
    let layout = cluster.nodes().find_map(|node| node.layout());
    let primary = layout.and_then(|layout| layout.reads().primary(key.token()));
    let primary = primary.and_then(|primary| cluster.node(primary));
    let cell = primary.and_then(|primary| primary.cell(key));
    cell.unwrap_or_default().context()
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
mod machine {
    use std::sync::LazyLock;
    use std::time::Instant;

    pub(crate) const ROUNDS: u32 = 1;

    #[expect(
        clippy::disallowed_methods,
        reason = "how long it takes is what is measured"
    )]
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

    /// Since it was asked for first.
    pub(crate) fn seconds() -> f64 {
        BEGAN.elapsed().as_secs_f64()
    }

    pub(crate) fn say(text: &str) {
        println!("{text}");
    }
}

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod machine {
    /// A browser compiles what has run for a while once more, for speed.
    pub(crate) const ROUNDS: u32 = 4;

    pub(crate) fn seconds() -> f64 {
        js_sys::Date::now() / 1_000.0
    }

    pub(crate) fn say(text: &str) {
        web_sys::console::log_1(&text.into());
    }
}
