//! The trees that a node keeps: one for each node that it lately compared itself with, kept up to
//! date with each write, so that the next exchange with it does not read every cell again. It
//! knows no messages.
//!
//! In a large cluster two nodes share few ranges, and a tree is made by reading the cells in those
//! alone; in a small one every pair is kept.

use crate::hash::Token;
use crate::ring::NodeId;
use crate::settings::BucketCount;
use crate::storage::{Cells, RangeSet, Storage};

use super::Tree;

/// Most trees that a node keeps: 70 MB with the most buckets, 68 kB with the usual.
pub(crate) const TREES_MAX: usize = 8;

#[derive(Clone, Debug, Default)]
pub(crate) struct Forest {
    /// The one used last is the last.
    trees: Vec<(NodeId, Tree)>,
}

impl Forest {
    /// The tree of what is shared with a node, made when it is not there. `ranges` tells what is
    /// shared.
    pub(crate) fn tree<C: Cells>(
        &mut self,
        with: NodeId,
        (version, buckets): (u64, BucketCount),
        ranges: impl FnOnce() -> RangeSet,
        storage: &Storage<C>,
    ) -> Result<&Tree, C::Error> {
        let place = self.trees.iter().position(|(node, _)| *node == with);
        let kept = place.map(|place| self.trees.remove(place).1);
        let is_current = |tree: &Tree| {
            let scope = tree.scope();
            (scope.version, scope.buckets) == (version, buckets)
        };
        let tree = kept.filter(is_current);
        let tree = match tree {
            Some(tree) => tree,
            None => Tree::try_of(storage, version, ranges(), buckets)?,
        };
        if self.trees.len() == TREES_MAX {
            self.trees.remove(0);
        }
        self.trees.push((with, tree));
        Ok(&self.trees[self.trees.len() - 1].1)
    }

    /// A cell changed. O(trees).
    pub(crate) fn change(&mut self, token: Token, before: u64, after: u64) {
        for (_, tree) in &mut self.trees {
            tree.change(token, before, after);
        }
    }

    /// Forgets all: what is shared has changed.
    pub(crate) fn clear(&mut self) {
        self.trees.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }
}
