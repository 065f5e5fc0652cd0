//! What a client asks, remembers and forgets.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::message::{Answer, Certainty, RequestKind};
use crate::version::{Actor, Dot};

struct Count(u64);

impl Random for Count {
    fn next_u64(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

fn key(number: usize) -> Key {
    Key::new(&number.to_le_bytes()).unwrap()
}

fn cell(counters: &[u64]) -> Siblings {
    let mut cell = Siblings::default();
    for &counter in counters {
        let actor = Actor::default();
        let value = Value::new(b"value").unwrap();
        cell.write(
            Dot { actor, counter },
            VersionVector::default(),
            Some(value),
        );
    }
    cell
}

fn client() -> Client {
    let mut client = Client::default();
    client.set_coordinators([NodeId(1), NodeId(2)]);
    client
}

fn ask(client: &mut Client, number: u64, wish: Wish) -> ClientEffect {
    let mut out = Vec::new();
    client.ask(&mut Count(0), number, wish, &mut out);
    assert_eq!(out.len(), 1);
    out.remove(0)
}

fn reply(client: &mut Client, (number, leg): (u64, u8), outcome: Outcome) -> ClientEffect {
    let mut out = Vec::new();
    client.reply(&mut Count(0), RequestId { number, leg }, outcome, &mut out);
    assert_eq!(out.len(), 1);
    out.remove(0)
}

fn put(number: usize) -> Wish {
    Wish::Put(key(number), Value::new(b"new").unwrap())
}

fn context_of(effect: ClientEffect) -> VersionVector {
    match effect {
        ClientEffect::Request {
            command: Command::Put { context, .. } | Command::Delete { context, .. },
            ..
        } => context,
        other => panic!("{other:?}"),
    }
}

fn answered(siblings: Siblings) -> Answer {
    Answer {
        siblings,
        replicas: Vec::new(),
        fallbacks: Vec::new(),
    }
}

fn values(siblings: Siblings) -> Outcome {
    Outcome::Values(answered(siblings))
}

fn stored(siblings: Siblings) -> Outcome {
    Outcome::Stored(answered(siblings))
}

#[test]
fn a_write_without_a_context_reads_first() {
    let mut client = client();
    let first = ask(&mut client, 7, put(1));
    let read = Command::Get { key: key(1) };
    assert!(matches!(first, ClientEffect::Request { command, .. } if command == read));
    let then = reply(&mut client, (7, 0), values(cell(&[1, 2])));
    assert_eq!(context_of(then), cell(&[1, 2]).context());
    let last = reply(&mut client, (7, 1), stored(cell(&[3])));
    assert!(matches!(last, ClientEffect::Answer { number: 7, .. }));
    let again = ask(&mut client, 8, Wish::Delete(key(1)));
    assert!(context_of(again).includes(cell(&[3]).versions()[0].dot));
    assert_eq!(client.in_flight(), 1);
}

#[test]
fn a_write_beside_another_one_makes_the_client_read_again() {
    let mut client = client();
    ask(&mut client, 1, put(1));
    reply(&mut client, (1, 0), values(cell(&[1])));
    reply(&mut client, (1, 1), stored(cell(&[2, 3])));
    assert_eq!(client.contexts(), 0);
    let next = ask(&mut client, 2, put(1));
    let read = Command::Get { key: key(1) };
    assert!(matches!(next, ClientEffect::Request { command, .. } if command == read));
}

#[test]
fn the_oldest_context_is_forgotten_first() {
    let mut client = client();
    for number in 0..=CONTEXTS_MAX {
        ask(&mut client, number as u64, Wish::Get(key(number)));
        reply(&mut client, (number as u64, 0), values(cell(&[1])));
    }
    assert_eq!(client.contexts(), CONTEXTS_MAX);
    let forgotten = ask(&mut client, 100_000, put(0));
    assert!(matches!(forgotten, ClientEffect::Request { id, .. } if id.leg == 0));
    let kept = ask(&mut client, 100_001, put(1));
    assert!(matches!(kept, ClientEffect::Request { id, .. } if id.leg == 1));
}

/// A context that grows with every life of a node is what was read last before it is long.
#[test]
fn a_context_has_a_limit() {
    let mut client = client();
    let mut longest = 0;
    for since in 1..2 * CONTEXT_PAIRS_MAX as u64 {
        ask(&mut client, since, Wish::Get(key(1)));
        let mut written = Siblings::default();
        let node = NodeId(1);
        let actor = Actor { node, since };
        let value = Value::new(b"value").unwrap();
        let dot = Dot { actor, counter: 1 };
        written.write(dot, VersionVector::default(), Some(value));
        reply(&mut client, (since, 0), values(written.clone()));
        let kept = client.contexts.get(&key(1)).unwrap();
        assert!(kept.covers(&written.context()));
        longest = longest.max(kept.len());
    }
    assert_eq!(longest, CONTEXT_PAIRS_MAX);
}

#[test]
fn a_coordinator_that_is_gone_is_not_the_end() {
    let mut client = client();
    ask(&mut client, 1, Wish::Get(key(1)));
    let gone = || Outcome::Refused(Refusal::NotInCluster);
    let mut leg = 0;
    for _ in 1..ATTEMPTS_MAX {
        let again = reply(&mut client, (1, leg), gone());
        let ClientEffect::Request { id, .. } = again else {
            panic!("{again:?}");
        };
        assert_ne!(id.leg, leg, "the patience of one is not that of the next");
        leg = id.leg;
    }
    let answer = reply(&mut client, (1, leg), gone());
    let number = 1;
    let outcome = gone();
    assert_eq!(answer, ClientEffect::Answer { number, outcome });
    assert_eq!(client.in_flight(), 0);
}

/// Its coordinator stopped, or the reply was lost. What is awaited no more makes room.
#[test]
fn what_nobody_answers_ends() {
    let mut client = client();
    for (number, wish, kind) in [
        (1, Wish::Get(key(1)), RequestKind::Get),
        (2, put(1), RequestKind::Put),
    ] {
        let asked = ask(&mut client, number, wish);
        assert!(matches!(
            asked,
            ClientEffect::Request {
                patience: PATIENCE,
                ..
            }
        ));
        let outcome = Outcome::NoAnswer;
        let is_known = outcome.certainty(kind) == Certainty::Failed;
        assert_eq!(is_known, kind == RequestKind::Get, "if it was sent");
        let answer = reply(&mut client, (number, 0), Outcome::NoAnswer);
        assert_eq!(answer, ClientEffect::Answer { number, outcome });
        assert_eq!(client.in_flight(), 0);
        let mut out = Vec::new();
        let late = RequestId { number, leg: 0 };
        client.reply(&mut Count(0), late, values(cell(&[1])), &mut out);
        assert_eq!(out, []);
    }
}

/// A read, that of a write too, is asked again; a write may have been stored.
#[test]
fn an_unanswered_read_is_asked_again_and_a_write_is_not() {
    let mut client = stubborn();
    ask(&mut client, 1, put(1));
    let wait = reply(&mut client, (1, 0), Outcome::NoAnswer);
    let (read, _) = after_waiting(&mut client, wait);
    let write = reply(&mut client, (1, read.leg), values(cell(&[1])));
    let ClientEffect::Request { id, .. } = write else {
        panic!("{write:?}");
    };
    let outcome = Outcome::NoAnswer;
    let answer = reply(&mut client, (1, id.leg), Outcome::NoAnswer);
    assert_eq!(answer, ClientEffect::Answer { number: 1, outcome });
}

#[test]
fn what_it_cannot_take_it_refuses() {
    let mut client = client();
    for number in 0..REQUESTS_MAX as u64 {
        ask(&mut client, number, Wish::Get(key(1)));
    }
    let refusals = [
        (0, Refusal::RepeatedId),
        (REQUESTS_MAX as u64, Refusal::Overloaded),
    ];
    for (number, refusal) in refusals {
        let outcome = Outcome::Refused(refusal);
        let answer = ask(&mut client, number, Wish::Get(key(1)));
        assert_eq!(answer, ClientEffect::Answer { number, outcome });
    }
    let mut nobody = Client::default();
    let outcome = Outcome::Refused(Refusal::NotInCluster);
    let number = 1;
    let answer = ask(&mut nobody, number, Wish::Get(key(1)));
    assert_eq!(answer, ClientEffect::Answer { number, outcome });
}

fn stubborn() -> Client {
    let mut client = client();
    client.set_retries(Retries::USUAL);
    client
}

fn unreachable() -> Outcome {
    let (needed, answered) = (2, 1);
    Outcome::QuorumUnreachable { needed, answered }
}

/// The retry that follows a wait: its leg and what it asks.
fn after_waiting(client: &mut Client, effect: ClientEffect) -> (RequestId, Command) {
    let ClientEffect::Wait { number, .. } = effect else {
        panic!("{effect:?}");
    };
    let mut out = Vec::new();
    client.waited(&mut Count(0), number, &mut out);
    client.waited(&mut Count(0), number, &mut out);
    match &out[..] {
        [ClientEffect::Request { id, command, .. }] => (*id, command.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_read_is_asked_again_so_often_with_waits_that_grow() {
    let mut client = stubborn();
    ask(&mut client, 1, Wish::Get(key(1)));
    let mut leg = 0;
    for retry in 0..Retries::USUAL.per_wish_max {
        let effect = reply(&mut client, (1, leg), unreachable());
        let ClientEffect::Wait { span, .. } = effect else {
            panic!("{effect:?}");
        };
        let whole = Retries::USUAL.after * 2_u32.pow(retry);
        assert!((whole / 2..=whole).contains(&span), "{span:?} of {whole:?}");
        let (id, command) = after_waiting(&mut client, effect);
        assert_eq!(command, Command::Get { key: key(1) });
        assert!(
            id.leg > leg,
            "a reply to an earlier leg is none to this one"
        );
        leg = id.leg;
    }
    let last = reply(&mut client, (1, leg), unreachable());
    let outcome = unreachable();
    assert_eq!(last, ClientEffect::Answer { number: 1, outcome });
    assert_eq!(client.in_flight(), 0);
}

#[test]
fn a_write_is_asked_again_only_when_nothing_is_stored() {
    let mut client = stubborn();
    ask(&mut client, 1, put(1));
    let read = Outcome::Values(answered(cell(&[1])));
    reply(&mut client, (1, 0), read.clone());
    let effect = reply(&mut client, (1, 1), Outcome::Refused(Refusal::Overloaded));
    let (id, command) = after_waiting(&mut client, effect);
    assert!(matches!(command, Command::Put { .. }));
    let outcome = unreachable();
    let told = reply(&mut client, (1, id.leg), outcome.clone());
    assert_eq!(outcome.certainty(RequestKind::Put), Certainty::Unknown);
    assert_eq!(told, ClientEffect::Answer { number: 1, outcome });
    for refusal in [
        Refusal::RepeatedId,
        Refusal::ValueTooLarge { bytes: 2, limit: 1 },
        Refusal::TooManySiblings {
            siblings: 2,
            limit: 1,
        },
    ] {
        ask(&mut client, 2, Wish::Get(key(1)));
        let outcome = Outcome::Refused(refusal);
        assert_eq!(outcome.certainty(RequestKind::Put), Certainty::Failed);
        let told = reply(&mut client, (2, 0), outcome.clone());
        assert_eq!(told, ClientEffect::Answer { number: 2, outcome });
    }
}

#[test]
fn a_client_reads_what_it_wrote() {
    let mut client = stubborn();
    ask(&mut client, 1, put(1));
    reply(&mut client, (1, 0), Outcome::Values(answered(cell(&[1]))));
    let mut written = cell(&[1]);
    let actor = Actor::default();
    written.write(Dot { actor, counter: 2 }, written.context(), None);
    reply(
        &mut client,
        (1, 1),
        Outcome::Stored(answered(written.clone())),
    );
    ask(&mut client, 2, Wish::Get(key(1)));
    let behind = answered(cell(&[1]));
    assert!(client.is_ahead_of(&key(1), &behind));
    let effect = reply(&mut client, (2, 0), Outcome::Values(behind));
    let (id, _) = after_waiting(&mut client, effect);
    let outcome = Outcome::Values(answered(written));
    let told = reply(&mut client, (2, id.leg), outcome.clone());
    assert_eq!(told, ClientEffect::Answer { number: 2, outcome });
}

#[test]
fn retries_are_a_small_part_of_what_is_asked() {
    let mut client = stubborn();
    let (mut retries, wishes) = (0, 1_000);
    for number in 0..wishes {
        ask(&mut client, number, Wish::Get(key(1)));
        let mut leg = 0;
        while let effect @ ClientEffect::Wait { .. } =
            reply(&mut client, (number, leg), unreachable())
        {
            retries += 1;
            leg = after_waiting(&mut client, effect).0.leg;
        }
    }
    let earned = wishes / u64::from(WISHES_PER_RETRY);
    assert!(retries <= u64::from(RETRIES_SAVED_MAX) + earned && retries >= earned);
}
