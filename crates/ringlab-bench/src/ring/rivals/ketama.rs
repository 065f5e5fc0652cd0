//! The ketama family: 32-bit points, built once.

use std::net::SocketAddr;

use super::{Keys, Rival};

pub(crate) struct Pingora(pingora_ketama::Continuum);

impl Pingora {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let bucket = |name: &&str| {
            let address: SocketAddr = name.parse().expect("the names are addresses");
            pingora_ketama::Bucket::new(address, 1)
        };
        let buckets: Vec<_> = nodes.iter().map(bucket).collect();
        Self(pingora_ketama::Continuum::new(&buckets))
    }
}

impl Rival for Pingora {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let node = |key: &&str| self.0.node(key.as_bytes());
        let ports = keys.text.iter().filter_map(node);
        ports.fold(0, |sum, address| sum + usize::from(address.port()))
    }

    /// Its iterator repeats nodes: the caller leaves out what comes again.
    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let sum = keys.text.iter().fold(0, |sum, key| {
            let mut list: [Option<&SocketAddr>; 3] = [None; 3];
            let mut len = 0;
            for address in self.0.node_iter(key.as_bytes()) {
                if !list[..len].contains(&Some(address)) {
                    list[len] = Some(address);
                    len += 1;
                    if len == 3 {
                        break;
                    }
                }
            }
            sum + list
                .iter()
                .flatten()
                .map(|address| usize::from(address.port()))
                .sum::<usize>()
        });
        Some(sum)
    }
}

pub(crate) struct Ketama(ketama::Ring);

impl Ketama {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        Self(ketama::Ring::build(nodes))
    }
}

impl Rival for Ketama {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        keys.text
            .iter()
            .map(|key| self.0.route(key.as_bytes()))
            .sum()
    }
}
