//! A situation with the nodes of a text. It reads no text.

use std::sync::Arc;

use ringlab_sim::protocol::Situation;

use crate::wire::Cluster;

#[cfg(test)]
mod tests;

/// The situation that stands, with these nodes for its own.
///
/// # Errors
///
/// In words, why it cannot be: too many nodes or virtual nodes, or none that has keys.
pub fn with_nodes(stands: &Situation, cluster: &Cluster) -> Result<Arc<Situation>, String> {
    let mut situation = stands.clone();
    situation.nodes.clone_from(&cluster.nodes);
    situation.next_id = cluster.nodes.len() as u32 + 1;
    let checked = situation.check();
    checked.map_err(|error| error.to_string())?;
    Ok(Arc::new(situation))
}
