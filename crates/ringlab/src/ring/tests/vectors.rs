//! Placement against a golden file, so that every platform and every release places alike.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::hash::token;
use crate::vectors::{check, keys, to_hex};

/// 40 nodes of different weights in 4 zones; for 1,000 keys the first 3 of each spread.
#[test]
fn vectors_of_placement() {
    let sketches: Vec<Sketch> = (0..40)
        .map(|name| {
            (
                name,
                [1_000, 500, 2_000, 0, 1_500][name as usize % 5],
                name as u8 % 4,
            )
        })
        .collect();
    let ring = Ring::with_nodes(160, specs(1, &sketches)).unwrap();
    let told = |token, spread| {
        let list = ring.preference_list(token, Replication { n: 3, spread });
        let names = list.iter().map(|&id| ring.node(id).unwrap().name.as_str());
        names.collect::<Vec<_>>().join(",")
    };
    let line = |key: &Vec<u8>| {
        let token = token(key);
        let (any, zones) = (told(token, Spread::Any), told(token, Spread::Zones));
        format!("{} {any} {zones}", to_hex(key))
    };
    let lines: Vec<String> = keys(10_000).iter().step_by(10).map(line).collect();
    check(
        "placement.txt",
        include_str!("../../../vectors/placement.txt"),
        &lines,
    );
}
