//! `CLUSTER SHARDS` of Redis Cluster and Valkey, in each form that `redis-cli` prints: into a file, on
//! a terminal, and with `--json`. In all of them the same values stand in the same order.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::redis::{named, slots};
use super::values::values;
use super::words::{Names, Word};
use super::{ImportError, check_length};
use crate::placement::redis::{REDIS_SLOTS, RedisGroup};
use crate::ring::NodeName;

/// Groups that have slots, the master first, in the order of the text; nodes are named by their
/// address, as [`redis_nodes`](super::redis_nodes) names them.
///
/// ```
/// use ringlab::placement::{Placement, RedisCluster, import};
///
/// let text = r#"[{"slots":[0,16383],"nodes":[{"id":"07c3","port":7001,"ip":"127.0.0.1","role":"master"}]}]"#;
/// let cluster = RedisCluster::new(&import::redis_groups(text)?)?;
/// assert_eq!(cluster.primary(b"foo"), Some(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Says where a value is not one of `CLUSTER SHARDS`, a slot has two masters, a group has none or
/// two, or two nodes have one address.
pub fn redis_groups(text: &str) -> Result<Vec<RedisGroup>, ImportError> {
    check_length(text)?;
    let mut values = Values(values(text).into_iter().peekable());
    let mut taken = [false; REDIS_SLOTS as usize];
    let mut names = Names::default();
    let mut groups = Vec::new();
    while let Some(begin) = values.name() {
        if begin.text != "slots" {
            return Err(expected("\"slots\"", begin));
        }
        let mut ranges = Vec::new();
        let mut word = values.after(begin)?;
        while word.text != "nodes" {
            let last = values.after(word)?;
            ranges.push(slots(word, last, &mut taken)?);
            word = values.after(last)?;
        }
        let nodes = values.nodes(word)?;
        // Whoever has no slots has no keys, and may be told in a group of its own.
        if ranges.is_empty() {
            continue;
        }
        for (word, name) in &nodes {
            names.take(name, *word)?;
        }
        groups.push(RedisGroup {
            nodes: nodes.into_iter().map(|(_, name)| name).collect(),
            slots: ranges,
        });
    }
    if groups.is_empty() {
        let what = "no group with slots is in this text";
        return Err(ImportError::new((1, 1), what));
    }
    Ok(groups)
}

/// An error that says what is expected in the place of a word.
fn expected(what: &str, word: Word<'_>) -> ImportError {
    word.error(format!("{what} is expected, not {:?}", word.text))
}

/// An error that says what is expected after a word.
fn expected_after(what: &str, word: Word<'_>) -> ImportError {
    word.error(format!("{what} is expected after {:?}", word.text))
}

/// What is left to read.
struct Values<'a>(Peekable<IntoIter<Word<'a>>>);

impl<'a> Values<'a> {
    /// The next one that says something, as names and slots do.
    fn name(&mut self) -> Option<Word<'a>> {
        self.0.find(|word| !word.text.is_empty())
    }

    /// The same where the text cannot end.
    fn after(&mut self, before: Word<'a>) -> Result<Word<'a>, ImportError> {
        self.name().ok_or_else(|| expected_after("more", before))
    }

    /// The nodes of a group, the master first, each with the word that gives its address.
    fn nodes(&mut self, begin: Word<'a>) -> Result<Vec<(Word<'a>, NodeName)>, ImportError> {
        let mut told: Vec<Told<'a>> = Vec::new();
        while let Some(name) = self.0.next_if(|word| word.text != "slots") {
            if name.text.is_empty() {
                continue;
            }
            let value = self
                .0
                .next()
                .ok_or_else(|| expected_after("a value", name))?;
            if name.text == "id" {
                told.push(Told::new(name));
            }
            let Some(node) = told.last_mut() else {
                return Err(expected("\"id\"", name));
            };
            match name.text {
                "port" => node.port = Some(value),
                "tls-port" => node.tls_port = Some(value),
                "ip" => node.ip = Some(value),
                "role" => node.role = Some(value),
                _ => {}
            }
        }
        let (mut master, mut copies) = (None, Vec::new());
        for node in told {
            let (role, named) = node.finish()?;
            match role.text {
                "master" if master.is_some() => {
                    return Err(role.error("a second master of the same slots is not placed here"));
                }
                "master" => master = Some(named),
                _ => copies.push(named),
            }
        }
        let missing = || begin.error("a node whose \"role\" is \"master\" is expected among these");
        copies.insert(0, master.ok_or_else(missing)?);
        Ok(copies)
    }
}

/// What is said of a node.
struct Told<'a> {
    id: Word<'a>,
    ip: Option<Word<'a>>,
    port: Option<Word<'a>>,
    tls_port: Option<Word<'a>>,
    role: Option<Word<'a>>,
}

impl<'a> Told<'a> {
    const fn new(id: Word<'a>) -> Self {
        Self {
            id,
            ip: None,
            port: None,
            tls_port: None,
            role: None,
        }
    }

    /// Its role, and its name with the word that it begins with.
    fn finish(self) -> Result<(Word<'a>, (Word<'a>, NodeName)), ImportError> {
        let (Some(ip), Some(port), Some(role)) = (self.ip, self.port.or(self.tls_port), self.role)
        else {
            let what = "\"ip\", \"port\" and \"role\" are expected after this \"id\"";
            return Err(self.id.error(what));
        };
        if ip.text.is_empty() {
            return Err(ip.error("an ip is expected: ask a node that the others know"));
        }
        let name = named(ip, &format!("{}:{}", ip.text, port.text))?;
        Ok((role, (ip, name)))
    }
}
