//! A situation as the fragment of a link: `v2.` and base64url of deflated postcard bytes. Links of
//! the version before are read, too.

mod packed;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use self::packed::{First, Second};
use super::{Situation, SituationError};

/// Longest fragment that is written or read, in bytes.
pub const FRAGMENT_BYTES_MAX: usize = 64 * 1024;
/// Most bytes that a fragment may inflate to: a small link must not fill the memory.
const INFLATED_BYTES_MAX: usize = 1024 * 1024;
/// What is written.
const VERSION: &str = "v2";
/// What is read beside it.
const BEFORE: &str = "v1";
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
    /// # Errors
    ///
    /// [`FragmentError::TooLong`] when it is, packed or not; [`FragmentError::Broken`] if it cannot
    /// be told in bytes.
    ///
    /// ```
    /// use ringlab_sim::situation::Situation;
    /// let situation = Situation::fresh(7);
    /// let fragment = situation.to_fragment()?;
    /// assert_eq!(Situation::from_fragment(&fragment)?, situation);
    /// # Ok::<(), ringlab_sim::situation::FragmentError>(())
    /// ```
    pub fn to_fragment(&self) -> Result<String, FragmentError> {
        let bytes = postcard::to_stdvec(&Second::from(self)).map_err(|_| FragmentError::Broken)?;
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
    ///
    /// # Errors
    ///
    /// [`FragmentError::TooLong`] above [`FRAGMENT_BYTES_MAX`], [`FragmentError::Version`] when
    /// it is neither of this version nor of the one before, [`FragmentError::Broken`] when it cannot
    /// be read, and [`FragmentError::Impossible`] when no situation can be so, or it does not pass
    /// [`check`](Self::check).
    pub fn from_fragment(fragment: &str) -> Result<Self, FragmentError> {
        if fragment.len() > FRAGMENT_BYTES_MAX {
            return Err(FragmentError::TooLong {
                bytes: fragment.len() as u64,
            });
        }
        let (version, packed) = fragment.split_once('.').ok_or(FragmentError::Broken)?;
        let situation: Result<Self, SituationError> = match version {
            VERSION => unpack::<Second>(packed)?.try_into(),
            BEFORE => unpack::<First>(packed)?.try_into(),
            other => return Err(FragmentError::Version(other.chars().take(16).collect())),
        };
        let situation = situation.map_err(FragmentError::Impossible)?;
        situation.check().map_err(FragmentError::Impossible)?;
        Ok(situation)
    }
}

fn unpack<T: DeserializeOwned>(packed: &str) -> Result<T, FragmentError> {
    let packed = URL_SAFE_NO_PAD.decode(packed);
    let packed = packed.map_err(|_| FragmentError::Broken)?;
    let bytes = decompress_to_vec_with_limit(&packed, INFLATED_BYTES_MAX);
    let bytes = bytes.map_err(|_| FragmentError::Broken)?;
    match postcard::take_from_bytes(&bytes) {
        Ok((whole, [])) => Ok(whole),
        _ => Err(FragmentError::Broken),
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
                    "the link is of version {version:?}; this page reads {BEFORE} and {VERSION}"
                )
            }
            Self::Broken => write!(f, "part of the link is missing or changed"),
            Self::Impossible(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FragmentError {}
