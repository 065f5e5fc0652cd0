//! What a client carries from a read to its write, as bytes that leave the cluster: with the
//! cluster's name in them, and a checksum. It knows no cluster.
//!
//! A context of another cluster would supersede writes that its client never saw, for dots of two
//! clusters are alike; so would one with a bit flipped. Both are refused. The checksum is none
//! against forgery: who may write may delete anyway.

use std::fmt;

use crate::codec::{Malformed, Reader, write_number};
use crate::hash::token;

use super::VersionVector;

/// The name of a cluster: any number, given once, the same on all its nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub u64);

/// The first byte: which spelling follows.
const SPELLING: u8 = 1;
/// What the checksum takes, at the end.
const CHECKSUM_BYTES: usize = 8;

/// Why bytes are not taken for a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextError {
    /// They are not what was given out: cut short, changed, or never a context.
    Corrupt,
    /// They are a context of another cluster.
    OtherCluster {
        /// Whose.
        theirs: ClusterId,
        /// This one's.
        ours: ClusterId,
    },
}

impl VersionVector {
    /// Writes it for a client of a cluster. O(actors).
    ///
    /// ```
    /// use ringlab::version::{ClusterId, ContextError, VersionVector};
    /// let (ours, theirs) = (ClusterId(7), ClusterId(8));
    /// let context = VersionVector::default();
    /// let bytes = context.encode(ours);
    /// assert_eq!(VersionVector::decode(&bytes, ours), Ok(context));
    /// let error = ContextError::OtherCluster { theirs: ours, ours: theirs };
    /// assert_eq!(VersionVector::decode(&bytes, theirs), Err(error));
    /// assert_eq!(VersionVector::decode(b"", ours), Err(ContextError::Corrupt));
    /// ```
    #[must_use]
    pub fn encode(&self, cluster: ClusterId) -> Vec<u8> {
        let mut out = vec![SPELLING];
        write_number(&mut out, cluster.0);
        super::bytes::write_context(&mut out, self);
        let checksum = token(&out).0;
        out.extend_from_slice(&checksum.to_le_bytes());
        out
    }

    /// Reads what [`encode`](Self::encode) wrote for a client of `ours`.
    ///
    /// # Errors
    ///
    /// [`ContextError`].
    pub fn decode(bytes: &[u8], ours: ClusterId) -> Result<Self, ContextError> {
        let end = bytes.len().checked_sub(CHECKSUM_BYTES);
        let (told, checksum) = bytes.split_at(end.ok_or(ContextError::Corrupt)?);
        if token(told).0.to_le_bytes() != checksum {
            return Err(ContextError::Corrupt);
        }
        let (theirs, context) = read(told).map_err(|Malformed| ContextError::Corrupt)?;
        if theirs != ours {
            return Err(ContextError::OtherCluster { theirs, ours });
        }
        Ok(context)
    }
}

fn read(bytes: &[u8]) -> Result<(ClusterId, VersionVector), Malformed> {
    let reader = &mut Reader::new(bytes);
    if reader.take(1)? != [SPELLING] {
        return Err(Malformed);
    }
    let cluster = ClusterId(reader.number()?);
    let context = super::bytes::read_context(reader)?;
    reader.end()?;
    Ok((cluster, context))
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt => write!(f, "the context is not what was given out"),
            Self::OtherCluster { theirs, ours } => write!(
                f,
                "the context is of cluster {}, and this is cluster {}",
                theirs.0, ours.0
            ),
        }
    }
}

impl std::error::Error for ContextError {}

#[cfg(test)]
mod tests;
