//! Texts that real systems print or take, and what is said of those that are none.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::prelude::*;

use super::*;
use crate::placement::{Cassandra, CassandraStrategy, Placement, RedisCluster};
use crate::property::holds;

macro_rules! told {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/vectors/systems/",
            $name
        ))
    };
}

mod redis;

fn refused<T: fmt::Debug>(result: Result<T, ImportError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn the_format_of_each_text_is_told() {
    for (text, format) in [
        (told!("redis-moving-nodes-giver.txt"), Format::RedisNodes),
        (told!("redis-equal-shards.txt"), Format::RedisGroups),
        (
            told!("redis-equal-shards-terminal.txt"),
            Format::RedisGroups,
        ),
        (told!("redis-equal-shards-json.txt"), Format::RedisGroups),
        (told!("cassandra-network-two-ring.txt"), Format::Cassandra),
        (
            "http {\n server {\n  listen 443 ssl http2; # x\n }\n upstream a {",
            Format::Nginx,
        ),
        ("upstream a\n{", Format::Nginx),
        ("global\n  maxconn 9\nlisten a\n", Format::Haproxy),
        (
            "# mine\na:\n  listen: 1.2.3.4:5\n  servers:\n",
            Format::Twemproxy,
        ),
    ] {
        assert_eq!(Format::of(text), Some(format), "{text}");
    }
    for text in ["", "\n\n", "hello, world", "a\tb\tc", "user:1,2"] {
        assert_eq!(Format::of(text), None, "{text:?}");
    }
}

#[test]
fn a_real_cassandra_ring_is_read_with_its_racks() {
    let nodes = cassandra_ring(told!("cassandra-network-two-ring.txt")).unwrap();
    assert_eq!(nodes.len(), 8);
    assert!(nodes.iter().all(|node| node.tokens.len() == 16));
    let datacenters: Vec<&str> = nodes.iter().map(|node| node.datacenter.as_str()).collect();
    assert_eq!(datacenters.iter().filter(|name| **name == "dc2").count(), 4);
    let wanted = [("dc1".to_owned(), 2), ("dc2".to_owned(), 1)];
    let strategy = CassandraStrategy::NetworkTopology(wanted.into());
    let cluster = Cassandra::new(&nodes, &strategy).unwrap();
    let mut owners = [usize::MAX; 8];
    assert_eq!(cluster.first(b"key", &mut owners), 3);
}

#[test]
fn twemproxy_names_nodes_as_it_hashes_them() {
    let text = "\
# two pools
alpha:
  listen: 127.0.0.1:22121
  hash: md5
  distribution: ketama
  servers:
   - 10.0.0.1:11211:1
   - 10.0.0.2:6379:3
beta:
  servers:
   - 10.0.0.1:6379:2 amber
   - /tmp/birch.sock:1
";
    let pools = twemproxy_pools(text).unwrap();
    assert_eq!(pools[0].system, System::TwemproxyMd5);
    assert_eq!(pools[1].system, System::Twemproxy);
    let nodes = |pool: &Pool| {
        let node = |node: &WeightedNode| format!("{} {}", node.name, node.weight);
        pool.nodes.iter().map(node).collect::<Vec<_>>()
    };
    assert_eq!(nodes(&pools[0]), ["10.0.0.1 1", "10.0.0.2:6379 3"]);
    assert_eq!(nodes(&pools[1]), ["amber 2", "/tmp/birch.sock 1"]);
    assert!(pools[1].clone().place().is_ok());
}

#[test]
fn twemproxy_s_mistakes_are_told_with_their_place() {
    let pool = |settings: &str| refused(twemproxy_pools(&format!("alpha:\n{settings}")));
    assert_eq!(
        refused(twemproxy_pools("")),
        "line 1, column 1: the text is empty: a mapping of pools is expected"
    );
    assert_eq!(
        pool("  hash: crc32\n"),
        "line 2, column 9: fnv1a_64 or md5 alone is placed here, not \"crc32\""
    );
    assert_eq!(
        pool("  distribution: modula\n"),
        "line 2, column 17: ketama alone is placed here, not \"modula\""
    );
    assert_eq!(
        pool("  hash_tag: '{}'\n"),
        "line 2, column 3: hash tags are not placed here"
    );
    assert_eq!(
        pool("  servers:\n   - here:1:x\n"),
        "line 3, column 13: a whole weight is expected, not \"x\""
    );
    assert_eq!(
        pool("  servers:\n   - here\n"),
        "line 3, column 6: host:port:weight is expected, not \"here\""
    );
    assert_eq!(
        pool("  listen: x\n"),
        "line 1, column 1: pool \"alpha\" has no servers"
    );
    assert!(pool("  servers: [x\n").starts_with("line "));
    assert_eq!(
        pool("  servers:\n   - a:1:1\n   - a:1:2\n"),
        "line 4, column 6: a node named a:1 is there already"
    );
    assert_eq!(
        refused(twemproxy_pools("# none\n{}\n")),
        "line 2, column 1: a pool is expected"
    );
    let deep = "[".repeat(100);
    assert!(pool(&format!("  servers: {deep}")).contains("too deep"));
}

/// YAML ends lines at a lone carriage return, too; quotes, escapes and folds take room of their own.
#[test]
fn twemproxy_s_places_are_those_of_the_text() {
    let place = |text: &str| {
        let error = twemproxy_pools(text).unwrap_err();
        (error.line, error.column)
    };
    assert_eq!(place("a:\r  hash: é\r  servers: 1\r"), (1, 12));
    assert_eq!(place("a:\r\n  hash: crc32\r\n"), (2, 9));
    assert_eq!(place("a:\n  servers: [\"\\x68ere:1:x\"]\n"), (2, 13));
    assert_eq!(
        place("a:\n  servers:\n   - >-\n     here:1:x\n     b\n"),
        (4, 6)
    );
    assert_eq!(place("a:\n  servers: [here:1:y\n:x]"), (2, 13));
}

#[test]
fn nginx_s_upstreams_are_read_among_all_else() {
    let text = "\
http {
    # upstream no { hash $uri consistent; }
    upstream plain { server 10.0.0.9:80 backup; }
    upstream cache {
        hash \"$scheme${host}$request_uri\" consistent;
        server 10.0.0.1:8080 weight=5 max_fails=3;
        server unix:/tmp/birch.sock;
        keepalive 16;
    }
    server { location / { proxy_pass http://cache; } }
}
";
    let pools = nginx_upstreams(text).unwrap();
    assert_eq!(pools.len(), 1);
    assert_eq!(pools[0].name, "cache");
    let weights: Vec<u32> = pools[0].nodes.iter().map(|node| node.weight).collect();
    assert_eq!(weights, [5, 1]);
    let upstream = |block: &str| {
        refused(nginx_upstreams(&format!(
            "upstream a {{\n hash $uri consistent;\n {block}"
        )))
    };
    assert_eq!(
        upstream("server x:80 down;\n}"),
        "line 3, column 14: a server that is \"down\" is not placed here: leave it out"
    );
    assert_eq!(
        upstream("server x:80 weight=many;\n}"),
        "line 3, column 21: a whole weight is expected, not \"many\""
    );
    assert_eq!(
        upstream("server x:80;\n server x:80;\n}"),
        "line 4, column 9: a node named x:80 is there already"
    );
    assert_eq!(
        upstream("server x:80;"),
        "line 1, column 10: upstream \"a\" does not end"
    );
    assert_eq!(
        upstream("server \"x:80;"),
        "line 3, column 9: this quote does not end on its line"
    );
    assert_eq!(
        refused(nginx_upstreams("upstream a { server x; }")),
        "line 1, column 1: no upstream in this text asks for consistent hashing, \"hash ... consistent\": other ways are not placed here"
    );
}

#[test]
fn haproxy_s_backends_are_read_among_all_else() {
    let text = "\
global
  maxconn 100
backend plain
  balance roundrobin
  server a 10.0.0.9:80 backup
backend cache
  balance uri whole
  hash-type consistent djb2 avalanche  # as before
  default-server weight 10 check
  server amber 10.0.0.1:80 check id 7
  server birch 10.0.0.2:80 weight 20
frontend in
  bind :80
";
    let pools = haproxy_backends(text).unwrap();
    assert_eq!(pools.len(), 1);
    assert_eq!(pools[0].system, System::HaproxyDjb2Avalanche);
    let nodes: Vec<_> = pools[0]
        .nodes
        .iter()
        .map(|node| (node.weight, node.id))
        .collect();
    // Beside a stated id the other server is told the id that HAProxy gives it.
    assert_eq!(nodes, [(10, Some(7)), (20, Some(2))]);
    let backend = |lines: &str| {
        refused(haproxy_backends(&format!(
            "backend a\n hash-type consistent\n{lines}\n"
        )))
    };
    assert_eq!(
        backend(" server a b:1 backup"),
        "line 3, column 15: \"backup\" is not placed here"
    );
    assert_eq!(
        backend(" server a b:1 weight"),
        "line 3, column 15: a number is expected after \"weight\""
    );
    assert_eq!(
        backend(" server a b:1 weight x"),
        "line 3, column 22: a weight from 0 to 256 is expected, not \"x\""
    );
    assert_eq!(
        backend(" default-server weight 257"),
        "line 3, column 24: a weight from 0 to 256 is expected, not 257"
    );
    assert_eq!(
        backend(" server a"),
        "line 3, column 2: a name and an address are expected after \"server\""
    );
    assert_eq!(
        backend(" server a b:1\n server a b:2"),
        "line 4, column 9: a node named a is there already"
    );
    assert_eq!(
        backend(" server a b:1 id 3\n server b b:2 id 3"),
        "line 4, column 18: id 3 is another server's"
    );
    assert_eq!(
        backend(" server a b:1 id 0"),
        "line 3, column 18: an id from 1 on is expected, not 0"
    );
    assert!(backend(" hash-type consistent crc32").starts_with("line 3, column 23: hash function"));
    assert_eq!(
        refused(haproxy_backends("backend a\n server a b:1\n")),
        "line 1, column 1: no backend in this text asks for consistent hashing, \"hash-type consistent\": other ways are not placed here"
    );
}

/// The ids that HAProxy 2.6.12 gave these servers, as `show servers state` told them.
#[test]
fn haproxy_s_own_ids_go_past_those_that_are_stated() {
    let stated = ["id 2", "", "", "id 1", "id 9", "", "id 7", ""];
    let mut text = "backend x\n hash-type consistent\n".to_owned();
    for (number, id) in stated.iter().enumerate() {
        text.push_str(&format!(" server s{number} 127.0.0.1:1 {id}\n"));
    }
    let pools = haproxy_backends(&text).unwrap();
    let ids: Vec<u32> = pools[0].nodes.iter().filter_map(|node| node.id).collect();
    assert_eq!(ids, [2, 3, 4, 1, 9, 8, 7, 10]);
    let none = text.replace(" id ", " maxconn ");
    let pools = haproxy_backends(&none).unwrap();
    assert!(pools[0].nodes.iter().all(|node| node.id.is_none()));
}

#[test]
fn what_clusters_do_not_print_is_told_with_its_place() {
    let line = |rest: &str| format!("07c3 127.0.0.1:7001@17001 master - 0 0 1 connected {rest}\n");
    assert_eq!(
        refused(redis_nodes(&line("0-x"))),
        "line 1, column 54: a slot from 0 to 16383 is expected, not \"x\""
    );
    assert_eq!(
        refused(redis_nodes(&line("0-16384"))),
        "line 1, column 54: a slot from 0 to 16383 is expected, not 16384"
    );
    assert_eq!(
        refused(redis_nodes(&line("5-4"))),
        "line 1, column 54: a slot from 5 on is expected, not 4"
    );
    assert_eq!(
        refused(redis_nodes(&line("0-5 5"))),
        "line 1, column 56: slot 5 has two masters"
    );
    assert_eq!(
        refused(redis_nodes(&(line("0") + &line("1")))),
        "line 2, column 6: a node named 127.0.0.1:7001 is there already"
    );
    assert_eq!(redis_nodes(&(line("") + &line("1"))).unwrap().len(), 1);
    assert_eq!(
        refused(redis_nodes(&line(""))),
        "line 1, column 1: no master with slots is in this text"
    );
    assert!(
        refused(redis_nodes("\nhello\n")).starts_with("line 2, column 1: 8 words are expected")
    );
    let ring = |row: &str| refused(cassandra_ring(&format!("Datacenter: dc1\n{row}\n")));
    assert_eq!(
        ring("10.0.0.1 r1 Up Normal 1 KiB ? x"),
        "line 2, column 31: a token, a whole number of 64 bits, is expected, not \"x\""
    );
    assert_eq!(
        ring("10.0.0.1 r1 Gone Normal 1 KiB ? 5"),
        "line 2, column 13: Up or Down is expected, not \"Gone\""
    );
    assert_eq!(
        refused(cassandra_ring("10.0.0.1 r1 Up Normal 1 KiB ? 5")),
        "line 1, column 1: a line \"Datacenter: name\" is expected before"
    );
    let up = |address: &str, rack: &str, token: i64| {
        format!("{address} {rack} Up Normal 1 KiB ? {token}\n")
    };
    assert_eq!(
        ring(&(up("10.0.0.1", "r1", 5) + &up("10.0.0.2", "r1", 5))),
        "line 3, column 31: token 5 is there already"
    );
    assert_eq!(
        ring(&(up("10.0.0.1", "r1", 5) + &up("10.0.0.1", "r2", 6))),
        "line 3, column 1: before, it stood in datacenter dc1, rack r1"
    );
    let long = "x".repeat(IMPORT_BYTES_MAX + 1);
    assert!(refused(cassandra_ring(&long)).contains("16777216 are the most"));
}

#[test]
fn no_text_breaks_an_importer() {
    let word = prop_oneof![
        "[a-z0-9:.@-]{0,12}",
        Just("upstream a {".to_owned()),
        Just("hash $x consistent;".to_owned()),
        Just("server ü:1 weight=2;".to_owned()),
        Just("}".to_owned()),
        Just("backend é".to_owned()),
        Just("\n hash-type consistent\n server a b:1 weight 3\n".to_owned()),
        Just("a:\n  servers:\n   - ".to_owned()),
        Just("10.0.0.1:80:1 ключ\n".to_owned()),
        Just("slots\n1\n2\nnodes\nid\n5\nport\n7\nip\né\nrole\nmaster\n".to_owned()),
        Just("[{\"slots\":[1,2],\"nodes\":[{\"id\":\"\\\"".to_owned()),
        Just("Datacenter: x\n10.0.0.1 r Up Normal 1 ? 7\n".to_owned()),
        Just("\"'#${}[]&*!|>%".to_owned()),
    ];
    let texts = prop::collection::vec(word, 0..12);
    holds("no_text_breaks_an_importer", 500, texts, |words| {
        let text = words.join(" ");
        let pools = [
            twemproxy_pools(&text),
            nginx_upstreams(&text),
            haproxy_backends(&text),
        ];
        for pool in pools.into_iter().flatten().flatten() {
            prop_assert!(pool.place().is_ok(), "{text:?}");
        }
        for groups in [redis_nodes(&text), redis_groups(&text)]
            .into_iter()
            .flatten()
        {
            prop_assert!(RedisCluster::new(&groups).is_ok(), "{text:?}");
        }
        let simple = CassandraStrategy::Simple(2);
        if let Ok(nodes) = cassandra_ring(&text) {
            prop_assert!(Cassandra::new(&nodes, &simple).is_ok(), "{text:?}");
        }
        Ok(())
    });
}
