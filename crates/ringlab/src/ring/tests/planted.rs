//! Wrong rings on purpose: the invariants must notice each of them.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::invariants::{Places, inputs, is_a_function_of_the_set, keeps_the_order};
use super::*;
use crate::hash::virtual_token;
use crate::property::is_broken;

/// Points that some rule made, walked in the order in which they stand.
struct Wrong<const BUG: u8> {
    points: Vec<(Token, String)>,
}

/// Tokens come from the id.
const FROM_ID: u8 = 0;
/// The next points count, whether or not their nodes are different.
const NOT_DISTINCT: u8 = 1;
/// On equal tokens the node that came first owns; tokens are cut short so that some are equal.
const FIRST_COME: u8 = 2;
/// Tokens depend on how many nodes there are.
const FROM_COUNT: u8 = 3;

impl<const BUG: u8> Places for Wrong<BUG> {
    fn with(virtual_nodes: u32, nodes: &[NodeSpec]) -> Self {
        let points = nodes.iter().flat_map(|node| {
            let points = points_of(node.weight, virtual_nodes).unwrap();
            (0..points).map(move |index| {
                let name = match BUG {
                    FROM_ID => node.id.0.to_string(),
                    FROM_COUNT => format!("{}{}", node.name, nodes.len()),
                    _ => node.name.to_string(),
                };
                let Token(token) = virtual_token(name.as_bytes(), index);
                let cut = if BUG == FIRST_COME { !0 << 56 } else { !0 };
                (Token(token & cut), node.name.to_string())
            })
        });
        let mut points: Vec<_> = points.collect();
        points.sort_by_key(|point| point.0);
        Self { points }
    }

    fn list(&self, token: Token, n: u32) -> Vec<String> {
        let mut list: Vec<String> = Vec::new();
        let start = self.points.partition_point(|point| point.0 < token);
        let (wrapped, ahead) = self.points.split_at(start);
        for (_, name) in ahead.iter().chain(wrapped) {
            let repeated = BUG != NOT_DISTINCT && list.contains(name);
            if list.len() < n as usize && !repeated {
                list.push(name.clone());
            }
        }
        list
    }
}

#[test]
fn tokens_from_the_id_are_noticed() {
    assert!(is_broken(
        100,
        inputs(),
        is_a_function_of_the_set::<Wrong<FROM_ID>>
    ));
}

#[test]
fn repeated_nodes_are_noticed() {
    assert!(is_broken(
        100,
        inputs(),
        is_a_function_of_the_set::<Wrong<NOT_DISTINCT>>
    ));
}

#[test]
fn collisions_by_order_of_arrival_are_noticed() {
    assert!(is_broken(
        100,
        inputs(),
        is_a_function_of_the_set::<Wrong<FIRST_COME>>
    ));
}

#[test]
fn tokens_from_the_number_of_nodes_are_noticed() {
    assert!(is_broken(
        100,
        inputs(),
        keeps_the_order::<Wrong<FROM_COUNT>>
    ));
}
