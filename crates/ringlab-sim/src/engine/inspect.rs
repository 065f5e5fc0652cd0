//! What stands at a place of the ring: the exact range, its owners, its hottest keys.

use ringlab::hash::Token;
use ringlab::keyspace::Keyspace;
use ringlab::ring::{NodeId, Replication, Ring, TokenRange};

use super::contents::Contents;
use crate::protocol::{Inspect, Inspection, KEYS_SHOWN_MAX, KeyLoad, TOKENS_SHOWN_MAX};

/// Looks at a place.
pub(super) fn inspect(
    at: &Inspect,
    ring: &Ring,
    replication: Replication,
    contents: &Contents,
) -> Inspection {
    match at {
        Inspect::Nothing => Inspection::Nothing,
        Inspect::Token(token) => inspect_token(*token, ring, replication, contents),
        Inspect::Node(node) => inspect_node(*node, ring, contents),
    }
}

/// A node's keys with most requests, of the loaded population. O(its ranges x log keys).
pub(super) fn hottest_keys(ring: &Ring, node: NodeId, contents: &Contents) -> Vec<KeyLoad> {
    let tokens = ring.tokens_of(node);
    let ranges = tokens
        .iter()
        .filter_map(|token| ring.range_at(*token))
        .map(|(range, _)| range);
    hottest_of(contents, ranges)
}

fn inspect_token(
    token: Token,
    ring: &Ring,
    replication: Replication,
    contents: &Contents,
) -> Inspection {
    let Some((range, _)) = ring.range_at(token) else {
        return Inspection::Nothing;
    };
    let at_token = TokenRange {
        after: Token(token.0.wrapping_sub(1)),
        to: token,
    };
    Inspection::Range {
        token,
        has_key: contents.load(at_token).keys > 0,
        range,
        share: range.share(),
        owners: ring.preference_list(token, replication).to_vec(),
        load: contents.load(range),
        hottest: hottest_of(contents, [range]),
    }
}

fn inspect_node(node: NodeId, ring: &Ring, contents: &Contents) -> Inspection {
    let mut tokens = ring.tokens_of(node);
    let tokens_left_out = tokens.len().saturating_sub(TOKENS_SHOWN_MAX) as u32;
    tokens.truncate(TOKENS_SHOWN_MAX);
    Inspection::Node {
        node,
        tokens,
        tokens_left_out,
        hottest: hottest_keys(ring, node, contents),
    }
}

/// The loaded keys with most requests; those that were deleted since are left out.
fn hottest_of(contents: &Contents, ranges: impl IntoIterator<Item = TokenRange>) -> Vec<KeyLoad> {
    let keyspace = contents.keyspace();
    let rows = keyspace.hottest(ranges, KEYS_SHOWN_MAX);
    let alive = |key: &KeyLoad| !contents.is_deleted(&key.key);
    rows.into_iter()
        .map(|row| key_load(keyspace, row))
        .filter(alive)
        .collect()
}

fn key_load(keyspace: &Keyspace, row: u32) -> KeyLoad {
    let load = keyspace.load_of(row);
    KeyLoad {
        key: keyspace.key(row).to_vec(),
        token: keyspace.token(row),
        requests: load.requests,
        bytes: load.bytes,
    }
}
