//! Shelves against the B-trees whose interface they have.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{LongMap, LongSet, SHELF_MAX};
use crate::property::holds;

#[derive(Clone, Debug)]
enum Step {
    Insert(u16, u32),
    /// So many keys in order, from one on.
    InsertAll(u16, u16),
    Remove(u16),
    RemoveAll(u16, u16),
    Add(u16, u32),
    PopFirst,
    KeepAbove(u16),
    Clear,
}

fn key() -> impl Strategy<Value = u16> {
    0..600_u16
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (key(), any::<u32>()).prop_map(|(key, value)| Step::Insert(key, value)),
        3 => (key(), 0..150_u16).prop_map(|(from, count)| Step::InsertAll(from, count)),
        12 => key().prop_map(Step::Remove),
        2 => (key(), 0..150_u16).prop_map(|(from, count)| Step::RemoveAll(from, count)),
        6 => (key(), any::<u32>()).prop_map(|(key, value)| Step::Add(key, value)),
        3 => Just(Step::PopFirst),
        1 => (0..60_u16).prop_map(Step::KeepAbove),
        1 => Just(Step::Clear),
    ]
}

fn check(
    map: &LongMap<u16, u32>,
    tree: &BTreeMap<u16, u32>,
    (from, to): (u16, u16),
) -> Result<(), TestCaseError> {
    let is_empty = map.shelves.iter().any(Vec::is_empty);
    prop_assert!(!is_empty || map.shelves.len() == 1);
    prop_assert!(map.shelves.iter().all(|shelf| shelf.len() <= SHELF_MAX));
    prop_assert_eq!(map.len(), tree.len());
    prop_assert_eq!(map.is_empty(), tree.is_empty());
    prop_assert!(map.iter().eq(tree));
    prop_assert!(*map == tree.clone().into_iter().collect());
    prop_assert!(map.values().eq(tree.values()));
    prop_assert!(map.clone().into_iter().eq(tree.clone()));
    prop_assert_eq!(map.first_key_value(), tree.first_key_value());
    prop_assert_eq!(map.get(&from), tree.get(&from));
    prop_assert_eq!(map.contains_key(&to), tree.contains_key(&to));
    prop_assert_eq!(format!("{map:?}"), format!("{tree:?}"));
    prop_assert!(
        map.range(from..to.max(from))
            .eq(tree.range(from..to.max(from)))
    );
    prop_assert!(
        map.range(from..=to.max(from))
            .eq(tree.range(from..=to.max(from)))
    );
    let behind = (Bound::Excluded(&from), Bound::Unbounded);
    prop_assert!(map.range(behind).eq(tree.range(behind)));
    prop_assert!(map.range(..).eq(tree));
    Ok(())
}

#[test]
fn a_long_map_is_as_a_tree() {
    holds(
        "sorted::long::tests::a_long_map_is_as_a_tree",
        200,
        (vec(step(), 0..120), key(), key()),
        |(steps, from, to)| {
            let (mut map, mut tree) = (LongMap::new(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        prop_assert_eq!(map.insert(key, value), tree.insert(key, value));
                    }
                    Step::InsertAll(from, count) => {
                        for key in from..from + count {
                            prop_assert_eq!(map.insert(key, 0), tree.insert(key, 0));
                        }
                    }
                    Step::Remove(key) => prop_assert_eq!(map.remove(&key), tree.remove(&key)),
                    Step::RemoveAll(from, count) => {
                        for key in from..from + count {
                            prop_assert_eq!(map.remove(&key), tree.remove(&key));
                        }
                    }
                    Step::Add(key, value) => {
                        let told = map.get_or_insert_with(key, || 7);
                        let wanted = tree.entry(key).or_insert(7);
                        *told = told.wrapping_add(value);
                        *wanted = wanted.wrapping_add(value);
                        prop_assert_eq!(map.get_mut(&key), tree.get_mut(&key));
                    }
                    Step::PopFirst => prop_assert_eq!(map.pop_first(), tree.pop_first()),
                    Step::KeepAbove(least) => {
                        map.retain(|key, _| *key >= least);
                        tree.retain(|key, _| *key >= least);
                    }
                    Step::Clear => {
                        map.clear();
                        tree.clear();
                    }
                }
                map.values_mut().for_each(|value| *value ^= 1);
                tree.values_mut().for_each(|value| *value ^= 1);
            }
            check(&map, &tree, (from, to))
        },
    );
}

#[test]
fn a_long_set_is_as_a_tree() {
    holds(
        "sorted::long::tests::a_long_set_is_as_a_tree",
        200,
        vec((any::<bool>(), key()), 0..300),
        |steps| {
            let (mut set, mut tree) = (LongSet::new(), BTreeSet::new());
            for (comes, value) in steps {
                if comes {
                    prop_assert_eq!(set.insert(value), tree.insert(value));
                } else {
                    prop_assert_eq!(set.remove(&value), tree.remove(&value));
                }
                prop_assert_eq!(set.contains(&value), comes);
            }
            prop_assert!(set.iter().eq(&tree));
            prop_assert_eq!(format!("{set:?}"), format!("{tree:?}"));
            set.clear();
            prop_assert_eq!(set.iter().next(), None);
            Ok(())
        },
    );
}

#[test]
fn what_comes_in_order_fills_the_shelves() {
    let mut map = LongMap::new();
    (0..10 * SHELF_MAX).for_each(|key| assert_eq!(map.insert(key, ()), None));
    assert_eq!(map.shelves.len(), 10);
    // What is left of them stands together again.
    (0..10 * SHELF_MAX)
        .filter(|key| key % 8 > 0)
        .for_each(|key| {
            map.remove(&key);
        });
    assert!(map.shelves.len() <= 5, "{}", map.shelves.len());
}
