//! A key and its value as clients give them: bytes within limits. It knows no versions.

use std::fmt;
use std::sync::Arc;

use crate::hash::{Token, token};
use crate::keyspace::{KEY_BYTES_MAX, KeyError};

/// Longest value, in bytes.
pub const VALUE_BYTES_MAX: usize = 1 << 20;

/// A key: 1 byte to 64 KiB. Keys compare by their place on the ring first, so that a sorted map of
/// keys is sorted like the ring. Cheap to clone.
///
/// ```
/// use ringlab::pair::Key;
/// let key = Key::new(b"left-pad")?;
/// assert_eq!(key.token(), ringlab::hash::token(b"left-pad"));
/// assert!(Key::new(b"").is_err());
/// # Ok::<(), ringlab::keyspace::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    token: Token,
    bytes: Arc<[u8]>,
}

impl Key {
    /// A key of these bytes. O(length).
    ///
    /// # Errors
    ///
    /// [`KeyError::Empty`] without bytes, [`KeyError::TooLong`] above [`KEY_BYTES_MAX`].
    pub fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.is_empty() {
            return Err(KeyError::Empty);
        }
        if bytes.len() > KEY_BYTES_MAX {
            return Err(KeyError::TooLong {
                bytes: bytes.len() as u64,
            });
        }
        Ok(Self {
            token: token(bytes),
            bytes: bytes.into(),
        })
    }

    /// Not a key, but where the keys of `token` begin in a sorted map.
    pub(crate) fn lowest_at(token: Token) -> Self {
        Self {
            token,
            bytes: Arc::default(),
        }
    }

    /// Its place on the ring.
    #[must_use]
    pub const fn token(&self) -> Token {
        self.token
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.bytes))
    }
}

/// A value: up to 1 MiB, possibly empty. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(Arc<[u8]>);

impl Value {
    /// A value of these bytes. O(length).
    ///
    /// # Errors
    ///
    /// [`ValueTooLong`] above [`VALUE_BYTES_MAX`].
    pub fn new(bytes: &[u8]) -> Result<Self, ValueTooLong> {
        if bytes.len() > VALUE_BYTES_MAX {
            return Err(ValueTooLong {
                bytes: bytes.len() as u64,
            });
        }
        Ok(Self(bytes.into()))
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// A value has more than [`VALUE_BYTES_MAX`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueTooLong {
    /// Its length.
    pub bytes: u64,
}

impl fmt::Display for ValueTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes;
        write!(
            f,
            "the value has {bytes} bytes; {VALUE_BYTES_MAX} are the most"
        )
    }
}

impl std::error::Error for ValueTooLong {}

#[cfg(test)]
mod tests;
