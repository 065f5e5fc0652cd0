//! The asker's side of an exchange: what it still has to ask. It sends nothing itself.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::disk::Disk;
use crate::merkle::{Scope, Tree, of_cell};
use crate::message::{
    Comparison, Difference, Event, ExchangeEnd, ExchangeTally, Question, Unequal,
};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::replica::Replica;
use crate::ring::NodeId;
use crate::settings::AntiEntropy;
use crate::storage::RangeSet;

use super::{Answer, DIGESTS_MAX, Ground, keys};

#[derive(Clone, Debug)]
pub(super) struct Asking {
    exchange: u64,
    with: NodeId,
    scope: Scope,
    /// The question whose answer is waited for.
    awaited: u64,
    doing: Doing,
    tally: ExchangeTally,
}

#[derive(Clone, Debug)]
enum Doing {
    /// Going down the tree.
    Digests {
        height: u8,
        /// Nodes at this height that are yet to be compared.
        left: VecDeque<u32>,
        /// Nodes at this height that differ.
        differing: Vec<u32>,
    },
    /// Going through the keys.
    Keys {
        /// Tokens yet to be compared.
        left: RangeSet,
        /// What is left when the page on its way is compared.
        after_page: RangeSet,
        /// Keys that the answerer lacks, or has otherwise.
        push: VecDeque<Key>,
    },
}

impl Asking {
    /// Begins at the root; the first question's number is the exchange's, too.
    pub(super) fn begin(exchange: u64, with: NodeId, tree: &Tree) -> Self {
        Self {
            exchange,
            with,
            scope: tree.scope(),
            awaited: exchange,
            doing: Doing::Digests {
                height: tree.height(),
                left: VecDeque::from([0]),
                differing: Vec::new(),
            },
            tally: ExchangeTally::default(),
        }
    }

    pub(super) fn awaits(&self, from: NodeId, number: u64) -> bool {
        (from, number) == (self.with, self.awaited)
    }

    pub(super) const fn scope(&self) -> Scope {
        self.scope
    }

    pub(super) const fn with(&self) -> NodeId {
        self.with
    }

    pub(super) const fn ended(&self, end: ExchangeEnd) -> Event {
        Event::ExchangeEnded {
            number: self.exchange,
            with: self.with,
            end,
            tally: self.tally,
        }
    }

    /// Takes the answer that was waited for.
    pub(super) fn take<D: Disk>(
        &mut self,
        answer: Answer,
        replica: &mut Replica<D>,
        out: &mut Outbox<'_>,
    ) -> Result<(), Unequal> {
        match (answer, &mut self.doing) {
            (Answer::Refused(reason), _) => return Err(reason),
            (Answer::Differing(nodes), Doing::Digests { differing, .. }) => differing.extend(nodes),
            (Answer::Cells(difference), Doing::Keys { .. }) => {
                return self.join(difference, replica, out);
            }
            // The cells are stored: nothing to keep.
            _ => {}
        }
        Ok(())
    }

    /// The next question; `None` when nothing is left to ask.
    pub(super) fn next<D: Disk>(
        &mut self,
        number: u64,
        settings: Option<AntiEntropy>,
        ground: &mut Ground<'_, D>,
        own: NodeId,
    ) -> Result<Option<Comparison>, Unequal> {
        self.awaited = number;
        let question = Question {
            number,
            scope: self.scope,
        };
        let tree = ground.compared(own, self.with, settings, self.scope)?;
        let asked = match self.ask_digests(question, tree) {
            Some(asked) => Some(asked),
            None => self.ask_keys(question, ground.replica)?,
        };
        self.tally.asked += u64::from(asked.is_some());
        Ok(asked)
    }

    /// Goes down as far as there is something to compare; at the buckets it turns to their keys.
    fn ask_digests(&mut self, question: Question, tree: &Tree) -> Option<Comparison> {
        while let Doing::Digests {
            height,
            left,
            differing,
        } = &mut self.doing
        {
            if !left.is_empty() {
                let nodes = left.drain(..left.len().min(DIGESTS_MAX));
                let digests = nodes.filter_map(|node| Some((node, tree.digest(*height, node)?)));
                let (height, digests) = (*height, Vec::from_iter(digests));
                self.tally.digests += digests.len() as u64;
                self.tally.compared += u64::from(height == 0) * digests.len() as u64;
                return Some(Comparison::Digests {
                    question,
                    height,
                    digests,
                });
            }
            if *height == 0 {
                self.tally.differing = differing.len() as u64;
                self.doing = Doing::Keys {
                    left: tree.tokens(differing),
                    after_page: RangeSet::default(),
                    push: VecDeque::new(),
                };
            } else {
                let below = differing.iter().flat_map(|&node| tree.below(*height, node));
                *left = below.collect();
                differing.clear();
                *height -= 1;
            }
        }
        None
    }

    /// What the answerer lacks goes first, so that little is remembered.
    fn ask_keys<D: Disk>(
        &mut self,
        question: Question,
        replica: &mut Replica<D>,
    ) -> Result<Option<Comparison>, Unequal> {
        let Doing::Keys {
            left,
            after_page,
            push,
        } = &mut self.doing
        else {
            return Ok(None);
        };
        if !push.is_empty() {
            let cells = keys::cells(replica.storage(), push);
            let cells = replica.noted(cells).ok_or(Unequal::Unreadable)?;
            self.tally.sent += cells.len() as u64;
            return Ok(Some(Comparison::Push { question, cells }));
        }
        if left.is_empty() {
            return Ok(None);
        }
        let page = keys::page(replica.storage(), left);
        let (tokens, keys) = replica.noted(page).ok_or(Unequal::Unreadable)?;
        *after_page = left.difference(&tokens);
        self.tally.keys += keys.len() as u64;
        Ok(Some(Comparison::Keys {
            question,
            tokens,
            keys,
        }))
    }

    fn join<D: Disk>(
        &mut self,
        difference: Difference,
        replica: &mut Replica<D>,
        out: &mut Outbox<'_>,
    ) -> Result<(), Unequal> {
        let Doing::Keys {
            left,
            after_page,
            push,
        } = &mut self.doing
        else {
            return Ok(());
        };
        *left = match difference.until {
            Some(token) => left.difference(&keys::up_to(token)),
            None => std::mem::take(after_page),
        };
        push.extend(difference.lacking);
        if difference.cells.is_empty() {
            return Ok(());
        }
        self.tally.received += difference.cells.len() as u64;
        let cells: Arc<[_]> = difference.cells.into();
        replica.repair(cells.clone(), None, out);
        for (key, theirs) in &*cells {
            let own = replica.cell(key).ok_or(Unequal::Unreadable)?;
            if of_cell(key, &own) != of_cell(key, theirs) {
                push.push_back(key.clone());
            }
        }
        Ok(())
    }
}
