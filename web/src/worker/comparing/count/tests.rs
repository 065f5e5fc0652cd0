//! Counts held to where real software put 10,000 keys, and to counting key by key.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::hash::token;
use ringlab::keyspace::KeyspaceBuilder;

use super::*;
use crate::worker::topology::read;

macro_rules! vector {
    ($name:literal) => {
        include_str!(concat!(
            "../../../../../crates/ringlab/vectors/systems/",
            $name,
            ".txt"
        ))
    };
}

const KEYS: &str = vector!("keys");
const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What `removed` files lack of `equal` ones.
const FIFTH: usize = 4;

/// Names, weights, and the number of the owner of each key, as the program told them.
struct Answers {
    nodes: Vec<(&'static str, &'static str)>,
    owners: Vec<usize>,
}

impl Answers {
    fn of(text: &'static str) -> Self {
        let (nodes, owners) = text.split_once("\nowners").unwrap();
        let node = |line: &'static str| {
            let mut words = line.strip_prefix("node ")?.split(' ');
            Some((words.next()?, words.next()?))
        };
        let (each, owners) = owners.split_once('\n').unwrap();
        let digits: Vec<usize> = owners
            .chars()
            .filter_map(|digit| DIGITS.find(digit))
            .collect();
        let each = each.trim().parse().unwrap_or(1);
        Self {
            nodes: nodes.lines().filter_map(node).collect(),
            owners: digits.chunks(each).map(|owners| owners[0]).collect(),
        }
    }

    fn names(&self) -> Vec<&'static str> {
        let name = |&owner: &usize| self.nodes[owner].0;
        self.owners.iter().map(name).collect()
    }

    fn keys_of(&self, name: &str) -> u64 {
        let names = self.names();
        names.iter().filter(|owner| **owner == name).count() as u64
    }
}

fn keys() -> Arc<Keyspace> {
    let mut builder = KeyspaceBuilder::new(20_000);
    for key in KEYS.lines() {
        builder.push(key.as_bytes(), 1, None).unwrap();
    }
    Arc::new(builder.finish())
}

fn counted(text: &str, leaving: Option<usize>) -> Result<Comparison, String> {
    let told = read(text).1.into_iter().next().unwrap();
    let wish = ToCompare {
        cluster: 0,
        virtual_nodes: 160,
        leaving,
    };
    let mut count = Count::new(Rc::new(told), wish, keys())?;
    loop {
        let (done, total) = count.progress();
        assert!(done <= total, "{done} of {total}");
        if let Some(comparison) = count.step()? {
            return Ok(comparison);
        }
    }
}

/// As the program placed the keys with all nodes, and with one less, if that was asked.
fn is_held(text: &str, all: &Answers, less: Option<&Answers>) {
    let gone = all.nodes.get(FIFTH).map_or("", |(name, _)| *name);
    // A text may have its nodes in another order.
    let nodes = &read(text).1[0].cluster.nodes;
    let leaving = nodes.iter().position(|node| node.name.as_str() == gone);
    let comparison = counted(text, leaving).unwrap();
    assert_eq!(comparison.nodes.len(), all.nodes.len());
    for node in &comparison.nodes {
        assert_eq!(node.theirs, all.keys_of(node.name.as_str()), "{text}");
    }
    assert_eq!((comparison.keys, comparison.homeless), (10_000, 0));
    let Some(less) = less else {
        return;
    };
    let removal = comparison.removal.unwrap();
    assert!(!less.nodes.iter().any(|(name, _)| *name == gone));
    let (was, is) = (all.names(), less.names());
    let differ = || was.iter().zip(&is).filter(|(was, is)| was != is);
    let moved = Moved {
        keys: differ().count() as u64,
        needless: differ().filter(|(was, _)| **was != gone).count() as u64,
    };
    assert_eq!(
        (removal.leaving, removal.theirs),
        (leaving.unwrap(), Some(moved))
    );
    assert!(moved.keys > 0);
}

fn nginx(answers: &Answers) -> String {
    let line = |(name, weight): &(&str, &str)| format!(" server {name} weight={weight};\n");
    let lines: String = answers.nodes.iter().map(line).collect();
    format!("upstream a {{\n hash $http_x_key consistent;\n{lines}}}\n")
}

fn haproxy(answers: &Answers) -> String {
    let line = |(name, weight): &(&str, &str)| format!(" server {name} {name} weight {weight}\n");
    let lines: String = answers.nodes.iter().map(line).collect();
    format!("backend a\n hash-type consistent\n{lines}")
}

fn twemproxy(answers: &Answers, hash: &str) -> String {
    let line = |(name, weight): &(&str, &str)| format!("   - {name}:{weight}\n");
    let lines: String = answers.nodes.iter().map(line).collect();
    format!("a:\n  hash: {hash}\n  distribution: ketama\n  servers:\n{lines}")
}

#[test]
fn proxies_place_as_they_did() {
    let all = Answers::of(vector!("nginx-equal"));
    let less = Answers::of(vector!("nginx-removed"));
    is_held(&nginx(&all), &all, Some(&less));
    let weighted = Answers::of(vector!("nginx-weighted"));
    is_held(&nginx(&weighted), &weighted, None);
    let all = Answers::of(vector!("haproxy-equal"));
    // Ids are not stated: those after the one that is gone are smaller by one.
    let less = Answers::of(vector!("haproxy-renumbered"));
    is_held(&haproxy(&all), &all, Some(&less));
    let weighted = Answers::of(vector!("haproxy-weighted"));
    is_held(&haproxy(&weighted), &weighted, None);
    let all = Answers::of(vector!("twemproxy-fnv1a_64-equal"));
    let less = Answers::of(vector!("twemproxy-fnv1a_64-removed"));
    is_held(&twemproxy(&all, "fnv1a_64"), &all, Some(&less));
    let weighted = Answers::of(vector!("twemproxy-md5-weighted"));
    is_held(&twemproxy(&weighted, "md5"), &weighted, None);
}

#[test]
fn clusters_place_as_they_tell() {
    let uneven = Answers::of(vector!("redis-uneven"));
    is_held(vector!("redis-uneven-nodes"), &uneven, None);
    is_held(vector!("redis-uneven-shards"), &uneven, None);
    // Nodes that copy have no keys of their own.
    let replicated = counted(vector!("redis-replicated-nodes"), None).unwrap();
    assert_eq!(replicated.nodes.len(), 3);
    let all = Answers::of(vector!("cassandra-simple-equal"));
    let less = Answers::of(vector!("cassandra-simple-removed"));
    is_held(vector!("cassandra-simple-equal-ring"), &all, Some(&less));
}

#[test]
fn where_operators_decide_nothing_is_told_of_what_moves() {
    let comparison = counted(vector!("redis-uneven-nodes"), None).unwrap();
    let removal = comparison.removal.unwrap();
    let fullest = fullest(&comparison, |node| node.theirs).unwrap().0;
    assert_eq!((removal.leaving, removal.theirs), (fullest, None));
    assert_eq!(removal.ours.keys, comparison.nodes[fullest].ours);
}

#[test]
fn slots_without_a_master_are_told() {
    let half = "07c3 127.0.0.1:7001@17001 master - 0 0 1 connected 0-8191\n";
    let comparison = counted(half, None).unwrap();
    assert_eq!(comparison.keys + comparison.homeless, 10_000);
    assert!((4_000..6_000).contains(&comparison.homeless));
    assert_eq!(
        comparison.removal, None,
        "the only node has nobody to give to"
    );
}

#[test]
fn the_ring_is_counted_as_key_by_key() {
    let text = nginx(&Answers::of(vector!("nginx-weighted")));
    let comparison = counted(&text, None).unwrap();
    let removal = comparison.removal.unwrap();
    let cluster = read(&text).1.remove(0).cluster;
    let before = Ring::with_nodes(160, cluster.nodes.iter().cloned()).unwrap();
    let gone = cluster.nodes[removal.leaving].id;
    let mut after = before.clone();
    after.remove(gone).unwrap();
    let mut moved = Moved::default();
    let mut counts = vec![0; cluster.nodes.len()];
    for key in KEYS.lines().map(|key| token(key.as_bytes())) {
        let was = before.primary(key).unwrap();
        counts[was.0 as usize - 1] += 1;
        if Some(was) != after.primary(key) {
            moved.keys += 1;
            moved.needless += u64::from(was != gone);
        }
    }
    let told: Vec<u64> = comparison.nodes.iter().map(|node| node.ours).collect();
    assert_eq!((told, removal.ours), (counts, moved));
    assert_eq!((moved.keys > 0, moved.needless), (true, 0));
}

#[test]
fn nodes_that_a_ring_cannot_have_are_refused() {
    let told = read("backend a\n hash-type consistent\n server a h:1\n")
        .1
        .remove(0);
    let wish = ToCompare {
        cluster: 0,
        virtual_nodes: 0,
        leaving: None,
    };
    let mut count = Count::new(Rc::new(told), wish, keys()).unwrap();
    let ended = std::iter::repeat_with(|| count.step()).find(|step| *step != Ok(None));
    assert!(matches!(ended, Some(Err(_))), "{ended:?}");
}
