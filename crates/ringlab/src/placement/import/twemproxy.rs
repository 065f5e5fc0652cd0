//! The configuration of twemproxy (nutcracker): YAML, a mapping of pools.

use saphyr_parser::{Event, Marker, Parser, ScanError, StrInput};

use super::words::{Names, Word};
use super::{ImportError, Pool, check_length};
use crate::placement::nodes::WeightedNode;
use crate::placement::system::System;

/// How deep values may stand in others: pools, settings, a list.
const DEPTH_MAX: usize = 8;
/// The port that names leave out.
const KETAMA_PORT: &str = "11211";

/// Each pool of the text; all must be placed by ketama.
///
/// ```
/// use ringlab::placement::import;
///
/// let text = "cache:\n  distribution: ketama\n  servers:\n   - 10.0.0.1:6379:2 amber\n";
/// let pools = import::twemproxy_pools(text)?;
/// assert_eq!((pools[0].nodes[0].name.as_str(), pools[0].nodes[0].weight), ("amber", 2));
/// # Ok::<(), import::ImportError>(())
/// ```
///
/// # Errors
///
/// Says where a text is not YAML or not twemproxy's, or asks for what is not placed here: other
/// distributions and hashes, hash tags, and two nodes of one name.
pub fn twemproxy_pools(text: &str) -> Result<Vec<Pool>, ImportError> {
    check_length(text)?;
    let mut events = Events::new(text);
    let Some(root) = events.document()? else {
        let what = "the text is empty: a mapping of pools is expected";
        return Err(ImportError::new((1, 1), what));
    };
    let pools = root.entries("a mapping of pools")?;
    if pools.is_empty() {
        return root.wanted("a pool");
    }
    pools
        .iter()
        .map(|(name, settings)| pool(name, settings))
        .collect()
}

fn pool(name: &Yaml, settings: &Yaml) -> Result<Pool, ImportError> {
    let mut pool = Pool {
        name: name.scalar("the name of a pool")?.to_owned(),
        system: System::Twemproxy,
        nodes: Vec::new(),
    };
    for (key, value) in settings.entries("a mapping of settings")? {
        let only = |known: &str| {
            let what = format!("{known} alone is placed here, not {:?}", value.text());
            ImportError::new(value.place, what)
        };
        match key.scalar("the name of a setting")? {
            "distribution" if value.text() != "ketama" => return Err(only("ketama")),
            "hash" => {
                pool.system = match value.text() {
                    "fnv1a_64" => System::Twemproxy,
                    "md5" => System::TwemproxyMd5,
                    _ => return Err(only("fnv1a_64 or md5")),
                }
            }
            "hash_tag" => return Err(ImportError::new(key.place, "hash tags are not placed here")),
            "servers" => {
                let servers = value.items("a list of servers")?;
                let mut names = Names::default();
                let servers = servers.iter().map(|value| server(value, &mut names));
                pool.nodes = servers.collect::<Result<_, _>>()?;
            }
            _ => {}
        }
    }
    if pool.nodes.is_empty() {
        let what = format!("pool {:?} has no servers", pool.name);
        return Err(ImportError::new(name.place, what));
    }
    Ok(pool)
}

/// `host:port:weight`, or a socket's `path:weight`, and a name that may follow.
fn server(value: &Yaml, names: &mut Names) -> Result<WeightedNode, ImportError> {
    let text = value.scalar("host:port:weight")?;
    let (line, column) = value.place;
    let whole = Word { text, line, column };
    // Quotes, escapes and folded lines are not in the text: their parts have no column of their own.
    let from = |byte| match value.is_verbatim {
        true => whole.from(byte),
        false => whole,
    };
    let (address, name) = match text.split_once(char::is_whitespace) {
        Some((address, name)) => (address, Some(name.trim())),
        None => (text, None),
    };
    let Some((place, weight)) = address.rsplit_once(':') else {
        return Err(whole.error(format!("host:port:weight is expected, not {text:?}")));
    };
    let weight = from(place.len() + 1)
        .with(weight)
        .number("a whole weight")?;
    let usual = match place.rsplit_once(':') {
        Some((host, KETAMA_PORT)) => host,
        _ => place,
    };
    names.node(whole.with(name.unwrap_or(usual)), weight)
}

/// A value and where it begins.
struct Yaml {
    place: (usize, usize),
    /// Whether the source has at this place what the value says.
    is_verbatim: bool,
    value: Value,
}

enum Value {
    Scalar(String),
    List(Vec<Yaml>),
    Mapping(Vec<(Yaml, Yaml)>),
}

impl Yaml {
    fn wanted<T>(&self, what: &str) -> Result<T, ImportError> {
        Err(ImportError::new(self.place, format!("{what} is expected")))
    }

    fn text(&self) -> &str {
        match &self.value {
            Value::Scalar(text) => text,
            Value::List(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    fn scalar(&self, what: &str) -> Result<&str, ImportError> {
        match &self.value {
            Value::Scalar(text) => Ok(text),
            _ => self.wanted(what),
        }
    }

    fn items(&self, what: &str) -> Result<&[Self], ImportError> {
        match &self.value {
            Value::List(items) => Ok(items),
            _ => self.wanted(what),
        }
    }

    fn entries(&self, what: &str) -> Result<&[(Self, Self)], ImportError> {
        match &self.value {
            Value::Mapping(entries) => Ok(entries),
            _ => self.wanted(what),
        }
    }
}

/// The parser's events, put together to values.
struct Events<'a> {
    parser: Parser<'a, StrInput<'a>>,
    source: Source<'a>,
}

impl<'a> Events<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            parser: Parser::new_from_str(text),
            source: Source::new(text),
        }
    }

    /// The first document, if there is one.
    fn document(&mut self) -> Result<Option<Yaml>, ImportError> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(None),
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (event, place) => return self.value(event, place, 0).map(Some),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, (usize, usize)), ImportError> {
        let source = &self.source;
        let failed =
            |error: ScanError| ImportError::new(source.place(*error.marker()), error.info());
        match self.parser.next() {
            Some(event) => {
                let (event, span) = event.map_err(failed)?;
                Ok((event, source.place(span.start)))
            }
            None => Ok((Event::StreamEnd, (1, 1))),
        }
    }

    fn value(
        &mut self,
        event: Event<'a>,
        place: (usize, usize),
        depth: usize,
    ) -> Result<Yaml, ImportError> {
        if depth > DEPTH_MAX {
            return Err(ImportError::new(place, "values stand too deep in others"));
        }
        let mut is_verbatim = false;
        let value = match event {
            Event::Scalar(text, ..) => {
                is_verbatim = self.source.has(&text, place);
                Value::Scalar(text.into_owned())
            }
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break Value::List(items),
                        (event, place) => items.push(self.value(event, place, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut entries = Vec::new();
                loop {
                    let key = match self.next()? {
                        (Event::MappingEnd, _) => break Value::Mapping(entries),
                        (event, place) => self.value(event, place, depth + 1)?,
                    };
                    let (event, place) = self.next()?;
                    entries.push((key, self.value(event, place, depth + 1)?));
                }
            }
            _ => return Err(ImportError::new(place, "a value is expected here")),
        };
        Ok(Yaml {
            place,
            is_verbatim,
            value,
        })
    }
}

/// The lines of a text. YAML ends some where no other system does, so that places are counted anew.
struct Source<'a> {
    /// Each with the number of its first character.
    lines: Vec<(usize, &'a str)>,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Self {
        let mut first = 0;
        let line = |line: &'a str| {
            let begin = first;
            first += line.chars().count();
            (begin, line.trim_end_matches(['\r', '\n']))
        };
        Self {
            lines: text.split_inclusive('\n').map(line).collect(),
        }
    }

    /// Line and column, from 1.
    fn place(&self, marker: Marker) -> (usize, usize) {
        let line = self
            .lines
            .partition_point(|(begin, _)| *begin <= marker.index());
        let Some((begin, text)) = line.checked_sub(1).and_then(|line| self.lines.get(line)) else {
            return (1, 1);
        };
        let column = (marker.index() - begin).min(text.chars().count());
        (line, column + 1)
    }

    /// Whether this stands there.
    fn has(&self, text: &str, (line, column): (usize, usize)) -> bool {
        let line = self.lines.get(line - 1).map_or("", |(_, line)| line);
        let begin = line.char_indices().nth(column - 1);
        let rest = begin.map_or("", |(begin, _)| &line[begin..]);
        rest.starts_with(text)
    }
}
