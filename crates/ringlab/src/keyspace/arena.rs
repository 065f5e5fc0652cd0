//! Keys one behind the other in chunks, each after its length. It knows no tokens.

#[cfg(test)]
mod tests;

/// Bytes of a chunk, as a power of two; the longest key fits.
const CHUNK_BITS: u32 = 20;
const CHUNK: usize = 1 << CHUNK_BITS;
/// Most chunks: a place has 32 bits for both the chunk and the byte in it.
const CHUNKS_MAX: usize = 1 << 10;
/// Most bytes that the keys of one population take together: 1 GiB.
pub(super) const ARENA_BYTES_MAX: u64 = (CHUNKS_MAX * CHUNK) as u64;

/// First byte of a key whose length needs four bytes more.
const LONG: u8 = u8::MAX;

/// The bytes of all keys; a key is known by its place.
pub(super) struct Arena {
    chunks: Vec<Vec<u8>>,
}

impl Arena {
    pub(super) const fn new() -> Self {
        Self { chunks: Vec::new() }
    }

    /// Stores a key of at most [`super::KEY_BYTES_MAX`] bytes; `None` when it is full.
    pub(super) fn push(&mut self, key: &[u8]) -> Option<u32> {
        let head = if key.len() < LONG as usize { 1 } else { 5 };
        let fits = |chunk: &Vec<u8>| chunk.len() + head + key.len() <= CHUNK;
        if !self.chunks.last().is_some_and(fits) {
            if self.chunks.len() == CHUNKS_MAX {
                return None;
            }
            // The first chunk grows as it is used: most populations of a test are small.
            let capacity = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(Vec::with_capacity(capacity));
        }
        let number = self.chunks.len() - 1;
        let chunk = &mut self.chunks[number];
        let place = number << CHUNK_BITS | chunk.len();
        match u8::try_from(key.len()) {
            Ok(length) if length < LONG => chunk.push(length),
            _ => {
                let length = u32::try_from(key.len()).expect("a key is shorter than a chunk");
                chunk.push(LONG);
                chunk.extend_from_slice(&length.to_le_bytes());
            }
        }
        chunk.extend_from_slice(key);
        Some(u32::try_from(place).expect("chunks and their bytes fit 32 bits"))
    }

    /// The key at a place that `push` gave.
    pub(super) fn get(&self, place: u32) -> &[u8] {
        let from_place = &self.chunks[place as usize >> CHUNK_BITS][place as usize % CHUNK..];
        match from_place {
            [LONG, a, b, c, d, rest @ ..] => &rest[..u32::from_le_bytes([*a, *b, *c, *d]) as usize],
            [length, rest @ ..] => &rest[..*length as usize],
            [] => unreachable!("a place is where a key was stored"),
        }
    }
}
