//! How other settings come into a cluster. It knows no setting.

use ringlab::message::{Input, Message, NodeState, SettingsNews};
use ringlab::ring::NodeId;
use ringlab::settings::{Setting, SettingError};

use super::{Cluster, Node};

impl Cluster {
    /// An operator asks a node for other settings.
    pub fn choose(&mut self, asked: NodeId, values: &[(Setting, u64)]) {
        self.handle(asked, Input::Settings(values.into()));
    }

    /// Other settings were decided, and these nodes are the first to hear of it: no other one does
    /// but from them, when they gossip.
    ///
    /// # Errors
    /// When the settings cannot be: nobody hears of them.
    pub fn decided(
        &mut self,
        first: &[NodeId],
        values: &[(Setting, u64)],
    ) -> Result<(), SettingError> {
        // Who is not in, or not any more, may have heard what no other node did.
        let is_in = |node: &&Node| node.layout().is_some() && node.state() != NodeState::Removed;
        let nodes = self.nodes().filter(is_in);
        let Some(latest) = nodes.max_by_key(|node| node.epoch()) else {
            return Ok(());
        };
        // No node gives this epoch: none has lived so often.
        let by = (latest.id(), self.now.0);
        let adopted = latest.adopted().next(by, values)?;
        for &from in first {
            let message = Message::Settings(SettingsNews::Adopt(Box::new(adopted)));
            self.handle(from, Input::Message { from, message });
        }
        Ok(())
    }
}
