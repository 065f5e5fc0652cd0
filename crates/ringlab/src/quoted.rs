//! Text in quotation marks, for messages about it: as its `Debug`, without the tables of all characters
//! that cannot be seen, which a browser would load. It knows no messages.

use std::fmt::{self, Display, Write};

/// Some text as a message shows it: quotation marks, backslashes and control characters are escaped.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(f, "\\{character}")?,
                _ if character.is_control() => write!(f, "{}", character.escape_default())?,
                _ => f.write_char(character)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn text_is_quoted_as_its_debug_does() {
        for text in [
            "",
            "user-17",
            "a \"b\" \\ c",
            "one\ntwo\t\u{1b}\u{7f}",
            "Grüße 🦀",
        ] {
            assert_eq!(Quoted(text).to_string(), format!("{text:?}"));
        }
    }
}
