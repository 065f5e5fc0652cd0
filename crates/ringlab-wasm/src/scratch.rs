//! Memory that both sides know: JavaScript writes a key to it and is told where a list of nodes
//! stands. Saves each lookup an allocation and a copy. It knows no ring.

use std::cell::RefCell;

use ringlab::hash::{self, Token};
use ringlab::ring::{NodeId, PreferenceList};
use wasm_bindgen::prelude::*;

/// Longest key that it takes; longer ones come as an array of their own.
const BYTES: usize = 4_096;

/// Aligned, so that JavaScript may write four bytes at once.
#[repr(align(64))]
struct Scratch([u8; BYTES]);

thread_local! {
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch([0; BYTES])) };
}

/// Where in the memory it stands.
#[must_use]
#[wasm_bindgen(js_name = scratchAddress)]
pub fn address() -> usize {
    SCRATCH.with_borrow(|scratch| scratch.0.as_ptr() as usize)
}

/// How many bytes it has.
#[must_use]
#[wasm_bindgen(js_name = scratchBytes)]
pub fn bytes() -> usize {
    BYTES
}

/// The token of the key of so many bytes that stands in it.
#[must_use]
#[wasm_bindgen(js_name = tokenAt)]
pub fn token_at(len: usize) -> u64 {
    token(len).0
}

/// The token of a key.
#[must_use]
#[wasm_bindgen(js_name = tokenOf)]
pub fn token_of(key: &[u8]) -> u64 {
    hash::token(key).0
}

#[inline]
pub(crate) fn token(len: usize) -> Token {
    SCRATCH.with_borrow(|scratch| hash::token(&scratch.0[..len]))
}

/// What is made of the key of so many bytes that stands in it.
#[cfg(feature = "placement")]
#[inline]
pub(crate) fn with_key<R>(len: usize, make: impl FnOnce(&[u8]) -> R) -> R {
    SCRATCH.with_borrow(|scratch| make(&scratch.0[..len]))
}

/// Puts nodes in, four bytes each; how many there are.
pub(crate) fn put(list: &PreferenceList) -> usize {
    SCRATCH.with_borrow_mut(|scratch| {
        let (rooms, _) = scratch.0.as_chunks_mut();
        for (room, NodeId(id)) in rooms.iter_mut().zip(list.iter()) {
            *room = id.to_le_bytes();
        }
    });
    list.len()
}
