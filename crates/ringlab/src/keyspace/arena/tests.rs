//! Keys of telling lengths, and a full arena.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn keys_come_back_from_their_places() {
    let mut arena = Arena::new();
    let lengths = [0, 1, 2, 253, 254, 255, 256, 65_535, 65_536];
    let key = |at: usize| vec![u8::try_from(at % 251).unwrap(); lengths[at % lengths.len()]];
    // Enough to fill several chunks, so that keys end at their edges.
    let places: Vec<u32> = (0..500).map(|at| arena.push(&key(at)).unwrap()).collect();
    assert!(arena.chunks.len() > 5);
    assert!(arena.chunks.iter().all(|chunk| chunk.len() <= CHUNK));
    for (at, place) in places.into_iter().enumerate() {
        assert_eq!(arena.get(place), key(at));
    }
}

#[test]
fn a_full_arena_takes_no_more() {
    let mut arena = Arena::new();
    arena.chunks = vec![Vec::new(); CHUNKS_MAX - 1];
    let fits = CHUNK / (1 << 16);
    for _ in 0..fits + fits - 2 {
        assert!(arena.push(&[7; (1 << 16) - 5]).is_some());
    }
    let places: Vec<_> = (0..3).map(|_| arena.push(&[7; (1 << 16) - 5])).collect();
    assert!(places[0].is_some() && places[2].is_none(), "{places:?}");
    assert_eq!(arena.get(places[0].unwrap()), [7; (1 << 16) - 5]);
}
