//! Redis Cluster, as it tells of itself in two commands.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::placement::RedisGroup;

#[test]
fn a_real_redis_cluster_is_read_as_it_places_keys() {
    for (text, masters, nodes) in [
        (told!("redis-equal-nodes.txt"), 3, 3),
        (told!("redis-uneven-nodes.txt"), 3, 3),
        (told!("redis-removed-nodes.txt"), 3, 3),
        (told!("redis-replicated-nodes.txt"), 3, 6),
        (told!("redis-moving-nodes-giver.txt"), 3, 3),
        (told!("redis-moving-nodes-taker.txt"), 3, 3),
    ] {
        let groups = redis_nodes(text).unwrap();
        let cluster = RedisCluster::new(&groups).unwrap();
        assert_eq!(
            (groups.len(), cluster.nodes().len()),
            (masters, nodes),
            "{text}"
        );
        assert_eq!(cluster.slots_without_master(), 0, "{text}");
    }
    let groups = redis_nodes(told!("redis-replicated-nodes.txt")).unwrap();
    let cluster = RedisCluster::new(&groups).unwrap();
    let mut owners = [usize::MAX; 3];
    assert_eq!(
        cluster.first(b"key", &mut owners),
        2,
        "a master and who copies it"
    );
}

/// Each form tells the same groups as `CLUSTER NODES` does; in which order is the server's choice.
#[test]
fn every_form_of_groups_tells_what_the_nodes_tell() {
    let sorted = |mut groups: Vec<RedisGroup>| {
        groups.sort_by_key(|group| *group.slots[0].start());
        groups
    };
    for (nodes, forms) in [
        (
            told!("redis-equal-nodes.txt"),
            &[
                told!("redis-equal-shards.txt"),
                told!("redis-equal-shards-terminal.txt"),
                told!("redis-equal-shards-terminal-3.txt"),
                told!("redis-equal-shards-json.txt"),
            ][..],
        ),
        (
            told!("redis-uneven-nodes.txt"),
            &[
                told!("redis-uneven-shards.txt"),
                told!("redis-uneven-shards-json.txt"),
            ],
        ),
        (
            told!("redis-replicated-nodes.txt"),
            &[
                told!("redis-replicated-shards.txt"),
                told!("redis-replicated-shards-json.txt"),
            ],
        ),
        (
            told!("redis-removed-nodes.txt"),
            &[
                told!("redis-removed-shards.txt"),
                told!("redis-removed-shards-json.txt"),
            ],
        ),
    ] {
        let nodes = sorted(redis_nodes(nodes).unwrap());
        for form in forms {
            assert_eq!(sorted(redis_groups(form).unwrap()), nodes, "{form}");
        }
    }
}

#[test]
fn what_groups_do_not_say_is_told_with_its_place() {
    let file = |slots: &str, rest: &str| {
        let node = "id\nab\nport\n7001\nip\n127.0.0.1\nrole\nmaster\n";
        redis_groups(&format!("slots\n{slots}\nnodes\n{node}{rest}"))
    };
    assert_eq!(file("0\n5\n7\n7", "").unwrap()[0].slots, [0..=5, 7..=7]);
    assert_eq!(file("0\n5", "\n\n").unwrap(), file("0\n5", "").unwrap());
    assert_eq!(
        refused(file("0\nx", "")),
        "line 3, column 1: a slot from 0 to 16383 is expected, not \"x\""
    );
    assert_eq!(
        refused(file("5\n4", "")),
        "line 3, column 1: a slot from 5 on is expected, not 4"
    );
    assert_eq!(
        refused(file("0\n5\n3\n3", "")),
        "line 4, column 1: slot 3 has two masters"
    );
    assert_eq!(
        refused(file("0\n5\n3", "")),
        "line 5, column 1: a slot from 0 to 16383 is expected, not \"nodes\""
    );
    assert_eq!(
        refused(file("", "")),
        "line 1, column 1: no group with slots is in this text"
    );
    assert_eq!(
        refused(file("0\n1", "id\ncd\nport\n7002\nip\n::1\nrole\nmaster\n")),
        "line 20, column 1: a second master of the same slots is not placed here"
    );
    assert_eq!(
        refused(file(
            "0\n1",
            "id\ncd\nport\n7001\nip\n127.0.0.1\nrole\nreplica\n"
        )),
        "line 18, column 1: a node named 127.0.0.1:7001 is there already"
    );
    assert_eq!(
        refused(file("0\n1", "id\ncd\nport\n7002\nip\n\nrole\nreplica\n")),
        "line 18, column 1: an ip is expected: ask a node that the others know"
    );
    let terminal = "1) 1) \"slots\"\n   2) 1) (integer) 0\n      2) (integer) 9\n   3) \"nodes\"\n";
    assert_eq!(
        refused(redis_groups(terminal)),
        "line 4, column 8: a node whose \"role\" is \"master\" is expected among these"
    );
    let json = |nodes: &str| {
        refused(redis_groups(&format!(
            "[{{\"slots\":[0,1],\"nodes\":[{nodes}"
        )))
    };
    assert_eq!(
        json("{\"port\":1"),
        "line 1, column 28: \"id\" is expected, not \"port\""
    );
    assert_eq!(
        json("{\"id\":\"é\",\"ip\":null,\"port\""),
        "line 1, column 47: a value is expected after \"port\""
    );
    assert_eq!(
        json("{\"id\":\"ab\",\"ip\":null}]}]"),
        "line 1, column 28: \"ip\", \"port\" and \"role\" are expected after this \"id\""
    );
    assert_eq!(
        refused(redis_groups("hello")),
        "line 1, column 1: \"slots\" is expected, not \"hello\""
    );
}
