//! Every algorithm by its name, with its usual settings, but for those that are placed by a topology
//! alone: Redis Cluster and Cassandra.

use std::fmt;
use std::str::FromStr;

use super::{
    Anchor, BoundedLoads, Compatible, Jump, Maglev, Modulo, MultiProbe, Partitions, Placement,
    PlacementError, Rendezvous, System, VirtualNodes, WeightedNode,
};

/// Virtual nodes of a node of weight 1.
const VIRTUAL_NODES: u32 = 160;
/// A quarter above the mean, as HAProxy's and Envoy's documents have it.
const BOUND_THOUSANDTHS: u32 = 1_250;
/// Partitions: enough for a thousand nodes.
const PARTITIONS: u32 = 1 << 16;
/// Room for nodes that come later, at the price of one more step for each.
const ANCHOR_ROOM: u32 = 2;
/// Room of an anchor of few nodes.
const ANCHOR_LEAST: u32 = 64;

/// A way to place keys, by name.
///
/// ```
/// use ringlab::placement::{Algorithm, PlacementError, WeightedNode};
///
/// let nodes = [WeightedNode::named("amber")?, WeightedNode::named("birch")?];
/// for algorithm in Algorithm::all() {
///     let placement = algorithm.place(nodes.to_vec())?;
///     assert!(placement.primary(b"user:42") < Some(2), "{algorithm}");
/// }
/// # Ok::<(), PlacementError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// [`VirtualNodes`] with 160 a node.
    Ring,
    /// [`BoundedLoads`] with 160 a node, at most a quarter above the mean.
    BoundedLoads,
    /// [`Partitions`], 65,536 of them.
    Partitions,
    /// [`Jump`].
    Jump,
    /// [`Rendezvous`].
    Rendezvous,
    /// [`Maglev`] with 65,537 entries.
    Maglev,
    /// [`MultiProbe`] with 21 probes.
    MultiProbe,
    /// [`Anchor`] with room for twice the nodes.
    Anchor,
    /// [`Modulo`].
    Modulo,
    /// As a system does it.
    Compatible(System),
}

impl Algorithm {
    /// Ours and the field's, without those of [`System::ALL`].
    pub const OWN: [Self; 9] = [
        Self::Ring,
        Self::BoundedLoads,
        Self::Partitions,
        Self::Jump,
        Self::Rendezvous,
        Self::Maglev,
        Self::MultiProbe,
        Self::Anchor,
        Self::Modulo,
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OWN
            .into_iter()
            .chain(System::ALL.map(Self::Compatible))
    }

    /// Its name: as [`FromStr`] reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::BoundedLoads => "bounded-loads",
            Self::Partitions => "partitions",
            Self::Jump => "jump",
            Self::Rendezvous => "rendezvous",
            Self::Maglev => "maglev",
            Self::MultiProbe => "multi-probe",
            Self::Anchor => "anchor",
            Self::Modulo => "modulo",
            Self::Compatible(system) => system.name(),
        }
    }

    /// Places keys on these nodes.
    ///
    /// # Errors
    ///
    /// Those of [`Placement::add`].
    pub fn place(self, nodes: Vec<WeightedNode>) -> Result<Box<dyn Placement>, PlacementError> {
        let room = (nodes.len() as u32)
            .saturating_mul(ANCHOR_ROOM)
            .max(ANCHOR_LEAST);
        Ok(match self {
            Self::Ring => Box::new(VirtualNodes::new(VIRTUAL_NODES, nodes)?),
            Self::BoundedLoads => {
                Box::new(BoundedLoads::new(BOUND_THOUSANDTHS, VIRTUAL_NODES, nodes)?)
            }
            Self::Partitions => Box::new(Partitions::new(PARTITIONS, nodes)?),
            Self::Jump => Box::new(Jump::new(nodes)?),
            Self::Rendezvous => Box::new(Rendezvous::new(nodes)?),
            Self::Maglev => Box::new(Maglev::new(nodes)?),
            Self::MultiProbe => Box::new(MultiProbe::new(nodes)?),
            Self::Anchor => Box::new(Anchor::new(room, nodes)?),
            Self::Modulo => Box::new(Modulo::new(nodes)?),
            Self::Compatible(system) => Box::new(Compatible::with_settings(system, nodes)?),
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = PlacementError;

    fn from_str(name: &str) -> Result<Self, PlacementError> {
        let named = Self::all().find(|algorithm| algorithm.name() == name);
        named.ok_or_else(|| PlacementError::UnknownAlgorithm(name.to_owned()))
    }
}
