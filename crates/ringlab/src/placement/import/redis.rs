//! `CLUSTER NODES` of Redis Cluster and Valkey: a line a node.

use std::ops::RangeInclusive;

use super::words::{Word, lines};
use super::{ImportError, check_length};
use crate::placement::redis::RedisGroup;
use crate::ring::NodeName;
use crate::sorted::SortedMap;

/// Words of a line before its slots: id, address, flags, master, two times, epoch, link.
const BEFORE_SLOTS: usize = 8;

/// Masters with slots, each with the nodes that copy it, in the order of the text; nodes are named
/// by their address. Slots on their way to or from a node are told by the node that has them.
///
/// ```
/// use ringlab::placement::{Placement, RedisCluster, import};
///
/// let text = "07c3 127.0.0.1:7001@17001 myself,master - 0 0 1 connected 0-16383\n";
/// let cluster = RedisCluster::new(&import::redis_nodes(text)?)?;
/// assert_eq!(cluster.primary(b"foo"), Some(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Says where a line is not one of `CLUSTER NODES`.
pub fn redis_nodes(text: &str) -> Result<Vec<RedisGroup>, ImportError> {
    check_length(text)?;
    let mut masters: Vec<(&str, RedisGroup)> = Vec::new();
    let mut copies: SortedMap<&str, Vec<NodeName>> = SortedMap::new();
    for words in lines(text).filter(|words| !words.is_empty()) {
        let Some((before, slots)) = words.split_at_checked(BEFORE_SLOTS) else {
            return Err(words[0].error(format!(
                "{BEFORE_SLOTS} words are expected, id, address, flags, master, two times, epoch \
                 and link state, and there are {}",
                words.len()
            )));
        };
        let name = address(before[1])?;
        match before[3].text {
            "-" => {
                let slots = slots.iter().filter(|word| !word.text.starts_with('['));
                let slots = slots.map(|&word| range(word)).collect::<Result<_, _>>()?;
                let nodes = vec![name];
                masters.push((before[0].text, RedisGroup { nodes, slots }));
            }
            master => copies.entry(master).or_default().push(name),
        }
    }
    masters.retain(|(_, group)| !group.slots.is_empty());
    if masters.is_empty() {
        return Err(ImportError::new(
            (1, 1),
            "no master with slots is in this text",
        ));
    }
    let whole = |(id, mut group): (&str, RedisGroup)| {
        group.nodes.extend(copies.remove(id).unwrap_or_default());
        group
    };
    Ok(masters.into_iter().map(whole).collect())
}

/// `ip:port@bus-port,hostname`: what stands before the bus.
fn address(word: Word<'_>) -> Result<NodeName, ImportError> {
    let text = word.text.split('@').next().unwrap_or_default();
    if !text.contains(':') {
        return Err(word.error(format!(
            "an address ip:port is expected, not {:?}",
            word.text
        )));
    }
    text.parse()
        .map_err(|error: crate::ring::RingError| word.error(error.to_string()))
}

/// `first-last`, or one slot.
fn range(word: Word<'_>) -> Result<RangeInclusive<u16>, ImportError> {
    const SLOT: &str = "a slot from 0 to 16383";
    match word.text.split_once('-') {
        None => word.number(SLOT).map(|slot| slot..=slot),
        Some((first, _)) => {
            let last: u16 = word.from(first.len() + 1).number(SLOT)?;
            Ok(word.with(first).number(SLOT)?..=last)
        }
    }
}
