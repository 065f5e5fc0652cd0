//! `nodetool ring` of Cassandra: a line a token, datacenter by datacenter.

use std::collections::BTreeSet;

use super::words::{Word, lines};
use super::{ImportError, check_length};
use crate::placement::cassandra::CassandraNode;
use crate::sorted::SortedMap;

/// Nodes with their tokens, in the order in which the text first names them.
///
/// ```
/// use ringlab::placement::{Cassandra, CassandraStrategy, Placement, import};
///
/// let text = "Datacenter: dc1\n\
///             10.0.0.1  r1  Up  Normal  1 KiB  ?  -42\n\
///             10.0.0.2  r1  Up  Normal  1 KiB  ?  42\n";
/// let nodes = import::cassandra_ring(text)?;
/// let cluster = Cassandra::new(&nodes, &CassandraStrategy::Simple(2))?;
/// assert_eq!(cluster.nodes().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Says where a line is not one of `nodetool ring`, two nodes have one token, or a node stands in
/// two datacenters or racks.
pub fn cassandra_ring(text: &str) -> Result<Vec<CassandraNode>, ImportError> {
    check_length(text)?;
    let mut nodes: Vec<CassandraNode> = Vec::new();
    let mut known: SortedMap<String, usize> = SortedMap::new();
    let mut tokens = BTreeSet::new();
    let mut datacenter = None;
    for words in lines(text) {
        match words[..] {
            [first, name] if first.text == "Datacenter:" => datacenter = Some(name.text),
            // Address, rack, status, state, load with its unit or without one, owns, token.
            [address, rack, status, _, _, .., token] if is_status(status) => {
                let Some(datacenter) = datacenter else {
                    return Err(address.error("a line \"Datacenter: name\" is expected before"));
                };
                let number = token.number("a token, a whole number of 64 bits,")?;
                if !tokens.insert(number) {
                    return Err(token.error(format!("token {number} is there already")));
                }
                let name = address.node(1)?.name;
                let at = *known.entry(address.text.to_owned()).or_insert_with(|| {
                    nodes.push(CassandraNode {
                        name,
                        datacenter: datacenter.to_owned(),
                        rack: rack.text.to_owned(),
                        tokens: Vec::new(),
                    });
                    nodes.len() - 1
                });
                let node = &mut nodes[at];
                if node.datacenter != datacenter || node.rack != rack.text {
                    let (datacenter, rack) = (&node.datacenter, &node.rack);
                    let what = format!("before, it stood in datacenter {datacenter}, rack {rack}");
                    return Err(address.error(what));
                }
                node.tokens.push(number);
            }
            [address, _, status, ..] if is_address(address) => {
                return Err(status.error(format!("Up or Down is expected, not {:?}", status.text)));
            }
            // Headings, rules, and the last token, which stands alone above the first.
            _ => {}
        }
    }
    if nodes.is_empty() {
        return Err(ImportError::new(
            (1, 1),
            "no line of `nodetool ring` is in this text",
        ));
    }
    Ok(nodes)
}

fn is_status(word: Word<'_>) -> bool {
    matches!(word.text, "Up" | "Down")
}

fn is_address(word: Word<'_>) -> bool {
    word.text.parse::<std::net::IpAddr>().is_ok()
}
