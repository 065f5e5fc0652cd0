//! Texts of each system, as nodes of a ring.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn told(text: &str) -> Vec<(String, Vec<String>)> {
    let (TopologyRead::Told(_, clusters), _) = read(text) else {
        panic!("{:?}", read(text));
    };
    let node = |node: &NodeSpec| format!("{} {} {}", node.name, node.weight, node.zone);
    clusters
        .into_iter()
        .map(|cluster| (cluster.name, cluster.nodes.iter().map(node).collect()))
        .collect()
}

#[test]
fn pools_keep_names_and_weights() {
    let nginx = "\
upstream one {\n hash $uri consistent;\n server a:80 weight=3;\n server b:80;\n}
upstream two {\n hash $uri consistent;\n server c:80 weight=100;\n server d:80 weight=100;\n}
";
    let nodes = |list: &[&str]| list.iter().map(|node| (*node).to_owned()).collect();
    assert_eq!(
        told(nginx),
        [
            ("one".to_owned(), nodes(&["a:80 3 ", "b:80 1 "])),
            ("two".to_owned(), nodes(&["c:80 1 ", "d:80 1 "])),
        ]
    );
    let haproxy =
        "backend x\n hash-type consistent\n server a h:1 weight 256\n server b h:2 weight 0\n";
    assert_eq!(told(haproxy)[0].1, ["a 1 ", "b 0 "]);
    let twemproxy = "pool:\n  servers:\n   - 10.0.0.1:6379:1 amber\n";
    assert_eq!(told(twemproxy), [("pool".to_owned(), nodes(&["amber 1 "]))]);
}

#[test]
fn clusters_weigh_what_they_own() {
    let line = |port: u16, slots: &str| {
        format!("07c{port} 127.0.0.1:{port}@1{port} master - 0 0 1 connected {slots}\n")
    };
    let redis = line(7001, "0-5460") + &line(7002, "5461-16383");
    assert_eq!(
        told(&redis)[0].1,
        ["127.0.0.1:7001 0.667 ", "127.0.0.1:7002 1.333 "]
    );
    let row = |address: &str, rack: &str, token: i64| {
        format!("{address} {rack} Up Normal 1 KiB ? {token}\n")
    };
    let cassandra = "Datacenter: dc1\n".to_owned()
        + &row("10.0.0.1", "r1", 1)
        + &row("10.0.0.2", "r2", 2)
        + &row("10.0.0.1", "r1", 3);
    assert_eq!(
        told(&cassandra)[0].1,
        ["10.0.0.1 2 dc1/r1", "10.0.0.2 1 dc1/r2"]
    );
}

#[test]
fn what_cannot_be_read_says_where() {
    let place = |text: &str| match read(text).0 {
        TopologyRead::Wrong { line, column, .. } => (line, column),
        told => panic!("{told:?}"),
    };
    assert_eq!(place("hello"), (1, 1));
    assert_eq!(
        place("upstream a {\n hash $x consistent;\n server b:1 weight=x;\n}\n"),
        (3, 20)
    );
    assert_eq!(read(" \n").0, TopologyRead::Nothing);
}

#[test]
fn weights_stand_in_their_proportion() {
    assert_eq!(in_proportion(&[2, 4, 0]), [1_000, 2_000, 0]);
    assert_eq!(in_proportion(&[0, 0]), [0, 0]);
    assert_eq!(in_proportion(&[1, 99]), [20, 1_980]);
    assert_eq!(in_proportion(&[1, 1_000_000, 1_000_000]), [1, 1_500, 1_500]);
}
