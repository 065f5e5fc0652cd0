//! Nodes for the ring from the text of a system that people run: who they are and how much each
//! takes, and what decides there where a key lies. It places none.

use ringlab::placement::import::{self, Format, ImportError, Pool};
use ringlab::placement::{RedisGroup, WeightedNode};
use ringlab::ring::{NodeId, NodeName, NodeSpec, Weight, Zone};

use super::comparing::Places;
use crate::wire::{Cluster, SYSTEM_TEXT_BYTES_MAX, SystemText, TopologyRead};

#[cfg(test)]
mod tests;

/// Weights up to this stand as they are once what all have in common is taken out; larger ones by
/// the mean, which is 1 then.
const WHOLE_MAX: u64 = 10;

const _: () = assert!(
    SYSTEM_TEXT_BYTES_MAX == import::IMPORT_BYTES_MAX,
    "the page and the readers have one limit"
);

/// A node before weights are brought into proportion.
type Asked = (NodeName, u64, Zone);

/// A cluster of a text.
#[derive(Debug)]
pub(super) struct Told {
    /// As the page is told of it.
    pub(super) cluster: Cluster,
    /// What its nodes weigh as the text has it.
    pub(super) weights: Vec<u64>,
    /// What decides there where a key lies.
    pub(super) places: Places,
}

/// Reads a text of any system whose texts are known.
pub(super) fn read(text: &str) -> (TopologyRead, Vec<Told>) {
    if text.trim().is_empty() {
        return (TopologyRead::Nothing, Vec::new());
    }
    match told(text) {
        Ok((whose, told)) => {
            let clusters = told.iter().map(|told| told.cluster.clone()).collect();
            (TopologyRead::Told(whose, clusters), told)
        }
        Err(ImportError { line, column, what }) => {
            (TopologyRead::Wrong { line, column, what }, Vec::new())
        }
    }
}

fn told(text: &str) -> Result<(SystemText, Vec<Told>), ImportError> {
    let Some(format) = Format::of(text) else {
        return Err(refused("none of these formats is to be seen in this text"));
    };
    Ok(match format {
        Format::Nginx => (SystemText::Nginx, pools(import::nginx_upstreams(text)?)?),
        Format::Haproxy => (SystemText::Haproxy, pools(import::haproxy_backends(text)?)?),
        Format::Twemproxy => (
            SystemText::Twemproxy,
            pools(import::twemproxy_pools(text)?)?,
        ),
        Format::RedisNodes => (SystemText::RedisNodes, masters(import::redis_nodes(text)?)?),
        Format::RedisGroups => (
            SystemText::RedisGroups,
            masters(import::redis_groups(text)?)?,
        ),
        Format::Cassandra => (SystemText::Cassandra, racks(text)?),
    })
}

fn pools(pools: Vec<Pool>) -> Result<Vec<Told>, ImportError> {
    let told = |pool: Pool| {
        let node = |node: &WeightedNode| (node.name.clone(), node.weight.into(), Zone::default());
        let asked = pool.nodes.iter().map(node).collect();
        Told::new(pool.name.clone(), asked, Places::Pool(pool))
    };
    pools.into_iter().map(told).collect()
}

/// Masters, each by the number of its slots.
fn masters(groups: Vec<RedisGroup>) -> Result<Vec<Told>, ImportError> {
    let asked = groups.iter().filter_map(|group| {
        let slots = group.slots.iter().map(|range| range.len() as u64).sum();
        Some((group.nodes.first()?.clone(), slots, Zone::default()))
    });
    let asked = asked.collect();
    Ok(vec![Told::new(
        String::new(),
        asked,
        Places::Slots(groups),
    )?])
}

/// Nodes by the number of their tokens, with datacenter and rack as their zone.
fn racks(text: &str) -> Result<Vec<Told>, ImportError> {
    let nodes = import::cassandra_ring(text)?;
    let asked = nodes.iter().map(|node| {
        let zone = format!("{}/{}", node.datacenter, node.rack);
        let zone = zone.parse().map_err(|error| refused(format!("{error}")))?;
        Ok((node.name.clone(), node.tokens.len() as u64, zone))
    });
    let asked = asked.collect::<Result<Vec<Asked>, ImportError>>()?;
    Ok(vec![Told::new(
        String::new(),
        asked,
        Places::Tokens(nodes),
    )?])
}

impl Told {
    fn new(name: String, asked: Vec<Asked>, places: Places) -> Result<Self, ImportError> {
        Ok(Self {
            weights: asked.iter().map(|(_, weight, _)| *weight).collect(),
            cluster: cluster(name, asked)?,
            places,
        })
    }
}

fn cluster(name: String, asked: Vec<Asked>) -> Result<Cluster, ImportError> {
    let weights: Vec<u64> = asked.iter().map(|(_, weight, _)| *weight).collect();
    let weights = in_proportion(&weights);
    let node = |(id, ((name, _, zone), thousandths)): (u32, (Asked, u64))| {
        let weight = u32::try_from(thousandths).ok();
        let weight = weight.and_then(|weight| Weight::from_thousandths(weight).ok());
        let Some(weight) = weight else {
            let what = format!("{name} weighs more beside the others than a node can here");
            return Err(refused(what));
        };
        let id = NodeId(id);
        Ok(NodeSpec {
            id,
            name,
            weight,
            zone,
        })
    };
    let nodes = (1..).zip(asked.into_iter().zip(weights)).map(node);
    let nodes = nodes.collect::<Result<_, _>>()?;
    Ok(Cluster { name, nodes })
}

/// Thousandths in the proportion of these weights.
fn in_proportion(weights: &[u64]) -> Vec<u64> {
    let common = weights.iter().copied().fold(0, common_divisor).max(1);
    let most = weights.iter().max().copied().unwrap_or_default();
    if most / common <= WHOLE_MAX {
        return weights
            .iter()
            .map(|weight| weight / common * 1_000)
            .collect();
    }
    let total: u64 = weights.iter().sum();
    let of_mean = |&weight: &u64| match weight {
        0 => 0,
        _ => ((weight * 1_000 * weights.len() as u64 + total / 2) / total).max(1),
    };
    weights.iter().map(of_mean).collect()
}

fn common_divisor(one: u64, other: u64) -> u64 {
    if other == 0 {
        one
    } else {
        common_divisor(other, one % other)
    }
}

/// An error of the text as a whole.
fn refused(what: impl Into<String>) -> ImportError {
    ImportError {
        line: 1,
        column: 1,
        what: what.into(),
    }
}
