//! The keys and the nodes of the benchmark. It knows no ring.

/// Distinct keys.
pub(crate) const KEYS: usize = 1_000_000;
/// Keys of one measurement; the rounds go through all slices in turn.
pub(crate) const SLICE: usize = 100_000;

const KEY_BYTES: usize = "user:0001234:profile".len();

/// A slice of keys, as text and as owned text for those who ask for it.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) text: &'a [&'static str],
    pub(crate) owned: &'a [String],
}

/// `user:0001234:profile` and the like, shuffled, packed one after the other.
pub(crate) struct Population {
    text: Vec<&'static str>,
    owned: Vec<String>,
}

impl Population {
    pub(crate) fn new() -> Self {
        let mut numbers: Vec<usize> = (0..KEYS).collect();
        let mut state = 1_u64;
        for at in (1..KEYS).rev() {
            // A linear congruential generator does for a shuffle (Knuth, MMIX).
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            numbers.swap(at, (state >> 33) as usize % (at + 1));
        }
        let mut packed = String::with_capacity(KEYS * KEY_BYTES);
        for number in numbers {
            packed.push_str(&format!("user:{number:07}:profile"));
        }
        let packed: &'static str = packed.leak();
        let text: Vec<&str> = (0..KEYS)
            .map(|at| &packed[at * KEY_BYTES..][..KEY_BYTES])
            .collect();
        let owned = text.iter().map(|&key| key.to_owned()).collect();
        Self { text, owned }
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[&'static str] {
        &self.text
    }

    /// The first `count` keys of one of the slices, in turn.
    pub(crate) fn slice(&self, round: usize, count: usize) -> Keys<'_> {
        let start = round % (KEYS / SLICE) * SLICE;
        Keys {
            text: &self.text[start..][..count],
            owned: &self.owned[start..][..count],
        }
    }
}

/// `10.0.x.y:6379`, kept for ever so that nobody pays for copies of names.
pub(crate) fn node_name(number: usize) -> &'static str {
    format!("10.0.{}.{}:6379", number / 250, number % 250).leak()
}
