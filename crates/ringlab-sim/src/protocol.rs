//! What a page, a package or a server exchanges with an engine: commands in, snapshots out.
//!
//! It knows no browser and no engine; each type here is a boundary type, so it serialises.

mod change;
mod command;
mod fault;
mod inspection;
mod settings;
mod snapshot;
mod trace;

pub use self::change::{Bereft, ChangeReport, Flight, Hottest, LINKS_MAX, TransferProgress};
pub use self::command::{
    Ask, Command, Inspect, NewNode, Refusal, Refused, Request, Revisions, Subject, User,
    WAITING_MAX,
};
pub use self::fault::{Condition, Fault};
pub use self::inspection::{Inspection, KEYS_SHOWN_MAX, KeyLoad, TOKENS_SHOWN_MAX};
pub use self::settings::{SettingInForce, SettingsInForce};
pub use self::snapshot::{
    ARCS_MAX, Deed, NodeRow, NodeTable, Owners, RingPicture, Snapshot, UNDO_MAX,
};
pub use self::trace::{Answer, Step, StepKind, Trace};
pub use ringlab::health::Health;
pub use ringlab::message::{NodeState, Phase, Refusal as NotTried};
pub use ringlab::quorum::Fallback;
pub use ringlab::settings::{Setting, SettingError, TABLE, Unit};

pub use crate::situation::{
    KeySource, NODES_MAX, Population, Settings, Shape, Situation, SituationError, WRITES_MAX,
};
