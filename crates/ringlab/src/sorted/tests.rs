//! Sorted vectors against the B-trees whose interface they have.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::sort::by_numbers;
use super::{SortedMap, SortedSet};
use crate::property::holds;

#[derive(Clone, Debug)]
enum Step {
    Insert(u8, u32),
    Remove(u8),
    Add(u8, u32),
    AddNear(u8, u32),
    PopFirst,
    PopLast,
    KeepAbove(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (any::<u8>(), any::<u32>()).prop_map(|(key, value)| Step::Insert(key, value)),
        3 => any::<u8>().prop_map(Step::Remove),
        3 => (any::<u8>(), 0..9_u32).prop_map(|(key, value)| Step::Add(key, value)),
        3 => (any::<u8>(), 0..9_u32).prop_map(|(key, value)| Step::AddNear(key, value)),
        1 => Just(Step::PopFirst),
        1 => Just(Step::PopLast),
        1 => (0..40_u8).prop_map(Step::KeepAbove),
    ]
}

#[test]
fn a_map_is_as_a_tree() {
    let inputs = (vec(step(), 0..200), any::<u8>(), any::<u8>());
    holds(
        "sorted::tests::a_map_is_as_a_tree",
        500,
        inputs,
        |(steps, from, to)| {
            let (mut map, mut tree) = (SortedMap::new(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        prop_assert_eq!(map.insert(key, value), tree.insert(key, value));
                    }
                    Step::Remove(key) => prop_assert_eq!(map.remove(&key), tree.remove(&key)),
                    Step::Add(key, value) => {
                        let (told, wanted) = (map.entry(key), tree.entry(key));
                        let (told, wanted) = (told.or_default(), wanted.or_default());
                        *told = told.wrapping_add(value);
                        *wanted = wanted.wrapping_add(value);
                    }
                    // Right now and then, wrong often, beyond all of them at times.
                    Step::AddNear(key, value) => {
                        let guess = usize::from(key / 4);
                        let told = map.get_mut_near(&key, guess);
                        prop_assert_eq!(told.as_deref(), tree.get(&key));
                        let told = map.entry_near(key, guess).or_default();
                        let wanted = tree.entry(key).or_default();
                        *told = told.wrapping_add(value);
                        *wanted = wanted.wrapping_add(value);
                    }
                    Step::PopFirst => prop_assert_eq!(map.pop_first(), tree.pop_first()),
                    Step::PopLast => prop_assert_eq!(map.pop_last(), tree.pop_last()),
                    Step::KeepAbove(least) => {
                        map.retain(|key, _| *key >= least);
                        tree.retain(|key, _| *key >= least);
                    }
                }
                prop_assert!(map.iter().eq(&tree));
                prop_assert_eq!(map.len(), tree.len());
            }
            prop_assert_eq!(map.first_key_value(), tree.first_key_value());
            prop_assert_eq!(map.last_key_value(), tree.last_key_value());
            for key in [from, to] {
                prop_assert_eq!(map.get(&key), tree.get(&key));
            }
            let (from, to) = (from.min(to), from.max(to));
            prop_assert!(map.range(from..to).eq(tree.range(from..to)));
            prop_assert!(map.range(from..=to).rev().eq(tree.range(from..=to).rev()));
            prop_assert_eq!(format!("{map:?}"), format!("{tree:?}"));
            Ok(())
        },
    );
}

#[test]
fn a_set_is_as_a_tree() {
    let inputs = (vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..40));
    holds(
        "sorted::tests::a_set_is_as_a_tree",
        500,
        inputs,
        |(one, other)| {
            let trees =
                [&one, &other].map(|values| values.iter().copied().collect::<BTreeSet<u8>>());
            let sets =
                [&one, &other].map(|values| values.iter().copied().collect::<SortedSet<u8>>());
            let ([one, other], [tree, other_tree]) = (sets, trees);
            prop_assert!(one.iter().eq(&tree));
            prop_assert!(one.difference(&other).eq(tree.difference(&other_tree)));
            prop_assert!(one.intersection(&other).eq(tree.intersection(&other_tree)));
            prop_assert!((&one - &other).iter().eq(&(&tree - &other_tree)));
            prop_assert_eq!(one.is_subset(&other), tree.is_subset(&other_tree));
            prop_assert_eq!(one.is_superset(&other), tree.is_superset(&other_tree));
            prop_assert_eq!((one.first(), one.last()), (tree.first(), tree.last()));
            for value in other.iter() {
                prop_assert_eq!(one.contains(value), tree.contains(value));
                let (mut set, mut tree) = (one.clone(), tree.clone());
                prop_assert_eq!(set.remove(value), tree.remove(value));
                prop_assert!(set.iter().eq(&tree));
            }
            Ok(())
        },
    );
}

#[test]
fn a_list_is_sorted_and_equal_entries_stay_in_order() {
    let inputs = vec((0_u8..20, any::<u16>()), 0..300);
    let test = "sorted::tests::a_list_is_sorted_and_equal_entries_stay_in_order";
    holds(test, 500, inputs, |mut list| {
        let mut wanted = list.clone();
        wanted.sort_by_key(|&(key, _)| key);
        by_numbers(&mut list, |one, other| one.0.cmp(&other.0));
        prop_assert_eq!(list, wanted);
        Ok(())
    });
}
