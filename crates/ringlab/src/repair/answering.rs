//! The answerer's side of an exchange: it compares what it is told with its own, and remembers
//! nothing from one question to the next. It begins nothing.

use std::sync::Arc;

use crate::disk::Disk;
use crate::merkle::Tree;
use crate::message::{Comparison, Message, Question, Unequal};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::ring::NodeId;
use crate::settings::AntiEntropy;
use crate::version::Siblings;

use super::{Ground, keys};

/// Answers a question; one that cannot be answered now stays without, and the asker gives up.
pub(super) fn answer<D: Disk>(
    from: NodeId,
    question: Comparison,
    settings: Option<AntiEntropy>,
    ground: &mut Ground<'_, D>,
    out: &mut Outbox<'_>,
) {
    let own = out.id;
    let (number, answer) = match question {
        Comparison::Digests {
            question: Question { number, scope },
            height,
            digests,
        } => {
            let tree = ground.compared(own, from, settings, scope);
            let nodes = tree.map(|tree| differing(tree, height, &digests));
            let answer = nodes.map(|nodes| Some(Comparison::Differing { number, nodes }));
            (number, answer)
        }
        Comparison::Keys {
            question: Question { number, scope },
            tokens,
            keys,
        } => {
            let tree = ground.compared(own, from, settings, scope);
            let shared = tree.map(|tree| tree.ranges().intersection(&tokens));
            let answer = shared.and_then(|shared| {
                let compared = keys::compare(ground.replica.storage(), &shared, &keys);
                let difference = ground.replica.noted(compared).ok_or(Unequal::Unreadable)?;
                Ok(Some(Comparison::Cells { number, difference }))
            });
            (number, answer)
        }
        Comparison::Push { question, cells } => {
            let stored = store(from, question, cells, settings, ground, out);
            (question.number, stored.map(|()| None))
        }
        _ => return,
    };
    let refused = |reason| Some(Comparison::Refused { number, reason });
    if let Some(answer) = answer.unwrap_or_else(refused) {
        out.send(from, Message::AntiEntropy(answer));
    }
}

/// Of what is told of a tree's nodes, those that are otherwise here.
fn differing(tree: &Tree, height: u8, digests: &[(u32, u64)]) -> Vec<u32> {
    let differs = |(node, digest): &&(u32, u64)| tree.digest(height, *node) != Some(*digest);
    let nodes = digests.iter().filter(differs);
    nodes.map(|&(node, _)| node).collect()
}

/// Stores what is pushed; the acknowledgement goes out when the disk has it.
fn store<D: Disk>(
    from: NodeId,
    question: Question,
    cells: Arc<[(Key, Siblings)]>,
    settings: Option<AntiEntropy>,
    ground: &mut Ground<'_, D>,
    out: &mut Outbox<'_>,
) -> Result<(), Unequal> {
    ground.compared(out.id, from, settings, question.scope)?;
    if ground.replica.has_room(None) {
        let number = question.number;
        let pushed = Message::AntiEntropy(Comparison::Pushed { number });
        ground.replica.repair(cells, Some((from, pushed)), out);
    }
    Ok(())
}
