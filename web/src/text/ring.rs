//! Words of the drawing, of inspection and of requests.

use ringlab::ring::NodeId;
use ringlab_sim::protocol::{Answer, Fallback, NotTried, Request, StepKind, User};

use super::plural;

/// Name of the panel.
pub const TITLE: &str = "Ring";
/// Name of the panel of facts.
pub const INSPECT: &str = "Look closely";
/// Field for a place.
pub const FIND: &str = "Key or token";
/// What may be typed.
pub const FIND_HINT: &str = "a key, or 0x and a token";
/// Not a token.
pub const NOT_A_TOKEN: &str = "After 0x, 1 to 16 hexadecimal digits are expected.";
/// Looks.
pub const FIND_BUTTON: &str = "Find";
/// To the range before.
pub const BEFORE: &str = "Range before";
/// To the range after.
pub const AFTER: &str = "Range after";
/// While nothing is looked at.
pub const NOTHING: &str = "Point at the ring, click it, choose a node or find a key to see the exact range, its owners and its keys.";
/// Facts.
pub const FOUND: &str = "Key";
/// Facts.
pub const RANGE: &str = "Range";
/// Facts.
pub const TOKENS: &str = "Tokens";
/// Facts.
pub const NODE: &str = "Node";
/// Facts.
pub const OWNERS: &str = "Preference list";
/// Facts.
pub const LOAD: &str = "Load";
/// Facts.
pub const HOTTEST: &str = "Hottest keys";
/// Facts without keys.
pub const NO_KEYS: &str = "no keys";
/// The node in front of the others, which owns nothing.
pub const COORDINATOR: &str = "coordinator";
/// Name of the panel.
pub const REQUEST: &str = "Request";
/// What to do.
pub const OPERATION: &str = "Operation";
/// Store.
pub const PUT: &str = "Put";
/// Read.
pub const GET: &str = "Get";
/// Store a tombstone.
pub const DELETE: &str = "Delete";
/// Field.
pub const KEY: &str = "Key";
/// What may be typed, of the sample.
pub const KEY_HINT: &str = "semver, for example";
/// Field.
pub const VALUE: &str = "Value";
/// Sends it.
pub const SEND: &str = "Send";
/// Before the first request.
pub const NO_TRACE: &str =
    "Send a request to follow it: hash, token, preference list, replies counted, answer.";
/// The nodes asked are not those that hold the key now.
pub const RING_CHANGED: &str = "before the ring changed; not marked now";
/// The value of a key that nobody put.
pub const LOADED_VALUE: &str = "a loaded key's value: its requests";
/// Step before the engine's.
pub const STEP_HASH: &str = "Hash";
/// The way is not over.
pub const UNDER_WAY: &str = "under way …";

/// A token and what it means.
#[must_use]
pub fn hashed(key: &str, token: &str) -> String {
    format!("{key} → token {token}")
}

/// Where a key that was looked for is, or would be.
#[must_use]
pub fn found(key: &str, token: &str, is_there: bool) -> String {
    let lies = if is_there {
        "belongs here"
    } else {
        "is not among the keys; it would belong here"
    };
    format!("{key} (token {token}) {lies}")
}

/// Of all keys, requests and bytes.
#[must_use]
pub fn load(keys: u64, requests: &str, bytes: &str) -> String {
    format!(
        "{} · {requests} requests · {bytes}",
        plural(keys, "key", "keys")
    )
}

/// Of a key.
#[must_use]
pub fn requests(requests: u64) -> String {
    plural(requests, "request", "requests")
}

/// A range with its ends, the first not in it.
#[must_use]
pub fn range(after: &str, to: &str) -> String {
    format!("({after}, {to}]")
}

/// What is pointed at, when its node is not well.
#[must_use]
pub fn in_trouble(sentence: &str, condition: &str) -> String {
    format!("{sentence} · {condition}")
}

/// The range under the pointer.
#[must_use]
pub fn hovered(owner: &str, share: &str) -> String {
    format!("{owner} · {share} of the ring")
}

/// The bin under the pointer.
#[must_use]
pub fn hovered_bin(owner: &str, part: &str) -> String {
    format!("many ranges · {part} of them {owner}")
}

/// Under the large number, line by line.
#[must_use]
pub fn nodes(nodes: u64, virtual_nodes: u64) -> [String; 2] {
    let virtual_nodes = plural(virtual_nodes, "virtual node", "virtual nodes");
    [plural(nodes, "node", "nodes"), virtual_nodes]
}

/// Under the large number.
#[must_use]
pub const fn keys(keys: u64) -> &'static str {
    if keys == 1 { "key" } else { "keys" }
}

/// Of a node's keys.
#[must_use]
pub fn of_keys(part: &str) -> String {
    format!("{part} of keys")
}

/// Tokens that are not listed.
#[must_use]
pub fn tokens_left_out(tokens: u64) -> String {
    format!("and {} more", plural(tokens, "token", "tokens"))
}

/// How many tokens.
#[must_use]
pub fn tokens(tokens: u64) -> String {
    plural(tokens, "token", "tokens")
}

/// What the drawing shows, for a person who does not see it.
#[must_use]
pub fn canvas_label(
    nodes: u64,
    virtual_nodes: u64,
    keys: u64,
    largest: &str,
    share: &str,
) -> String {
    format!(
        "Hash ring of {} with {} and {}. {largest} owns most: {share}. \
         The node table holds the same facts.",
        plural(nodes, "node", "nodes"),
        plural(virtual_nodes, "virtual node", "virtual nodes"),
        plural(keys, "key", "keys"),
    )
}

/// The ring is drawn in bins.
#[must_use]
pub fn binned(bins: u64, virtual_nodes: u64) -> String {
    format!(
        "{} drawn in {}: each shows its largest owner, as strongly as that owns it.",
        plural(virtual_nodes, "virtual node", "virtual nodes"),
        plural(bins, "bin", "bins"),
    )
}

/// Name and sentence of a step.
#[must_use]
pub fn step(step: &StepKind, name: impl Fn(NodeId) -> String) -> (&'static str, String) {
    match step {
        StepKind::Coordinate { read: true } => ("Coordinate", "reads for the client".to_owned()),
        StepKind::Coordinate { read: false } => ("Coordinate", "writes for the client".to_owned()),
        StepKind::Ask { replicas, needed } => {
            let names: Vec<String> = replicas.iter().map(|&replica| name(replica)).collect();
            let names = names.join(", ");
            // One replica gives a write its version, and the others get it from there.
            let is_naming = replicas.len() == 1 && *needed > 1;
            let why = if is_naming { "names the version; " } else { "" };
            ("Ask", format!("{names} ({why}needs {needed})"))
        }
        StepKind::Reply {
            from,
            counted,
            needed,
        } => ("Reply", format!("{}: {counted} of {needed}", name(*from))),
        StepKind::Fallbacks(asked) => ("Fallbacks", fallbacks(asked, name)),
        StepKind::Repaired(replicas) => {
            let names: Vec<String> = replicas.iter().map(|&replica| name(replica)).collect();
            (
                "Repair",
                format!("sent {} what was missing there", names.join(", ")),
            )
        }
        StepKind::Hedge => ("Hedge", "the first asked take long".to_owned()),
        StepKind::Quorum => ("Quorum", "enough replied".to_owned()),
        StepKind::Late { from } => ("Late", format!("{} replied after the quorum", name(*from))),
        StepKind::Answer => ("Answer", "reaches the client".to_owned()),
    }
}

/// The quorum was sloppy.
#[must_use]
pub fn sloppy(fallbacks: &[Fallback], name: impl Fn(NodeId) -> String) -> String {
    format!(
        "Sloppy quorum: it counted {}.",
        self::fallbacks(fallbacks, name)
    )
}

/// Who answered in whose place.
fn fallbacks(fallbacks: &[Fallback], name: impl Fn(NodeId) -> String) -> String {
    let pair =
        |fallback: &Fallback| format!("{} for {}", name(fallback.node), name(fallback.place));
    fallbacks.iter().map(pair).collect::<Vec<_>>().join(", ")
}

/// An end user.
#[must_use]
pub const fn user(user: User) -> &'static str {
    match user {
        User::Ada => "Ada",
        User::Ben => "Ben",
    }
}

/// Who asks.
pub const USER: &str = "End user";
/// Before their names.
pub const AS: &str = "as";
/// Why there are two.
pub const USER_NOTE: &str = "Each has a client that carries what it has read: two who write at the same time leave siblings.";

/// What the client was told; values as text.
#[must_use]
pub fn answer(request: &Request, answer: &Answer) -> String {
    match answer {
        Answer::Stored { beside } => {
            let is_deletion = matches!(request, Request::Delete { .. });
            let what = if is_deletion { "Deleted" } else { "Stored" };
            match beside {
                0 => what.to_owned(),
                beside => format!(
                    "{what}, beside {}",
                    plural(u64::from(*beside), "sibling", "siblings")
                ),
            }
        }
        Answer::Values(values) if values.is_empty() => "Not there".to_owned(),
        Answer::Values(values) => {
            let values = values.iter().map(|value| String::from_utf8_lossy(value));
            values.collect::<Vec<_>>().join(" | ")
        }
        Answer::QuorumUnreachable { needed, answered } => {
            format!("Failed: {answered} of {needed} replicas answered in time")
        }
        Answer::Refused(NotTried::TooFewReplicasUp) => {
            "Refused: too few of its replicas are believed to be up".to_owned()
        }
        Answer::Refused(_) => "Failed: no coordinator took it; try again".to_owned(),
        Answer::NoAnswer => "No answer came in time: its coordinator may be down".to_owned(),
    }
}

/// Values that stand beside each other.
pub const SIBLINGS: &str = "Siblings";
/// Puts one of them.
pub const KEEP: &str = "Keep";
/// A value in the place of all.
pub const MERGED: &str = "Merged value";
/// Puts it.
pub const PUT_MERGED: &str = "Put merged";

/// What may be done about siblings.
#[must_use]
pub fn siblings(values: u64, user: User) -> String {
    format!(
        "{values} values stand beside each other. What {} puts with the context of this read \
         replaces them all.",
        self::user(user)
    )
}

/// Name of a button.
#[must_use]
pub fn keep(value: &str) -> String {
    format!("{KEEP} {value}")
}

/// Values of siblings as one, to begin with.
#[must_use]
pub fn joined(values: &[Vec<u8>]) -> String {
    let values = values.iter().map(|value| String::from_utf8_lossy(value));
    values.collect::<Vec<_>>().join(", ")
}
