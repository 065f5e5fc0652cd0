//! What planted bugs do to messages.

use std::sync::Arc;

use ringlab::health::{Health, Rumour};
use ringlab::layout::{Lead, MembershipChange, Stage, Step};
use ringlab::message::{Comparison, Membership, Message};
use ringlab::ring::NodeId;
use ringlab::version::{Siblings, VersionVector};

use super::{Sabotage, Tampered};

/// Times that a hint is sent where once is right.
const STORM: usize = 300;

pub(super) fn tamper(sabotage: Sabotage, from: NodeId, to: NodeId, message: Message) -> Tampered {
    let mut forged = Vec::new();
    let mut answer = |answer: Message| forged.push((to, from, answer));
    let delivered = match (sabotage, message) {
        (Sabotage::ContextIgnored, mut message) => {
            if let Message::Write { context, .. } = &mut message {
                *context = VersionVector::default();
            }
            Some(message)
        }
        (Sabotage::VersionAlone, mut message) => {
            if let Message::Replicate { siblings, .. } = &mut message {
                *siblings = newest_alone(siblings);
            }
            Some(message)
        }
        (Sabotage::CopyNotStored, Message::Replicate { request, .. }) => {
            answer(Message::Replicated { request });
            None
        }
        (Sabotage::CopyAstray, message) => {
            if let Some(copy) = as_if_later(&message) {
                forged.push((from, NodeId(to.0 ^ 1), copy));
            }
            Some(message)
        }
        (Sabotage::ReplyMisread, Message::ReadReply { request, .. }) if to.0.is_multiple_of(2) => {
            let siblings = Siblings::default();
            Some(Message::ReadReply { request, siblings })
        }
        (Sabotage::HintsKept, Message::HandOver { .. }) => None,
        (Sabotage::HintNotStored, Message::HandOver { hint, .. }) => {
            answer(Message::HandedOver { hint });
            None
        }
        (Sabotage::HintStorm, message @ Message::HandOver { .. }) => {
            forged.extend((0..STORM).map(|_| (from, to, message.clone())));
            Some(message)
        }
        (Sabotage::DownIsRemoved, message @ Message::Gossip { .. }) => {
            if let Some(wanted) = removal(&message) {
                answer(wanted);
            }
            Some(message)
        }
        (
            Sabotage::DigestsMisread,
            Message::AntiEntropy(Comparison::Digests {
                question,
                height,
                mut digests,
            }),
        ) => {
            digests.iter_mut().for_each(|(_, digest)| *digest ^= 1);
            Some(Message::AntiEntropy(Comparison::Digests {
                question,
                height,
                digests,
            }))
        }
        (_, Message::Membership(message)) => of_change(sabotage, to, message, answer),
        (_, message) => Some(message),
    };
    Tampered {
        delivered,
        forged,
        waste: None,
    }
}

/// What becomes of a message of a membership change.
fn of_change(
    sabotage: Sabotage,
    to: NodeId,
    message: Membership,
    mut answer: impl FnMut(Message),
) -> Option<Message> {
    // Half of the nodes, where one that did not plan the change leads.
    let is_other = |lead: &Lead| lead.term > 0 && lead.leader != to && to.0.is_multiple_of(2);
    match (sabotage, message) {
        (Sabotage::StepNotTaken, Membership::Take(stage))
            if stage.step == Step::Released && to.0.is_multiple_of(2) =>
        {
            answer(Message::Membership(Membership::Taken(stage)));
            None
        }
        (Sabotage::StepsLost, Membership::Take(_)) => None,
        (Sabotage::LeadNotHeeded, Membership::Lead { version, lead }) if is_other(&lead) => {
            answer(Message::Membership(Membership::Follows {
                version,
                term: lead.term,
                step: Some(Step::Announced),
            }));
            None
        }
        (Sabotage::LeadNotHeeded, Membership::Withdraw(change, lead)) if is_other(&lead) => {
            let (version, step) = (change.version, Step::Withdrawn);
            answer(Message::Membership(Membership::Taken(Stage {
                version,
                step,
            })));
            None
        }
        (Sabotage::BatchNotStored, Membership::Batch(batch)) => {
            let (version, number) = (batch.version, batch.number);
            answer(Message::Membership(Membership::BatchStored {
                version,
                number,
            }));
            None
        }
        (_, message) => Some(Message::Membership(message)),
    }
}

/// A copy that a node takes without owning it: in a later layout it may.
fn as_if_later(message: &Message) -> Option<Message> {
    let Message::Replicate {
        stage,
        key,
        siblings,
        place: None,
        ..
    } = message
    else {
        return None;
    };
    Some(Message::Repair {
        stage: Stage {
            version: stage.version + 1,
            ..*stage
        },
        key: key.clone(),
        siblings: siblings.clone(),
    })
}

fn newest_alone(siblings: &Siblings) -> Siblings {
    let versions = siblings.versions().iter();
    let mut alone = Siblings::default();
    if let Some(newest) = versions.max_by_key(|version| version.dot.counter) {
        alone.write(newest.dot, newest.context.clone(), newest.value.clone());
    }
    alone
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
