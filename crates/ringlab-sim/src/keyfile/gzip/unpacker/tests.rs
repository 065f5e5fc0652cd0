//! The members of a file, held against flate2.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::io::Write as _;

use flate2::write::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use proptest::prelude::*;
use ringlab::property::holds;

use super::*;

/// What is in these bytes, which come in pieces of so many; none, if they are damaged or not whole.
fn ours(bytes: &[u8], piece: usize) -> Option<Vec<u8>> {
    let mut unpacker = Unpacker::new();
    let mut unpacked = Vec::new();
    for piece in bytes.chunks(piece) {
        unpacker.take(piece, &mut unpacked).ok()?;
    }
    unpacker.is_whole().then_some(unpacked)
}

fn theirs(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = MultiGzDecoder::new(Vec::new());
    decoder.write_all(bytes).ok()?;
    decoder.finish().ok()
}

fn part(content: &[u8], header: GzBuilder, level: u32) -> Vec<u8> {
    let mut encoder = header.write(Vec::new(), Compression::new(level));
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn a_header() -> impl Strategy<Value = GzBuilder> {
    let text = || proptest::option::of(proptest::collection::vec(1..=u8::MAX, 0..20));
    let extra = proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20));
    (text(), text(), extra).prop_map(|(name, comment, extra)| {
        let mut header = GzBuilder::new();
        if let Some(name) = name {
            header = header.filename(name);
        }
        if let Some(comment) = comment {
            header = header.comment(comment);
        }
        if let Some(extra) = extra {
            header = header.extra(extra);
        }
        header
    })
}

fn a_part() -> impl Strategy<Value = Vec<u8>> {
    let content = proptest::collection::vec(proptest::sample::select(&b"abcd\n"[..]), 0..300);
    (content, a_header(), 0_u32..=9)
        .prop_map(|(content, header, level)| part(&content, header, level))
}

#[test]
fn files_say_what_they_say_to_flate2() {
    let parts = proptest::collection::vec(a_part(), 0..4);
    let damage = proptest::option::of((any::<proptest::sample::Index>(), 1..=u8::MAX));
    let inputs = (parts, 1_usize..100, damage, 0_usize..20);
    let test = "keyfile::gzip::unpacker::tests::files_say_what_they_say_to_flate2";
    holds(test, 256, inputs, |(parts, piece, damage, missing)| {
        let mut file = parts.concat();
        file.truncate(file.len().saturating_sub(missing.saturating_sub(10)));
        if let (Some((at, bits)), false) = (damage, file.is_empty()) {
            let at = at.index(file.len());
            file[at] ^= bits;
        }
        prop_assert_eq!(ours(&file, piece), theirs(&file));
        prop_assert_eq!(ours(&file, file.len().max(1)), theirs(&file));
        Ok(())
    });
}

#[test]
fn what_is_longer_than_a_window_is_unpacked() {
    let content: Vec<u8> = (0..200_000_u32)
        .flat_map(|n| n.wrapping_mul(n).to_le_bytes())
        .collect();
    for level in [0, 1, 9] {
        let packed = part(&content, GzBuilder::new(), level);
        for piece in [1, 4_096, packed.len()] {
            assert!(
                ours(&packed, piece).as_ref() == Some(&content),
                "{level} {piece}"
            );
        }
    }
    let zeroes = vec![0; 10_000_000];
    let packed = part(&zeroes, GzBuilder::new(), 9);
    assert!(ours(&packed, 4_096).as_ref() == Some(&zeroes));
}

#[test]
fn a_header_has_its_own_checksum() {
    let plain = part(b"cat", GzBuilder::new(), 6);
    let mut header = plain[..10].to_vec();
    header[3] = HAS_HEADER_SUM;
    let [low, high, ..] = CRC32.checksum(&header).to_le_bytes();
    let with = |sum: [u8; 2]| [&header[..], &sum, &plain[10..]].concat();
    assert_eq!(ours(&with([low, high]), 1).as_deref(), Some(&b"cat"[..]));
    assert_eq!(theirs(&with([low, high])).as_deref(), Some(&b"cat"[..]));
    assert_eq!(ours(&with([low, !high]), 1), None);
}

#[test]
fn names_have_a_limit() {
    for (length, is_read) in [(NAME_BYTES_MAX, true), (NAME_BYTES_MAX + 1, false)] {
        let file = part(b"cat", GzBuilder::new().filename(vec![b'x'; length]), 6);
        assert_eq!(ours(&file, 1_000).is_some(), is_read);
        assert_eq!(theirs(&file).is_some(), is_read);
    }
}
