//! A row of JSON lines: an object with a key, or a bare string; or what an object would have, in
//! order, as a list.
//!
//! Every kind of value is taken here. What serde says by itself of a value that is out of place tells a
//! fraction as it is, and a browser would load how to write one for that.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::rows::{Row, Rows};
use crate::loading::{BadRowReason, ImportError};

/// Where a value stands: what it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Line,
    Name,
    Key,
    Requests,
    Bytes,
}

/// What a value is.
enum Told<'text> {
    Text(Cow<'text, str>),
    Whole(u64),
    /// Null.
    Nothing,
    Object(Object<'text>),
}

/// What is known of a row.
#[derive(Default)]
struct Object<'text> {
    key: Option<Cow<'text, str>>,
    requests: Option<u64>,
    /// Nothing may be told, and null.
    bytes: Option<Option<u64>>,
}

/// Hands the row of a line over.
pub(super) fn take(
    rows: &mut Rows,
    line: u64,
    text: Result<&[u8], BadRowReason>,
) -> Result<(), ImportError> {
    let parsed = text.and_then(parse);
    let row = parsed.as_ref().map(|object| Row {
        key: object.key.as_deref().unwrap_or_default().as_bytes(),
        requests: object.requests.unwrap_or(1),
        bytes: object.bytes.flatten(),
    });
    rows.take(line, row.map_err(Clone::clone))
}

/// Whether a line is a string.
pub(super) fn is_string(line: &[u8]) -> bool {
    read(line, Place::Key).is_ok()
}

/// A row, which has a key.
fn parse(line: &[u8]) -> Result<Object<'_>, BadRowReason> {
    let mut object = Object::default();
    let taken = read(line, Place::Line).and_then(|told| object.take(Place::Line, told));
    taken.map_err(|error| reason(&error))?;
    Ok(object)
}

fn read(line: &[u8], place: Place) -> Result<Told<'_>, serde_json::Error> {
    let mut text = serde_json::Deserializer::from_slice(line);
    let told = text.deserialize_any(place)?;
    text.end()?;
    Ok(told)
}

fn reason(error: &serde_json::Error) -> BadRowReason {
    let text = error.to_string();
    // The parser counts lines in what it is given: always the first.
    let text = text.split(" at line ").next().unwrap_or(&text).to_owned();
    BadRowReason::Json {
        column: error.column() as u64,
        text,
    }
}

impl Place {
    /// What an object has, in the order of a list.
    const FIELDS: [Self; 3] = [Self::Key, Self::Requests, Self::Bytes];

    /// What is named so.
    fn named(name: &str) -> Option<Self> {
        match name {
            "key" | "name" => Some(Self::Key),
            "requests" | "count" | "downloads" | "hits" => Some(Self::Requests),
            "bytes" | "size" => Some(Self::Bytes),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Name => "name",
            Self::Key => "key",
            Self::Requests => "requests",
            Self::Bytes => "bytes",
        }
    }

    fn wrong<T, E: Error>(self, found: &str) -> Result<T, E> {
        let expected = match self {
            Self::Line => "an object or text",
            Self::Name | Self::Key => "text",
            Self::Requests | Self::Bytes => "a whole number",
        };
        Err(E::custom(format_args!(
            "expected {expected}, found {found}"
        )))
    }
}

impl<'text> DeserializeSeed<'text> for Place {
    type Value = Told<'text>;

    fn deserialize<D: Deserializer<'text>>(self, value: D) -> Result<Told<'text>, D::Error> {
        value.deserialize_any(self)
    }
}

/// One that leaves nothing to what serde says by itself.
impl<'text> Visitor<'text> for Place {
    type Value = Told<'text>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'text str) -> Result<Told<'text>, E> {
        match self {
            Self::Line | Self::Name | Self::Key => Ok(Told::Text(text.into())),
            Self::Requests | Self::Bytes => self.wrong("text"),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Told<'text>, E> {
        match self {
            Self::Line | Self::Name | Self::Key => Ok(Told::Text(text.to_owned().into())),
            Self::Requests | Self::Bytes => self.wrong("text"),
        }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Told<'text>, E> {
        match self {
            Self::Requests | Self::Bytes => Ok(Told::Whole(number)),
            Self::Line | Self::Name | Self::Key => self.wrong("a number"),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Told<'text>, E> {
        self.wrong(&format!("{number}"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Told<'text>, E> {
        self.wrong("another number")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Told<'text>, E> {
        self.wrong("true or false")
    }

    fn visit_unit<E: Error>(self) -> Result<Told<'text>, E> {
        match self {
            Self::Bytes => Ok(Told::Nothing),
            _ => self.wrong("null"),
        }
    }

    fn visit_seq<A: SeqAccess<'text>>(self, mut list: A) -> Result<Told<'text>, A::Error> {
        if self != Self::Line {
            return self.wrong("a list");
        }
        let mut object = Object::default();
        for field in Self::FIELDS {
            match list.next_element_seed(field)? {
                Some(told) => object.take(field, told)?,
                None => break,
            }
        }
        object.finished()
    }

    fn visit_map<A: MapAccess<'text>>(self, mut map: A) -> Result<Told<'text>, A::Error> {
        if self != Self::Line {
            return self.wrong("an object");
        }
        let mut object = Object::default();
        while let Some(name) = map.next_key_seed(Self::Name)? {
            let field = match &name {
                Told::Text(name) => Self::named(name),
                _ => None,
            };
            match field {
                Some(field) => object.take(field, map.next_value_seed(field)?)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        object.finished()
    }
}

impl<'text> Object<'text> {
    /// Takes a value, once.
    fn take<E: Error>(&mut self, field: Place, told: Told<'text>) -> Result<(), E> {
        let is_there = match told {
            Told::Text(key) => self.key.replace(key).is_some(),
            Told::Whole(number) if field == Place::Requests => {
                self.requests.replace(number).is_some()
            }
            Told::Whole(number) => self.bytes.replace(Some(number)).is_some(),
            Told::Nothing => self.bytes.replace(None).is_some(),
            Told::Object(whole) => {
                *self = whole;
                false
            }
        };
        if is_there {
            return Err(E::custom(format_args!(
                "duplicate field `{}`",
                field.name()
            )));
        }
        Ok(())
    }

    /// It has a key.
    fn finished<E: Error>(self) -> Result<Told<'text>, E> {
        match self.key {
            Some(_) => Ok(Told::Object(self)),
            None => Err(E::custom("missing field `key`")),
        }
    }
}

#[cfg(test)]
mod tests;
