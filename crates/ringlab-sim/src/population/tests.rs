//! Made populations against their laws, and against golden digests that hold on every platform.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::loading::{Loaded, Loader};

fn made(shape: Shape, keys: u32, seed: u64) -> Loaded {
    Loader::making(Population { shape, keys, seed })
        .unwrap()
        .finish()
}

/// Of every row: its key and its load.
fn digest(loaded: &Loaded) -> u64 {
    let keyspace = &loaded.keyspace;
    let mut bytes = Vec::new();
    for row in 0..keyspace.len() {
        bytes.extend_from_slice(keyspace.key(row));
        let load = keyspace.load_of(row);
        bytes.extend_from_slice(&load.requests.to_le_bytes());
        bytes.extend_from_slice(&load.bytes.to_le_bytes());
    }
    seahash::hash(&bytes)
}

/// Requests, most first.
fn requests(loaded: &Loaded) -> Vec<u64> {
    let keyspace = &loaded.keyspace;
    let mut requests: Vec<u64> = (0..keyspace.len())
        .map(|row| keyspace.load_of(row).requests)
        .collect();
    requests.sort_unstable_by(|one, other| other.cmp(one));
    requests
}

#[test]
fn populations_are_the_same_everywhere() {
    let golden = [
        (Shape::Uniform, 7_417_443_699_285_899_129),
        (Shape::Zipf { exponent: 1_000 }, 1_593_556_215_739_831_658),
        (Shape::Zipf { exponent: 733 }, 4_165_969_092_914_665_603),
        (Shape::Zipf { exponent: 3_000 }, 362_640_018_905_336_114),
        (Shape::Sequential, 9_214_771_323_037_445_165),
        (Shape::HotKey { percent: 30 }, 10_254_611_696_183_885_802),
    ];
    let made = golden.map(|(shape, _)| (shape, digest(&made(shape, 20_000, 42))));
    assert_eq!(made, golden);
}

#[test]
fn a_seed_makes_its_own_names() {
    let [one, same, other] = [1, 1, 2].map(|seed| digest(&made(Shape::Uniform, 100, seed)));
    assert!(one == same && one != other);
}

#[test]
fn every_key_is_another() {
    for shape in [Shape::Uniform, Shape::Sequential] {
        let loaded = made(shape, 100_000, 3);
        assert_eq!(
            (loaded.keyspace.len(), loaded.report.duplicates),
            (100_000, 0)
        );
        assert_eq!(loaded.report.total.requests, 100_000 * REQUESTS_EACH);
    }
    let sequential = made(Shape::Sequential, 12, 3);
    assert!(sequential.keyspace.find(b"key-0000012").is_some());
}

#[test]
fn zipf_divides_by_the_rank() {
    let requests = requests(&made(Shape::Zipf { exponent: 1_000 }, 1_000, 3));
    for (rank, requests) in (1_u64..).zip(requests) {
        assert_eq!(
            requests,
            (REQUESTS_ZIPF_FIRST + rank / 2) / rank,
            "rank {rank}"
        );
    }
}

#[test]
fn the_hot_key_has_its_percentage() {
    for (keys, percent) in [(2, 1), (2, 50), (1_000, 30), (5_000, 99)] {
        let requests = requests(&made(Shape::HotKey { percent }, keys, 3));
        let all: u64 = requests.iter().sum();
        let hot = if percent == 1 {
            requests[1]
        } else {
            requests[0]
        };
        let exact = all as f64 * f64::from(percent) / 100.0;
        assert!(
            (hot as f64 - exact).abs() <= 1.0,
            "{keys} {percent}: {hot} of {all}"
        );
    }
    assert_eq!(
        requests(&made(Shape::HotKey { percent: 30 }, 1, 3)),
        [REQUESTS_EACH]
    );
}

#[test]
fn what_is_out_of_bounds_is_refused() {
    let refusals = [
        (
            Shape::Uniform,
            0,
            "keys: 0 is asked for; 1 to 5000000 are possible",
        ),
        (
            Shape::Uniform,
            5_000_001,
            "keys: 5000001 is asked for; 1 to 5000000 are possible",
        ),
        (
            Shape::Zipf { exponent: 3_001 },
            1,
            "exponent in thousandths: 3001 is asked for; 1 to 3000 are possible",
        ),
        (
            Shape::HotKey { percent: 100 },
            1,
            "percent of the hot key: 100 is asked for; 1 to 99 are possible",
        ),
    ];
    for (shape, keys, text) in refusals {
        let refused = Loader::making(Population {
            shape,
            keys,
            seed: 1,
        });
        assert_eq!(refused.err().unwrap().to_string(), text);
    }
}

#[test]
fn the_largest_populations_stay_within_limits() {
    // Not made here: the sums alone.
    let keys = crate::situation::KEYS_MAX;
    let zipf: u64 = (1..=keys).map(|rank| zipf(rank, 1)).sum();
    let hot = hot(keys, 99);
    assert!(zipf < ringlab::keyspace::LOAD_MAX, "{zipf}");
    assert!(hot < ringlab::keyspace::LOAD_MAX, "{hot}");
}
