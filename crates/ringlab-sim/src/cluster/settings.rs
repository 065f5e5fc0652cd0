//! How other settings come into a cluster. It knows no setting.

use ringlab::message::Input;
use ringlab::ring::NodeId;
use ringlab::settings::Setting;

use super::Cluster;

impl Cluster {
    /// An operator asks a node for other settings.
    pub fn choose(&mut self, asked: NodeId, values: &[(Setting, u64)]) {
        self.handle(asked, Input::Settings(values.into()));
    }
}
