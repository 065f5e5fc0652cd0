//! Maglev: a table, no ring.

use maglev_hash::MaglevTable;

use super::{Keys, Rival};

pub(crate) struct Maglev(MaglevTable<&'static str>);

impl Maglev {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        Self(MaglevTable::new(nodes.to_vec()))
    }
}

impl Rival for Maglev {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.get(key));
        owners.fold(0, |sum, name| sum + name.len())
    }

    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let lists = keys.text.iter().map(|key| self.0.get_top_k(key, 3));
        Some(lists.flatten().map(|name| name.len()).sum())
    }
}
