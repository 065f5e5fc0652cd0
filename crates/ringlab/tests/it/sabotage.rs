//! Planted bugs, done to a correct cluster from outside: messages that are swallowed, forged or
//! changed, a disk that lies. Each stands for a mistake that a node could make.

use ringlab::sorted::SortedMap;
use std::collections::BTreeMap;
use std::sync::Arc;

use ringlab::health::{Health, Rumour};
use ringlab::layout::{Change, MembershipChange, Stage, Step};
use ringlab::message::{Collection, Comparison, Membership, Message};
use ringlab::ring::NodeId;
use ringlab::settings::Epoch;
use ringlab::storage::RangeSet;
use ringlab::version::Siblings;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    None,
    /// Acknowledge before the disk has it.
    DiskLies,
    /// A coordinator sends copies by the layout that it knows then, not by the request's.
    StageMoves,
    /// A source says that all is copied and copies nothing.
    NothingCopied,
    /// A target confirms a batch that it does not store.
    BatchNotStored,
    /// While data moves, new owners are not written to.
    OldOwnersOnly,
    /// New owners receive from others than those that they displace.
    WrongPairs,
    /// What reads by another R need is not copied, as no range has other owners.
    NothingExchanged,
    /// A node does not wait for its older requests before it acknowledges the announcement.
    NoBarrier,
    /// Old owners delete as soon as reads turn, without retirement.
    NoRetirement,
    /// What a lost node had is copied from one other owner, not from all.
    OneSource,
    /// Others go on taking what a node asks that is out, and nobody tells it.
    FenceIsOpen,
    /// What was gained in a change is deleted as soon as the change is withdrawn.
    UndoneEarly,
    /// A replica sends on the new version alone, not its whole cell.
    VersionAlone,
    /// A node that hears that another one is down wants it removed.
    DownIsRemoved,
    /// A node has nothing else of whatever key it is asked about.
    NothingElse,
    /// An answerer finds that nothing differs.
    AllIsEqual,
    /// An answerer says that it stored what it did not.
    PushNotStored,
    /// A replica takes no requests of a coordinator that goes by earlier settings.
    OlderEpochsDropped,
}

/// What becomes of a message.
pub(crate) struct Tampered {
    pub(crate) delivered: Option<(NodeId, NodeId, Message)>,
    pub(crate) forged: Vec<(NodeId, NodeId, Message)>,
}

impl Sabotage {
    pub(crate) fn lies_about_disk(self) -> bool {
        self == Self::DiskLies
    }

    /// Whether a message comes to nothing for what its sender and its receiver go by.
    pub(crate) fn drops(self, message: &Message, sender: Epoch, receiver: Epoch) -> bool {
        let is_request = matches!(
            message,
            Message::Read { .. } | Message::Write { .. } | Message::Replicate { .. }
        );
        self == Self::OlderEpochsDropped && is_request && sender < receiver
    }

    pub(crate) fn tamper(self, from: NodeId, to: NodeId, message: Message) -> Tampered {
        let mut forged = Vec::new();
        let delivered = match (self, message) {
            (_, Message::Membership(message)) => {
                let forge = |from, to, message| forged.push((from, to, message));
                self.tamper_membership((from, to), message, forge)
            }
            (Self::FenceIsOpen, Message::Declined { request }) if to == LOST => {
                let siblings = Siblings::default();
                let agreed = match request.leg {
                    0 => Message::ReadReply { request, siblings },
                    _ => Message::Replicated { request },
                };
                forged.push((from, to, agreed));
                None
            }
            (Self::VersionAlone | Self::StageMoves, message) => Some(self.tamper_copy(message)),
            (Self::OldOwnersOnly, Message::Replicate { request, stage, .. })
                if stage.step == Step::Announced && to.0 >= NEW_FROM =>
            {
                forged.push((to, from, Message::Replicated { request }));
                None
            }
            (Self::DownIsRemoved, message @ Message::Gossip { .. }) => {
                forged.extend(removal(&message).map(|wanted| (to, from, wanted)));
                Some(message)
            }
            (Self::NothingElse, Message::Collection(Collection::Ask { number, cells, .. })) => {
                let places = (0..cells.len() as u32).collect();
                let answer = Collection::NothingElse { number, places };
                forged.push((to, from, Message::Collection(answer)));
                None
            }
            (Self::AllIsEqual | Self::PushNotStored, Message::AntiEntropy(message)) => {
                self.tamper_comparison(message, |answer| forged.push((to, from, answer)))
            }
            (_, message) => Some(message),
        };
        Tampered {
            delivered: delivered.map(|message| (from, to, message)),
            forged,
        }
    }

    /// What becomes of a message of a membership change; others may be forged.
    fn tamper_membership(
        self,
        (from, to): (NodeId, NodeId),
        message: Membership,
        mut forge: impl FnMut(NodeId, NodeId, Message),
    ) -> Option<Message> {
        match (self, &message) {
            (Self::NothingCopied, &Membership::Stream { version }) => {
                let streaming = Membership::Streaming { version };
                forge(to, from, Message::Membership(streaming));
                let streamed = Membership::Streamed { version };
                forge(to, from, Message::Membership(streamed));
                return None;
            }
            (Self::BatchNotStored, Membership::Batch(batch)) => {
                let (version, number) = (batch.version, batch.number);
                let answer = Membership::BatchStored { version, number };
                forge(to, from, Message::Membership(answer));
                return None;
            }
            (Self::NoBarrier, Membership::Announce(change)) => {
                let (version, step) = (change.version, Step::Announced);
                let taken = Membership::Taken(Stage { version, step });
                forge(to, from, Message::Membership(taken));
            }
            (Self::NoRetirement, Membership::Take(stage)) if stage.step == Step::Committed => {
                let version = stage.version;
                for step in [Step::Retired, Step::Released] {
                    let take = Membership::Take(Stage { version, step });
                    forge(from, to, Message::Membership(take));
                }
            }
            (Self::UndoneEarly, Membership::Withdraw(change, _)) => {
                let (version, step) = (change.version, Step::Released);
                let take = Membership::Take(Stage { version, step });
                forge(from, to, Message::Membership(take));
            }
            (Self::FenceIsOpen, Membership::InForce { .. }) => return None,
            _ => {}
        }
        Some(Message::Membership(self.tamper_copies(message)))
    }

    /// What becomes of a copy of a cell.
    fn tamper_copy(self, mut message: Message) -> Message {
        if let Message::Replicate {
            siblings, stage, ..
        } = &mut message
        {
            match (self, stage.step.next()) {
                (Self::VersionAlone, _) => *siblings = newest_alone(siblings),
                (_, Some(next)) => stage.step = next,
                (_, None) => {}
            }
        }
        message
    }

    /// What becomes of a plan: another one of what is copied.
    fn tamper_copies(self, message: Membership) -> Membership {
        let Membership::Announce(change) = message else {
            return message;
        };
        let change = match self {
            Self::WrongPairs => with_wrong_pairs(&change),
            Self::OneSource => with_one_source(&change),
            Self::NothingExchanged => Change {
                copies: SortedMap::new(),
                ..(*change).clone()
            },
            _ => return Membership::Announce(change),
        };
        Membership::Announce(Arc::new(change))
    }

    /// What becomes of a message of anti-entropy; an answer may be forged.
    fn tamper_comparison(
        self,
        message: Comparison,
        forge: impl FnOnce(Message),
    ) -> Option<Message> {
        let delivered = match (self, message) {
            (Self::AllIsEqual, Comparison::Differing { number, .. }) => {
                let nodes = Vec::new();
                Comparison::Differing { number, nodes }
            }
            (Self::PushNotStored, Comparison::Push { question, .. }) => {
                let number = question.number;
                forge(Message::AntiEntropy(Comparison::Pushed { number }));
                return None;
            }
            (_, message) => message,
        };
        Some(Message::AntiEntropy(delivered))
    }
}

/// In planted stories, nodes from this id on are those that join.
pub(crate) const NEW_FROM: u32 = 5;

/// Every target receives its ranges from the next source in the circle of sources.
fn with_wrong_pairs(change: &Change) -> Change {
    let sources: Vec<NodeId> = change.copies.keys().copied().collect();
    let mut copies = SortedMap::new();
    for (place, source) in sources.iter().enumerate() {
        let wrong = sources[(place + 1) % sources.len()];
        copies.insert(wrong, change.copies[source].clone());
    }
    Change {
        copies,
        ..change.clone()
    }
}

/// In planted stories, the node that is lost.
pub(crate) const LOST: NodeId = NodeId(3);

/// No target receives anything from more than the first source.
fn with_one_source(change: &Change) -> Change {
    let mut given = BTreeMap::<NodeId, RangeSet>::new();
    let mut copies = change.copies.clone();
    for targets in copies.values_mut() {
        for (target, ranges) in targets.iter_mut() {
            let given = given.entry(*target).or_default();
            *ranges = ranges.difference(given);
            *given = given.union(ranges);
        }
        targets.retain(|_, ranges| !ranges.is_empty());
    }
    Change {
        copies,
        ..change.clone()
    }
}

/// What wants the node removed that is down by a message's rumours.
fn removal(message: &Message) -> Option<Message> {
    let Message::Gossip { rumours, .. } = message else {
        return None;
    };
    let down = |rumour: &&Rumour| rumour.status.health == Health::Down;
    let remove = vec![rumours.iter().find(down)?.node];
    let wanted = MembershipChange {
        remove,
        ..MembershipChange::default()
    };
    Some(Message::Membership(Membership::Wanted(Arc::new(wanted))))
}

fn newest_alone(siblings: &Siblings) -> Siblings {
    let newest = siblings
        .versions()
        .iter()
        .max_by_key(|version| version.dot.counter)
        .unwrap();
    let mut alone = Siblings::default();
    alone.write(newest.dot, newest.context.clone(), newest.value.clone());
    alone
}
