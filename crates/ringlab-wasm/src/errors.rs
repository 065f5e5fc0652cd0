//! Errors as JavaScript gets them: the name is a code that a program can ask for, the message a
//! sentence for whoever reads it. The package makes its `RingError` of both.

use js_sys::Error;
use ringlab::keyspace::KeyError;
use ringlab::ring::RingError;
use wasm_bindgen::JsValue;

/// An error with a code.
pub(crate) fn error(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    error.set_name(code);
    error.into()
}

pub(crate) fn of_ring(refused: &RingError) -> JsValue {
    let code = match refused {
        RingError::NameEmpty
        | RingError::NameTooLong { .. }
        | RingError::NameControlCharacter { .. } => "BAD_NAME",
        RingError::NameTaken(_) => "NODE_EXISTS",
        RingError::UnknownNode(_) => "UNKNOWN_NODE",
        RingError::Weight(_) => "BAD_WEIGHT",
        RingError::VirtualNodes { .. } => "BAD_VIRTUAL_NODES",
        RingError::Full { .. } | RingError::IdTaken(_) => "FULL",
    };
    error(code, &refused.to_string())
}

pub(crate) fn of_key(refused: KeyError) -> JsValue {
    let code = match refused {
        KeyError::Empty | KeyError::TooLong { .. } => "BAD_KEY",
        _ => "FULL",
    };
    error(code, &refused.to_string())
}
