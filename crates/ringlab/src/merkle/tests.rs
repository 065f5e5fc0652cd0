//! Trees against plain maps: two stores that write, and take what the other wrote in part.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::pair::{Key, Value};
use crate::property::{holds, is_broken};
use crate::ring::{NodeId, TokenRange};
use crate::version::{Actor, Dot, Siblings, VersionVector};

const KEYS: u8 = 24;

#[derive(Clone, Debug)]
enum Act {
    Write {
        on: bool,
        key: u8,
        blind: bool,
        value: Option<u8>,
    },
    /// One store takes the other's cell of a key.
    Take { on: bool, key: u8 },
    /// Both take all that the other has.
    Meet,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let value = proptest::option::of(0_u8..4);
    let act = prop_oneof![
        8 => (any::<bool>(), 0..KEYS, any::<bool>(), value)
            .prop_map(|(on, key, blind, value)| Act::Write { on, key, blind, value }),
        8 => (any::<bool>(), 0..KEYS).prop_map(|(on, key)| Act::Take { on, key }),
        1 => Just(Act::Meet),
    ];
    vec(act, 0..40)
}

/// How the ranges lie and how many buckets there are.
fn shapes() -> impl Strategy<Value = (RangeSet, BucketCount)> {
    let range = (any::<u64>(), any::<u64>()).prop_map(|(after, to)| TokenRange {
        after: Token(after),
        to: Token(to),
    });
    let buckets = (0_u32..=7).prop_map(|exponent| BucketCount::new(1 << exponent).unwrap());
    (vec(range, 0..5).prop_map(RangeSet::from_iter), buckets)
}

fn key(number: u8) -> Key {
    Key::new(format!("key {number}").as_bytes()).unwrap()
}

/// How a change of a cell reaches a tree.
type Note = fn(&mut Tree, &Key, &Siblings, &Siblings);

fn note(tree: &mut Tree, key: &Key, before: &Siblings, after: &Siblings) {
    tree.change(key.token(), of_cell(key, before), of_cell(key, after));
}

struct Store {
    storage: Storage,
    tree: Tree,
    note: Note,
}

impl Store {
    fn join(&mut self, key: &Key, cell: &Siblings) {
        let before = self.storage.get(key);
        self.storage.join(key, cell);
        (self.note)(&mut self.tree, key, &before, &self.storage.get(key));
    }

    fn contents(&self) -> BTreeMap<Key, Siblings> {
        let cells = self.storage.cells();
        let within = cells.filter(|(key, _)| self.tree.ranges().contains(key.token()));
        within
            .map(|(key, cell)| (key.clone(), cell.clone()))
            .collect()
    }
}

fn stores(acts: &[Act], (ranges, buckets): (RangeSet, BucketCount), note: Note) -> [Store; 2] {
    let store = || Store {
        storage: Storage::default(),
        tree: Tree::empty(1, ranges.clone(), buckets),
        note,
    };
    let mut stores = [store(), store()];
    for (counter, act) in (1..).zip(acts) {
        match *act {
            Act::Write {
                on,
                key: number,
                blind,
                value,
            } => {
                let (key, on) = (key(number), usize::from(on));
                let mut cell = stores[on].storage.get(&key);
                let context = if blind {
                    VersionVector::default()
                } else {
                    cell.context()
                };
                let node = NodeId(on as u32);
                let actor = Actor { node, since: 1 };
                let value = value.map(|byte| Value::new(&[byte]).unwrap());
                cell.write(Dot { actor, counter }, context, value);
                stores[on].join(&key, &cell);
            }
            Act::Take { on, key: number } => {
                let (key, on) = (key(number), usize::from(on));
                let cell = stores[1 - on].storage.get(&key);
                stores[on].join(&key, &cell);
            }
            Act::Meet => {
                for number in 0..KEYS {
                    for on in [0, 1] {
                        let cell = stores[1 - on].storage.get(&key(number));
                        stores[on].join(&key(number), &cell);
                    }
                }
            }
        }
    }
    stores
}

fn kept_is_rebuilt(
    (acts, shape): (Vec<Act>, (RangeSet, BucketCount)),
    note: Note,
) -> Result<(), TestCaseError> {
    for store in stores(&acts, shape.clone(), note) {
        let rebuilt = Tree::of(&store.storage, 1, shape.0.clone(), shape.1);
        prop_assert_eq!(store.tree, rebuilt);
    }
    Ok(())
}

#[test]
fn a_tree_that_is_kept_equals_one_that_is_rebuilt() {
    let test = "a_tree_that_is_kept_equals_one_that_is_rebuilt";
    holds(test, 512, (acts(), shapes()), |input| {
        kept_is_rebuilt(input, note)
    });
}

#[test]
fn a_change_that_does_not_take_the_old_digest_away_is_caught() {
    let only_adds: Note = |tree, key, _, after| tree.change(key.token(), 0, of_cell(key, after));
    assert!(is_broken(512, (acts(), shapes()), |input| {
        kept_is_rebuilt(input, only_adds)
    }));
}

fn told_is_different(
    (acts, shape): (Vec<Act>, (RangeSet, BucketCount)),
    note: Note,
) -> Result<(), TestCaseError> {
    let [one, other] = stores(&acts, shape, note);
    let (mine, theirs) = (one.contents(), other.contents());
    let keys: BTreeSet<&Key> = mine.keys().chain(theirs.keys()).collect();
    let empty = Siblings::default();
    let cell = |of: &BTreeMap<Key, Siblings>, key| of.get(key).unwrap_or(&empty).clone();
    let different = keys
        .into_iter()
        .filter(|key| cell(&mine, key) != cell(&theirs, key));
    let buckets: BTreeSet<u32> = different
        .map(|key| one.tree.buckets.of(key.token()).unwrap())
        .collect();
    prop_assert_eq!(one.tree.root() == other.tree.root(), buckets.is_empty());
    let told = one.tree.differing(&other.tree).unwrap();
    prop_assert_eq!(told, Vec::from_iter(buckets));
    Ok(())
}

#[test]
fn buckets_that_differ_are_those_with_a_difference() {
    let test = "buckets_that_differ_are_those_with_a_difference";
    holds(test, 512, (acts(), shapes()), |input| {
        told_is_different(input, note)
    });
}

#[test]
fn digests_of_less_than_the_whole_cell_are_caught() {
    let of_keys: Note = |tree, key, before, after| {
        let digest = |cell: &Siblings| u64::from(!cell.is_empty()) * key.token().0;
        tree.change(key.token(), digest(before), digest(after));
    };
    let of_values: Note = |tree, key, before, after| {
        let digest = |cell: &Siblings| cell.values().map(|value| u64::from(value.bytes()[0])).sum();
        tree.change(key.token(), digest(before), digest(after));
    };
    let of_counts: Note = |tree, key, before, after| {
        let digest = |cell: &Siblings| cell.versions().len() as u64;
        tree.change(key.token(), digest(before), digest(after));
    };
    for planted in [of_keys, of_values, of_counts] {
        assert!(is_broken(512, (acts(), shapes()), |input| {
            told_is_different(input, planted)
        }));
    }
}

#[test]
fn a_bucket_has_the_tokens_that_are_in_it() {
    let test = "a_bucket_has_the_tokens_that_are_in_it";
    holds(
        test,
        256,
        (shapes(), vec(any::<u64>(), 20)),
        |(shape, tokens)| {
            let tree = Tree::empty(1, shape.0.clone(), shape.1);
            let buckets: Vec<u32> = (0..shape.1.get()).collect();
            prop_assert_eq!(&tree.tokens(&buckets), &shape.0);
            let ends = shape.0.ranges().flat_map(|range| [range.after, range.to]);
            for token in ends.chain(tokens.into_iter().map(Token)) {
                let bucket = tree.buckets.of(token);
                prop_assert_eq!(bucket.is_some(), shape.0.contains(token));
                for &each in &buckets {
                    let within = tree.tokens(&[each]).contains(token);
                    prop_assert_eq!(within, bucket == Some(each));
                }
            }
            Ok(())
        },
    );
}

#[test]
fn trees_of_different_scopes_are_not_compared() {
    let whole = || RangeSet::from(TokenRange::whole(Token(5)));
    let part = || {
        RangeSet::from(TokenRange {
            after: Token(5),
            to: Token(6),
        })
    };
    let buckets = |count| BucketCount::new(count).unwrap();
    let tree = Tree::empty(3, whole(), buckets(64));
    for (other, reason) in [
        (Tree::empty(4, whole(), buckets(64)), Incomparable::Version),
        (Tree::empty(3, whole(), buckets(128)), Incomparable::Buckets),
        (Tree::empty(3, part(), buckets(64)), Incomparable::Ranges),
    ] {
        assert_eq!(tree.differing(&other), Err(reason));
    }
    assert_eq!(tree.differing(&tree), Ok(Vec::new()));
}

#[test]
fn what_counts_twice_does_not_vanish() {
    let whole = RangeSet::from(TokenRange::whole(Token(0)));
    let mut tree = Tree::empty(1, whole, BucketCount::default());
    for _ in 0..2 {
        tree.change(Token(9), 0, 77);
    }
    assert_ne!(tree.root(), 0);
}

#[test]
fn a_cell_that_says_no_more_than_its_row_counts_nothing() {
    let row = Siblings::loaded(Value::new(b"7").unwrap());
    assert_eq!(of_cell(&key(1), &row), 0);
    assert_eq!(of_cell(&key(1), &Siblings::default()), 0);
    let mut written = row;
    let dot = Dot {
        counter: 2,
        ..Dot::LOADED
    };
    written.write(dot, VersionVector::default(), None);
    assert_ne!(of_cell(&key(1), &written), 0);
}

#[test]
fn the_forest_keeps_the_trees_that_were_used_last() {
    let mut forest = Forest::default();
    let storage: Storage = Storage::default();
    let buckets = BucketCount::default();
    let whole = || RangeSet::from(TokenRange::whole(Token(0)));
    let made = |forest: &mut Forest, node| {
        let mut made = false;
        let ranges = || {
            made = true;
            whole()
        };
        let Ok(_) = forest.tree(NodeId(node), (1, buckets), ranges, &storage);
        made
    };
    for node in 0..forest::TREES_MAX as u32 {
        assert!(made(&mut forest, node));
    }
    assert!(!made(&mut forest, 0), "kept");
    assert!(
        made(&mut forest, 99),
        "in place of the one that was not used for longest"
    );
    assert!(!made(&mut forest, 0) && made(&mut forest, 1));
    let Ok(other) = forest.tree(NodeId(0), (2, buckets), whole, &storage);
    assert_eq!(other.scope().version, 2);
}
