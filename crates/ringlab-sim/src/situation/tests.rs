//! Links: what is written is read again; what is broken or absurd is refused by name.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use ringlab::settings::Setting;

use super::*;

fn fragment_of_bytes(bytes: &[u8]) -> String {
    let packed = miniz_oxide::deflate::compress_to_vec(bytes, 9);
    format!("v2.{}", URL_SAFE_NO_PAD.encode(packed))
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
    let every = ringlab::settings::TABLE
        .iter()
        .map(|row| (row.setting, row.default()));
    let most = |(setting, value)| match setting {
        Setting::ProbeTimeout | Setting::HintLifetime | Setting::ValueBytesMax => {
            (setting, value - 1)
        }
        Setting::TombstoneGrace => (setting, value + 1),
        Setting::GossipInterval => (setting, 60_000),
        setting => (setting, setting.row().most),
    };
    let every: Vec<_> = every.map(most).collect();
    let set = with(|situation| situation.settings = situation.settings.with(&every).unwrap());
    assert_eq!(set.settings.chosen.len(), every.len());
    for situation in [Situation::fresh(u64::MAX), thousand_nodes(), written, set] {
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
    let long = format!("v2.{}", "A".repeat(FRAGMENT_BYTES_MAX));
    let bomb = fragment_of_bytes(&vec![0; 64 << 20]);
    for (fragment, expected) in [
        ("", FragmentError::Broken),
        ("v2", FragmentError::Broken),
        ("v2.", FragmentError::Broken),
        ("v2.***", FragmentError::Broken),
        ("v1.***", FragmentError::Broken),
        (&good[..good.len() / 2], FragmentError::Broken),
        ("v3.AAAA", FragmentError::Version("v3".into())),
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
    let chosen = |setting, value| {
        with(|situation| {
            situation.settings.chosen.insert(setting, value);
        })
    };
    let cases: [(&str, Situation); 9] = [
        (
            "virtual nodes: 4000000000",
            with(|s| s.settings.virtual_nodes = 4_000_000_000),
        ),
        ("n is 0", chosen(Setting::N, 0)),
        ("n is 9", chosen(Setting::N, 9)),
        ("r is 4", chosen(Setting::R, 4)),
        ("w is 0", chosen(Setting::W, 0)),
        ("memtable-bytes is 1 B", chosen(Setting::MemtableBytes, 1)),
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
        let fragment = situation.to_fragment().unwrap();
        let error = Situation::from_fragment(&fragment).unwrap_err();
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
}

/// A link that the first version of the page wrote, byte by byte: seed 7, 64 virtual nodes, N 4,
/// R 3, W 2, zones first, the sample, two nodes, one deletion.
#[test]
fn a_link_of_the_first_version_is_still_read() {
    let bytes = [
        &[7, 64, 4, 3, 2, 1, 0, 2][..],
        &[
            1, 1, b'a', 0xe8, 7, 1, b'x', 2, 1, b'b', 0xe8, 7, 1, b'y', 3,
        ],
        &[1, 1, b'k', 0],
    ]
    .concat();
    let packed = miniz_oxide::deflate::compress_to_vec(&bytes, 9);
    let link = format!("v1.{}", URL_SAFE_NO_PAD.encode(packed));
    let situation = Situation::from_fragment(&link).unwrap();
    let settings = &situation.settings;
    assert_eq!((situation.seed, settings.virtual_nodes), (7, 64));
    for (setting, value) in [
        (Setting::N, 4),
        (Setting::R, 3),
        (Setting::W, 2),
        (Setting::Spread, 1),
        (Setting::Gossip, 1),
    ] {
        assert_eq!(settings.get(setting), value);
    }
    assert_eq!(settings.chosen.len(), 4, "W is the default");
    assert_eq!(situation.nodes[1].name.as_str(), "b");
    assert_eq!(situation.writes, [(b"k".to_vec(), None)]);
    let again = situation.to_fragment().unwrap();
    assert!(again.starts_with("v2."));
    assert_eq!(Situation::from_fragment(&again).unwrap(), situation);
}

#[test]
fn a_link_with_a_setting_that_nobody_knows_says_so() {
    let strange = (
        1_u64,
        256_u32,
        vec![("number-of-things", 3_u64)],
        KeySource::Sample,
    );
    let rest = (Situation::fresh(1).nodes, 9_u32, Vec::<Write>::new());
    let bytes = postcard::to_stdvec(&(strange, rest)).unwrap();
    let error = Situation::from_fragment(&fragment_of_bytes(&bytes)).unwrap_err();
    assert_eq!(error.to_string(), "\"number-of-things\" is no setting");
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
    proptest!(config, |(text in "v[12]\\.[A-Za-z0-9_-]{0,200}")| {
        if let Ok(situation) = Situation::from_fragment(&text) {
            prop_assert!(situation.check().is_ok());
        }
    });
}
