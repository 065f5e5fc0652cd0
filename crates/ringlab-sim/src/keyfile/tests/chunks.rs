//! However a file is cut into chunks, it says the same.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// Set to replay a run that failed, or to try other inputs.
const SEED_VARIABLE: &str = "RINGLAB_SEED";

/// Pieces that mean something to some format.
fn texts() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "b",
        "key",
        "requests",
        "name",
        ",",
        ",",
        "\t",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\"\"",
        "1",
        "20",
        "-3",
        "x y",
        "\u{fc}",
        "\u{feff}",
        "{\"key\":\"a\"}",
        "{\"name\":\"b\",\"count\":2}",
        "{",
        "\"c\"",
        "\n\"d\",5\n",
        "\nkey,bytes\n",
    ];
    let piece = prop::sample::select(pieces.to_vec());
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

type Case = (String, bool, Vec<prop::sample::Index>);

fn cases() -> impl Strategy<Value = Case> {
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 0..12);
    (texts(), any::<bool>(), cuts)
}

/// Whether the whole file and its chunks, as `hand_over` passes them on, say the same.
fn agree(case: &Case, hand_over: impl Fn(&[u8]) -> &[u8]) -> Result<(), TestCaseError> {
    let (text, packed, cuts) = case;
    let packed = if *packed {
        gzip(text.as_bytes())
    } else {
        text.clone().into_bytes()
    };
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(packed.len() + 1)).collect();
    ends.extend([0, packed.len()]);
    ends.sort_unstable();
    let chunks: Vec<&[u8]> = ends
        .windows(2)
        .map(|pair| hand_over(&packed[pair[0]..pair[1]]))
        .collect();
    prop_assert_eq!(says(read(&chunks)), says(read(&[&packed])));
    Ok(())
}

type Said = Result<(Vec<(String, u64, u64)>, ImportReport), ImportError>;

fn says(read: Result<Loaded, ImportError>) -> Said {
    read.map(|loaded| (keys(&loaded), loaded.report))
}

fn run(seed: u64, hand_over: impl Fn(&[u8]) -> &[u8]) -> Result<(), String> {
    let config = Config {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&cases(), |case| agree(&case, &hand_over))
        .map_err(|error| error.to_string())
}

fn seed() -> u64 {
    let given = std::env::var(SEED_VARIABLE).ok();
    given.map_or(0, |seed| seed.parse().expect("the seed is a number"))
}

#[test]
fn chunks_say_what_the_whole_says() {
    let (seed, test) = (seed(), "chunks_say_what_the_whole_says");
    if let Err(error) = run(seed, |chunk| chunk) {
        panic!(
            "{error}\nseed {seed}; replay: {SEED_VARIABLE}={seed} cargo test -p ringlab-sim {test}"
        );
    }
}

#[test]
fn a_lost_byte_is_found() {
    assert!(run(seed(), |chunk| &chunk[chunk.len().min(1)..]).is_err());
}

#[test]
fn damage_is_told_alike_however_the_file_is_cut() {
    let numbers: String = (0..3_000)
        .map(|number| format!("{}\n", number * number))
        .collect();
    for packed in [gzip(b"cat\ndog\n"), gzip(numbers.as_bytes())] {
        for at in (0..packed.len()).rev().step_by(1 + packed.len() / 40) {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x55;
            let whole = says(read(&[&damaged]));
            for bytes in [1, 7, GZIP_SLICE_BYTES - 1] {
                let chunks: Vec<&[u8]> = damaged.chunks(bytes).collect();
                assert_eq!(says(read(&chunks)), whole, "byte {at}, chunks of {bytes}");
            }
        }
    }
}
