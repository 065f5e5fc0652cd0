//! What end users do: which keys, which operations, with which contexts. It knows no cluster.

mod mix;
mod patron;
mod user;
mod users;
mod zipf;

use std::fmt;

use ringlab::pair::Key;

pub use mix::{Keys, Mix};
pub use user::{Deed, End, What};
pub use users::Users;
pub use zipf::Zipf;

/// Something that an end user does, in one request or in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reads.
    Get(u32),
    /// Reads, then replaces what it read.
    Modify(u32, Size),
    /// Writes over what it read or wrote last, however long ago that was.
    Put(u32, Size),
    /// Writes over the oldest thing it remembers to have read: a context that is stale.
    PutStale(u32),
    /// Writes without having read: a sibling of whatever is there.
    PutBlind(u32),
    /// Reads, then deletes what it read.
    Delete(u32),
    /// Reads a set, then writes it with one more element.
    Add(u32),
    /// Reads a set.
    Elements(u32),
}

/// How large a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A few bytes.
    Small,
    /// 64 KiB.
    Huge,
}

/// Bytes of a huge value.
pub const HUGE_BYTES: usize = 64 << 10;

impl Operation {
    /// The key it is about. Sets have keys of their own.
    #[must_use]
    pub fn key(self) -> Key {
        let name = match self {
            Self::Get(key)
            | Self::Modify(key, _)
            | Self::Put(key, _)
            | Self::PutStale(key)
            | Self::PutBlind(key)
            | Self::Delete(key) => key_name(key),
            Self::Add(set) | Self::Elements(set) => set_name(set),
        };
        Key::new(name.as_bytes()).expect("a name is short and not empty")
    }

    /// Whether it reads before it writes, or only reads.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(
            self,
            Self::Get(_) | Self::Modify(..) | Self::Delete(_) | Self::Add(_) | Self::Elements(_)
        )
    }
}

/// The name of a key with a value.
#[must_use]
pub fn key_name(key: u32) -> String {
    format!("key-{key}")
}

/// The name of a key with a set.
#[must_use]
pub fn set_name(set: u32) -> String {
    format!("set-{set}")
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Get(key) => write!(f, "get {}", key_name(key)),
            Self::Modify(key, size) => write!(f, "read and replace {}{size}", key_name(key)),
            Self::Put(key, size) => write!(f, "put {}{size}", key_name(key)),
            Self::PutStale(key) => write!(f, "put {} with an old context", key_name(key)),
            Self::PutBlind(key) => write!(f, "put {} without a context", key_name(key)),
            Self::Delete(key) => write!(f, "delete {}", key_name(key)),
            Self::Add(set) => write!(f, "add to {}", set_name(set)),
            Self::Elements(set) => write!(f, "get {}", set_name(set)),
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Small => Ok(()),
            Self::Huge => f.write_str(" with a huge value"),
        }
    }
}

#[cfg(test)]
mod tests;
