//! A situation as the fragment of a link: `v1.` and base64url of deflated postcard bytes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde::{Deserialize, Serialize};

use super::{Situation, SituationError};

/// Longest fragment that is written or read, in bytes.
pub const FRAGMENT_BYTES_MAX: usize = 64 * 1024;
/// Most bytes that a fragment may inflate to: a small link must not fill the memory.
const INFLATED_BYTES_MAX: usize = 1024 * 1024;
const VERSION: &str = "v1";
/// Strongest setting that is still quick on a few kilobytes.
const DEFLATE_LEVEL: u8 = 9;

/// Why a link cannot be made or read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FragmentError {
    /// Longer than [`FRAGMENT_BYTES_MAX`].
    TooLong {
        /// Its length.
        bytes: u64,
    },
    /// Made by another version.
    Version(String),
    /// Not what a link of this version holds: cut off or changed on its way.
    Broken,
    /// It can be read, and asks for what is not possible.
    Impossible(SituationError),
}

impl Situation {
    /// The fragment that stands for it, without `#`.
    ///
    /// ```
    /// use ringlab_sim::situation::Situation;
    /// let situation = Situation::fresh(7);
    /// let fragment = situation.to_fragment()?;
    /// assert_eq!(Situation::from_fragment(&fragment)?, situation);
    /// # Ok::<(), ringlab_sim::situation::FragmentError>(())
    /// ```
    pub fn to_fragment(&self) -> Result<String, FragmentError> {
        let bytes = postcard::to_stdvec(self).map_err(|_| FragmentError::Broken)?;
        if bytes.len() > INFLATED_BYTES_MAX {
            return Err(FragmentError::TooLong {
                bytes: bytes.len() as u64,
            });
        }
        let packed = compress_to_vec(&bytes, DEFLATE_LEVEL);
        let fragment = format!("{VERSION}.{}", URL_SAFE_NO_PAD.encode(packed));
        if fragment.len() > FRAGMENT_BYTES_MAX {
            return Err(FragmentError::TooLong {
                bytes: fragment.len() as u64,
            });
        }
        Ok(fragment)
    }

    /// The situation that a fragment stands for; checked, so that it can be opened.
    pub fn from_fragment(fragment: &str) -> Result<Self, FragmentError> {
        if fragment.len() > FRAGMENT_BYTES_MAX {
            return Err(FragmentError::TooLong {
                bytes: fragment.len() as u64,
            });
        }
        let (version, packed) = fragment.split_once('.').ok_or(FragmentError::Broken)?;
        if version != VERSION {
            let shown: String = version.chars().take(16).collect();
            return Err(FragmentError::Version(shown));
        }
        let packed = URL_SAFE_NO_PAD
            .decode(packed)
            .map_err(|_| FragmentError::Broken)?;
        let bytes = decompress_to_vec_with_limit(&packed, INFLATED_BYTES_MAX)
            .map_err(|_| FragmentError::Broken)?;
        let (situation, rest): (Self, _) =
            postcard::take_from_bytes(&bytes).map_err(|_| FragmentError::Broken)?;
        if !rest.is_empty() {
            return Err(FragmentError::Broken);
        }
        situation.check().map_err(FragmentError::Impossible)?;
        Ok(situation)
    }
}

impl fmt::Display for FragmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(
                f,
                "the situation takes {bytes} bytes in a link; {FRAGMENT_BYTES_MAX} are the most"
            ),
            Self::Version(version) => {
                write!(
                    f,
                    "the link is of version {version:?}; this page reads {VERSION}"
                )
            }
            Self::Broken => write!(f, "part of the link is missing or changed"),
            Self::Impossible(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FragmentError {}
