//! In what a setting is counted, and how a value of it is read and shown.

/// What a setting's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Thousandths of a second.
    Milliseconds,
    /// Bytes.
    Bytes,
    /// Of a hundred.
    Percent,
    /// One of so many.
    OneIn,
    /// The place of a word among these.
    Choice(&'static [&'static str]),
}

/// Words for a multiple of a unit, and how many of the unit it is.
const MULTIPLES: [(&str, Unit, u64); 10] = [
    ("ms", Unit::Milliseconds, 1),
    ("s", Unit::Milliseconds, 1_000),
    ("min", Unit::Milliseconds, 60_000),
    ("h", Unit::Milliseconds, 3_600_000),
    ("d", Unit::Milliseconds, 86_400_000),
    ("B", Unit::Bytes, 1),
    ("KiB", Unit::Bytes, 1 << 10),
    ("MiB", Unit::Bytes, 1 << 20),
    ("GiB", Unit::Bytes, 1 << 30),
    ("%", Unit::Percent, 1),
];

impl Unit {
    /// A value as it is shown, and read again by [`parse`](Self::parse).
    #[must_use]
    pub fn text(self, value: u64) -> String {
        match self {
            Self::Count => value.to_string(),
            Self::Milliseconds => format!("{value} ms"),
            Self::Bytes => format!("{value} B"),
            Self::Percent => format!("{value} %"),
            Self::OneIn => format!("1 in {value}"),
            Self::Choice(words) => match words.get(value as usize) {
                Some(word) => (*word).to_owned(),
                None => value.to_string(),
            },
        }
    }

    /// Reads a value: a word, or a whole number with or without a unit; without one it counts the
    /// setting's own. `None` for anything else.
    ///
    /// ```
    /// use ringlab::settings::Unit;
    /// assert_eq!(Unit::Milliseconds.parse("3 h"), Some(10_800_000));
    /// assert_eq!(Unit::Bytes.parse("16MiB"), Some(16 << 20));
    /// assert_eq!(Unit::OneIn.parse("1 in 100"), Some(100));
    /// assert_eq!(Unit::Choice(&["off", "on"]).parse("on"), Some(1));
    /// assert_eq!(Unit::Count.parse("3 h"), None);
    /// ```
    #[must_use]
    pub fn parse(self, text: &str) -> Option<u64> {
        let text = text.trim();
        if let Self::Choice(words) = self {
            let place = words.iter().position(|word| *word == text)?;
            return Some(place as u64);
        }
        let text = match (self, text.strip_prefix("1 in ")) {
            (Self::OneIn, Some(many)) => many,
            _ => text,
        };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, word) = text.split_at(digits);
        let number: u64 = number.parse().ok()?;
        match word.trim_start() {
            "" => Some(number),
            word => {
                let mut multiples = MULTIPLES.iter();
                let (_, _, times) = multiples.find(|known| (known.0, known.1) == (word, self))?;
                number.checked_mul(*times)
            }
        }
    }
}
