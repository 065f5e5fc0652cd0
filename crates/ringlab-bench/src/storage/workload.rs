//! What every engine writes and reads. It knows no engine.

use ringlab::hash::virtual_token;
use ringlab::pair::{Key, Value};
use ringlab::version::Siblings;

/// How many keys.
pub(crate) const KEYS: usize = 1_000_000;
/// Bytes of each key.
pub(crate) const KEY_BYTES: usize = 16;
/// Bytes of each value.
pub(crate) const VALUE_BYTES: usize = 100;
/// Writes that one sync makes durable.
pub(crate) const GROUP: usize = 1_000;

/// In which order keys are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// That of their bytes: what a store that keeps keys in this order likes best. One that keeps
    /// them by their hashes sees no order in it.
    Ascending,
    /// None that any store keeps them in.
    Random,
}

impl Order {
    pub(crate) const ALL: [Self; 2] = [Self::Ascending, Self::Random];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Random => "random",
        }
    }
}

/// Keys and their cells, in the order in which they are written.
pub(crate) struct Workload {
    cells: Vec<(Key, Siblings)>,
    shuffled: Vec<u32>,
}

impl Workload {
    /// The same every time. Values are not to be compressed.
    pub(crate) fn new(order: Order) -> Self {
        let mut numbers: Vec<u32> = (0..KEYS as u32).collect();
        if order == Order::Random {
            numbers.sort_by_key(|number| virtual_token(&number.to_be_bytes(), 1));
        }
        let cells = numbers.into_iter().map(|number| {
            let words =
                (1..).flat_map(|word| virtual_token(&number.to_le_bytes(), word).0.to_le_bytes());
            let value: Vec<u8> = words.take(VALUE_BYTES).collect();
            let key = Key::new(format!("{number:0KEY_BYTES$}").as_bytes());
            let value = Value::new(&value).expect("it is short");
            (key.expect("it is short"), Siblings::loaded(value))
        });
        let mut shuffled: Vec<u32> = (0..KEYS as u32).collect();
        shuffled.sort_by_key(|number| virtual_token(&number.to_be_bytes(), 0));
        Self {
            cells: cells.collect(),
            shuffled,
        }
    }

    /// What is written at a time.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[(Key, Siblings)]> {
        self.cells.chunks(GROUP)
    }

    /// Every cell once, in another order than that of writing and that of the ring.
    pub(crate) fn shuffled(&self) -> impl Iterator<Item = &(Key, Siblings)> {
        self.shuffled.iter().map(|&at| &self.cells[at as usize])
    }
}
