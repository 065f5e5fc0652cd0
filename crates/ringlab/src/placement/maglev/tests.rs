//! The paper's own table, and sizes that cannot be.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn a_table_is_filled_as_in_table_1_of_the_paper() {
    let turns = |nodes: &[u16]| {
        let permutations = [(3, 4), (0, 2), (3, 1)];
        let turn = |&node: &u16| Turn::new(node, 1.0, permutations[usize::from(node)]);
        nodes.iter().map(turn).collect()
    };
    let size = TableSize::new(7).unwrap();
    assert_eq!(
        fill(turns(&[0, 1, 2]), size).unwrap(),
        [1, 0, 1, 0, 2, 2, 0]
    );
    assert_eq!(fill(turns(&[0, 2]), size).unwrap(), [0, 0, 0, 0, 2, 2, 2]);
}

#[test]
fn only_a_prime_is_a_size() {
    let unable = |entries| matches!(TableSize::new(entries), Err(PlacementError::Unable { .. }));
    assert!(unable(0) && unable(1) && unable(65_536) && unable(25));
    assert!(matches!(
        TableSize::new(u32::MAX),
        Err(PlacementError::Full { .. })
    ));
    assert!(TableSize::new(655_373).is_ok());
}
