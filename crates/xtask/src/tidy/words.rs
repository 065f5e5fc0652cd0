//! One word an idea: the words that the glossary refuses, in names and in what a person reads.
//!
//! Looks at names and string literals of the product's crates; prose in comments and documents may
//! speak of a web server or a member of a team.

use super::Violation;
use super::repository::Repository;
use super::source::{Source, identifiers};

const PRODUCT: [&str; 5] = [
    "crates/ringlab/src/",
    "crates/ringlab-disk/src/",
    "crates/ringlab-sim/src/",
    "crates/ringlab-wasm/src/",
    "web/src/",
];

/// A refused word and the glossary's.
const REFUSED: &[(&str, &str)] = &[
    ("peer", "node"),
    ("peers", "node"),
    ("server", "node"),
    ("servers", "node"),
    ("member", "node"),
    ("members", "node"),
    ("shard", "range"),
    ("shards", "range"),
];

/// `partition` is the network fault. Where ranges are computed it can only mean one of them.
const RANGES: [&str; 5] = ["hash", "ring", "movement", "keyspace", "transfer"];
/// The standard library's methods of that name.
const STANDARD: [&str; 2] = ["partition", "partition_point"];

/// Where a refused word is the right one: the file, the word, and why.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "crates/ringlab-sim/src/keyfile/tests/refusal.rs",
        "members",
        "gzip's own word for the parts of a file",
    ),
    (
        "web/src/text/topology.rs",
        "shards",
        "a word of a command of Redis",
    ),
    (
        "web/src/worker/comparing/count/tests.rs",
        "server",
        "a word of the configurations that are read",
    ),
    (
        "web/src/worker/comparing/count/tests.rs",
        "servers",
        "a word of the configurations that are read",
    ),
    (
        "web/src/worker/comparing/count/tests.rs",
        "shards",
        "a word of a command of Redis",
    ),
    (
        "web/src/worker/topology/tests.rs",
        "server",
        "a word of the configurations that are read",
    ),
    (
        "web/src/worker/topology/tests.rs",
        "servers",
        "a word of the configurations that are read",
    ),
];

/// Where texts of other systems are read, in the words of those.
const IMPORTERS: &str = "crates/ringlab/src/placement/import/";

pub(super) fn check(repository: &Repository) -> Vec<Violation> {
    let is_ours = |source: &&Source| {
        let inside = |place: &str| source.path.starts_with(place);
        PRODUCT.iter().any(|place| inside(place)) && !inside(IMPORTERS)
    };
    repository
        .rust
        .iter()
        .filter(is_ours)
        .flat_map(in_source)
        .collect()
}

fn in_source(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    let names = identifiers(&source.code)
        .filter(|(_, name, before)| !(*before == Some('.') && STANDARD.contains(name)));
    for (line, name, _) in names.chain(identifiers(&source.literals)) {
        for word in words(name) {
            let Some(right) = refused(&source.path, &word) else {
                continue;
            };
            let allowed = ALLOWED
                .iter()
                .any(|(path, w, _)| *path == source.path && *w == word);
            if !allowed {
                let rule = format!("`{word}` in `{name}`: the glossary says {right}");
                found.push(Violation::new(&source.path, line, rule));
            }
        }
    }
    found
}

fn refused(path: &str, word: &str) -> Option<&'static str> {
    let in_ranges = || {
        path.strip_prefix("crates/ringlab/src/")
            .and_then(|inside| inside.split(['/', '.']).next())
            .is_some_and(|module| RANGES.contains(&module))
    };
    match word {
        "partition" | "partitions" => in_ranges().then_some("range"),
        _ => REFUSED
            .iter()
            .find(|(refused, _)| *refused == word)
            .map(|(_, right)| *right),
    }
}

/// The words of a name in lower case: `NodeId` and `node_id` are both `node` and `id`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for letter in name.chars() {
        if letter == '_' || (letter.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        if letter != '_' {
            words
                .last_mut()
                .expect("it starts with one")
                .extend(letter.to_lowercase());
        }
        after_lower = letter.is_lowercase() || letter.is_numeric();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(path: &str, text: &str) -> usize {
        check(&Repository::of([(path, text)])).len()
    }

    #[test]
    fn refused_words_are_caught_in_names_and_in_texts() {
        for text in [
            "let peer = 1;",
            "struct ServerList;",
            "fn shard_of() {}",
            "const MEMBERS_MAX: u32 = 1;",
            "let text = \"add a server\";",
            "format!(\"{members} nodes\")",
        ] {
            assert_eq!(caught("web/src/text.rs", text), 1, "{text}");
        }
    }

    #[test]
    fn a_partition_is_a_range_only_where_ranges_are() {
        let name = "let partition = 1;";
        assert_eq!(caught("crates/ringlab/src/ring/index.rs", name), 1);
        assert_eq!(caught("crates/ringlab/src/keyspace.rs", name), 1);
        assert_eq!(caught("crates/ringlab-sim/src/network.rs", name), 0);
        let standard = "points.partition_point(f); nodes.partition(g);";
        assert_eq!(caught("crates/ringlab/src/ring/index.rs", standard), 0);
    }

    #[test]
    fn other_words_comments_and_other_crates_are_left_alone() {
        for text in [
            "let observer = membership;",
            "// our peers",
            "let remember = 1;",
        ] {
            assert_eq!(caught("web/src/text.rs", text), 0, "{text}");
        }
        assert_eq!(caught("crates/xtask/src/serve.rs", "let server = 1;"), 0);
    }

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("NodeId"), ["node", "id"]);
        assert_eq!(words("KEYS_MAX"), ["keys", "max"]);
        assert_eq!(words("peer2Peer"), ["peer2", "peer"]);
    }
}
