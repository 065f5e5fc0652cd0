//! Q5: a read whose replicas all said the same writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use ringlab::message::{Event, Message, RequestId, RequestKind};
use ringlab::version::Siblings;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;

#[derive(Default)]
pub(super) struct CleanReads {
    /// What was said to each read: the coordinator itself sends no message, and others may say
    /// something twice.
    said: BTreeMap<RequestId, Vec<Siblings>>,
    with_fallbacks: BTreeSet<RequestId>,
}

impl Checker for CleanReads {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        match sight {
            Sight::Event(
                node,
                Event::Asked {
                    request, replicas, ..
                },
            ) => {
                let asked = scene.oracle.request(*request);
                let Some(asked) = asked.filter(|asked| asked.kind == RequestKind::Get) else {
                    return;
                };
                if replicas.contains(node)
                    && let Some(coordinator) = scene.cluster.node(*node)
                {
                    let own = coordinator.cell(&asked.key).unwrap_or_default();
                    self.said.entry(*request).or_default().push(own);
                }
            }
            Sight::Sent(_, _, Message::ReadReply { request, siblings }) => {
                let said = self.said.entry(*request).or_default();
                said.push(siblings.clone());
            }
            // What a fallback keeps is not what a replica has: such a read finds differences. And whom a
            // hedged read asks later has more to say, which may be the coordinator itself.
            Sight::Event(_, Event::FallbacksAsked { request, .. } | Event::Hedged { request }) => {
                self.said.remove(request);
                self.with_fallbacks.insert(*request);
            }
            Sight::Event(_, Event::Repaired { request, .. }) => {
                let said = self.said.get(request);
                let Some(said) = said.filter(|_| !self.with_fallbacks.contains(request)) else {
                    return;
                };
                let mut cells = said.iter();
                let first = cells.next();
                if cells.all(|cell| Some(cell) == first) {
                    let what = format!("{request:?} repairs, and all said {first:?}");
                    found.report(Check::CleanReadsWriteNothing, scene.now(), what);
                }
            }
            _ => {}
        }
    }
}
