//! `backend` and `listen` sections of HAProxy that hash consistently.

use std::collections::BTreeSet;

use super::words::{Names, Word, lines};
use super::{ImportError, Pool, check_length};
use crate::placement::nodes::WeightedNode;
use crate::placement::system::{HAPROXY_WEIGHT_MAX, System};

const WEIGHT: &str = "a weight from 0 to 256";

/// Words that begin a section.
const SECTIONS: [&str; 13] = [
    "backend",
    "cache",
    "defaults",
    "frontend",
    "global",
    "http-errors",
    "listen",
    "mailers",
    "peers",
    "program",
    "resolvers",
    "ring",
    "userlist",
];

/// Each section of the text with `hash-type consistent`; others are left out.
///
/// ```
/// use ringlab::placement::{Placement, import};
///
/// let text = "backend cache\n  balance uri\n  hash-type consistent\n  server a 10.0.0.1:80 weight 2\n";
/// let pools = import::haproxy_backends(text)?;
/// assert_eq!((pools[0].name.as_str(), pools[0].nodes[0].weight), ("cache", 2));
/// # Ok::<(), import::ImportError>(())
/// ```
///
/// # Errors
///
/// Says where a line is not HAProxy's, asks for what is not placed here (other hash functions,
/// `hash-balance-factor`, `hash-key`, servers that are `backup`, `disabled` or there already, an id that
/// another one has), or that no section hashes consistently.
pub fn haproxy_backends(text: &str) -> Result<Vec<Pool>, ImportError> {
    check_length(text)?;
    let mut pools = Vec::new();
    let mut section: Option<Section> = None;
    for words in lines(text) {
        let comment = words.iter().position(|word| word.text.starts_with('#'));
        let words = &words[..comment.unwrap_or(words.len())];
        let Some(&first) = words.first() else {
            continue;
        };
        if SECTIONS.contains(&first.text) {
            pools.extend(section.take().map(Section::finish).transpose()?.flatten());
            let holds = matches!(first.text, "backend" | "listen");
            let Some(name) = words.get(1).filter(|_| holds) else {
                continue;
            };
            section = Some(Section::new(name.text));
        } else if let Some(section) = &mut section {
            section.take(first, &words[1..]);
        }
    }
    pools.extend(section.map(Section::finish).transpose()?.flatten());
    if pools.is_empty() {
        let what = "no backend in this text asks for consistent hashing, \"hash-type consistent\": \
                    other ways are not placed here";
        return Err(ImportError::new((1, 1), what));
    }
    Ok(pools)
}

/// What was read of a section so far.
struct Section {
    pool: Pool,
    names: Names,
    /// The ids that servers state.
    ids: BTreeSet<u32>,
    is_consistent: bool,
    default_weight: u32,
    /// It counts only where the section hashes consistently.
    error: Option<ImportError>,
}

impl Section {
    fn new(name: &str) -> Self {
        Self {
            pool: Pool {
                name: name.to_owned(),
                system: System::Haproxy,
                nodes: Vec::new(),
            },
            names: Names::default(),
            ids: BTreeSet::new(),
            is_consistent: false,
            default_weight: 1,
            error: None,
        }
    }

    fn take(&mut self, keyword: Word<'_>, words: &[Word<'_>]) {
        let taken = match keyword.text {
            "hash-type" => self.hash_type(keyword, words),
            "hash-balance-factor" => {
                Err(keyword.error("bounded loads of HAProxy are not placed here"))
            }
            "default-server" => options(words, self.default_weight).map(|(weight, _)| {
                self.default_weight = weight;
            }),
            "server" => self.server(keyword, words),
            _ => Ok(()),
        };
        if let Err(error) = taken {
            self.error.get_or_insert(error);
        }
    }

    fn hash_type(&mut self, keyword: Word<'_>, words: &[Word<'_>]) -> Result<(), ImportError> {
        let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
        self.is_consistent = texts.first() == Some(&"consistent");
        self.pool.system = match texts.get(1..).unwrap_or_default() {
            [] | ["sdbm", "avalanche"] => System::Haproxy,
            ["djb2"] => System::HaproxyDjb2,
            ["djb2", "avalanche"] => System::HaproxyDjb2Avalanche,
            other => {
                let what = format!(
                    "hash function {:?} is not placed here: the usual one, \"sdbm avalanche\", \
                     \"djb2\" and \"djb2 avalanche\" are",
                    other.join(" ")
                );
                return Err(words.get(1).unwrap_or(&keyword).error(what));
            }
        };
        Ok(())
    }

    fn server(&mut self, keyword: Word<'_>, words: &[Word<'_>]) -> Result<(), ImportError> {
        let [name, _, rest @ ..] = words else {
            return Err(keyword.error("a name and an address are expected after \"server\""));
        };
        let (weight, id) = options(rest, self.default_weight)?;
        let node = self.names.node(*name, weight)?;
        if let Some((id, word)) = id
            && !self.ids.insert(id)
        {
            return Err(word.error(format!("id {id} is another server's")));
        }
        let id = id.map(|(id, _)| id);
        self.pool.nodes.push(WeightedNode { id, ..node });
        Ok(())
    }

    /// Beside stated ids the others are as HAProxy gives them out: each the number of its server from
    /// 1, and past one that is taken the next that is free; by so much all after it are larger.
    fn number(&mut self) {
        if self.ids.is_empty() {
            return;
        }
        let mut taken = 0;
        for (number, node) in (1..).zip(&mut self.pool.nodes) {
            node.id.get_or_insert_with(|| {
                while !self.ids.insert(number + taken) {
                    taken += 1;
                }
                number + taken
            });
        }
    }

    fn finish(mut self) -> Result<Option<Pool>, ImportError> {
        self.number();
        match self.error {
            Some(error) if self.is_consistent => Err(error),
            _ => Ok(self.is_consistent.then_some(self.pool)),
        }
    }
}

/// Weight and id among the options of a server; of an id also the word that states it.
fn options<'a>(
    words: &[Word<'a>],
    weight: u32,
) -> Result<(u32, Option<(u32, Word<'a>)>), ImportError> {
    let (mut weight, mut id) = (weight, None);
    let mut words = words.iter();
    while let Some(option) = words.next() {
        let mut value = || {
            let missing = || option.error(format!("a number is expected after {:?}", option.text));
            words.next().copied().ok_or_else(missing)
        };
        match option.text {
            "weight" => {
                let word = value()?;
                weight = word.number(WEIGHT)?;
                if weight > HAPROXY_WEIGHT_MAX {
                    return Err(word.error(format!("{WEIGHT} is expected, not {weight}")));
                }
            }
            "id" => {
                let word = value()?;
                match word.number("a whole number")? {
                    0 => return Err(word.error("an id from 1 on is expected, not 0")),
                    number => id = Some((number, word)),
                }
            }
            "backup" | "disabled" | "hash-key" => {
                let what = format!("{:?} is not placed here", option.text);
                return Err(option.error(what));
            }
            _ => {}
        }
    }
    Ok((weight, id))
}
