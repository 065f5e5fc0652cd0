//! `CLUSTER NODES` of Redis Cluster and Valkey: a line a node.

use std::iter;
use std::ops::RangeInclusive;

use super::words::{Names, Word, lines};
use super::{ImportError, check_length};
use crate::placement::redis::{REDIS_SLOTS, RedisGroup};
use crate::ring::NodeName;
use crate::sorted::SortedMap;

/// A node's name, and the word that gives it.
type Named<'a> = (Word<'a>, NodeName);

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
/// Says where a line is not one of `CLUSTER NODES`, a slot has two masters, or two nodes have one
/// address.
pub fn redis_nodes(text: &str) -> Result<Vec<RedisGroup>, ImportError> {
    check_length(text)?;
    let mut masters: Vec<(&str, Named<'_>, Vec<RangeInclusive<u16>>)> = Vec::new();
    let mut copies: SortedMap<&str, Vec<Named<'_>>> = SortedMap::new();
    let mut taken = [false; REDIS_SLOTS as usize];
    for words in lines(text).filter(|words| !words.is_empty()) {
        let Some((before, slots)) = words.split_at_checked(BEFORE_SLOTS) else {
            return Err(words[0].error(format!(
                "{BEFORE_SLOTS} words are expected, id, address, flags, master, two times, epoch \
                 and link state, and there are {}",
                words.len()
            )));
        };
        let named = (before[1], address(before[1])?);
        match before[3].text {
            "-" => {
                let slots = slots.iter().filter(|word| !word.text.starts_with('['));
                let slots = slots.map(|&word| range(word, &mut taken));
                let slots = slots.collect::<Result<Vec<_>, _>>()?;
                masters.push((before[0].text, named, slots));
            }
            master => copies.entry(master).or_default().push(named),
        }
    }
    masters.retain(|(_, _, slots)| !slots.is_empty());
    if masters.is_empty() {
        return Err(ImportError::new(
            (1, 1),
            "no master with slots is in this text",
        ));
    }
    let mut names = Names::default();
    let mut groups = Vec::new();
    for (id, master, slots) in masters {
        let mut nodes = Vec::new();
        for (word, name) in iter::once(master).chain(copies.remove(id).unwrap_or_default()) {
            names.take(&name, word)?;
            nodes.push(name);
        }
        groups.push(RedisGroup { nodes, slots });
    }
    Ok(groups)
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
    named(word, text)
}

/// The name of a node, or an error at this word.
pub(super) fn named(word: Word<'_>, text: &str) -> Result<NodeName, ImportError> {
    text.parse()
        .map_err(|error: crate::ring::RingError| word.error(error.to_string()))
}

/// `first-last`, or one slot.
fn range(word: Word<'_>, taken: &mut [bool]) -> Result<RangeInclusive<u16>, ImportError> {
    match word.text.split_once('-') {
        None => slots(word, word, taken),
        Some((first, _)) => slots(word.with(first), word.from(first.len() + 1), taken),
    }
}

/// From one slot to another, of those that no other master has.
pub(super) fn slots(
    first: Word<'_>,
    last: Word<'_>,
    taken: &mut [bool],
) -> Result<RangeInclusive<u16>, ImportError> {
    let (begin, end) = (slot(first)?, slot(last)?);
    if begin > end {
        return Err(last.error(format!("a slot from {begin} on is expected, not {end}")));
    }
    for slot in begin..=end {
        if std::mem::replace(&mut taken[usize::from(slot)], true) {
            return Err(first.error(format!("slot {slot} has two masters")));
        }
    }
    Ok(begin..=end)
}

fn slot(word: Word<'_>) -> Result<u16, ImportError> {
    const SLOT: &str = "a slot from 0 to 16383";
    let slot = word.number(SLOT)?;
    if slot < REDIS_SLOTS {
        return Ok(slot);
    }
    Err(word.error(format!("{SLOT} is expected, not {slot}")))
}
