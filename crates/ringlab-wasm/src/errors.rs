//! Errors as JavaScript gets them: the name is a code that a program can ask for, the message a
//! sentence for whoever reads it. The package makes its `RingError` of both.

use js_sys::Error;
use ringlab::keyspace::KeyError;
#[cfg(feature = "placement")]
use ringlab::placement::PlacementError;
#[cfg(feature = "import")]
use ringlab::placement::import::ImportError;
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
        RingError::UnknownNode(_) | RingError::UnknownName(_) => "UNKNOWN_NODE",
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

#[cfg(feature = "placement")]
pub(crate) fn of_placement(refused: &PlacementError) -> JsValue {
    let code = match refused {
        PlacementError::Name(_) => "BAD_NAME",
        PlacementError::NameTaken(_) => "NODE_EXISTS",
        PlacementError::UnknownNode(_) => "UNKNOWN_NODE",
        PlacementError::UnknownAlgorithm(_) => "UNKNOWN_ALGORITHM",
        PlacementError::Unable { .. } => "UNABLE",
        PlacementError::Weight { .. } => "BAD_WEIGHT",
        PlacementError::Topology(_) => "BAD_TOPOLOGY",
        PlacementError::Full { .. } => "FULL",
    };
    error(code, &refused.to_string())
}

/// With the place as the properties `line` and `column`.
#[cfg(feature = "import")]
pub(crate) fn of_import(refused: &ImportError) -> JsValue {
    let error = error("BAD_TOPOLOGY", &refused.to_string());
    for (name, number) in [("line", refused.line), ("column", refused.column)] {
        // An error is an object: it takes any property.
        let _ = js_sys::Reflect::set(&error, &name.into(), &number.into());
    }
    error
}
