//! Placements that are laid out anew on every change. It knows no algorithm: each is a [`Table`].

use super::Placement;
use super::error::PlacementError;
use super::nodes::{Nodes, WeightedNode};

/// An algorithm that is laid out in full from its nodes.
pub trait Table: Clone + Send + Sync + 'static {
    /// What can be chosen.
    type Settings: Clone + Send + Sync;

    /// Lays these nodes out.
    ///
    /// # Errors
    ///
    /// [`PlacementError::Weight`] or [`PlacementError::Full`] for nodes that it cannot hold.
    fn build(settings: &Self::Settings, nodes: &[WeightedNode]) -> Result<Self, PlacementError>;

    /// As [`Placement::primary`].
    fn primary(&self, key: &[u8]) -> Option<usize>;

    /// As [`Placement::first`].
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize;
}

/// Nodes and their table.
#[derive(Clone, Debug)]
pub struct Rebuilt<T: Table> {
    settings: T::Settings,
    nodes: Nodes,
    table: T,
}

impl<T: Table> Rebuilt<T> {
    /// Lays these nodes out.
    ///
    /// # Errors
    ///
    /// Those of [`Placement::add`].
    pub fn with_settings(
        settings: T::Settings,
        nodes: impl IntoIterator<Item = WeightedNode>,
    ) -> Result<Self, PlacementError> {
        let nodes = Nodes::new(nodes)?;
        let table = T::build(&settings, nodes.as_slice())?;
        Ok(Self {
            settings,
            nodes,
            table,
        })
    }

    /// Lays other nodes out, or leaves all as it was.
    fn lay_out(&mut self, nodes: Nodes) -> Result<(), PlacementError> {
        self.table = T::build(&self.settings, nodes.as_slice())?;
        self.nodes = nodes;
        Ok(())
    }
}

impl<T: Table<Settings: Default>> Rebuilt<T> {
    /// Lays these nodes out, with the usual settings.
    ///
    /// # Errors
    ///
    /// Those of [`Placement::add`].
    pub fn new(nodes: impl IntoIterator<Item = WeightedNode>) -> Result<Self, PlacementError> {
        Self::with_settings(T::Settings::default(), nodes)
    }
}

impl<T: Table> Placement for Rebuilt<T> {
    fn nodes(&self) -> &[WeightedNode] {
        self.nodes.as_slice()
    }

    #[inline]
    fn primary(&self, key: &[u8]) -> Option<usize> {
        self.table.primary(key)
    }

    #[inline]
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        self.table.first(key, owners)
    }

    fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError> {
        self.lay_out(self.nodes.with(node)?)
    }

    fn remove(&mut self, name: &str) -> Result<(), PlacementError> {
        self.lay_out(self.nodes.without(name)?)
    }

    fn reweight(&mut self, name: &str, weight: u32) -> Result<(), PlacementError> {
        self.lay_out(self.nodes.reweighted(name, weight)?)
    }

    fn boxed(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }
}
