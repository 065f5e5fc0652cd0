//! JSON as far as rows have it: objects, lists, strings and whole numbers are read, all else is passed
//! over, however deep. It knows no rows.
//!
//! Not serde_json, which can tell any number as a float: a browser would load how to read and how to
//! write one, and never use it.

use std::borrow::Cow;
use std::str;

/// What is wrong with a text, and in which column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) text: String,
    pub(super) column: usize,
}

/// A text, and how far it was read.
pub(super) struct Reader<'text> {
    text: &'text [u8],
    at: usize,
}

impl<'text> Reader<'text> {
    pub(super) const fn new(text: &'text [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no blank.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = &self.text[self.at..];
        let is_blank = |byte: &u8| b" \t\r\n".contains(byte);
        let blanks = rest.iter().take_while(|byte| is_blank(byte));
        self.at += blanks.count();
        self.text.get(self.at).copied()
    }

    /// Nothing may follow.
    pub(super) fn finish(&mut self) -> Result<(), Wrong> {
        match self.peek() {
            Some(_) => Err(self.wrong_next("trailing characters")),
            None => Ok(()),
        }
    }

    /// Reads an object: `each` reads what stands behind a name.
    pub(super) fn object(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        self.items(b'}', "an object", &mut |reader| {
            let name = reader.name()?;
            let name = decoded(name).ok_or_else(|| reader.wrong("invalid escape"))?;
            each(reader, &name)
        })
    }

    /// Reads a list.
    pub(super) fn list(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        self.items(b']', "a list", &mut each)
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Result<Cow<'text, str>, Wrong> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a string"));
        }
        let inside = self.inside()?;
        decoded(inside).ok_or_else(|| self.wrong("invalid escape"))
    }

    /// Reads a whole number.
    pub(super) fn whole(&mut self) -> Result<u64, Wrong> {
        let start = self.at;
        let token = match self.peek() {
            Some(b'0'..=b'9') => self.number()?,
            _ => return Err(self.unexpected("u64")),
        };
        let is_whole = token.iter().all(u8::is_ascii_digit);
        let number = str::from_utf8(token).ok().filter(|_| is_whole);
        let number = number.and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| {
            self.at = start;
            self.unexpected("u64")
        })
    }

    /// Passes over a value.
    pub(super) fn pass(&mut self) -> Result<(), Wrong> {
        // What is open, and would close it.
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                Some(bracket @ (b'{' | b'[')) => {
                    self.at += 1;
                    open.push(bracket + 2);
                    if self.peek() != Some(bracket + 2) {
                        self.name_in(bracket + 2)?;
                        continue;
                    }
                }
                _ => self.scalar()?,
            }
            // A value is over, or what is open is empty.
            loop {
                let Some(&close) = open.last() else {
                    return Ok(());
                };
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        self.name_in(close)?;
                        break;
                    }
                    Some(byte) if byte == close => {
                        self.at += 1;
                        open.pop();
                    }
                    _ => return Err(self.not_closed(close)),
                }
            }
        }
    }

    /// Something that was read is wrong.
    pub(super) fn wrong(&self, text: &str) -> Wrong {
        Wrong {
            text: text.to_owned(),
            column: self.at,
        }
    }

    /// What comes next is wrong.
    pub(super) fn wrong_next(&self, text: &str) -> Wrong {
        Wrong {
            column: (self.at + 1).min(self.text.len()),
            ..self.wrong(text)
        }
    }

    /// What stands in brackets, with commas between.
    fn items(
        &mut self,
        close: u8,
        what: &str,
        each: &mut dyn FnMut(&mut Self) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        self.at += 1;
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(());
        }
        loop {
            if self.peek().is_none() {
                return Err(self.wrong_next(&format!("EOF while parsing {what}")));
            }
            each(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.not_closed(close)),
            }
        }
    }

    fn not_closed(&mut self, close: u8) -> Wrong {
        let what = if close == b'}' { "an object" } else { "a list" };
        let text = match self.peek() {
            None => format!("EOF while parsing {what}"),
            Some(_) => format!("expected `,` or `{}`", close as char),
        };
        self.wrong_next(&text)
    }

    /// The name before a value, where there has to be one.
    fn name_in(&mut self, close: u8) -> Result<(), Wrong> {
        if close == b'}' {
            self.name()?;
        }
        Ok(())
    }

    fn name(&mut self) -> Result<&'text [u8], Wrong> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong_next("key must be a string"));
        }
        let name = self.inside()?;
        if self.peek() != Some(b':') {
            return Err(self.wrong_next("expected `:`"));
        }
        self.at += 1;
        Ok(name)
    }

    /// Passes over what opens no brackets.
    fn scalar(&mut self) -> Result<(), Wrong> {
        match self.peek() {
            Some(b'"') => self.inside().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.number().map(|_| ()),
            Some(_) => {
                let rest = &self.text[self.at..];
                let words: [&[u8]; 3] = [b"true", b"false", b"null"];
                let word = words.into_iter().find(|word| rest.starts_with(word));
                let word = word.ok_or_else(|| self.wrong_next("expected value"))?;
                self.at += word.len();
                Ok(())
            }
            None => Err(self.wrong_next("EOF while parsing a value")),
        }
    }

    /// What stands between quotes, with its escapes, of which each is one.
    fn inside(&mut self) -> Result<&'text [u8], Wrong> {
        self.at += 1;
        let start = self.at;
        loop {
            let Some(&byte) = self.text.get(self.at) else {
                return Err(self.wrong("EOF while parsing a string"));
            };
            self.at += 1;
            match byte {
                b'"' => return Ok(&self.text[start..self.at - 1]),
                b'\\' => self.escape()?,
                0..0x20 => {
                    let text = "control character (\\u0000-\\u001F) found while parsing a string";
                    return Err(self.wrong(text));
                }
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Result<(), Wrong> {
        let rest = &self.text[self.at..];
        let length = match rest.first() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 1,
            Some(b'u') if hexadecimal(&rest[1..]).is_some() => 5,
            Some(_) => return Err(self.wrong_next("invalid escape")),
            None => return Err(self.wrong("EOF while parsing a string")),
        };
        self.at += length;
        Ok(())
    }

    /// A number as it is written.
    fn number(&mut self) -> Result<&'text [u8], Wrong> {
        let start = self.at;
        self.at += usize::from(self.text[start] == b'-');
        let leads_with_zero = self.text.get(self.at) == Some(&b'0');
        let digits = self.digits()?;
        if leads_with_zero && digits > 1 {
            return Err(self.wrong("invalid number"));
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.text.get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// Passes over digits, of which there is one at least.
    fn digits(&mut self) -> Result<usize, Wrong> {
        let rest = &self.text[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        match (count, rest.is_empty()) {
            (0, true) => Err(self.wrong_next("EOF while parsing a value")),
            (0, false) => Err(self.wrong_next("invalid number")),
            _ => Ok(count),
        }
    }

    /// Another value was expected than what comes next.
    fn unexpected(&mut self, expected: &str) -> Wrong {
        let first = self.peek();
        let start = self.at;
        let passed = match first {
            Some(b'{' | b'[') => Ok(()),
            _ => self.scalar(),
        };
        if let Err(wrong) = passed {
            return wrong;
        }
        let token = String::from_utf8_lossy(&self.text[start..self.at]);
        let is_whole = token
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit());
        let found = match first {
            Some(b'{') => "type: map".to_owned(),
            Some(b'[') => "type: sequence".to_owned(),
            Some(b'"') => format!("type: string {token}"),
            Some(b'n') => "type: null".to_owned(),
            Some(b't' | b'f') => format!("type: boolean `{token}`"),
            _ if is_whole && expected == "u64" => format!("value: integer `{token}`"),
            _ if is_whole => format!("type: integer `{token}`"),
            _ => format!("type: floating point `{token}`"),
        };
        self.wrong(&format!("invalid {found}, expected {expected}"))
    }
}

/// What a string says; nothing, where it would be no text.
fn decoded(inside: &[u8]) -> Option<Cow<'_, str>> {
    if !inside.contains(&b'\\') {
        return str::from_utf8(inside).ok().map(Cow::Borrowed);
    }
    let mut text = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        let (&escaped, after) = rest.split_first()?;
        rest = after;
        match escaped {
            b'b' => text.push(0x08),
            b'f' => text.push(0x0c),
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'u' => {
                let (character, after) = character(rest)?;
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
            itself => text.push(itself),
        }
    }
    String::from_utf8(text).ok().map(Cow::Owned)
}

/// The character of one escape behind its `\u`, or of two.
fn character(rest: &[u8]) -> Option<(char, &[u8])> {
    let (first, rest) = (hexadecimal(rest)?, &rest[4..]);
    if !(0xd800..0xdc00).contains(&first) {
        return Some((char::from_u32(first)?, rest));
    }
    let rest = rest.strip_prefix(b"\\u")?;
    let (second, rest) = (hexadecimal(rest)?, &rest[4..]);
    let second = second
        .checked_sub(0xdc00)
        .filter(|second| *second < 0x400)?;
    let both = 0x1_0000 + ((first - 0xd800) << 10) + second;
    Some((char::from_u32(both)?, rest))
}

/// A number of four hexadecimal digits.
fn hexadecimal(text: &[u8]) -> Option<u32> {
    let mut digits = text.first_chunk::<4>()?.iter();
    digits.try_fold(0, |number, digit| {
        Some(number << 4 | (*digit as char).to_digit(16)?)
    })
}
