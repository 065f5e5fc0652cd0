//! Links: what is written is read again; what is broken or absurd is refused by name.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::*;

fn fragment_of_bytes(bytes: &[u8]) -> String {
    let packed = miniz_oxide::deflate::compress_to_vec(bytes, 9);
    format!("v1.{}", URL_SAFE_NO_PAD.encode(packed))
}

fn with(change: impl FnOnce(&mut Situation)) -> Situation {
    let mut situation = Situation::fresh(1);
    change(&mut situation);
    situation
}

fn thousand_nodes() -> Situation {
    with(|situation| {
        let first = situation.nodes[0].clone();
        situation.nodes = (1..=1_000)
            .map(|id| NodeSpec {
                id: NodeId(id),
                name: numbered_name(id),
                ..first.clone()
            })
            .collect();
        situation.next_id = 1_001;
    })
}

#[test]
fn a_situation_comes_back_from_its_fragment() {
    let written = with(|situation| {
        situation
            .writes
            .push((vec![0, 255, 10], Some(b"value".to_vec())));
        situation.writes.push((b"gone".to_vec(), None));
        situation.keys = KeySource::Own {
            label: "keys.csv".into(),
            keys: 12,
        };
    });
    for situation in [Situation::fresh(u64::MAX), thousand_nodes(), written] {
        let fragment = situation.to_fragment().unwrap();
        assert_eq!(Situation::from_fragment(&fragment).unwrap(), situation);
    }
}

#[test]
fn a_thousand_nodes_fit_a_link_that_mail_programs_keep_whole() {
    let bytes = thousand_nodes().to_fragment().unwrap().len();
    assert!(bytes < 8_000, "{bytes} bytes");
}

#[test]
fn what_is_too_large_for_a_link_is_said() {
    // Bytes that do not deflate: the digits of a simple generator.
    let mut state = 1_u64;
    let mut noise = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    let value: Vec<u8> = (0..100_000).map(|_| noise()).collect();
    let large = with(|situation| situation.writes.push((b"key".to_vec(), Some(value))));
    let refused = large.to_fragment().unwrap_err();
    assert!(
        matches!(refused, FragmentError::TooLong { bytes } if bytes > 100_000),
        "{refused}"
    );
}

#[test]
fn broken_fragments_are_refused() {
    let good = Situation::fresh(1).to_fragment().unwrap();
    let long = format!("v1.{}", "A".repeat(FRAGMENT_BYTES_MAX));
    let bomb = fragment_of_bytes(&vec![0; 64 << 20]);
    for (fragment, expected) in [
        ("", FragmentError::Broken),
        ("v1", FragmentError::Broken),
        ("v1.", FragmentError::Broken),
        ("v1.***", FragmentError::Broken),
        (&good[..good.len() / 2], FragmentError::Broken),
        ("v2.AAAA", FragmentError::Version("v2".into())),
        (
            &long,
            FragmentError::TooLong {
                bytes: long.len() as u64,
            },
        ),
        (
            &bomb,
            if bomb.len() > FRAGMENT_BYTES_MAX {
                FragmentError::TooLong {
                    bytes: bomb.len() as u64,
                }
            } else {
                FragmentError::Broken
            },
        ),
    ] {
        assert_eq!(
            Situation::from_fragment(fragment),
            Err(expected),
            "{:.40}",
            fragment
        );
    }
}

#[test]
fn absurd_sizes_are_refused_by_name() {
    let cases: [(&str, Situation); 8] = [
        (
            "virtual nodes: 4000000000",
            with(|s| s.settings.virtual_nodes = 4_000_000_000),
        ),
        ("N: 0", with(|s| s.settings.n = 0)),
        ("N: 9", with(|s| s.settings.n = 9)),
        ("R: 4", with(|s| s.settings.r = 4)),
        ("W: 0", with(|s| s.settings.w = 0)),
        (
            "keys: 0",
            with(|s| {
                s.keys = KeySource::Generated(Population {
                    shape: Shape::Uniform,
                    keys: 0,
                    seed: 1,
                });
            }),
        ),
        ("node-1", with(|s| s.nodes[1].name = numbered_name(1))),
        ("nodes: 0", with(|s| s.nodes.clear())),
    ];
    for (expected, situation) in cases {
        let bytes = postcard::to_stdvec(&situation).unwrap();
        let error = Situation::from_fragment(&fragment_of_bytes(&bytes)).unwrap_err();
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
}

#[test]
fn nodes_need_an_id_that_was_given_and_somebody_must_store() {
    let early = with(|situation| situation.next_id = 8);
    assert_eq!(early.check(), Err(SituationError::Id(NodeId(8))));
    let idle = with(|situation| {
        for node in &mut situation.nodes {
            node.weight = Weight::ZERO;
        }
    });
    assert_eq!(idle.check(), Err(SituationError::NoStorage));
}

#[test]
fn writes_are_possible_and_one_a_key() {
    let write = |key: &[u8]| (key.to_vec(), None);
    let checked = |writes: Vec<Write>| with(|situation| situation.writes = writes).check();
    assert_eq!(checked(vec![write(b"a"), write(b"b")]), Ok(()));
    let refused = |number| Err(SituationError::Write { number });
    assert_eq!(checked(vec![write(b"a"), write(b"a")]), refused(1));
    assert_eq!(checked(vec![write(b"")]), refused(0));
    assert_eq!(checked(vec![write(&[b'k'; KEY_BYTES_MAX + 1])]), refused(0));
    let large = (b"a".to_vec(), Some(vec![0; VALUE_BYTES_MAX + 1]));
    assert_eq!(checked(vec![large]), refused(0));
}

#[test]
fn any_text_is_read_without_a_panic() {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(text in "v1\\.[A-Za-z0-9_-]{0,200}")| {
        if let Ok(situation) = Situation::from_fragment(&text) {
            prop_assert!(situation.check().is_ok());
        }
    });
}
