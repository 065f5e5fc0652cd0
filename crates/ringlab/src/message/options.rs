//! What one request wants otherwise than its cluster. It knows no node.

use crate::quorum::{Sizes, SizesError};
use crate::settings::{Merge, ReadRepair, Strictness};

/// What one request wants otherwise than its cluster; `None`: as the cluster has it.
///
/// A request that asks fewer replicas than the cluster has gives up what the others would have
/// given it: R + W > N has to hold between the reads and the writes that are to meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Replicas that are asked, the first of the preference list: 1 to the cluster's N.
    pub n: Option<u32>,
    /// Replies that a read waits for: 1 to N.
    pub r: Option<u32>,
    /// Acknowledgements that a write waits for: 1 to N.
    pub w: Option<u32>,
    /// Whose replies count.
    pub strictness: Option<Strictness>,
    /// When replicas that are behind are told.
    pub read_repair: Option<ReadRepair>,
    /// What becomes of concurrent versions.
    pub merge: Option<Merge>,
}

impl Options {
    /// N, R and W of the request, given those of the cluster. What it does not name is the
    /// cluster's, but at most the N that it names.
    ///
    /// # Errors
    ///
    /// [`SizesError`] when what it names is 0 or above its bound.
    ///
    /// ```
    /// use ringlab::message::Options;
    /// use ringlab::settings::Settings;
    /// let cluster = Settings::DEFAULT.sizes();
    /// let one = Options { r: Some(1), ..Options::default() };
    /// assert_eq!(one.sizes(cluster)?.r, 1);
    /// let all_of_four = Options { w: Some(4), ..Options::default() };
    /// let refused = all_of_four.sizes(cluster).unwrap_err();
    /// assert_eq!(refused.to_string(), "W: 4 is asked for; 1 to N = 3 can be");
    /// # Ok::<(), ringlab::quorum::SizesError>(())
    /// ```
    pub fn sizes(&self, cluster: Sizes) -> Result<Sizes, SizesError> {
        let most = cluster.replication.n;
        let n = self.n.unwrap_or(most);
        if n == 0 || n > most {
            return Err(SizesError::N { asked: n, most });
        }
        let mut sizes = cluster;
        sizes.replication.n = n;
        sizes.r = self.r.unwrap_or(cluster.r.min(n));
        sizes.w = self.w.unwrap_or(cluster.w.min(n));
        sizes.check()?;
        Ok(sizes)
    }
}
