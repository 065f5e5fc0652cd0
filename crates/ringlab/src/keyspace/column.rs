//! A growing column of numbers that never moves what it holds: doubling a `Vec` would need three
//! times its size at once, and a browser's memory never shrinks again.

/// Entries of a chunk.
const CHUNK: usize = 1 << 16;

/// Entries by number, in chunks.
pub(super) struct Column<T> {
    chunks: Vec<Vec<T>>,
}

impl<T: Copy> Column<T> {
    pub(super) const fn new() -> Self {
        Self { chunks: Vec::new() }
    }

    pub(super) fn push(&mut self, entry: T) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(entry),
            Some(_) => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(entry);
                self.chunks.push(chunk);
            }
            // The first chunk grows as it is used: most populations of a test are small.
            None => self.chunks.push(vec![entry]),
        }
    }

    pub(super) fn get(&self, at: u32) -> T {
        self.chunks[at as usize / CHUNK][at as usize % CHUNK]
    }

    pub(super) fn get_mut(&mut self, at: u32) -> &mut T {
        &mut self.chunks[at as usize / CHUNK][at as usize % CHUNK]
    }
}
