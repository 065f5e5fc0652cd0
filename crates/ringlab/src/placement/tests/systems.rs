//! Placements held to what real software answered: `vectors/systems/README.md`.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::sorted::SortedMap;

const KEYS: &str = include_str!("../../../vectors/systems/keys.txt");
const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

macro_rules! vectors {
    ($($name:literal),+ $(,)?) => {
        [$(Vector::read($name, include_str!(concat!("../../../vectors/systems/", $name, ".txt")))),+]
    };
}

/// One file: a topology, and where a system put each key.
struct Vector {
    file: &'static str,
    about: &'static str,
    /// The columns of each node: its name, its weight, and more where a system has more.
    nodes: Vec<Vec<&'static str>>,
    each: usize,
    owners: Vec<usize>,
}

impl Vector {
    fn read(file: &'static str, text: &'static str) -> Self {
        let (about, rest) = text.split_once('\n').unwrap();
        let is_node = |line: &&str| line.starts_with("node ");
        let columns = |line: &'static str| line.split(' ').skip(1).collect();
        let nodes: Vec<Vec<&str>> = rest.lines().take_while(is_node).map(columns).collect();
        let mut lines = rest.lines().skip(nodes.len());
        let each = lines.next().unwrap().strip_prefix("owners").unwrap().trim();
        let digit = |letter| DIGITS.find(letter).unwrap();
        Self {
            file,
            about,
            nodes,
            each: each.parse().unwrap_or(1),
            owners: lines.flat_map(str::chars).map(digit).collect(),
        }
    }

    fn weighted(&self) -> Vec<WeightedNode> {
        let node = |columns: &Vec<&str>| {
            let weight = columns[1].parse().unwrap();
            let mut node = WeightedNode::weighing(columns[0], weight).unwrap();
            node.id = columns.get(2).and_then(|id| id.parse().ok());
            node
        };
        self.nodes.iter().map(node).collect()
    }

    /// How many keys a placement puts where the system did not.
    fn differing(&self, placement: &dyn Placement) -> usize {
        assert_eq!(
            self.owners.len(),
            self.each * KEYS.lines().count(),
            "{}",
            self.file
        );
        let mut owners = vec![usize::MAX; self.each];
        let told = KEYS.lines().zip(self.owners.chunks(self.each));
        let differs = |(key, expected): &(&str, &[usize])| {
            let found = placement.first(key.as_bytes(), &mut owners);
            owners[..found] != **expected
                || placement.primary(key.as_bytes()) != expected.first().copied()
        };
        told.filter(differs).count()
    }
}

fn are_held(system: System, vectors: &[Vector]) {
    for vector in vectors {
        let mut placement = Compatible::with_settings(system, vector.weighted()).unwrap();
        assert_eq!(
            vector.differing(&placement),
            0,
            "{}: {}",
            vector.file,
            vector.about
        );
        // Another weight, or one node less, is found by the same check.
        let last = vector.weighted().pop().unwrap().name;
        placement.remove(last.as_str()).unwrap();
        assert!(vector.differing(&placement) > 100, "{}", vector.file);
    }
}

#[test]
fn libmemcached_and_twemproxy() {
    are_held(
        System::LibmemcachedKetama,
        &vectors![
            "libmemcached-ketama-equal",
            "libmemcached-ketama-few",
            "libmemcached-ketama-removed"
        ],
    );
    are_held(
        System::LibmemcachedWeighted,
        &vectors![
            "libmemcached-weighted-equal",
            "libmemcached-weighted-many",
            "libmemcached-weighted-port-11211",
            "libmemcached-weighted-removed",
            "libmemcached-weighted-weighted"
        ],
    );
    are_held(
        System::Twemproxy,
        &vectors![
            "twemproxy-fnv1a_64-equal",
            "twemproxy-fnv1a_64-many",
            "twemproxy-fnv1a_64-named",
            "twemproxy-fnv1a_64-port-11211",
            "twemproxy-fnv1a_64-removed",
            "twemproxy-fnv1a_64-weighted"
        ],
    );
    are_held(
        System::TwemproxyMd5,
        &vectors![
            "twemproxy-md5-equal",
            "twemproxy-md5-many",
            "twemproxy-md5-named",
            "twemproxy-md5-port-11211",
            "twemproxy-md5-removed",
            "twemproxy-md5-weighted"
        ],
    );
}

#[test]
fn nginx_and_haproxy() {
    are_held(
        System::Nginx,
        &vectors!["nginx-equal", "nginx-removed", "nginx-weighted"],
    );
    are_held(
        System::Haproxy,
        &vectors![
            "haproxy-equal",
            "haproxy-removed",
            "haproxy-renumbered",
            "haproxy-weighted"
        ],
    );
    are_held(System::HaproxyDjb2, &vectors!["haproxy-djb2-weighted"]);
    are_held(
        System::HaproxyDjb2Avalanche,
        &vectors!["haproxy-djb2-avalanche-weighted"],
    );
}

#[test]
fn envoy() {
    let usual = ["envoy-ring-hash", "envoy-maglev"].map(|name| {
        let mut all = System::ALL.into_iter();
        all.find(|system| system.name() == name).unwrap()
    });
    are_held(
        usual[0],
        &vectors![
            "envoy-ring-hash-equal",
            "envoy-ring-hash-removed",
            "envoy-ring-hash-weighted"
        ],
    );
    are_held(
        System::EnvoyRingHash { minimum: 100 },
        &vectors![
            "envoy-ring-hash-small-weighted",
            "envoy-ring-hash-small-reversed"
        ],
    );
    are_held(
        usual[1],
        &vectors![
            "envoy-maglev-equal",
            "envoy-maglev-removed",
            "envoy-maglev-weighted"
        ],
    );
    let size = TableSize::new(1_009).unwrap();
    are_held(
        System::EnvoyMaglev { size },
        &vectors!["envoy-maglev-small-weighted", "envoy-maglev-small-reversed"],
    );
}

#[test]
fn libraries() {
    are_held(
        System::Hashring,
        &vectors![
            "hashring-equal",
            "hashring-first3",
            "hashring-many",
            "hashring-removed",
            "hashring-weighted"
        ],
    );
    are_held(
        System::Uhashring,
        &vectors![
            "uhashring-default-equal",
            "uhashring-default-first3",
            "uhashring-default-removed",
            "uhashring-default-weighted"
        ],
    );
    are_held(
        System::UhashringKetama,
        &vectors![
            "uhashring-ketama-equal",
            "uhashring-ketama-first3",
            "uhashring-ketama-removed",
            "uhashring-ketama-weighted"
        ],
    );
    are_held(
        System::Groupcache,
        &vectors!["groupcache-equal", "groupcache-few", "groupcache-removed"],
    );
}

#[test]
fn stathat_as_its_own_tests_publish_it() {
    for text in [
        include_str!("../../../vectors/systems/stathat-all-published.txt"),
        include_str!("../../../vectors/systems/stathat-removed-published.txt"),
    ] {
        let (nodes, told) = text.split_once("keys\n").unwrap();
        let name = |line: &str| Some(line.strip_prefix("node ")?.split(' ').next()?.to_owned());
        let names: Vec<String> = nodes.lines().filter_map(name).collect();
        let nodes = names.iter().map(|name| WeightedNode::named(name).unwrap());
        let ring = Compatible::with_settings(System::Stathat, nodes).unwrap();
        for (key, owner) in told.lines().map(|line| line.split_once(' ').unwrap()) {
            assert_eq!(ring.primary(key.as_bytes()), owner.parse().ok(), "{key}");
        }
    }
}

#[test]
fn redis_cluster() {
    let text = include_str!("../../../vectors/systems/redis-slots.txt");
    let digits: String = text.lines().skip(2).collect();
    for (key, slot) in KEYS.lines().zip(digits.as_bytes().chunks(4)) {
        let told = u16::from_str_radix(std::str::from_utf8(slot).unwrap(), 16);
        assert_eq!(redis_slot(key.as_bytes()), told.unwrap(), "{key}");
    }
    for vector in vectors![
        "redis-equal",
        "redis-uneven",
        "redis-removed",
        "redis-replicated"
    ] {
        let group = |columns: &Vec<&str>| RedisGroup {
            nodes: vec![columns[0].parse().unwrap()],
            slots: columns[3].split(',').map(slots).collect(),
        };
        let groups: Vec<RedisGroup> = vector.nodes.iter().map(group).collect();
        let cluster = RedisCluster::new(&groups).unwrap();
        assert_eq!(vector.differing(&cluster), 0, "{}", vector.file);
        assert_eq!(cluster.slots_without_master(), 0);
        let fewer = RedisCluster::new(&groups[1..]).unwrap();
        assert!(vector.differing(&fewer) > 100, "{}", vector.file);
    }
}

fn slots(text: &str) -> std::ops::RangeInclusive<u16> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    first.parse().unwrap()..=last.parse().unwrap()
}

#[test]
fn a_slot_has_one_master() {
    let group = |name: &str, slots| RedisGroup {
        nodes: vec![name.parse().unwrap()],
        slots: vec![slots],
    };
    let refused = |groups: &[RedisGroup]| RedisCluster::new(groups).unwrap_err().to_string();
    let twice = [group("one", 0..=99), group("two", 99..=200)];
    assert_eq!(refused(&twice), "slot 99 has two masters");
    let beyond = [group("one", 16_000..=16_384)];
    assert_eq!(refused(&beyond), "slot 16384: the last one is 16383");
    let mut cluster = RedisCluster::new(&twice[..1]).unwrap();
    assert_eq!(cluster.slots_without_master(), 16_284);
    assert_eq!(redis_slot(b"{}{a}"), redis_slot(b"{}{a}"));
    assert_ne!(
        redis_slot(b"{}{a}"),
        redis_slot(b"a"),
        "an empty tag is none"
    );
    assert!(matches!(
        cluster.remove("one"),
        Err(PlacementError::Unable { .. })
    ));
}

/// A ring as `nodetool ring` prints it.
fn told_nodes(vector: &Vector, ring: &str) -> Vec<CassandraNode> {
    let rows: Vec<Vec<&str>> = ring
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let node = |columns: &Vec<&str>| {
        let own = rows.iter().filter(|row| row.first() == Some(&columns[0]));
        CassandraNode {
            name: columns[0].parse().unwrap(),
            datacenter: columns[2].to_owned(),
            rack: columns[3].to_owned(),
            tokens: own
                .map(|row| row.last().unwrap().parse().unwrap())
                .collect(),
        }
    };
    vector.nodes.iter().map(node).collect()
}

fn told_strategy(about: &str) -> CassandraStrategy {
    let (name, factors) = about.split_once("Strategy ").unwrap();
    let words: Vec<&str> = factors.split(';').next().unwrap().split(' ').collect();
    let (factors, _) = words.as_chunks::<2>();
    let factor = |[name, factor]: &[&str; 2]| ((*name).to_owned(), factor.parse().unwrap());
    let factors = factors.iter().map(factor);
    if name.ends_with("Simple") {
        CassandraStrategy::Simple(factors.collect::<SortedMap<_, _>>()["replication_factor"])
    } else {
        CassandraStrategy::NetworkTopology(factors.collect())
    }
}

macro_rules! rings {
    ($($name:literal),+ $(,)?) => {
        [$((
            Vector::read($name, include_str!(concat!("../../../vectors/systems/", $name, ".txt"))),
            include_str!(concat!("../../../vectors/systems/", $name, "-ring.txt")),
        )),+]
    };
}

#[test]
fn cassandra() {
    let text = include_str!("../../../vectors/systems/cassandra-tokens.txt");
    let digits: String = text.lines().skip(2).collect();
    for (key, told) in KEYS.lines().zip(digits.as_bytes().chunks(16)) {
        let told = u64::from_str_radix(std::str::from_utf8(told).unwrap(), 16).unwrap();
        assert_eq!(cassandra_token(key.as_bytes()), told as i64, "{key}");
    }
    // From the tests of DataStax's driver: bytes above 127 count as negative.
    let all_high = [0xfe; 8];
    assert_eq!(cassandra_token(&all_high), -8_927_430_733_708_461_935);
    for (vector, ring) in rings![
        "cassandra-simple-equal",
        "cassandra-simple-removed",
        "cassandra-simple-weighted",
        "cassandra-network-racks",
        "cassandra-network-six",
        "cassandra-network-two",
    ] {
        let mut nodes = told_nodes(&vector, ring);
        let strategy = told_strategy(vector.about);
        let cluster = Cassandra::new(&nodes, &strategy).unwrap();
        assert_eq!(
            vector.differing(&cluster),
            0,
            "{}: {}",
            vector.file,
            vector.about
        );
        nodes[0].tokens.pop();
        let fewer = Cassandra::new(&nodes, &strategy).unwrap();
        assert!(vector.differing(&fewer) > 50, "{}", vector.file);
    }
}

#[test]
fn a_token_has_one_owner_and_a_datacenter_has_nodes() {
    let node = |name: &str, tokens: &[i64]| CassandraNode {
        name: name.parse().unwrap(),
        datacenter: "dc1".to_owned(),
        rack: "r1".to_owned(),
        tokens: tokens.to_vec(),
    };
    let nodes = [node("one", &[-5, 7]), node("two", &[9, -5])];
    let refused = |nodes: &[CassandraNode], strategy| {
        Cassandra::new(nodes, &strategy).unwrap_err().to_string()
    };
    let simple = CassandraStrategy::Simple(1);
    assert_eq!(refused(&nodes, simple), "one and two both have token -5");
    let elsewhere = CassandraStrategy::NetworkTopology([("dc2".to_owned(), 1)].into());
    assert_eq!(
        refused(&nodes[..1], elsewhere),
        "no node is in datacenter \"dc2\""
    );
}
