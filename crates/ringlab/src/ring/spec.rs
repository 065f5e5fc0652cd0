//! What is said of a node before it stands on the ring: its id, name, weight and zone.

use std::fmt;
use std::str::FromStr;

use crate::quoted::Quoted;

/// Longest name of a node, in bytes.
pub const NODE_NAME_BYTES_MAX: usize = 128;
/// Longest name of a zone, in bytes.
pub const ZONE_BYTES_MAX: usize = 64;
/// Largest weight of a node.
pub const WEIGHT_MAX: u32 = 100;

/// A node's identity: a number that is given once and never again, also when a node of the same
/// name comes back. Placement does not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NodeId(pub u32);

impl NodeId {
    /// Where it would stand in a list of all nodes: mostly, for ids follow one another and few nodes go.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A node's name: 1 to 128 bytes of text without control characters. Its tokens come from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct NodeName(String);

/// Where a node stands, for placement that spreads replicas: up to 64 bytes of text without
/// control characters; empty when unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Zone(String);

/// How large a part a node takes, in thousandths: 1,000 is the part of an ordinary node, 0 owns
/// nothing and only coordinates. Fixed point, so that every platform places alike.
///
/// ```
/// use ringlab::ring::Weight;
/// assert_eq!("1.5".parse::<Weight>()?.thousandths(), 1_500);
/// assert!("NaN".parse::<Weight>().is_err());
/// # Ok::<(), ringlab::ring::RingError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "u32", into = "u32"))]
pub struct Weight(u32);

/// A node as a ring is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NodeSpec {
    /// Never reused.
    pub id: NodeId,
    /// Unique on its ring.
    pub name: NodeName,
    /// Its part.
    pub weight: Weight,
    /// Where it stands.
    pub zone: Zone,
}

/// Why a ring refuses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum RingError {
    /// A node needs a name.
    NameEmpty,
    /// A name of a node or zone is too long.
    NameTooLong {
        /// Its length in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A name of a node or zone has a control character.
    NameControlCharacter {
        /// Which byte of the name it is, from 0.
        at: u64,
    },
    /// A node of this name stands on the ring already.
    NameTaken(NodeName),
    /// The id was given before.
    IdTaken(NodeId),
    /// No such node on the ring.
    UnknownNode(NodeId),
    /// Not a number from 0 to [`WEIGHT_MAX`] with at most three decimals.
    Weight(String),
    /// Virtual nodes for a node of weight 1 are out of their bounds.
    VirtualNodes {
        /// What was asked.
        asked: u32,
        /// The largest.
        limit: u32,
    },
    /// More nodes, zones or virtual nodes than a ring can hold.
    Full {
        /// What there would be too many of.
        what: String,
        /// The most there can be.
        limit: u64,
    },
    /// No node of this name on the ring.
    UnknownName(String),
}

impl NodeName {
    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for NodeName {
    type Error = RingError;

    fn try_from(name: String) -> Result<Self, RingError> {
        if name.is_empty() {
            return Err(RingError::NameEmpty);
        }
        check_name(&name, NODE_NAME_BYTES_MAX)?;
        Ok(Self(name))
    }
}

impl FromStr for NodeName {
    type Err = RingError;

    fn from_str(name: &str) -> Result<Self, RingError> {
        name.to_owned().try_into()
    }
}

impl From<NodeName> for String {
    fn from(name: NodeName) -> Self {
        name.0
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Zone {
    /// The zone's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Zone {
    type Error = RingError;

    fn try_from(zone: String) -> Result<Self, RingError> {
        check_name(&zone, ZONE_BYTES_MAX)?;
        Ok(Self(zone))
    }
}

impl FromStr for Zone {
    type Err = RingError;

    fn from_str(zone: &str) -> Result<Self, RingError> {
        zone.to_owned().try_into()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_name(name: &str, limit: usize) -> Result<(), RingError> {
    if name.len() > limit {
        return Err(RingError::NameTooLong {
            bytes: name.len() as u64,
            limit: limit as u64,
        });
    }
    match name
        .char_indices()
        .find(|(_, character)| character.is_control())
    {
        Some((at, _)) => Err(RingError::NameControlCharacter { at: at as u64 }),
        None => Ok(()),
    }
}

impl Weight {
    /// Owns nothing.
    pub const ZERO: Self = Self(0);
    /// An ordinary node's.
    pub const ONE: Self = Self(1_000);

    /// A weight in thousandths, up to 1,000 times [`WEIGHT_MAX`].
    ///
    /// # Errors
    ///
    /// [`RingError::Weight`] above that.
    pub fn from_thousandths(thousandths: u32) -> Result<Self, RingError> {
        if thousandths > WEIGHT_MAX * 1_000 {
            return Err(RingError::Weight(Self(thousandths).to_string()));
        }
        Ok(Self(thousandths))
    }

    /// In thousandths.
    #[must_use]
    pub const fn thousandths(self) -> u32 {
        self.0
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self::ONE
    }
}

impl TryFrom<u32> for Weight {
    type Error = RingError;

    fn try_from(thousandths: u32) -> Result<Self, RingError> {
        Self::from_thousandths(thousandths)
    }
}

impl TryFrom<f64> for Weight {
    type Error = RingError;

    /// As the shortest decimals that mean this number are read.
    fn try_from(weight: f64) -> Result<Self, RingError> {
        weight.to_string().parse()
    }
}

impl From<Weight> for u32 {
    fn from(weight: Weight) -> Self {
        weight.0
    }
}

impl FromStr for Weight {
    type Err = RingError;

    /// Reads digits with up to three decimals; no sign, no exponent.
    fn from_str(text: &str) -> Result<Self, RingError> {
        let refused = || RingError::Weight(text.chars().take(32).collect());
        let text = text.trim();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || decimals.len() > 3 || !digits(whole) || !digits(decimals) {
            return Err(refused());
        }
        let thousandths: u32 = format!("{whole}{decimals:0<3}")
            .parse()
            .map_err(|_| refused())?;
        Self::from_thousandths(thousandths).map_err(|_| refused())
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / 1_000, self.0 % 1_000);
        if decimals == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{decimals:03}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

impl fmt::Display for RingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameEmpty => write!(f, "a node needs a name"),
            Self::NameTooLong { bytes, limit } => {
                write!(f, "the name has {bytes} bytes; {limit} are the most")
            }
            Self::NameControlCharacter { at } => {
                write!(f, "the name has a control character at byte {at}")
            }
            Self::NameTaken(name) => write!(f, "a node named {name} is there already"),
            Self::IdTaken(id) => {
                write!(f, "node id {} was given before; ids are never reused", id.0)
            }
            Self::UnknownNode(id) => write!(f, "no node with id {} is on the ring", id.0),
            Self::UnknownName(name) => write!(f, "no node is named {}", Quoted(name)),
            Self::Weight(text) => {
                write!(
                    f,
                    "weight {}: a number from 0 to {WEIGHT_MAX} with at most three decimals is expected",
                    Quoted(text)
                )
            }
            Self::VirtualNodes { asked, limit } => {
                write!(f, "{asked} virtual nodes: 1 to {limit} are possible")
            }
            Self::Full { what, limit } => write!(f, "a ring holds at most {limit} {what}"),
        }
    }
}

impl std::error::Error for RingError {}
