//! Links: what one stands for can be opened, and comes back from a link of its own.
//!
//! The first byte says how the others are meant: `1` and `2` as what is packed in a link of that
//! version, so that a fuzzer need not know how to pack; `t` as the text of a fragment.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use ringlab_sim::situation::Situation;

use crate::place::text;

/// The fragment of a link.
pub fn fragment(bytes: &[u8]) {
    let fragment = match bytes {
        [b't', rest @ ..] => text(rest).map(std::borrow::Cow::into_owned),
        [version @ (b'1' | b'2'), rest @ ..] => packed(char::from(*version), rest),
        _ => None,
    };
    let Some(fragment) = fragment else {
        return;
    };
    match Situation::from_fragment(&fragment) {
        Ok(situation) => {
            assert_eq!(situation.check(), Ok(()), "it can be opened");
            let again = situation.to_fragment().expect("it was in a link before");
            assert_eq!(Situation::from_fragment(&again), Ok(situation));
        }
        Err(error) => assert!(!error.to_string().is_empty(), "an error says nothing"),
    }
}

fn packed(version: char, bytes: &[u8]) -> Option<String> {
    if bytes.len() > crate::INPUT_BYTES_MAX {
        return None;
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    let deflated = encoder.finish().ok()?;
    Some(format!("v{version}.{}", URL_SAFE_NO_PAD.encode(deflated)))
}
